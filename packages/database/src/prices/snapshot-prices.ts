import { compilePriceSheet } from '@tollgate/billing';
import type { BillingTerms, Price, PriceSheet } from '@tollgate/billing';
import type pg from 'pg';

import { loadBookStates } from './book-states.js';
import { resolveChain } from './resolve-chain.js';
import type { BookState } from './resolve-chain.js';

export { PriceSnapshotError } from './book-states.js';

const ANY_MODEL = '*';

/**
 * All prices of one snapshot, its parents' included, with the terms of its chain. Immutable, so that gateway and worker
 * may keep it for ever.
 */
export class SnapshotPrices {
  readonly #sheets = new Map<string, PriceSheet>();
  readonly #byModel: ReadonlyMap<string, readonly Price[]>;
  readonly #listByModel: ReadonlyMap<string, readonly Price[]>;
  readonly #ruledModels: ReadonlySet<string>;

  /** What an organization pays, as its chain of books says. */
  readonly prices: readonly Price[];
  /** What providers list and we pay: the book at the end of the chain. */
  readonly list: readonly Price[];

  constructor(
    readonly snapshotId: string,
    readonly terms: BillingTerms,
    { prices, list = prices }: { readonly prices: readonly Price[]; readonly list?: readonly Price[] },
  ) {
    this.prices = prices;
    this.list = list;
    this.#byModel = Map.groupBy(prices, keyOf);
    this.#listByModel = list === prices ? this.#byModel : Map.groupBy(list, keyOf);
    this.#ruledModels = new Set((terms.rules ?? []).map(({ model }) => model).filter((model) => model !== ANY_MODEL));
  }

  /**
   * The prices of one model, by the catalogue's name for it, with the provider's fees for every model.
   * A model without any gets a sheet on which nothing is priced.
   */
  sheet(provider: string, pricedModel: string): PriceSheet {
    // a name that nothing is said of shares one sheet: callers may invent names, and each would stay in memory
    const named = this.#byModel.has(modelKey(provider, pricedModel)) || this.#ruledModels.has(pricedModel);
    const model = named ? pricedModel : ANY_MODEL;
    const key = modelKey(provider, model);
    const known = this.#sheets.get(key);
    if (known !== undefined) return known;
    const prices = pricesOf(this.#byModel, provider, model);
    const listed = pricesOf(this.#listByModel, provider, model);
    const list = isSame(prices, listed) ? prices : listed;
    const sheet = compilePriceSheet(prices, this.terms, { list, model });
    this.#sheets.set(key, sheet);
    return sheet;
  }
}

const modelKey = (provider: string, model: string): string => `${provider}\n${model}`;
const keyOf = ({ provider, model }: Price): string => modelKey(provider, model);

function pricesOf(byModel: ReadonlyMap<string, readonly Price[]>, provider: string, model: string): readonly Price[] {
  const own = model === ANY_MODEL ? [] : (byModel.get(modelKey(provider, model)) ?? []);
  return [...own, ...(byModel.get(modelKey(provider, ANY_MODEL)) ?? [])];
}

/** Most models of most organizations cost what the list says: one table then serves both. */
function isSame(a: readonly Price[], b: readonly Price[]): boolean {
  return a.length === b.length && a.every((price, index) => price === b[index]);
}

/** Puts the states of a chain of books together, the nearest first. */
export function assemblePrices(snapshotId: string, books: readonly BookState[]): SnapshotPrices {
  const terms: BillingTerms = {
    markupBasisPoints: nearest(books, ({ markupBasisPoints }) => markupBasisPoints),
    platformFeeBasisPoints: nearest(books, ({ platformFeeBasisPoints }) => platformFeeBasisPoints),
    rules: books.flatMap(({ rules }, depth) => rules.map((rule) => ({ ...rule, depth }))),
  };
  const list = books.at(-1)?.prices ?? [];
  return new SnapshotPrices(snapshotId, terms, { prices: books.length <= 1 ? list : resolveChain(books), list });
}

function nearest(books: readonly BookState[], read: (book: BookState) => number | null): number {
  return books.map(read).find((value) => value !== null) ?? 0;
}

/**
 * Reads a snapshot. Where a book has prices for a meter of a model, they replace those of the books above it, for the
 * span of time that they cover. Which rule decides is written at `markupFor`; markup and platform fee are those of the
 * nearest book that says one. What we pay is what the book at the end of the chain says.
 * @throws PriceSnapshotError when there is no such snapshot.
 */
export async function loadPrices(pool: pg.Pool | pg.PoolClient, snapshotId: string): Promise<SnapshotPrices> {
  return assemblePrices(snapshotId, await loadBookStates(pool, snapshotId));
}
