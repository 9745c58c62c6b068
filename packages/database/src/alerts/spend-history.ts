import type pg from 'pg';

import type { LimitScope } from '../generated/enums.js';

/** Whole days before today, in the organization's zone; days without spend are missing. Decimal USD. */
type SpentByDay = Readonly<Record<string, string>>;

export interface BudgetHistory {
  readonly budgetId: string;
  readonly organizationId: string;
  readonly timeZone: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly scopeName: string;
  /** Decimal USD: this period's, and the amount with the raises that last. */
  readonly spent: string;
  readonly granted: string;
  readonly periodStartsAt: Date;
  readonly periodEndsAt: Date;
  readonly days: SpentByDay;
}

const DAYS = 28;
const TODAY = '($1::timestamptz AT TIME ZONE o.time_zone)::date';
const sinceThen = `day >= ${TODAY} - ${DAYS} AND day < ${TODAY}`;

const BUDGETS = `
  SELECT b.id AS "budgetId", b.organization_id AS "organizationId", o.time_zone AS "timeZone", b.scope,
         b.scope_id AS "scopeId", coalesce(project.name, key.name, o.name) AS "scopeName",
         coalesce(s.spent, 0)::numeric(38, 12)::text AS spent, granted.amount::text AS granted,
         p.starts_at AS "periodStartsAt", p.ends_at AS "periodEndsAt", coalesce(history.days, '{}') AS days
  FROM budget b
  JOIN organization o ON o.id = b.organization_id
  JOIN accounting_period p ON p.organization_id = b.organization_id AND p.starts_at <= $1 AND p.ends_at > $1
  LEFT JOIN budget_spend s ON s.organization_id = b.organization_id AND s.scope = b.scope::text
    AND s.scope_id = b.scope_id AND s.period_starts_at = p.starts_at
  LEFT JOIN project ON b.scope = 'project' AND project.id = b.scope_id
  LEFT JOIN api_key key ON b.scope = 'api_key' AND key.id = b.scope_id
  CROSS JOIN LATERAL (
    SELECT (b.amount + coalesce(sum(r.amount), 0))::numeric(38, 12) AS amount
    FROM budget_raise r WHERE r.budget_id = b.id AND r.expires_at > $1
  ) AS granted
  CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(day, spent::text) AS days FROM (
      SELECT day, sum(billed_cost) AS spent FROM usage_day
      WHERE b.scope <> 'api_key' AND organization_id = b.organization_id AND ${sinceThen}
        AND (b.scope = 'organization' OR project_id = b.scope_id)
      GROUP BY day
      UNION ALL
      SELECT day, sum(billed_cost) FROM usage_key_day
      WHERE b.scope = 'api_key' AND api_key_id = b.scope_id AND ${sinceThen}
      GROUP BY day
    ) AS spent_by_day
  ) AS history
  WHERE $2::text IS NULL OR b.organization_id = $2
  ORDER BY b.id`;

/** What running budgets have spent, and how, to foresee when they end. @param organizationId null is all of them. */
export async function readBudgetHistories(
  pool: pg.Pool,
  organizationId: string | null,
  at: Date,
): Promise<readonly BudgetHistory[]> {
  return (await pool.query<BudgetHistory>(BUDGETS, [at, organizationId])).rows;
}

export interface BalanceHistory {
  readonly organizationId: string;
  readonly timeZone: string;
  readonly days: SpentByDay;
}

const SPENDING = `
  SELECT o.id AS "organizationId", o.time_zone AS "timeZone", coalesce(history.days, '{}') AS days
  FROM organization o
  CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(day, spent::text) AS days FROM (
      SELECT day, sum(billed_cost) AS spent FROM usage_day
      WHERE organization_id = o.id AND ${sinceThen} GROUP BY day
    ) AS spent_by_day
  ) AS history
  WHERE o.billing_mode = 'prepaid' AND ($2::text IS NULL OR o.id = $2) ORDER BY o.id`;

/** How prepaid organizations spend. @param organizationId null is all of them. */
export async function readBalanceHistories(
  pool: pg.Pool,
  organizationId: string | null,
  at: Date,
): Promise<readonly BalanceHistory[]> {
  return (await pool.query<BalanceHistory>(SPENDING, [at, organizationId])).rows;
}
