/**
 * Whose books: one organization's, or everybody's together (`$1` is NULL). Simulated organizations stand outside of what
 * everybody has, unless the whole installation is a demo.
 */
export const ofOrganizations = (organizationId: string): string => `(
  ${organizationId} = $1 OR ($1::text IS NULL AND ${organizationId} IN (
    SELECT o.id FROM organization o
    WHERE o.simulated = coalesce((SELECT i.simulated FROM installation i WHERE i.id = 1), false)))
)`;

/** Ledger and open accruals by accounting period, kind and account. */
export const PARTS_BY_PERIOD = `
  SELECT accounting_period, kind, account, sum(amount) AS amount
  FROM (
    SELECT organization_id, accounting_period, kind, account, amount FROM ledger_balance WHERE currency = 'USD'
    UNION ALL
    SELECT organization_id, accounting_period, kind, account, amount FROM usage_accrual
  ) AS parts
  WHERE ${ofOrganizations('organization_id')}
  GROUP BY 1, 2, 3`;
