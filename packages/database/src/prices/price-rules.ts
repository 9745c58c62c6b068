import { ANY } from '@tollgate/billing';
import type { PriceRule } from '@tollgate/billing';
import { isMeter, newId } from '@tollgate/domain';
import type pg from 'pg';

import { PriceSnapshotError } from './book-states.js';

/** A rule that is not in a book yet. */
export type NewRule = Omit<PriceRule, 'id' | 'depth'>;

/** A rule that a book holds now. */
export interface HeldRule extends Omit<PriceRule, 'depth'> {
  readonly id: string;
}

export interface RuleChanges {
  /** Rules that take the place of what holds for the same thing. */
  readonly set: readonly NewRule[];
  /** Ids of rules that end. */
  readonly end: readonly string[];
}

const HELD = `
  SELECT id, provider, model, meter, service_tier AS "serviceTier", region, basis_points AS "basisPoints"
  FROM price_rule WHERE price_book_id = $1 AND retired_in IS NULL ORDER BY id`;

/** The rules of a book that no later state has retired. */
export async function loadHeldRules(client: pg.Pool | pg.PoolClient, bookId: string): Promise<HeldRule[]> {
  type Row = Omit<HeldRule, 'meter'> & { readonly meter: string };
  const { rows } = await client.query<Row>(HELD, [bookId]);
  return rows.map(({ meter, ...row }) => {
    if (meter !== ANY && !isMeter(meter)) throw new PriceSnapshotError(`${row.id} is for the unknown meter ${meter}`);
    return { ...row, meter: meter === ANY ? ANY : meter };
  });
}

/** What a rule is for: a book has one rule at most for the same thing. */
export function ruleDimensions({ provider, model, meter, serviceTier, region }: NewRule): string {
  return JSON.stringify([provider, model, meter, serviceTier, region]);
}

const RETIRE = 'UPDATE price_rule SET retired_in = $2 WHERE id = ANY($1) AND retired_in IS NULL';

const INTRODUCE = `
  INSERT INTO price_rule (id, price_book_id, provider, model, meter, service_tier, region, basis_points, introduced_in)
  SELECT id, $2, provider, model, meter, "serviceTier", region, "basisPoints", $3
  FROM jsonb_to_recordset($1::jsonb) AS given(
    id text, provider text, model text, meter text, "serviceTier" text, region text, "basisPoints" integer)`;

/** Changes the rules of a book in its next published state. */
export async function publishRules(
  client: pg.PoolClient,
  { set, end }: RuleChanges,
  { bookId, sequence }: { readonly bookId: string; readonly sequence: number },
): Promise<void> {
  if (set.length + end.length === 0) return;
  const replaced = new Set(set.map(ruleDimensions));
  const held = await loadHeldRules(client, bookId);
  const retired = held.filter((rule) => end.includes(rule.id) || replaced.has(ruleDimensions(rule)));
  await client.query(RETIRE, [retired.map(({ id }) => id), sequence]);
  const introduced = set.map((rule) => ({ ...rule, id: newId('priceRule') }));
  await client.query(INTRODUCE, [JSON.stringify(introduced), bookId, sequence]);
}
