import { Button, Typography } from '@mui/material';
import type { Price } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { Ago } from '../figures/figures.js';
import { formatInstant } from '../figures/format-times.js';
import { UnitPrice } from '../figures/unit-price.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { SearchField } from '../page/search-field.js';
import { useZone } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { priceConditions } from './price-words.js';

interface PriceTableProps {
  readonly priceBookId: string;
  readonly onEnd: ((price: Price) => void) | null;
}

/** The prices of a book, by model: a book has thousands, and each is looked for by its name. */
export function PriceTable({ priceBookId, onEnd }: PriceTableProps) {
  const text = useText();
  const { get } = useUrlState();
  const model = get('search') ?? '';
  const query = { limit: '100', ...(model === '' ? {} : { model }) };
  const { data, error, refetch } = useOperation(
    'listPrices',
    { params: { priceBookId }, query },
    { keepPrevious: true },
  );
  const columns = columnsOf({ text, zone: useZone() }, onEnd);
  return (
    <Panel
      title={text('prices.prices')}
      hint={model === '' ? text('prices.firstPrices') : undefined}
      actions={<SearchField label={text('prices.searchModel')} />}
      flush
    >
      <DataTable
        label={text('prices.prices')}
        columns={columns}
        rows={data?.data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyNotice title={text('prices.noPrices')}>{text('prices.noPricesHint')}</EmptyNotice>}
      />
    </Panel>
  );
}

function columnsOf({ text, zone }: { text: Text; zone: string }, onEnd: PriceTableProps['onEnd']) {
  return [
    { key: 'model', label: text('prices.model'), render: ({ model: name }: Price) => name },
    { key: 'provider', label: text('prices.provider'), from: 'sm' as const, render: ({ provider }: Price) => provider },
    { key: 'meter', label: text('prices.meter'), render: ({ meter }: Price) => text(`vocabulary.meter.${meter}`) },
    { key: 'conditions', label: text('prices.tier'), from: 'md' as const, render: priceConditions },
    {
      key: 'price',
      label: text('prices.price'),
      numeric: true,
      render: ({ amount, per, meter }: Price) => <UnitPrice amount={amount} per={per} meter={meter} />,
    },
    {
      key: 'since',
      label: text('prices.since'),
      from: 'lg' as const,
      render: ({ effectiveFrom, effectiveTo }: Price) => (
        <>
          {Date.parse(effectiveFrom) > 0 && <Ago instant={effectiveFrom} />}
          {effectiveTo !== null && (
            <Typography variant="caption" sx={{ display: 'block', color: 'text.secondary' }}>
              {text('prices.until', { date: formatInstant(effectiveTo, zone) })}
            </Typography>
          )}
        </>
      ),
    },
    ...(onEnd === null
      ? []
      : [
          {
            key: 'end',
            label: '',
            from: 'md' as const,
            render: (price: Price) => (
              <Button size="small" onClick={() => onEnd(price)}>
                {text('prices.endPrice')}
              </Button>
            ),
          },
        ]),
  ];
}
