import type pg from 'pg';

import type { AlertDraft } from './raise-alerts.js';

/** An account of the organization: the ledger and what is accrued. */
const owed = (account: string): string => `(
  SELECT coalesce(sum(amount), 0) FROM (
    SELECT amount FROM ledger_balance WHERE organization_id = o.id AND account = '${account}' AND currency = 'USD'
    UNION ALL SELECT amount FROM usage_accrual WHERE organization_id = o.id AND account = '${account}'
  ) AS entries
)`;

/** What an organization may still spend: its live grants, less what it owes; before grants are kept, what is prepaid. */
const AVAILABLE = `
  SELECT CASE WHEN f.organization_id IS NULL THEN -${owed('prepaid')} ELSE live.remaining - ${owed('receivable')} END AS amount
  FROM (SELECT 1) AS one LEFT JOIN organization_funding f ON f.organization_id = o.id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(b.remaining), 0) AS remaining
    FROM credit_grant_balance b JOIN credit_grant g ON g.id = b.grant_id
    WHERE b.organization_id = o.id AND b.remaining > 0 AND g.effective_from <= $1
      AND (g.expires_at IS NULL OR g.expires_at > $1)
  ) AS live`;

/** With the grant that came last: an alert is for the time since then. Who was never credited is told nothing. */
const BALANCES = `
  SELECT o.id AS "organizationId", s.low::text AS threshold, available.amount::numeric(38, 12)::text AS available,
         available.amount <= 0 AS exhausted, coalesce(available.amount < s.low, false) AS low,
         coalesce((
           SELECT g.id FROM credit_grant g WHERE g.organization_id = o.id ORDER BY g.booked_at DESC, g.id DESC LIMIT 1
         ), 'none') AS since
  FROM organization o
  CROSS JOIN LATERAL (
    SELECT (CASE WHEN t.organization_id IS NULL THEN 10 ELSE t.low_balance END)::numeric(38, 12) AS low
    FROM (SELECT 1) AS one LEFT JOIN alert_settings t ON t.organization_id = o.id
  ) AS s
  CROSS JOIN LATERAL (${AVAILABLE}) AS available
  WHERE o.billing_mode = 'prepaid' AND ($2::text IS NULL OR o.id = $2)
    AND (EXISTS (SELECT FROM credit_grant g WHERE g.organization_id = o.id)
      OR EXISTS (SELECT FROM ledger_balance l WHERE l.organization_id = o.id AND l.account = 'prepaid' AND l.kind <> 'usage'))
  ORDER BY o.id`;

interface BalanceRow {
  readonly organizationId: string;
  readonly threshold: string | null;
  readonly available: string;
  readonly exhausted: boolean;
  readonly low: boolean;
  readonly since: string;
}

/** Decimal USD of prepaid organizations that were credited some time. @param organizationId null is all of them. */
export async function readAvailable(
  pool: pg.Pool,
  organizationId: string | null,
  at: Date,
): Promise<readonly Pick<BalanceRow, 'organizationId' | 'available' | 'since'>[]> {
  return (await pool.query<BalanceRow>(BALANCES, [at, organizationId])).rows;
}

/** Prepaid balances that are low or used up, each told once between two grants. */
export async function lookAtBalances(pool: pg.Pool, at: Date): Promise<AlertDraft[]> {
  const { rows } = await pool.query<BalanceRow>(BALANCES, [at, null]);
  const told = rows.filter(({ exhausted, low }) => exhausted || low);
  return told.map(({ organizationId, threshold, available, exhausted, since }): AlertDraft => {
    const about = { organizationId, subject: organizationId };
    if (exhausted) {
      const dedupeKey = `balance.exhausted:${organizationId}:${since}`;
      return { ...about, kind: 'balance.exhausted', severity: 'critical', dedupeKey, facts: { available } };
    }
    const facts = { available, threshold: threshold ?? '0' };
    const dedupeKey = `balance.low:${organizationId}:${since}`;
    return { ...about, kind: 'balance.low', severity: 'warning', dedupeKey, facts };
  });
}

/** So many days before credit expires people are told, the later time more urgently. */
const EXPIRY_DAYS = [14, 3] as const;

const EXPIRING = `
  SELECT g.id AS "grantId", g.organization_id AS "organizationId", g.account, b.remaining::text, g.expires_at AS "expiresAt"
  FROM credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id
  WHERE b.remaining > 0 AND g.expires_at > $1 AND g.expires_at <= $1 + make_interval(days => $2)
    AND g.expires_at - g.booked_at > make_interval(days => $2)`;

interface ExpiringRow {
  readonly grantId: string;
  readonly organizationId: string;
  readonly account: string;
  readonly remaining: string;
  readonly expiresAt: Date;
}

/** Credit that is about to be gone, of grants that were given for longer than that. */
export async function lookAtExpiringCredit(pool: pg.Pool, at: Date): Promise<AlertDraft[]> {
  const drafts: AlertDraft[] = [];
  for (const days of EXPIRY_DAYS) {
    const { rows } = await pool.query<ExpiringRow>(EXPIRING, [at, days]);
    for (const { organizationId, expiresAt, ...facts } of rows) {
      drafts.push({
        kind: 'credit.expiring',
        severity: days === 14 ? 'info' : 'warning',
        organizationId,
        subject: facts.grantId,
        dedupeKey: `credit.expiring:${facts.grantId}:${days}`,
        facts: { ...facts, expiresAt: expiresAt.toISOString() },
      });
    }
  }
  return drafts;
}
