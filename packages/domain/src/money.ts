/**
 * Money is a `bigint` of picounits (10⁻¹²) of one currency. Postgres holds it as `numeric(38,12)`, JSON as a decimal
 * string. It is never a JavaScript number: 0.1 + 0.2 is not 0.3 there, and an invoice that is off by a cent is wrong.
 */
export type Picos = bigint;

/** ISO 4217 code, upper case. */
export type Currency = string;

export interface Money {
  readonly picos: Picos;
  readonly currency: Currency;
}

export const PICOS_PER_UNIT = 1_000_000_000_000n;
const PICOS_PER_NANO = 1_000n;
const DECIMAL_PATTERN = /^(-?)(\d{1,26})(?:\.(\d{1,12}))?$/;

/**
 * Reads a decimal string (`"0.00042"`) as picounits, exactly.
 * @throws RangeError when the text is not a decimal with at most 26 digits before and 12 after the point.
 */
export function parsePicos(text: string): Picos {
  const match = DECIMAL_PATTERN.exec(text);
  if (match === null) throw new RangeError(`not a decimal amount: ${JSON.stringify(text.slice(0, 60))}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const picos = BigInt(whole) * PICOS_PER_UNIT + BigInt(fraction.padEnd(12, '0'));
  return sign === '-' ? -picos : picos;
}

/** How much it is, whichever way it goes. */
export function magnitudeOf(picos: Picos): Picos {
  return picos < 0n ? -picos : picos;
}

/** Writes picounits as a decimal string with all twelve places, as `numeric(38,12)` prints them. */
export function formatPicos(picos: Picos): string {
  const negative = picos < 0n;
  const digits = magnitudeOf(picos).toString().padStart(13, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

/** Divides and rounds to the nearest integer, ties to the even one. The divisor is positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError('the divisor must be positive');
  const quotient = dividend / divisor; // truncates towards zero
  const remainder = dividend % divisor;
  const twice = magnitudeOf(remainder) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

/** Picounits as whole nanounits, rounded up: limits count in nanounits and may never count too little. */
export function picosToNanosUp(picos: Picos): bigint {
  if (picos <= 0n) return picos / PICOS_PER_NANO;
  return (picos + PICOS_PER_NANO - 1n) / PICOS_PER_NANO;
}

export function nanosToPicos(nanos: bigint | number): Picos {
  return BigInt(nanos) * PICOS_PER_NANO;
}

export interface MoneyJson {
  readonly amount: string;
  readonly currency: Currency;
}

export function moneyToJson(money: Money): MoneyJson {
  return { amount: formatPicos(money.picos), currency: money.currency };
}
