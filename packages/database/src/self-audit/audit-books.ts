import type { SelfAuditExtent, SelfAuditFinding } from '@tollgate/domain';
import type pg from 'pg';

import { inTransaction } from '../transaction.js';
import { CREDIT_CHECKS } from './credit-checks.js';
import { LEDGER_CHECKS } from './ledger-checks.js';
import type { AuditCheck } from './ledger-checks.js';
import type { SelfAuditChecked } from './self-audit-rows.js';
import { USAGE_CHECKS } from './usage-checks.js';
import { WATCHED_SPEND_CHECKS } from './watched-spend-checks.js';

/** Of each check so many findings are told; all are counted. */
const MAX_FINDINGS = 100;

/** A minute, so that events and the ledger are cut at the same instant. */
const READ_FROM = `SELECT (CASE $1 WHEN 'full' THEN '-infinity' ELSE date_trunc('minute', now()) - interval '2 days' END)::text AS since`;

/** Events are added up month by month beside their rated lines, in memory where they fit. */
const SETTINGS = `
  SET LOCAL work_mem = '64MB'; SET LOCAL jit = off;
  SET LOCAL enable_partitionwise_join = on; SET LOCAL enable_partitionwise_aggregate = on`;

export interface AuditedBooks {
  readonly checks: readonly SelfAuditChecked[];
  readonly findings: readonly SelfAuditFinding[];
}

/**
 * Looks whether the books agree, all as of one instant, so that what is booked meanwhile is no difference. `recent` costs
 * the events of two days and the rollups; `full` reads every event. Changes nothing.
 */
export function auditBooks(pool: pg.Pool, extent: SelfAuditExtent): Promise<AuditedBooks> {
  const all = [...LEDGER_CHECKS, ...USAGE_CHECKS, ...CREDIT_CHECKS, ...WATCHED_SPEND_CHECKS];
  const wanted = all.filter((check) => extent === 'full' || check.extent === 'recent');
  return inTransaction(pool, 'REPEATABLE READ READ ONLY', async (client) => {
    await client.query(SETTINGS);
    const { rows } = await client.query<{ since: string }>(READ_FROM, [extent]);
    const since = rows[0]?.since ?? '-infinity';
    const checks: SelfAuditChecked[] = [];
    const findings: SelfAuditFinding[] = [];
    for (const check of wanted) {
      const startedAt = performance.now();
      const found = await findingsOf(client, check, since);
      const durationMs = Math.round(performance.now() - startedAt);
      checks.push({ check: check.check, findings: Number(found[0]?.total ?? 0), durationMs });
      findings.push(...found.map(({ finding }) => ({ check: check.check, ...finding })));
    }
    return { checks, findings };
  });
}

interface FindingRow {
  readonly finding: Omit<SelfAuditFinding, 'check'>;
  readonly total: string;
}

async function findingsOf(client: pg.PoolClient, { findings }: AuditCheck, since: string): Promise<FindingRow[]> {
  const text = `
    SELECT json_build_object('organizationId', organization_id, 'accountingPeriod', accounting_period, 'message', message,
             'expected', expected::text, 'found', found::text, 'difference', (found - expected)::text) AS finding,
           count(*) OVER () AS total
    FROM (${findings}) AS finding ORDER BY organization_id, accounting_period, message LIMIT ${MAX_FINDINGS}`;
  return (await client.query<FindingRow>(text, [since])).rows;
}
