/**
 * When money runs out, from what was spent by day. An estimate: its numbers are fractions of dollars and never booked, so
 * they may be floating-point; what comes out are instants.
 *
 * The mean of the last 28 days by weekday, shrunk a little towards the mean of all, gives a profile of the week; the level
 * is what the days cost for their profile, weighted by half for each seven days of age, and grows as the last two weeks did
 * over the two before, damped. A day to come costs level × profile. The range (for about three in four) comes from how far
 * the days were off, for the sum of the days to come and for the level itself.
 */
const HALF_LIFE_DAYS = 7;
/** Days of the mean that each weekday is given beside its own. */
const SHRINKAGE = 0.5;
const LEAST_DAYS = 5;
/** Of growth so much is believed, as a power, and at most so much a day. */
const DAMPING = 0.8;
const MOST_GROWTH = 1.03;
/**
 * Standard deviations to each side. More than the 1.28 of a normal distribution: what profile and growth are off is in neither
 * deviation. Measured (`npm run bench:forecast`), it holds about three in four.
 */
const DEVIATIONS = 2;
const DAY_MS = 86_400_000;
/** How far is looked ahead. */
const HORIZON_DAYS = 92;

export interface SpendHistory {
  /** Dollars by whole day, the oldest first, without gaps up to yesterday; at most 28 are read. */
  readonly days: readonly number[];
  /** Weekday of the last of them, from 0. */
  readonly lastWeekday: number;
}

export interface Exhaustion {
  /** Unix milliseconds. */
  readonly expectedAt: number;
  readonly earliestAt: number;
  /** Null: perhaps not as far as is looked ahead. */
  readonly latestAt: number | null;
}

interface Model {
  readonly level: number;
  readonly profile: readonly number[];
  /** A factor for each day. */
  readonly growth: number;
  /** Standard deviation of a day, and of the level, as shares of the level. */
  readonly dayError: number;
  readonly levelError: number;
}

/**
 * When `left` dollars will be spent; null when that is farther than a quarter of a year, or too little is known.
 * @param now Unix milliseconds; the rest of its day is counted by its length.
 */
export function forecastExhaustion(
  history: SpendHistory,
  { left, now, dayEndsAt }: { readonly left: number; readonly now: number; readonly dayEndsAt: number },
): Exhaustion | null {
  const model = learn(history);
  if (model === null) return null;
  if (left <= 0) return { expectedAt: now, earliestAt: now, latestAt: now };
  const spans = daysAhead({ now, dayEndsAt, lastWeekday: history.lastWeekday });
  const at = (deviation: number): number | null => reach(model, spans, { left, deviation });
  const expectedAt = at(0);
  if (expectedAt === null) return null;
  return { expectedAt, earliestAt: at(DEVIATIONS) ?? expectedAt, latestAt: at(-DEVIATIONS) };
}

/** What the days to come until `until` are likely to cost, in dollars; null when too little is known. */
export function forecastSpend(
  history: SpendHistory,
  { until, now, dayEndsAt }: { readonly until: number; readonly now: number; readonly dayEndsAt: number },
): number | null {
  const model = learn(history);
  if (model === null) return null;
  let sum = 0;
  let grown = 1;
  for (const { startsAt, endsAt, weekday, share } of daysAhead({ now, dayEndsAt, lastWeekday: history.lastWeekday })) {
    if (startsAt >= until) return sum;
    const part = Math.min(1, (until - startsAt) / (endsAt - startsAt));
    sum += model.level * grown * (model.profile[weekday] ?? 1) * share * part;
    grown *= model.growth;
  }
  return sum;
}

function learn({ days: all, lastWeekday }: SpendHistory): Model | null {
  const first = all.findIndex((spent) => spent > 0);
  const days = first === -1 ? [] : all.slice(Math.max(first, all.length - 28));
  if (days.length < LEAST_DAYS) return null;
  const weekdayOf = (index: number): number => mod7(lastWeekday - (days.length - 1 - index));
  const mean = average(days);
  const profile = Array.from({ length: 7 }, (_, weekday) => {
    const own = days.filter((__, index) => weekdayOf(index) === weekday);
    return (own.reduce((sum, spent) => sum + spent, 0) + SHRINKAGE * mean) / ((own.length + SHRINKAGE) * mean);
  });
  const weights = days.map((_, index) => 0.5 ** ((days.length - 1 - index) / HALF_LIFE_DAYS));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (values: readonly number[]): number =>
    values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) / total;
  const shape = days.map((_, index) => profile[weekdayOf(index)] ?? 1);
  // a ratio of sums: days that cost little would else weigh as much as those that cost most
  const middle = weighted(days) / weighted(shape);
  if (middle <= 0) return null;
  const growth = dailyGrowth(days);
  const age = weighted(days.map((_, index) => days.length - index));
  const level = middle * growth ** age;
  const fitted = shape.map((share, index) => share * level * growth ** (index - days.length));
  const dayError = Math.sqrt(weighted(days.map((spent, index) => ((spent - (fitted[index] ?? 0)) / level) ** 2)));
  const squares = weights.reduce((sum, weight) => sum + weight ** 2, 0);
  return { level, profile, growth, dayError, levelError: (dayError * Math.sqrt(squares)) / total };
}

/** From the two weeks before the last two to these, damped, because most of what looks like growth is chance. */
function dailyGrowth(days: readonly number[]): number {
  if (days.length < 28) return 1;
  const sum = (from: number, to: number): number => days.slice(from, to).reduce((all, spent) => all + spent, 0);
  const ratio = sum(14, 28) / sum(0, 14);
  const daily = Number.isFinite(ratio) && ratio > 0 ? ratio ** (DAMPING / 14) : 1;
  return Math.min(Math.max(daily, 1 / MOST_GROWTH), MOST_GROWTH);
}

interface Span {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly weekday: number;
  /** Of a whole day. */
  readonly share: number;
}

function daysAhead({ now, dayEndsAt, lastWeekday }: { now: number; dayEndsAt: number; lastWeekday: number }): Span[] {
  const today = mod7(lastWeekday + 1);
  const rest = { startsAt: now, endsAt: dayEndsAt, weekday: today, share: Math.min(1, (dayEndsAt - now) / DAY_MS) };
  const later = Array.from({ length: HORIZON_DAYS }, (_, index) => ({
    startsAt: dayEndsAt + index * DAY_MS,
    endsAt: dayEndsAt + (index + 1) * DAY_MS,
    weekday: mod7(today + 1 + index),
    share: 1,
  }));
  return [rest, ...later];
}

/** When so much is reached if it comes so many standard deviations faster than expected. */
function reach(
  { level, profile, growth, dayError, levelError }: Model,
  spans: readonly Span[],
  { left, deviation }: { readonly left: number; readonly deviation: number },
): number | null {
  let sum = 0;
  let squares = 0;
  let before = 0;
  let grown = 1;
  for (const { startsAt, endsAt, weekday, share } of spans) {
    const expected = level * grown * (profile[weekday] ?? 1) * share;
    grown *= growth;
    sum += expected;
    squares += (level * grown * share * dayError) ** 2;
    const reached = sum + deviation * Math.sqrt(squares + (sum * levelError) ** 2);
    if (reached >= left && reached > before) {
      return startsAt + ((left - before) / (reached - before)) * (endsAt - startsAt);
    }
    before = Math.max(before, reached);
  }
  return null;
}

const mod7 = (day: number): number => ((day % 7) + 7) % 7;
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
