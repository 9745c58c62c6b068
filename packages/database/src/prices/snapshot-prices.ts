import { compilePriceSheet } from '@tollgate/billing';
import type { BillingTerms, Price, PriceSheet } from '@tollgate/billing';
import { isMeter, parsePicos } from '@tollgate/domain';
import type pg from 'pg';

/** A published state of a price book has gone missing, or a price in it makes no sense. */
export class PriceSnapshotError extends Error {
  override readonly name = 'PriceSnapshotError';
}

const ANY_MODEL = '*';

/**
 * All prices of one snapshot, its parents' included, with the terms of its book. Immutable, so that gateway and worker
 * may keep it for ever.
 */
export class SnapshotPrices {
  readonly #sheets = new Map<string, PriceSheet>();
  readonly #byModel = new Map<string, Price[]>();

  constructor(
    readonly snapshotId: string,
    readonly terms: BillingTerms,
    readonly prices: readonly Price[],
  ) {
    for (const price of prices) {
      const key = modelKey(price.provider, price.model);
      const own = this.#byModel.get(key);
      if (own === undefined) this.#byModel.set(key, [price]);
      else own.push(price);
    }
  }

  /**
   * The prices of one model, by the catalogue's name for it, with the provider's fees for every model.
   * A model without any gets a sheet on which nothing is priced.
   */
  sheet(provider: string, pricedModel: string): PriceSheet {
    // a name without prices of its own shares one sheet: callers may invent names, and each would stay in memory
    const model = this.#byModel.has(modelKey(provider, pricedModel)) ? pricedModel : ANY_MODEL;
    const key = modelKey(provider, model);
    const known = this.#sheets.get(key);
    if (known !== undefined) return known;
    const own = model === ANY_MODEL ? [] : (this.#byModel.get(key) ?? []);
    const sheet = compilePriceSheet([...own, ...(this.#byModel.get(modelKey(provider, ANY_MODEL)) ?? [])], this.terms);
    this.#sheets.set(key, sheet);
    return sheet;
  }
}

const modelKey = (provider: string, model: string): string => `${provider}\n${model}`;

const CHAIN = `
  WITH RECURSIVE chain AS (
    SELECT s.*, 0 AS depth FROM price_book_snapshot s WHERE s.id = $1
    UNION ALL
    SELECT s.*, chain.depth + 1 FROM chain JOIN price_book_snapshot s ON s.id = chain.parent_snapshot_id
  )`;

const TERMS = `SELECT coalesce(markup_basis_points, 0) AS "markupBasisPoints",
  coalesce(platform_fee_basis_points, 0) AS "platformFeeBasisPoints"
  FROM price_book_snapshot WHERE id = $1`;

const PRICES = `${CHAIN}
  SELECT chain.depth, p.id, p.provider, p.model, p.meter, p.service_tier AS "serviceTier", p.region,
         p.from_tokens AS "fromTokens", p.time_window AS "timeWindow", p.amount, p.per,
         p.effective_from AS "effectiveFrom", p.effective_to AS "effectiveTo"
  FROM chain JOIN price p ON p.price_book_id = chain.price_book_id
    AND p.introduced_in <= chain.sequence AND (p.retired_in IS NULL OR p.retired_in > chain.sequence)
  ORDER BY chain.depth, p.id`;

type PriceRow = Omit<Price, 'meter' | 'amountPicos' | 'effectiveFrom' | 'effectiveTo'> & {
  readonly depth: number;
  readonly meter: string;
  readonly amount: string;
  readonly effectiveFrom: Date;
  readonly effectiveTo: Date | null;
};

/**
 * Reads a snapshot. Where a book has prices for a meter of a model, they replace those of the books above it, for the
 * span of time that they cover; the terms are those of the snapshot's own book.
 * @throws PriceSnapshotError when there is no such snapshot.
 */
export async function loadPrices(pool: pg.Pool | pg.PoolClient, snapshotId: string): Promise<SnapshotPrices> {
  const terms = (await pool.query<BillingTerms>(TERMS, [snapshotId])).rows[0];
  if (terms === undefined) throw new PriceSnapshotError(`there is no price snapshot ${snapshotId}`);
  const { rows } = await pool.query<PriceRow>(PRICES, [snapshotId]);
  return new SnapshotPrices(snapshotId, terms, resolveChain(rows.map(readPrice)));
}

interface ChainedPrice {
  /** 0 is the book itself, 1 the one above. */
  readonly depth: number;
  readonly price: Price;
}

function readPrice({ depth, meter, amount, effectiveFrom, effectiveTo, ...row }: PriceRow): ChainedPrice {
  if (!isMeter(meter)) throw new PriceSnapshotError(`price ${row.id} is for the unknown meter ${meter}`);
  const price: Price = {
    ...row,
    meter,
    amountPicos: parsePicos(amount),
    effectiveFrom: effectiveFrom.getTime(),
    effectiveTo: effectiveTo?.getTime() ?? null,
  };
  return { depth, price };
}

interface Covered {
  readonly from: number;
  readonly to: number;
}

/** `rows` come nearest book first: what a nearer book covers is cut out of the farther ones. */
function resolveChain(rows: readonly ChainedPrice[]): Price[] {
  if (rows.every(({ depth }) => depth === 0)) return rows.map(({ price }) => price);
  const covered = new Map<string, Covered[]>();
  const resolved: Price[] = [];
  const depths = [...new Set(rows.map(({ depth }) => depth))].sort((a, b) => a - b);
  for (const depth of depths) {
    const book = rows.filter((row) => row.depth === depth).map(({ price }) => price);
    resolved.push(...book.flatMap((price) => outside(price, covered.get(meterKey(price)) ?? [])));
    for (const [key, prices] of Map.groupBy(book, meterKey)) {
      covered.set(key, [...(covered.get(key) ?? []), spanOf(prices)]);
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
function outside(price: Price, covered: readonly Covered[]): Price[] {
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
