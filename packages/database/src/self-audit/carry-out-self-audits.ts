import type pg from 'pg';

import { ADVISORY_LOCKS } from '../advisory-locks.js';
import { auditBooks } from './audit-books.js';
import { SELF_AUDIT_COLUMNS } from './self-audit-rows.js';
import type { SelfAuditRow } from './self-audit-rows.js';

/** Of those that were asked for, and those whose worker died: whoever holds the lock is the only one at work. */
const TAKE = `
  UPDATE self_audit SET state = 'running', started_at = now()
  WHERE id = (SELECT id FROM self_audit WHERE state IN ('requested', 'running') ORDER BY id LIMIT 1)
  RETURNING ${SELF_AUDIT_COLUMNS}`;

const FINISH = `
  UPDATE self_audit SET state = $2, finished_at = clock_timestamp(), checks = $3, findings = $4 WHERE id = $1
  RETURNING ${SELF_AUDIT_COLUMNS}`;

export interface CarriedOut {
  readonly audit: SelfAuditRow;
  /** Why it failed, if it did. */
  readonly error: unknown;
}

/**
 * Carries out the self-audits that are waiting, unless somebody else is at it. The pool gives two connections.
 * @throws when Postgres goes away; what was under way is carried out again by whoever comes next.
 */
export async function carryOutSelfAudits(pool: pg.Pool): Promise<readonly CarriedOut[]> {
  const client = await pool.connect();
  let broken = true;
  try {
    const lock = [ADVISORY_LOCKS.selfAudit];
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', lock);
    const done: CarriedOut[] = [];
    if (rows[0]?.locked === true) {
      for (let next = await take(client); next !== null; next = await take(client)) {
        done.push(await carryOut(pool, client, next));
      }
      await client.query('SELECT pg_advisory_unlock($1)', lock);
    }
    broken = false;
    return done;
  } finally {
    client.release(broken); // a connection that ends gives its lock up
  }
}

async function take(client: pg.PoolClient): Promise<SelfAuditRow | null> {
  return (await client.query<SelfAuditRow>(TAKE)).rows[0] ?? null;
}

async function carryOut(pool: pg.Pool, client: pg.PoolClient, audit: SelfAuditRow): Promise<CarriedOut> {
  try {
    const { checks, findings } = await auditBooks(pool, audit.extent);
    const state = findings.length === 0 ? 'green' : 'red';
    const values = [audit.id, state, JSON.stringify(checks), JSON.stringify(findings)];
    const { rows } = await client.query<SelfAuditRow>(FINISH, values);
    return { audit: rows[0] ?? audit, error: null };
  } catch (error) {
    const { rows } = await client.query<SelfAuditRow>(FINISH, [audit.id, 'failed', '[]', '[]']);
    return { audit: rows[0] ?? audit, error };
  }
}
