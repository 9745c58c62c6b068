import type { AuditCheck } from './ledger-checks.js';

const ALLOCATED = `SELECT grant_id, sum(amount) AS used FROM grant_allocation GROUP BY grant_id`;
const CHARGED = `SELECT grant_id, sum(amount) AS used FROM grant_charge GROUP BY grant_id`;

/** Both sides of a comparison, by organization: `expected` and `found` are queries of `organization_id` and `amount`. */
const byOrganization = (message: string, { expected, found }: { expected: string; found: string }): string => `
  SELECT organization_id, NULL::text AS accounting_period, '${message}' AS message,
         coalesce(e.amount, 0) AS expected, coalesce(f.amount, 0) AS found
  FROM (${expected}) AS e FULL JOIN (${found}) AS f USING (organization_id)
  WHERE coalesce(e.amount, 0) <> coalesce(f.amount, 0) AND $1::timestamptz IS NOT NULL`;

/** Whoever has no row here has its credit in the ledger alone, until it is first used. */
const OPENED = 'organization_id IN (SELECT organization_id FROM organization_funding)';

/**
 * The prepaid account by now: without what is booked ahead. Of accounting periods that have begun or ended every entry is
 * looked at only if it may lie ahead.
 */
const PREPAID_NOW = `
  SELECT organization_id, sum(amount) AS amount
  FROM (
    SELECT organization_id, amount FROM ledger_balance WHERE account = 'prepaid'
    UNION ALL
    SELECT organization_id, -amount FROM ledger_entry WHERE account = 'prepaid' AND kind = 'expiry' AND booked_at > now()
    UNION ALL
    SELECT organization_id, amount FROM usage_accrual WHERE account = 'prepaid' AND effective_at <= now()
  ) AS parts
  WHERE ${OPENED} GROUP BY organization_id`;

const GRANTS = 'credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id';

