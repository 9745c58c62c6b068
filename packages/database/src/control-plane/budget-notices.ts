import { newId } from '@tollgate/domain';
import type pg from 'pg';

import type { LimitScope } from '../generated/enums.js';
import { raiseAlerts } from '../alerts/raise-alerts.js';
import type { AlertDraft } from '../alerts/raise-alerts.js';
import { inTransaction } from '../transaction.js';

/** That so much of a budget is spent, told for the first time in its period. */
export interface NewBudgetNotice {
  readonly id: string;
  readonly budgetId: string;
  readonly organizationId: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly scopeName: string;
  readonly percent: number;
  /** Decimal USD. */
  readonly spent: string;
  readonly granted: string;
  readonly periodStartsAt: Date;
  readonly periodEndsAt: Date;
}

type ReachedRung = Omit<NewBudgetNotice, 'id'>;

/** Rungs of running periods that are reached by what has been booked, and of which nobody has been told. */
const REACHED = `
  SELECT b.id AS "budgetId", b.organization_id AS "organizationId", b.scope, b.scope_id AS "scopeId",
         coalesce(project.name, key.name, o.name) AS "scopeName", rung.percent,
         s.spent, granted.amount AS granted, p.starts_at AS "periodStartsAt", p.ends_at AS "periodEndsAt"
  FROM budget b
  JOIN organization o ON o.id = b.organization_id
  JOIN accounting_period p ON p.organization_id = b.organization_id AND p.starts_at <= $1 AND p.ends_at > $1
  JOIN budget_spend s ON s.organization_id = b.organization_id AND s.scope = b.scope::text AND s.scope_id = b.scope_id
    AND s.period_starts_at = p.starts_at
  CROSS JOIN LATERAL (
    SELECT (b.amount + coalesce(sum(r.amount), 0))::numeric(38, 12) AS amount
    FROM budget_raise r WHERE r.budget_id = b.id AND r.expires_at > $1
  ) AS granted
  CROSS JOIN LATERAL (
    SELECT DISTINCT (step ->> 'percent')::int AS percent FROM jsonb_array_elements(b.ladder) AS step
    WHERE step ->> 'action' = 'notify'
  ) AS rung
  LEFT JOIN project ON b.scope = 'project' AND project.id = b.scope_id
  LEFT JOIN api_key key ON b.scope = 'api_key' AND key.id = b.scope_id
  WHERE s.spent > 0 AND s.spent * 100 >= granted.amount * rung.percent AND NOT EXISTS (
    SELECT FROM budget_notice n
    WHERE n.budget_id = b.id AND n.period_starts_at = p.starts_at AND n.percent = rung.percent
  )
  ORDER BY b.id, rung.percent`;

/** Only one of several workers writes it, and that one tells. */
const NOTE = `
  INSERT INTO budget_notice (id, budget_id, organization_id, period_starts_at, percent, spent, granted, notified_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (budget_id, period_starts_at, percent) DO NOTHING`;

const LOG = `
  INSERT INTO audit_log_entry (id, organization_id, actor, action, resource_id, changes)
  VALUES ($1, $2, 'worker', 'budget.noticed', $3, $4)`;

/**
 * Notes which rungs of budgets' ladders have been reached, each once per period, whoever looks at the same time. What
 * running requests hold is in the gateways' memory only: what has been booked decides. With each its alert is raised.
 */
export async function noteReachedBudgets(pool: pg.Pool, at: Date): Promise<NewBudgetNotice[]> {
  const { rows: reached } = await pool.query<ReachedRung>(REACHED, [at]);
  if (reached.length === 0) return [];
  return inTransaction(pool, 'READ COMMITTED', async (client) => {
    const noted: NewBudgetNotice[] = [];
    const alerts: AlertDraft[] = [];
    for (const rung of reached) {
      const notice = { ...rung, id: newId('budgetNotice', at.getTime()) };
      if (!(await note(client, notice, at))) continue;
      noted.push(notice);
      alerts.push(alertOf(rung));
    }
    await raiseAlerts(client, alerts, at);
    return noted;
  });
}

function alertOf({ organizationId, periodStartsAt, periodEndsAt, ...facts }: ReachedRung): AlertDraft {
  return {
    kind: 'budget.threshold-reached',
    severity: 'warning',
    organizationId,
    subject: facts.budgetId,
    dedupeKey: `budget.threshold-reached:${facts.budgetId}:${periodStartsAt.toISOString()}:${facts.percent}`,
    facts: { ...facts, periodEndsAt: periodEndsAt.toISOString() },
  };
}

async function note(client: pg.PoolClient, rung: NewBudgetNotice, at: Date): Promise<boolean> {
  const { id, budgetId, organizationId, periodStartsAt, percent, spent, granted } = rung;
  const values = [id, budgetId, organizationId, periodStartsAt, percent, spent, granted, at];
  const { rowCount } = await client.query(NOTE, values);
  if (rowCount === 0) return false;
  const after = { percent, spent, granted, periodStartsAt: periodStartsAt.toISOString() };
  const changes = Object.fromEntries(
    Object.entries(after).map(([field, value]) => [field, { before: null, after: value }]),
  );
  await client.query(LOG, [newId('auditLogEntry'), organizationId, budgetId, JSON.stringify(changes)]);
  return true;
}
