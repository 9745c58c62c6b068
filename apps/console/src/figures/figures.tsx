import { Box } from '@mui/material';
import type { MoneyAmount } from '@tollgate/wire';
import { MONO } from '../theme/theme.js';
import { useMinute } from '../url/use-minute.js';
import { useZone } from '../url/scope.js';
import { formatExactMoney, formatMoney, formatPricePerMillion } from './format-money.js';
import { formatCount, formatDuration, formatExactCount } from './format-quantities.js';
import { formatAgo, formatInstant } from './format-times.js';

/** Stands where there is nothing to tell. */
export const NOTHING = '–';

/** An amount as it is read; the exact one on hover. */
export function Money({ value }: { readonly value: MoneyAmount }) {
  return <span title={`${formatExactMoney(value)} ${value.currency}`}>{formatMoney(value)}</span>;
}

interface PriceProps {
  readonly amount: MoneyAmount;
  readonly per: number;
}

/** A price for a million units of its meter. */
export function PricePerMillion({ amount, per }: PriceProps) {
  return (
    <span title={`${formatExactMoney(amount)} ${amount.currency} / ${formatExactCount(per)}`}>
      {formatPricePerMillion(amount, per)}
    </span>
  );
}

export function Count({ value }: { readonly value: number }) {
  return <span title={formatExactCount(value)}>{formatCount(value)}</span>;
}

export function Duration({ ms }: { readonly ms: number | null }) {
  return ms === null ? <span>{NOTHING}</span> : <span title={`${ms} ms`}>{formatDuration(ms)}</span>;
}

/** How long ago, with the instant in the chosen zone on hover. */
export function Ago({ instant }: { readonly instant: string }) {
  const zone = useZone();
  useMinute();
  return (
    <time dateTime={instant} title={formatInstant(instant, zone)} style={{ whiteSpace: 'nowrap' }}>
      {formatAgo(instant, Date.now())}
    </time>
  );
}

/** A day that may be far away, in the chosen zone; the instant on hover. */
function Day({ instant }: { readonly instant: string }) {
  const words = formatInstant(instant, useZone());
  return (
    <time dateTime={instant} title={words} style={{ whiteSpace: 'nowrap' }}>
      {words.split(',')[0]}
    </time>
  );
}

/** The last day before an instant: of what ends at midnight, the day that was asked for. */
export function LastDay({ instant }: { readonly instant: string }) {
  return <Day instant={new Date(Date.parse(instant) - 1).toISOString()} />;
}

/** To the last figure: what is added up by hand has to come out. */
export function ExactMoney({ value }: { readonly value: MoneyAmount }) {
  return <span>{formatExactMoney(value)}</span>;
}

/** Ids, names of models, code. */
export function Mono({ children }: { readonly children: string }) {
  return (
    <Box component="span" sx={{ fontFamily: MONO, fontSize: '0.92em', overflowWrap: 'anywhere' }}>
      {children}
    </Box>
  );
}
