import type { Price, PriceRule } from '@tollgate/billing';

/** A published state of one book, or what a draft would make of it. */
export interface BookState {
  readonly bookId: string;
  /** `null`: as the book above says. */
  readonly markupBasisPoints: number | null;
  readonly platformFeeBasisPoints: number | null;
  readonly prices: readonly Price[];
  readonly rules: readonly Omit<PriceRule, 'depth'>[];
}

interface Covered {
  readonly from: number;
  readonly to: number;
}

/** `books` come nearest first: what a nearer book covers is cut out of the farther ones. */
export function resolveChain(books: readonly Pick<BookState, 'prices'>[]): Price[] {
  const covered = new Map<string, Covered[]>();
  const resolved: Price[] = [];
  for (const { prices } of books) {
    for (const price of prices) resolved.push(...outside(price, covered.get(meterKey(price))));
    for (const [key, same] of Map.groupBy(prices, meterKey)) {
      covered.set(key, [...(covered.get(key) ?? []), spanOf(same)]);
    }
  }
  return resolved;
}

const meterKey = (price: Price): string => `${price.provider}\n${price.model}\n${price.meter}`;

function spanOf(prices: readonly Price[]): Covered {
  return {
    from: Math.min(...prices.map((price) => price.effectiveFrom)),
    to: Math.max(...prices.map((price) => price.effectiveTo ?? Number.POSITIVE_INFINITY)),
  };
}

/** What remains of a price outside the covered spans: it keeps its id, it only holds for less time. */
function outside(price: Price, covered: readonly Covered[] | undefined): readonly Price[] {
  if (covered === undefined) return [price];
  let rest: Covered[] = [{ from: price.effectiveFrom, to: price.effectiveTo ?? Number.POSITIVE_INFINITY }];
  for (const { from, to } of covered) {
    rest = rest.flatMap((span) => [
      { from: span.from, to: Math.min(span.to, from) },
      { from: Math.max(span.from, to), to: span.to },
    ]);
    rest = rest.filter((span) => span.from < span.to);
  }
  return rest.map((span) => ({
    ...price,
    effectiveFrom: span.from,
    effectiveTo: span.to === Infinity ? null : span.to,
  }));
}
