import { Box } from '@mui/material';
import type { ChargeLine, ExplainedRequest } from '@tollgate/wire';
import { Count, Money, NOTHING } from '../figures/figures.js';
import { formatCount } from '../figures/format-quantities.js';
import { formatAgo, formatInstant } from '../figures/format-times.js';
import { UnitPrice } from '../figures/unit-price.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useZone } from '../url/scope.js';
import { formatBasisPoints } from './format-basis-points.js';

interface CalculationPanelProps {
  readonly request: ExplainedRequest;
  readonly lineId: string;
}

/** Each meter: quantity × price, the row that the price is from, the terms, and what is billed. */
export function CalculationPanel({ request, lineId }: CalculationPanelProps) {
  const text = useText();
  const none = request.ratingState === 'unpriced' ? text('charges.unpriced') : text('charges.noLines');
  return (
    <Panel title={text('charges.how')} hint={text('charges.howHint')} flush>
      <DataTable
        label={text('charges.how')}
        rows={request.lines}
        rowKey={({ id }) => id}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary', fontSize: '0.8125rem' }}>{none}</Box>}
        columns={[
          {
            key: 'meter',
            label: text('charges.meter'),
            render: (line) => <MeterCell line={line} isAsked={line.id === lineId} />,
          },
          {
            key: 'quantity',
            label: text('charges.quantity'),
            numeric: true,
            render: ({ quantity }) => <Count value={quantity} />,
          },
          { key: 'price', label: text('charges.price'), from: 'sm', render: (line) => <PriceCell line={line} /> },
          {
            key: 'atPrice',
            label: text('charges.priceCost'),
            numeric: true,
            from: 'md',
            render: ({ priceCost }) => <Money value={priceCost} />,
          },
          {
            key: 'terms',
            label: text('charges.terms'),
            numeric: true,
            from: 'md',
            render: (line) => termsOf(line, text),
          },
          {
            key: 'billed',
            label: text('charges.billed'),
            numeric: true,
            render: ({ billedCost }) => <Money value={billedCost} />,
          },
        ]}
      />
      {request.lines.length > 0 && (
        <Box sx={SUM}>
          <span>{text('charges.sum')}</span>
          <strong>
            <Money value={request.billedCost} />
          </strong>
        </Box>
      )}
    </Panel>
  );
}

function MeterCell({ line, isAsked }: { readonly line: ChargeLine; readonly isAsked: boolean }) {
  const text = useText();
  return (
    <Box sx={isAsked ? { fontWeight: 600, '&::before': { content: '"▸ "' } } : {}}>
      <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
        {text(`vocabulary.meter.${line.meter}`)}
      </Box>
      {line.isFallback && (
        <Box sx={SMALL}>{text('charges.fallback', { meter: text(`vocabulary.meter.${line.pricedAs}`) })}</Box>
      )}
    </Box>
  );
}

function PriceCell({ line }: { readonly line: ChargeLine }) {
  const text = useText();
  const zone = useZone();
  return (
    <>
      <UnitPrice amount={line.unitAmount} per={line.per} meter={line.pricedAs} />
      <Box sx={SMALL} title={line.priceId}>
        {originOf(line, { text, zone }).join(' · ')}
      </Box>
    </>
  );
}

/** Which row of which book it is: its dimensions, its dates, who brought it. */
function originOf({ price, publication }: ChargeLine, { text, zone }: { text: Text; zone: string }): string[] {
  if (price === null) return [];
  const day = (instant: string): string => formatInstant(instant, zone).split(',')[0] ?? instant;
  // prices that were always in force begin with the epoch
  const isAlways = Date.parse(price.effectiveFrom) <= 0;
  return [
    ...(publication === null ? [] : [publication.priceBookName]),
    isAlways ? text('charges.anyTime') : text('charges.since', { date: day(price.effectiveFrom) }),
    ...(price.effectiveTo === null ? [] : [text('charges.until', { date: day(price.effectiveTo) })]),
    ...(price.serviceTier === '*' ? [] : [text('charges.tier', { tier: price.serviceTier })]),
    ...(price.region === '*' ? [] : [text('charges.region', { region: price.region })]),
    ...(price.fromTokens === 0 ? [] : [text('charges.fromTokens', { tokens: formatCount(price.fromTokens) })]),
    ...(price.timeWindow === '*' ? [] : [text('charges.window', { window: price.timeWindow })]),
    text('charges.fromSource', { source: price.source }),
    ...(publication === null ? [] : [publishedWords(publication, text)]),
  ];
}

function publishedWords(publication: NonNullable<ChargeLine['publication']>, text: Text): string {
  const { publishedAt, publishedBy, publisherName } = publication;
  const when = formatAgo(publishedAt, Date.now());
  const who =
    publishedBy === null
      ? text('charges.published')
      : text('charges.publishedBy', { who: publisherName ?? publishedBy });
  return `${who} ${when}`;
}

function termsOf({ terms, basisPoints }: ChargeLine, text: Text): string {
  if (terms === 'none' || basisPoints === null) return NOTHING;
  const percent = formatBasisPoints(basisPoints);
  if (terms === 'platform-fee') return text('charges.fee', { percent });
  if (basisPoints === 0) return text('charges.asListed');
  return text(basisPoints > 0 ? 'charges.markup' : 'charges.discount', { percent });
}

const SMALL = { fontSize: '0.75rem', color: 'text.secondary', whiteSpace: 'normal' } as const;

const SUM = {
  display: 'flex',
  justifyContent: 'space-between',
  px: 4,
  py: 3,
  borderTop: '1px solid',
  borderColor: 'divider',
  fontSize: '0.8125rem',
} as const;
