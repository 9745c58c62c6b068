import { Box } from '@mui/material';
import type { RatedLine, RequestDetail } from '@tollgate/wire';
import { formatInstant } from '../figures/format-times.js';
import { Count, Money } from '../figures/figures.js';
import { UnitPrice } from '../figures/unit-price.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';

/** Why the request costs what it costs: each meter's quantity times its price. */
export function ChargePanel({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  const noLines = request.ratingState === 'unpriced' ? text('requests.unpricedHint') : text('requests.noLines');
  return (
    <Panel
      title={text('requests.charge')}
      hint={text('requests.chargeHint', { source: text(`vocabulary.source.${request.usageSource}`) })}
      flush
    >
      <DataTable
        label={text('requests.charge')}
        rows={request.ratedLines}
        rowKey={({ part, meter, priceId }) => `${part}${meter}${priceId}`}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary', fontSize: '0.8125rem' }}>{noLines}</Box>}
        columns={[
          { key: 'meter', label: text('requests.meter'), render: (line) => <MeterCell line={line} /> },
          {
            key: 'quantity',
            label: text('requests.quantity'),
            numeric: true,
            render: ({ quantity }) => <Count value={quantity} />,
          },
          {
            key: 'price',
            label: text('requests.price'),
            numeric: true,
            from: 'sm',
            render: (line) => <PriceCell line={line} />,
          },
          {
            key: 'amount',
            label: text('requests.amount'),
            numeric: true,
            render: ({ billedCost }) => <Money value={billedCost} />,
          },
        ]}
      />
      <Totals request={request} />
    </Panel>
  );
}

function MeterCell({ line }: { readonly line: RatedLine }) {
  const text = useText();
  return (
    <>
      {text(`vocabulary.meter.${line.meter}`)}
      {line.pricedAs !== line.meter && (
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
          {text('requests.pricedAs', { meter: text(`vocabulary.meter.${line.pricedAs}`) })}
        </Box>
      )}
    </>
  );
}

function PriceCell({ line }: { readonly line: RatedLine }) {
  const text = useText();
  const { zone } = useScope();
  // prices that were always in force begin with the epoch
  const since = Date.parse(line.price?.effectiveFrom ?? '') > 0 ? line.price?.effectiveFrom : undefined;
  return (
    <>
      <UnitPrice amount={line.unitAmount} per={line.per} meter={line.pricedAs} />
      {since !== undefined && (
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }} title={line.priceId}>
          {text('requests.priceSince', { date: formatInstant(since, zone).split(',')[0] ?? since })}
        </Box>
      )}
    </>
  );
}

function Totals({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  const { cost, listCost, providerCost } = request;
  if (request.ratedLines.length === 0) return null;
  return (
    <Box sx={{ p: 4, borderTop: '1px solid', borderColor: 'divider' }}>
      <Facts
        facts={[
          [
            text('requests.totalCharge'),
            <strong key="cost">
              <Money value={cost} />
            </strong>,
          ],
          [text('requests.listCost'), listCost.amount === cost.amount ? null : <Money key="list" value={listCost} />],
          [
            text('requests.providerCost'),
            providerCost === undefined ? null : <Money key="provider" value={providerCost} />,
          ],
          ...(request.charge === 'customer'
            ? []
            : [
                [
                  text('requests.noCharge'),
                  text(request.charge === 'waste' ? 'requests.waste' : 'requests.noCharge'),
                ] as const,
              ]),
        ]}
      />
    </Box>
  );
}
