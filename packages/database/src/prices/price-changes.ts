import type { Price } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';

/** A price that is not in a book yet. */
export type NewPrice = Omit<Price, 'id'>;

/** A price that a book holds now. */
export interface HeldPrice extends Omit<Price, 'amountPicos' | 'meter'> {
  readonly meter: string;
  /** Decimal USD, as Postgres prints it. */
  readonly amount: string;
  readonly source: string;
}

export type IntroducedPrice = Omit<HeldPrice, 'id'>;

export interface PriceChanges {
  /** Ids of prices that no longer hold. */
  readonly retire: readonly string[];
  readonly introduce: readonly IntroducedPrice[];
  /** How many given prices count for less time than they say, or not at all. */
  readonly overruled: number;
}

interface GivenPrices {
  readonly prices: readonly NewPrice[];
  readonly source: string;
  readonly mode?: 'import' | 'edit';
  /** Of an edit: held prices that end at an instant without another in their place. */
  readonly ended?: EndedPrices;
}

export interface EndedPrices {
  readonly ids: readonly string[];
  /** Unix milliseconds. */
  readonly at: number;
}

/** What has to change in a book so that the given prices hold. Prices that hold already are left alone. */
export function planChanges(held: readonly HeldPrice[], given: GivenPrices): PriceChanges {
  const wanted = given.prices.map((price) => introducedPrice(price, given.source));
  return given.mode === 'edit' ? planEdit(held, wanted, given.ended) : planImport(held, wanted, given.source);
}

function planImport(held: readonly HeldPrice[], wanted: readonly IntroducedPrice[], source: string): PriceChanges {
  const foreign = Map.groupBy(
    held.filter((price) => price.source !== source),
    dimensions,
  );
  // a catalogue has thousands of prices, and at most starts nothing has changed: each text is made once
  const rivalsOf = (price: IntroducedPrice): HeldPrice[] =>
    foreign.size === 0 ? [] : (foreign.get(dimensions(price)) ?? []).filter((other) => overlap(other, price));
  let overruled = 0;
  const valid = new Map<string, IntroducedPrice>();
  for (const price of wanted) {
    const rivals = rivalsOf(price);
    if (rivals.length > 0) overruled += 1;
    const spans = rivals.length === 0 ? [price] : remainders(price, rivals);
    for (const span of spans) valid.set(content(span), span);
  }
  const own = new Map(held.filter((price) => price.source === source).map((price) => [content(price), price]));
  return {
    retire: [...own].filter(([key]) => !valid.has(key)).map(([, price]) => price.id),
    introduce: [...valid].filter(([key]) => !own.has(key)).map(([, price]) => price),
    overruled,
  };
}

function planEdit(
  held: readonly HeldPrice[],
  wanted: readonly IntroducedPrice[],
  ended: EndedPrices = { ids: [], at: 0 },
): PriceChanges {
  const endedIds = new Set(ended.ids);
  // whose it is counts too: what somebody sets stands above an import, also where both say the same
  const told = (price: IntroducedPrice): string => `${content(price)}\0${price.source}`;
  const heldContents = new Set(held.map(told));
  const fresh = wanted.filter((price) => !heldContents.has(told(price)));
  const byDimensions = Map.groupBy(fresh, dimensions);
  const retire: string[] = [];
  const introduce = [...fresh];
  for (const price of held) {
    const rivals: Spanned[] = (byDimensions.get(dimensions(price)) ?? []).filter((rival) => overlap(rival, price));
    if (endedIds.has(price.id) && ended.at < endOf(price)) rivals.push({ effectiveFrom: ended.at, effectiveTo: null });
    if (rivals.length === 0) continue;
    retire.push(price.id);
    introduce.push(...remainders(price, rivals));
  }
  return { retire, introduce, overruled: 0 };
}

/** The spans of a price that its rivals leave to it. */
function remainders(price: IntroducedPrice, rivals: readonly Spanned[]): IntroducedPrice[] {
  let spans = [price];
  for (const rival of rivals) {
    spans = spans.flatMap((span) => [
      { ...span, effectiveTo: Math.min(endOf(span), rival.effectiveFrom) },
      { ...span, effectiveFrom: Math.max(span.effectiveFrom, endOf(rival)), effectiveTo: endOf(span) },
    ]);
    spans = spans.filter((span) => span.effectiveFrom < endOf(span));
  }
  return spans.map((span) => ({ ...span, effectiveTo: endOf(span) === Infinity ? null : endOf(span) }));
}

function introducedPrice(price: NewPrice, source: string): IntroducedPrice {
  const { amountPicos, ...rest } = price;
  return { ...rest, amount: formatPicos(amountPicos), source };
}

type Spanned = Pick<Price, 'effectiveFrom' | 'effectiveTo'>;

function endOf({ effectiveTo }: Spanned): number {
  return effectiveTo ?? Number.POSITIVE_INFINITY;
}

function overlap(a: Spanned, b: Spanned): boolean {
  return a.effectiveFrom < endOf(b) && b.effectiveFrom < endOf(a);
}

/** What a price is for: two that are for the same thing may not overlap in time. */
export function dimensions(
  price: Omit<IntroducedPrice, 'amount' | 'source' | 'per' | 'effectiveFrom' | 'effectiveTo'>,
): string {
  const { provider, model, meter, serviceTier, region, fromTokens, timeWindow } = price;
  return JSON.stringify([provider, model, meter, serviceTier, region, fromTokens, timeWindow]);
}

function content(price: IntroducedPrice): string {
  const { provider, model, meter, serviceTier, region, fromTokens, timeWindow } = price;
  const { amount, per, effectiveFrom, effectiveTo } = price;
  const parts = [provider, model, meter, serviceTier, region, timeWindow, amount, fromTokens, per, effectiveFrom];
  // Postgres holds no NUL in a text, so that no name can look like two parts
  return [...parts, effectiveTo ?? ''].join('\0');
}
