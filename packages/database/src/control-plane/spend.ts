import type pg from 'pg';

import type { LimitScope } from '../generated/enums.js';
import { inTransaction } from '../transaction.js';

/** Money that a scope has been charged in one calendar period. */
export interface SpendRow {
  readonly organizationId: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  /** Unix milliseconds; the period in which the requests occurred, not in which they were booked. */
  readonly periodStartsAt: number;
  readonly periodEndsAt: number;
  /** Decimal USD. */
  readonly spent: string;
}

export interface Spend {
  readonly spent: readonly SpendRow[];
  /** Journal records (JSON of usage events) that were forwarded and are not booked yet: rate them and add them. */
  readonly waiting: readonly string[];
}

const SPENT = `
  SELECT s.organization_id AS "organizationId", s.scope, s.scope_id AS "scopeId", s.spent,
         p.starts_at AS "periodStartsAt", p.ends_at AS "periodEndsAt"
  FROM budget_spend s
  JOIN accounting_period p ON p.organization_id = s.organization_id AND p.starts_at = s.period_starts_at
  WHERE p.ends_at > $1`;

/**
 * What has been spent in the periods that are running at `at` (Unix milliseconds), to seed admission with. Booked and
 * waiting usage are read as of one instant, so that nothing is missed and nothing counted twice.
 */
export async function loadSpend(pool: pg.Pool, at: number): Promise<Spend> {
  return inTransaction(pool, 'REPEATABLE READ READ ONLY', async (client) => {
    type Row = Omit<SpendRow, 'periodStartsAt' | 'periodEndsAt'> & { periodStartsAt: Date; periodEndsAt: Date };
    const spent = await client.query<Row>(SPENT, [new Date(at)]);
    const waiting = await client.query<{ payload: string }>('SELECT payload FROM usage_inbox ORDER BY request_id');
    return {
      spent: spent.rows.map((row) => ({
        ...row,
        periodStartsAt: row.periodStartsAt.getTime(),
        periodEndsAt: row.periodEndsAt.getTime(),
      })),
      waiting: waiting.rows.map((row) => row.payload),
    };
  });
}
