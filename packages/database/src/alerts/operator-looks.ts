import type pg from 'pg';

import type { AlertDraft } from './raise-alerts.js';

const operators = { organizationId: null } as const;
const utcDay = (at: Date): string => at.toISOString().slice(0, 10);

/** Looks at what only the operator is told. */
export async function lookForOperator(pool: pg.Pool, at: Date): Promise<AlertDraft[]> {
  const looks = [unpricedModels, redAudits, quarantinedUsage, openedReviews, waitingPostings];
  const drafts: AlertDraft[] = [];
  for (const look of looks) drafts.push(...(await look(pool, at)));
  return drafts;
}

async function unpricedModels(pool: pg.Pool): Promise<AlertDraft[]> {
  const { rows } = await pool.query<{ id: string; subject: string }>(
    `SELECT id, subject FROM review_item WHERE kind = 'unpriced' AND state = 'open'`,
  );
  return rows.map(({ id, subject }) => ({
    ...operators,
    kind: 'model.unpriced',
    severity: 'critical',
    subject,
    dedupeKey: `model.unpriced:${id}`,
    facts: { model: subject, reviewItemId: id },
  }));
}

/** The first red one of a day. */
async function redAudits(pool: pg.Pool, at: Date): Promise<AlertDraft[]> {
  const { rows } = await pool.query<{ id: string; findings: readonly { readonly check: string }[]; finished_at: Date }>(
    `SELECT id, findings, finished_at FROM self_audit
     WHERE state = 'red' AND finished_at >= $1::timestamptz - interval '2 days' ORDER BY finished_at`,
    [at],
  );
  return rows.map(({ id, findings, finished_at: finishedAt }) => ({
    ...operators,
    kind: 'self-audit.red',
    severity: 'critical',
    subject: id,
    dedupeKey: `self-audit.red:${utcDay(finishedAt)}`,
    facts: { selfAuditId: id, findings: findings.length, checks: [...new Set(findings.map(({ check }) => check))] },
  }));
}

async function quarantinedUsage(pool: pg.Pool, at: Date): Promise<AlertDraft[]> {
  const { rows } = await pool.query<{ events: number; reason: string | null }>(
    `SELECT count(*)::int AS events, (array_agg(left(reason, 300) ORDER BY id DESC))[1] AS reason
     FROM usage_quarantine WHERE resolved_at IS NULL AND first_seen_at >= $1::timestamptz - interval '1 day'`,
    [at],
  );
  const [{ events, reason } = { events: 0, reason: null }] = rows;
  if (events === 0) return [];
  return [
    {
      ...operators,
      kind: 'usage.quarantined',
      severity: 'critical',
      subject: 'usage',
      dedupeKey: `usage.quarantined:${utcDay(at)}`,
      facts: { events, reason: reason ?? '' },
    },
  ];
}

/** From this hour of the day (UTC) on, the cases of the day before are told together. */
const DIGEST_HOUR = 6;
const DAY_MS = 86_400_000;

async function openedReviews(pool: pg.Pool, at: Date): Promise<AlertDraft[]> {
  if (at.getUTCHours() < DIGEST_HOUR) return [];
  const until = new Date(`${utcDay(at)}T${String(DIGEST_HOUR).padStart(2, '0')}:00:00Z`);
  const since = new Date(until.getTime() - DAY_MS);
  const { rows } = await pool.query<{ kind: string; items: number }>(
    `SELECT kind, count(*)::int AS items FROM review_item
     WHERE state = 'open' AND opened_at >= $1 AND opened_at < $2 GROUP BY kind ORDER BY kind`,
    [since, until],
  );
  if (rows.length === 0) return [];
  return [
    {
      ...operators,
      kind: 'review.opened',
      severity: 'warning',
      subject: 'reviews',
      dedupeKey: `review.opened:${utcDay(at)}`,
      facts: { kinds: Object.fromEntries(rows.map(({ kind, items }) => [kind, items])), since: since.toISOString() },
    },
  ];
}

async function waitingPostings(pool: pg.Pool): Promise<AlertDraft[]> {
  type Row = { id: string; kind: string; amount: string; organizationId: string; name: string; requestedBy: string };
  const { rows } = await pool.query<Row>(
    `SELECT p.id, p.kind, p.amount::text, p.organization_id AS "organizationId", o.name,
            coalesce(u.name, t.name, p.requested_by) AS "requestedBy"
     FROM manual_posting p JOIN organization o ON o.id = p.organization_id
     LEFT JOIN console_user u ON u.id = p.requested_by LEFT JOIN management_token t ON t.id = p.requested_by
     WHERE p.state = 'pending'`,
  );
  return rows.map(({ id, kind, amount, organizationId, name, requestedBy }) => ({
    ...operators,
    kind: 'posting.awaits-approval',
    severity: 'warning',
    subject: id,
    dedupeKey: `posting.awaits-approval:${id}`,
    facts: { postingId: id, postingKind: kind, amount, organizationId, organizationName: name, requestedBy },
  }));
}
