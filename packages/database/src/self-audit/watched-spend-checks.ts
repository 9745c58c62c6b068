import type { AuditCheck } from './ledger-checks.js';

/** What the operator pays for and nobody is charged for; the other kinds of waste are among the revenue. */
const AT_OUR_EXPENSE = `'failed_attempt', 'hedge_loser', 'shadow_copy', 'idempotent_replay'`;

/** Older hours of keys are removed some time. */
const KEPT = `date_trunc('day', now()) - interval '27 days'`;

/** What is watched while it is spent, against the books. */
export const WATCHED_SPEND_CHECKS: readonly AuditCheck[] = [
  {
    check: 'waste-is-in-the-ledger',
    extent: 'recent',
    findings: `
      SELECT organization_id, NULL::text AS accounting_period, 'waste by day, against waste in the ledger' AS message,
             coalesce(posted, 0) AS expected, coalesce(wasted, 0) AS found
      FROM (
        SELECT organization_id, sum(provider_cost) AS wasted FROM waste_day
        WHERE kind IN (${AT_OUR_EXPENSE}) GROUP BY organization_id
      ) AS days
      FULL JOIN (
        SELECT organization_id, sum(amount) AS posted
        FROM (
          SELECT organization_id, amount FROM ledger_balance WHERE account = 'waste'
          UNION ALL SELECT organization_id, amount FROM usage_accrual WHERE account = 'waste'
        ) AS entries GROUP BY organization_id
      ) AS ledger USING (organization_id)
      WHERE coalesce(posted, 0) <> coalesce(wasted, 0) AND $1::timestamptz IS NOT NULL`,
  },
  {
    check: 'key-hours-are-hours',
    extent: 'recent',
    findings: `
      SELECT organization_id, NULL::text AS accounting_period, 'billed cost of the hours of keys, against hours' AS message,
             coalesce(h.billed, 0) AS expected, coalesce(k.billed, 0) AS found
      FROM (
        SELECT organization_id, sum(billed_cost) AS billed FROM spend_hour WHERE hour >= ${KEPT} GROUP BY organization_id
      ) AS k
      FULL JOIN (
        SELECT organization_id, sum(billed_cost) AS billed FROM usage_hour WHERE hour >= ${KEPT} GROUP BY organization_id
      ) AS h USING (organization_id)
      WHERE coalesce(h.billed, 0) <> coalesce(k.billed, 0) AND $1::timestamptz IS NOT NULL`,
  },
];
