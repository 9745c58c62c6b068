import { divideHalfEven, formatPicos, magnitudeOf, parsePicos, PICOS_PER_UNIT, type Picos } from '@tollgate/domain';

/** As much as fits a column and still says something: of amounts below a tenth. */
const SIGNIFICANT_FIGURES = 3;
const PLACES = 12;
const PRICE_UNITS = 1_000_000n;

interface Amount {
  readonly amount: string;
  readonly currency: string;
}

/** `$1,234.56`, `$0.42`, `$0.00042`: rounded for reading, but never to nothing. */
export function formatMoney({ amount, currency }: Amount): string {
  return withCurrency(parsePicos(amount), currency, readablePlaces);
}

/** Every figure that is not a trailing zero: `$0.000420000001`. */
export function formatExactMoney({ amount, currency }: Amount): string {
  return withCurrency(parsePicos(amount), currency, () => PLACES);
}

/** What a million units cost, where `per` units cost the amount: a price is never rounded. */
export function formatPricePerMillion({ amount, currency }: Amount, per: number): string {
  return withCurrency(divideHalfEven(parsePicos(amount) * PRICE_UNITS, BigInt(per)), currency, () => PLACES);
}

/** For axes and shares only, where a pixel is coarser than a float: never shown as an amount. */
export function approximateMoney({ amount }: { readonly amount: string }): number {
  return Number(amount);
}

export function sumMoney(amounts: readonly Amount[]): Amount {
  const total = amounts.reduce((sum, { amount }) => sum + parsePicos(amount), 0n);
  return { amount: formatPicos(total), currency: amounts[0]?.currency ?? 'USD' };
}

function readablePlaces(picos: Picos): number {
  if (picos === 0n || picos >= PICOS_PER_UNIT / 10n) return 2;
  const leadingZeros = PLACES - picos.toString().length;
  return Math.min(PLACES, leadingZeros + SIGNIFICANT_FIGURES);
}

function withCurrency(picos: Picos, currency: string, placesOf: (magnitude: Picos) => number): string {
  const magnitude = magnitudeOf(picos);
  const places = Math.max(2, placesOf(magnitude));
  const rounded = divideHalfEven(magnitude, 10n ** BigInt(PLACES - places)) * 10n ** BigInt(PLACES - places);
  return `${picos < 0n ? '−' : ''}${symbolOf(currency)}${plain(rounded, 2, places)}`;
}

function plain(picos: Picos, leastPlaces: number, mostPlaces: number): string {
  const digits = picos.toString().padStart(PLACES + 1, '0');
  const whole = digits.slice(0, -PLACES).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  let fraction = digits.slice(-PLACES).slice(0, mostPlaces);
  while (fraction.length > leastPlaces && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return `${whole}.${fraction}`;
}

function symbolOf(currency: string): string {
  return currency === 'USD' ? '$' : `${currency} `;
}
