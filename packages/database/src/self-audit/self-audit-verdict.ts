import type { SelfAuditCheck } from '@tollgate/domain';
import type pg from 'pg';

import { SELF_AUDIT_COLUMNS } from './self-audit-rows.js';
import type { SelfAuditRow } from './self-audit-rows.js';

/** What the finished self-audits say together. */
export interface SelfAuditVerdict {
  /** Whether the last `full` one and the last `recent` one after it were carried out and found nothing. */
  readonly isGreen: boolean;
  /** By check, of the last `full` one and the last `recent` one after it. */
  readonly findings: ReadonlyMap<SelfAuditCheck, number>;
  /** When everything was audited last; as long as that never happened, when anything was. */
  readonly finishedAt: Date | null;
}

/** One that failed says nothing about checks: what was found before it still holds. */
const LATEST = `
  SELECT DISTINCT ON (extent, state = 'failed') ${SELF_AUDIT_COLUMNS}
  FROM self_audit WHERE finished_at IS NOT NULL ORDER BY extent, state = 'failed', finished_at DESC`;

/**
 * A `recent` self-audit makes fewer checks and reads fewer events, so that what a `full` one found stays until the next
 * `full` one: of each check the larger number counts. Null as long as none is finished.
 */
export async function readSelfAuditVerdict(pool: pg.Pool): Promise<SelfAuditVerdict | null> {
  const { rows } = await pool.query<SelfAuditRow>(LATEST);
  const standing = standingOf(rows);
  if (standing.length === 0) return null;
  const findings = new Map<SelfAuditCheck, number>();
  for (const { checks } of standingOf(rows.filter(({ state }) => state !== 'failed'))) {
    for (const { check, findings: count } of checks) findings.set(check, Math.max(count, findings.get(check) ?? 0));
  }
  return {
    isGreen: standing.every(({ state }) => state === 'green'),
    findings,
    finishedAt: standing[0]?.finishedAt ?? null,
  };
}

/** The last `full` one, and the last `recent` one if it came after it. */
function standingOf(audits: readonly SelfAuditRow[]): readonly SelfAuditRow[] {
  const newestFirst = audits.toSorted((a, b) => finishedMs(b) - finishedMs(a));
  const full = newestFirst.find(({ extent }) => extent === 'full');
  const recent = newestFirst.find(({ extent }) => extent === 'recent');
  if (full === undefined) return recent === undefined ? [] : [recent];
  return recent !== undefined && finishedMs(recent) > finishedMs(full) ? [full, recent] : [full];
}

const finishedMs = ({ finishedAt }: SelfAuditRow): number => finishedAt?.getTime() ?? 0;
