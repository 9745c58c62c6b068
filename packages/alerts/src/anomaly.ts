import type { AnomalySensitivity, Picos } from '@tollgate/domain';

/**
 * Spend is unusual when one clock hour has cost more than so many times the costliest hour of the third-costliest of the
 * last 28 days, or one day (UTC) more than so many times the third-costliest of them. Decision 27 has what it finds, and
 * how often it is wrong. The third, because one leak must not hide the next one.
 */
const LIMITS: Readonly<Record<Exclude<AnomalySensitivity, 'off'>, { readonly hour: Times; readonly day: Times }>> = {
  low: { hour: { numerator: 3n, denominator: 1n, words: '3' }, day: { numerator: 2n, denominator: 1n, words: '2' } },
  normal: {
    hour: { numerator: 2n, denominator: 1n, words: '2' },
    day: { numerator: 3n, denominator: 2n, words: '1.5' },
  },
  high: {
    hour: { numerator: 3n, denominator: 2n, words: '1.5' },
    day: { numerator: 5n, denominator: 4n, words: '1.25' },
  },
};

interface Times {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** For people. */
  readonly words: string;
}

/** Which of the costliest days is compared with. */
const RANK = 3;
/** Of less history nobody can say what is usual. */
const LEAST_DAYS = 7;
/** A day has to cost so many times the floor of an hour. */
const DAY_FLOORS = 8n;

export interface SpentDay {
  /** Of its costliest hour. */
  readonly hour: Picos;
  readonly day: Picos;
}

export interface SpendLook {
  /** In the clock hour so far, and in the day so far. */
  readonly hour: Picos;
  readonly day: Picos;
  /** The days before with any spend, at most 28. */
  readonly before: readonly SpentDay[];
  readonly sensitivity: AnomalySensitivity;
  /** What an hour has to cost before it can be unusual. */
  readonly floor: Picos;
}

export interface UnusualSpend {
  readonly span: 'hour' | 'day';
  readonly spent: Picos;
  /** What it is compared with, and how many times as much would still be usual. */
  readonly usual: Picos;
  readonly times: string;
  /** Above it spend is unusual. */
  readonly limit: Picos;
}

/** What is unusual about the spend of a key, a project or an organization; null when nothing is, or nobody can say. */
export function unusualSpend({ hour, day, before, sensitivity, floor }: SpendLook): UnusualSpend | null {
  if (sensitivity === 'off' || before.length < LEAST_DAYS) return null;
  const times = LIMITS[sensitivity];
  const hours = ranked(before.map((each) => each.hour));
  const days = ranked(before.map((each) => each.day));
  return (
    judge('hour', hour, { usual: hours, times: times.hour, floor }) ??
    judge('day', day, { usual: days, times: times.day, floor: floor * DAY_FLOORS })
  );
}

interface Measure {
  readonly usual: Picos;
  readonly times: Times;
  readonly floor: Picos;
}

function judge(span: UnusualSpend['span'], spent: Picos, { usual, times, floor }: Measure): UnusualSpend | null {
  const most = (usual * times.numerator) / times.denominator;
  const limit = most > floor ? most : floor;
  return spent > limit ? { span, spent, usual, times: times.words, limit } : null;
}

function ranked(amounts: readonly Picos[]): Picos {
  return [...amounts].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))[RANK - 1] ?? 0n;
}

/**
 * Whether what was found unusual goes on: a burst that is over costs nothing more. An hour has to go on at the pace of its
 * limit since the look before; a day has lasted long enough by itself.
 */
export function goesOn(
  { span, spent, limit }: UnusualSpend,
  first: { readonly spent: Picos; readonly minutesAgo: number },
): boolean {
  if (span === 'day') return true;
  return (spent - first.spent) * 60n >= limit * BigInt(Math.max(1, Math.floor(first.minutesAgo)));
}
