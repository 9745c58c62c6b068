import { parsePicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';

const OWED = `
  SELECT organization_id AS "organizationId", sum(amount)::text AS owed
  FROM (
    SELECT organization_id, amount FROM ledger_balance WHERE organization_id = ANY($1) AND account = 'receivable'
    UNION ALL
    SELECT organization_id, amount FROM usage_accrual WHERE organization_id = ANY($1) AND account = 'receivable'
  ) AS parts GROUP BY organization_id`;

/** What organizations owe, in the ledger and in accruals; below zero what they are owed. Who owes nothing may be absent. */
export async function readOwed(
  client: pg.PoolClient,
  organizationIds: readonly string[],
): Promise<ReadonlyMap<string, Picos>> {
  const { rows } = await client.query<{ organizationId: string; owed: string }>(OWED, [arrayLiteral(organizationIds)]);
  return new Map(rows.map(({ organizationId, owed }) => [organizationId, parsePicos(owed)]));
}
