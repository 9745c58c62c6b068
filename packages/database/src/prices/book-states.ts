import { ANY } from '@tollgate/billing';
import type { Price, PriceRule } from '@tollgate/billing';
import { isMeter, parsePicos } from '@tollgate/domain';
import type { Meter } from '@tollgate/domain';
import type pg from 'pg';

import type { BookState } from './resolve-chain.js';

/** A published state of a price book has gone missing, or a price in it makes no sense. */
export class PriceSnapshotError extends Error {
  override readonly name = 'PriceSnapshotError';
}

const CHAIN = `
  WITH RECURSIVE chain AS (
    SELECT s.*, 0 AS depth FROM price_book_snapshot s WHERE s.id = $1
    UNION ALL
    SELECT s.*, chain.depth + 1 FROM chain JOIN price_book_snapshot s ON s.id = chain.parent_snapshot_id
  )`;

const TERMS = `${CHAIN}
  SELECT price_book_id AS "bookId", markup_basis_points AS "markupBasisPoints",
         platform_fee_basis_points AS "platformFeeBasisPoints"
  FROM chain ORDER BY depth`;

const HELD = (row: string): string => `JOIN ${row} p ON p.price_book_id = chain.price_book_id
    AND p.introduced_in <= chain.sequence AND (p.retired_in IS NULL OR p.retired_in > chain.sequence)`;

const PRICES = `${CHAIN}
  SELECT chain.depth, p.id, p.provider, p.model, p.meter, p.service_tier AS "serviceTier", p.region,
         p.from_tokens AS "fromTokens", p.time_window AS "timeWindow", p.amount, p.per,
         p.effective_from AS "effectiveFrom", p.effective_to AS "effectiveTo"
  FROM chain ${HELD('price')} ORDER BY chain.depth, p.id`;

const RULES = `${CHAIN}
  SELECT chain.depth, p.id, p.provider, p.model, p.meter, p.service_tier AS "serviceTier", p.region,
         p.basis_points AS "basisPoints"
  FROM chain ${HELD('price_rule')} ORDER BY chain.depth, p.id`;

type PriceRow = Omit<Price, 'meter' | 'amountPicos' | 'effectiveFrom' | 'effectiveTo'> & {
  readonly depth: number;
  readonly meter: string;
  readonly amount: string;
  readonly effectiveFrom: Date;
  readonly effectiveTo: Date | null;
};

type RuleRow = Omit<PriceRule, 'meter'> & { readonly meter: string };

/**
 * The states of all books that a snapshot fixes, its own first and the book at the end of the chain last.
 * @throws PriceSnapshotError when there is no such snapshot, or when it has a meter that this version does not know.
 */
export async function loadBookStates(pool: pg.Pool | pg.PoolClient, snapshotId: string): Promise<BookState[]> {
  type Terms = Pick<BookState, 'bookId' | 'markupBasisPoints' | 'platformFeeBasisPoints'>;
  const books = (await pool.query<Terms>(TERMS, [snapshotId])).rows;
  if (books.length === 0) throw new PriceSnapshotError(`there is no price snapshot ${snapshotId}`);
  const prices = (await pool.query<PriceRow>(PRICES, [snapshotId])).rows;
  const rules = (await pool.query<RuleRow>(RULES, [snapshotId])).rows;
  return books.map((terms, depth) => ({
    ...terms,
    prices: prices.filter((row) => row.depth === depth).map(readPrice),
    rules: rules.filter((row) => row.depth === depth).map(readRule),
  }));
}

function readPrice({ amount, meter, effectiveFrom, effectiveTo, ...row }: PriceRow): Price {
  const { id, provider, model, serviceTier, region, fromTokens, timeWindow, per } = row;
  return {
    ...{ id, provider, model, serviceTier, region, fromTokens, timeWindow, per },
    meter: meterOf(row.id, meter),
    amountPicos: parsePicos(amount),
    effectiveFrom: effectiveFrom.getTime(),
    effectiveTo: effectiveTo?.getTime() ?? null,
  };
}

function readRule(row: RuleRow): Omit<PriceRule, 'depth'> {
  const { id, provider, model, meter, serviceTier, region, basisPoints } = row;
  const named = meter === ANY ? ANY : meterOf(id, meter);
  return { id, provider, model, meter: named, serviceTier, region, basisPoints };
}

function meterOf(id: string, meter: string): Meter {
  if (isMeter(meter)) return meter;
  throw new PriceSnapshotError(`${id} is for the unknown meter ${meter}`);
}
