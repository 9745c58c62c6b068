import { isTokenMeter, type Meter } from '@tollgate/domain';
import type { MoneyAmount } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { Money, PricePerMillion } from './figures.js';
import { formatExactCount } from './format-quantities.js';

const MILLION = 1_000_000;

interface UnitPriceProps {
  readonly amount: MoneyAmount;
  /** Units of the meter that the amount buys. */
  readonly per: number;
  readonly meter: Meter;
}

/** A price with what it buys: for tokens always a million of them, however the price is kept. */
export function UnitPrice({ amount, per, meter }: UnitPriceProps) {
  const text = useText();
  if (per === MILLION || isTokenMeter(meter)) {
    return (
      <>
        <PricePerMillion amount={amount} per={per} /> {text('models.perMillion')}
      </>
    );
  }
  return (
    <>
      <Money value={amount} /> {per === 1 ? text('models.perOne') : text('models.per', { per: formatExactCount(per) })}
    </>
  );
}
