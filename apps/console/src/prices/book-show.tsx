import { Box, Button, Stack } from '@mui/material';
import type { PriceBook, PriceBookDraft, PriceRule, Publication } from '@tollgate/wire';
import { Link, useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { Ago, Mono } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { useCreateDraft } from './use-create-draft.js';
import { PriceTable } from './price-table.js';
import { chainOf, percentText, ruleSubject, Terms, useNames } from './price-words.js';

const LIMIT = '200';

/** One book: how it stands in its chain, what it says, and who published what. */
export default function BookShow() {
  const text = useText();
  const { id = '' } = useParams();
  const books = useOperation('listPriceBooks', { query: { limit: LIMIT } });
  const book = useOperation('readPriceBook', { params: { priceBookId: id } });
  const { mayCall } = useMe();
  const { start, isPending } = useCreateDraft(id);
  if (book.error !== null) return <ErrorNotice error={book.error} />;
  if (book.data === undefined) return <PageSkeleton />;
  const isOperator = mayCall('listPriceDrafts');
  const action = mayCall('createPriceDraft') && (
    <Button variant="contained" loading={isPending} onClick={() => start({})}>
      {text('prices.newDraft')}
    </Button>
  );
  return (
    <Page title={book.data.name} actions={action}>
      <Stack sx={{ gap: 4 }}>
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' } }}>
          <ChainPanel book={book.data} books={books.data?.data ?? []} />
          {isOperator && <RulePanel priceBookId={id} />}
        </Box>
        {isOperator && <DraftPanel priceBookId={id} />}
        {isOperator && <HistoryPanel priceBookId={id} />}
        <PriceTable
          priceBookId={id}
          onEnd={mayCall('createPriceDraft') ? (price) => start({ endPrices: [price.id] }) : null}
        />
      </Stack>
    </Page>
  );
}

function ChainPanel({ book, books }: { readonly book: PriceBook; readonly books: readonly PriceBook[] }) {
  const text = useText();
  const linkTo = useLinkTo();
  const nameOf = useNames();
  return (
    <Panel title={text('prices.terms')} hint={text('prices.chain')}>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, mb: 4, p: 0 }}>
        {chainOf(book, books).map((one, depth) => (
          <Box
            component="li"
            key={one.id}
            sx={{
              ml: depth * 4,
              mt: depth === 0 ? 0 : 1,
              pl: 3,
              borderLeft: '2px solid',
              borderColor: depth === 0 ? 'primary.main' : 'divider',
            }}
          >
            <Box
              component={Link}
              to={linkTo(`/price-books/${one.id}/show`)}
              sx={{ color: 'inherit', fontWeight: depth === 0 ? 600 : 400 }}
            >
              {one.name}
            </Box>
            <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem', ml: 2 }}>
              {one.parentId === null
                ? text('prices.end')
                : one.organizationId === null
                  ? ''
                  : nameOf(one.organizationId)}
            </Box>
          </Box>
        ))}
      </Box>
      <Facts
        facts={[
          [
            text('prices.markup'),
            <Terms key="markup" basisPoints={book.markupBasisPoints} isRoot={book.parentId === null} />,
          ],
          [
            text('prices.fee'),
            <Terms
              key="fee"
              basisPoints={book.platformFeeBasisPoints}
              signed={false}
              isRoot={book.parentId === null}
            />,
          ],
        ]}
      />
    </Panel>
  );
}

function RulePanel({ priceBookId }: { readonly priceBookId: string }) {
  const text = useText();
  const { data, error } = useOperation('listPriceRules', { params: { priceBookId } });
  return (
    <Panel title={text('prices.rules')} hint={text('prices.rulesHint')} flush>
      <DataTable
        label={text('prices.rules')}
        columns={[
          { key: 'subject', label: text('prices.owner'), render: (rule: PriceRule) => ruleSubject(rule, text) },
          {
            key: 'markup',
            label: text('prices.markup'),
            numeric: true,
            render: (rule: PriceRule) => percentText(rule.basisPoints),
          },
        ]}
        rows={data?.data}
        rowKey={({ id }) => id}
        error={error}
        skeletonRows={2}
        empty={<EmptyNotice title={text('prices.noRules')}>{text('prices.noRulesHint')}</EmptyNotice>}
      />
    </Panel>
  );
}

function DraftPanel({ priceBookId }: { readonly priceBookId: string }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { data, error } = useOperation('listPriceDrafts', { params: { priceBookId }, query: { limit: '20' } });
  const columns = [
    { key: 'name', label: text('prices.name'), render: ({ name }: PriceBookDraft) => name },
    {
      key: 'state',
      label: text('prices.state'),
      render: ({ state, effectiveAt }: PriceBookDraft) => (
        <>
          {text(`prices.draftState.${state}`)}{' '}
          {state === 'scheduled' && effectiveAt !== null && <Ago instant={effectiveAt} />}
        </>
      ),
    },
    {
      key: 'changed',
      label: text('prices.changed'),
      from: 'sm' as const,
      render: ({ updatedAt }: PriceBookDraft) => <Ago instant={updatedAt} />,
    },
  ];
  return (
    <Panel title={text('prices.drafts')} flush>
      <DataTable
        label={text('prices.drafts')}
        columns={columns}
        rows={data?.data}
        rowKey={({ id }) => id}
        rowHref={({ id }) => linkTo(`/price-drafts/${id}/show`)}
        error={error}
        skeletonRows={2}
        empty={<EmptyNotice title={text('prices.noDrafts')}>{text('prices.noDraftsHint')}</EmptyNotice>}
      />
    </Panel>
  );
}

function HistoryPanel({ priceBookId }: { readonly priceBookId: string }) {
  const text = useText();
  const { data, error } = useOperation('listPublications', { params: { priceBookId }, query: { limit: '20' } });
  const columns = [
    {
      key: 'sequence',
      label: text('prices.publications'),
      render: ({ sequence }: Publication) => text('prices.publicationNumber', { sequence }),
    },
    {
      key: 'markup',
      label: text('prices.markup'),
      from: 'sm' as const,
      numeric: true,
      render: ({ markupBasisPoints }: Publication) => <Terms basisPoints={markupBasisPoints} />,
    },
    {
      key: 'by',
      label: text('prices.source'),
      from: 'sm' as const,
      render: ({ publishedBy }: Publication) => <Mono>{publishedBy}</Mono>,
    },
    {
      key: 'at',
      label: text('prices.published'),
      render: ({ publishedAt }: Publication) => <Ago instant={publishedAt} />,
    },
  ];
  return (
    <Panel title={text('prices.publications')} flush>
      <DataTable
        label={text('prices.publications')}
        columns={columns}
        rows={data?.data}
        rowKey={({ id }) => id}
        error={error}
        skeletonRows={2}
        empty={<EmptyNotice title={text('prices.noPublications')}>{text('prices.noDraftsHint')}</EmptyNotice>}
      />
    </Panel>
  );
}