/** Credit, in the places that hold it. */
export const CREDIT_CHECKS: readonly AuditCheck[] = [
  {
    check: 'grants-are-their-uses',
    extent: 'full',
    findings: `
      SELECT g.organization_id, g.accounting_period, 'left of credit grant ' || g.id || ', against its uses' AS message,
             g.amount - coalesce(a.used, 0) - coalesce(c.used, 0) AS expected, coalesce(b.remaining, 0) AS found
      FROM credit_grant g
      LEFT JOIN credit_grant_balance b ON b.grant_id = g.id
      LEFT JOIN (${ALLOCATED}) AS a ON a.grant_id = g.id
      LEFT JOIN (${CHARGED}) AS c ON c.grant_id = g.id
      WHERE $1::timestamptz IS NOT NULL
        AND g.amount - coalesce(a.used, 0) - coalesce(c.used, 0) <> coalesce(b.remaining, 0)`,
  },
  {
    check: 'events-are-funded',
    extent: 'recent',
    findings: `
      SELECT organization_id, accounting_period,
             format('%s that credit paid of %s events, such as %s', account, count(*), min(request_id::text)) AS message,
             sum(expected) AS expected, sum(found) AS found
      FROM (
        SELECT e.request_id, e.organization_id, e.accounting_period, costs.account, costs.amount AS found,
               coalesce((SELECT sum(a.amount) FROM grant_allocation a
                         WHERE a.request_id = e.request_id AND a.part = e.part AND a.revision <= e.revision
                           AND a.account = costs.account), 0) AS expected
        FROM usage_event e
        CROSS JOIN LATERAL (VALUES ('prepaid', e.prepaid_cost), ('promo', e.promo_cost)) AS costs(account, amount)
        WHERE e.booked_at >= $1 AND (
          e.prepaid_cost <> 0 OR e.promo_cost <> 0 OR e.organization_id IN (SELECT organization_id FROM credit_grant))
        UNION ALL
        SELECT e.request_id, e.organization_id, e.accounting_period, 'more than was billed', e.prepaid_cost + e.promo_cost,
               e.billed_cost
        FROM usage_event e WHERE e.booked_at >= $1 AND e.prepaid_cost + e.promo_cost > e.billed_cost
      ) AS events
      WHERE expected <> found GROUP BY organization_id, accounting_period, account`,
  },
  {
    check: 'prepaid-is-grants',
    extent: 'recent',
    findings: byOrganization('prepaid credit in the ledger, against what is left of its grants', {
      expected: `
        SELECT b.organization_id, -sum(b.remaining) AS amount FROM ${GRANTS}
        WHERE g.account = 'prepaid' AND (g.expires_at IS NULL OR g.expires_at > now()) GROUP BY 1`,
      found: PREPAID_NOW,
    }),
  },
  {
    check: 'promo-is-used',
    extent: 'full',
    // what was posted when it was given, before credit was kept by grants, is left out
    findings: byOrganization('credit given away that was used in the ledger, against what was used of its grants', {
      expected: `
        SELECT organization_id, sum(amount) AS amount
        FROM (
          SELECT organization_id, amount FROM grant_allocation WHERE account = 'promo'
          UNION ALL
          SELECT c.organization_id, c.amount FROM grant_charge c JOIN ledger_transaction t ON t.id = c.source_id
          WHERE c.account = 'promo'
        ) AS uses GROUP BY 1`,
      found: `
        SELECT organization_id, sum(amount) AS amount
        FROM (
          SELECT organization_id, amount FROM ledger_balance
          WHERE account = 'promo' AND kind NOT IN ('promotion', 'opening')
          UNION ALL
          SELECT organization_id, amount FROM usage_accrual WHERE account = 'promo'
        ) AS parts GROUP BY 1`,
    }),
  },
  {
    check: 'expiries-are-booked',
    extent: 'full',
    // ahead for each day on which something expires, and for everything that has
    findings: `
      SELECT either.organization_id, NULL::text AS accounting_period,
             'expiry ' || coalesce('at ' || either.expires_at, 'until now') || ', against what is left of the grants' AS message,
             coalesce(g.amount, 0) AS expected, coalesce(l.amount, 0) AS found
      FROM (
        SELECT organization_id, CASE WHEN expires_at > now() THEN expires_at END AS expires_at, sum(remaining) AS amount
        FROM (SELECT g.organization_id, g.expires_at, b.remaining FROM ${GRANTS}
              WHERE g.account = 'prepaid' AND g.expires_at IS NOT NULL) AS grants GROUP BY 1, 2
      ) AS g
      FULL JOIN (
        SELECT organization_id, CASE WHEN at > now() THEN at END AS expires_at, sum(amount) AS amount
        FROM (
          SELECT organization_id, booked_at AS at, amount FROM ledger_entry
          WHERE kind = 'expiry' AND account = 'prepaid'
          UNION ALL
          SELECT organization_id, effective_at, amount FROM usage_accrual WHERE kind = 'expiry' AND account = 'prepaid'
        ) AS entries GROUP BY 1, 2
      ) AS l ON l.organization_id = g.organization_id AND l.expires_at IS NOT DISTINCT FROM g.expires_at
      CROSS JOIN LATERAL (SELECT coalesce(g.organization_id, l.organization_id) AS organization_id,
                                 coalesce(g.expires_at, l.expires_at) AS expires_at) AS either
      WHERE coalesce(g.amount, 0) <> coalesce(l.amount, 0) AND $1::timestamptz IS NOT NULL`,
  },
  {
    check: 'captured-is-events',
    extent: 'full',
    findings: `
      SELECT f.organization_id, NULL::text AS accounting_period,
             'captured in all, against what first revisions were billed' AS message,
             f.opened_with + coalesce(sum(e.billed_cost), 0) AS expected, f.captured AS found
      FROM organization_funding f
      LEFT JOIN usage_event e ON e.organization_id = f.organization_id AND e.revision = 0
        AND (f.opened_with = 0 OR e.booked_at >= f.opened_at)
      WHERE $1::timestamptz IS NOT NULL
      GROUP BY f.organization_id HAVING f.captured <> f.opened_with + coalesce(sum(e.billed_cost), 0)`,
  },
];
