import { Box, Stack } from '@mui/material';
import type { CreditGrantDetail } from '@tollgate/wire';
import { Link, useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { Ago, LastDay, Money, Mono } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { DataTable } from '../page/data-table.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { useLinkTo } from '../url/use-url-state.js';
import { LeftOfGrant } from './grant-panel.js';

/** One credit: where it came from, what is left, and what used it last. */
export default function GrantShow() {
  const { id = '' } = useParams();
  const text = useText();
  const { data, error, refetch } = useOperation('readCreditGrant', { params: { creditGrantId: id } });
  if (data !== undefined) return <GrantPage grant={data} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={text('billing.grant')}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function GrantPage({ grant }: { readonly grant: CreditGrantDetail }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { ledgerTransactionId, expiresAt, lastUsedAt } = grant;
  return (
    <Page title={text(`billing.account.${grant.account}`)} subtitle={<CopyText value={grant.id} />}>
      <Stack sx={{ gap: 4, maxWidth: 820 }}>
        <Panel title={text('billing.cameFrom', { origin: text(`billing.origin.${grant.origin}`) })}>
          <Box sx={{ mb: 4, fontSize: '1rem' }}>
            <LeftOfGrant grant={grant} />
          </Box>
          <Facts
            facts={[
              [text('billing.stateName'), text(`billing.grantState.${grant.state}`)],
              [text('billing.postReason'), grant.reason],
              [text('billing.priority'), grant.priority],
              [
                text('billing.expires'),
                expiresAt === null ? text('billing.never') : <LastDay key="at" instant={expiresAt} />,
              ],
              [
                text('billing.lastUsed'),
                lastUsedAt === null ? text('billing.notUsed') : <Ago key="used" instant={lastUsedAt} />,
              ],
              [text('billing.givenBy'), <Mono key="by">{grant.source}</Mono>],
              [text('billing.booked'), <Ago key="booked" instant={grant.bookedAt} />],
              [
                text('billing.broughtBy'),
                ledgerTransactionId === null ? (
                  text('billing.noTransaction')
                ) : (
                  <Link key="transaction" to={linkTo(`/charges/${ledgerTransactionId}`)}>
                    {ledgerTransactionId}
                  </Link>
                ),
              ],
            ]}
          />
        </Panel>
        <UsePanel uses={grant.uses} />
      </Stack>
    </Page>
  );
}

type Use = CreditGrantDetail['uses'][number];

function UsePanel({ uses }: { readonly uses: readonly Use[] }) {
  const text = useText();
  const linkTo = useLinkTo();
  const wordsOf = ({ requestId, revision }: Use): string => {
    if (requestId === null) return text('billing.usePosting');
    return revision === null || revision === 0 ? text('billing.useUsage') : text('billing.useCorrection', { revision });
  };
  const hrefOf = ({ requestId, sourceId }: Use): string | null => {
    if (requestId !== null) return linkTo(`/charges/${requestId}`);
    return sourceId?.startsWith('txn_') === true ? linkTo(`/charges/${sourceId}`) : null;
  };
  return (
    <Panel title={text('billing.uses')} hint={text('billing.usesHint')} flush>
      <DataTable
        label={text('billing.uses')}
        rows={uses}
        rowKey={(use) => `${use.requestId ?? use.sourceId} ${use.revision} ${use.amount.amount}`}
        rowHref={hrefOf}
        empty={
          <Box sx={{ px: 4, pb: 4, color: 'text.secondary', fontSize: '0.8125rem' }}>{text('billing.usesEmpty')}</Box>
        }
        columns={[
          { key: 'use', label: text('billing.use'), render: wordsOf },
          {
            key: 'id',
            label: '',
            from: 'sm',
            render: ({ requestId, sourceId }) => <Mono>{requestId ?? sourceId ?? ''}</Mono>,
          },
          { key: 'booked', label: text('billing.booked'), render: ({ bookedAt }) => <Ago instant={bookedAt} /> },
          {
            key: 'amount',
            label: text('billing.amount'),
            numeric: true,
            render: ({ amount }) => <Money value={amount} />,
          },
        ]}
      />
    </Panel>
  );
}
