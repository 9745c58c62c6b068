import { newId } from '@tollgate/domain';
import type { SelfAuditCheck, SelfAuditExtent, SelfAuditFinding, SelfAuditState } from '@tollgate/domain';
import type pg from 'pg';

export interface SelfAuditChecked {
  readonly check: SelfAuditCheck;
  /** How many there are, also beyond those that are kept. */
  readonly findings: number;
  readonly durationMs: number;
}

/** A row of `self_audit`. */
export interface SelfAuditRow {
  readonly id: string;
  readonly extent: SelfAuditExtent;
  readonly state: SelfAuditState;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly checks: readonly SelfAuditChecked[];
  readonly findings: readonly SelfAuditFinding[];
}

export const SELF_AUDIT_COLUMNS = `
  id, extent, state, requested_by AS "requestedBy", requested_at AS "requestedAt", started_at AS "startedAt",
  finished_at AS "finishedAt", checks, findings`;

const REQUEST = `INSERT INTO self_audit (id, extent, state, requested_by) VALUES ($1, $2, 'requested', $3)
  RETURNING ${SELF_AUDIT_COLUMNS}`;

/** Asks for a self-audit, which a worker carries out. */
export async function requestSelfAudit(
  client: pg.Pool | pg.PoolClient,
  { extent, requestedBy }: Pick<SelfAuditRow, 'extent' | 'requestedBy'>,
): Promise<SelfAuditRow> {
  const { rows } = await client.query<SelfAuditRow>(REQUEST, [newId('selfAudit'), extent, requestedBy]);
  const [row] = rows;
  if (row === undefined) throw new TypeError('INSERT … RETURNING returned nothing');
  return row;
}

const REQUEST_WHEN_DUE = `INSERT INTO self_audit (id, extent, state, requested_by)
  SELECT $1, 'full', 'requested', 'schedule'
  WHERE NOT EXISTS (SELECT FROM self_audit WHERE extent = 'full' AND requested_at > now() - $2 * interval '1 hour')`;

/** Asks for a full self-audit unless one was asked for in the last so many hours. */
export async function requestDueSelfAudit(pool: pg.Pool, withinHours: number): Promise<void> {
  await pool.query(REQUEST_WHEN_DUE, [newId('selfAudit'), withinHours]);
}

const READ = `SELECT ${SELF_AUDIT_COLUMNS} FROM self_audit WHERE id = $1`;

export async function readSelfAudit(pool: pg.Pool, id: string): Promise<SelfAuditRow | null> {
  return (await pool.query<SelfAuditRow>(READ, [id])).rows[0] ?? null;
}
