import { Box, Button, MenuItem, Stack, TextField } from '@mui/material';
import type { CurrentPrice, Model } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { Count, Money, Mono, NOTHING, PricePerMillion } from '../figures/figures.js';
import { formatExactCount } from '../figures/format-quantities.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { SearchField } from '../page/search-field.js';
import { useScope } from '../url/scope.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';
import { plainPrice, SAMPLE, sampleCost } from './model-prices.js';
import { isSimulated } from './usable-models.js';

const WHOLE_CATALOGUE = 'all';
const SAMPLE_TEXTS = { input: formatExactCount(SAMPLE.input), output: formatExactCount(SAMPLE.output) };

export default function ModelList() {
  const text = useText();
  const linkTo = useLinkTo();
  const { get, set } = useUrlState();
  const { organization } = useScope();
  const { rows, error, hasNextPage, refetch } = useList('models', {
    filter: {
      organizationId: organization.id,
      search: get('search') ?? undefined,
      ...(get('show') === WHOLE_CATALOGUE ? {} : { deployable: 'true', deprecated: 'false' }),
    },
    page: usePageNumber(),
  });
  return (
    <Page title={text('models.title')} subtitle={text('models.sampleHint', SAMPLE_TEXTS)}>
      <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap', mb: 4 }}>
        <SearchField label={text('models.search')} />
        <ShowSelect />
      </Stack>
      <Frame>
        <DataTable
          label={text('models.table')}
          columns={columnsOf(text)}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={({ id }) => linkTo(`/models/${encodeURIComponent(id)}/show`)}
          error={error}
          onRetry={refetch}
          empty={
            <EmptyNotice
              title={text('models.noneTitle')}
              action={
                <Button variant="outlined" onClick={() => set({ search: null, show: WHOLE_CATALOGUE })}>
                  {text('models.allModels')}
                </Button>
              }
            >
              {text('models.none')}
            </EmptyNotice>
          }
        />
        <Pager hasNextPage={hasNextPage} />
      </Frame>
    </Page>
  );
}

function ShowSelect() {
  const text = useText();
  const { get, set } = useUrlState();
  return (
    <TextField
      select
      value={get('show') === WHOLE_CATALOGUE ? WHOLE_CATALOGUE : 'deployed'}
      onChange={({ target }) => set({ show: target.value === WHOLE_CATALOGUE ? WHOLE_CATALOGUE : null })}
      sx={{ width: { xs: '100%', sm: 200 } }}
      slotProps={{ htmlInput: { 'aria-label': text('models.show') } }}
    >
      <MenuItem value="deployed">{text('models.deployedOnly')}</MenuItem>
      <MenuItem value={WHOLE_CATALOGUE}>{text('models.allModels')}</MenuItem>
    </TextField>
  );
}

function columnsOf(text: Text): readonly Column<Model>[] {
  return [
    {
      key: 'model',
      label: text('models.model'),
      render: (model) => (
        <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
          {model.displayName} {isSimulated(model) && <SimulatedTag />}
          <Box sx={{ fontSize: '0.75rem', fontWeight: 400, color: 'text.secondary' }}>
            <Mono>{model.id}</Mono>
            {model.deprecated && ` · ${text('models.deprecated')}`}
            <NarrowSample model={model} />
          </Box>
        </Box>
      ),
    },
    {
      key: 'called',
      label: text('models.calledAs'),
      from: 'md',
      render: ({ deployedAs }) => (deployedAs.length === 0 ? text('models.notDeployed') : deployedAs.join(', ')),
    },
    {
      key: 'context',
      label: text('models.context'),
      numeric: true,
      from: 'md',
      render: ({ contextWindow }) => (contextWindow === null ? NOTHING : <Count value={contextWindow} />),
    },
    ...(['input', 'input_cache_read', 'output'] as const).map((meter): Column<Model> => ({
      key: meter,
      label: text(LABELS[meter]),
      numeric: true,
      ...(meter === 'input_cache_read' ? { from: 'lg' } : {}),
      render: (model) => <PriceCell price={plainPrice(model, meter)} />,
    })),
    {
      key: 'sample',
      label: text('models.sample'),
      numeric: true,
      from: 'sm',
      render: (model) => <SampleCell model={model} />,
    },
  ];
}

const LABELS = { input: 'models.input', input_cache_read: 'models.cacheRead', output: 'models.output' } as const;

function PriceCell({ price }: { readonly price: CurrentPrice | undefined }) {
  return price === undefined ? <>{NOTHING}</> : <PricePerMillion amount={price.billedAmount} per={price.per} />;
}

/** Where there is no room for a column of it. */
function NarrowSample({ model }: { readonly model: Model }) {
  const text = useText();
  const cost = sampleCost(model);
  if (cost === null) return null;
  return (
    <Box sx={{ display: { sm: 'none' } }}>
      {text('models.sample')} <Money value={cost} />
    </Box>
  );
}

function SampleCell({ model }: { readonly model: Model }) {
  const cost = sampleCost(model);
  return cost === null ? <>{NOTHING}</> : <Money value={cost} />;
}
