import type { SelfAuditCheck, SelfAuditExtent } from '@tollgate/domain';

/**
 * One thing that must hold of the books. Its query answers what does not: rows of `organization_id`, `accounting_period`,
 * `message`, `expected` and `found`. `$1` is the instant from which single events, entries and transactions are read.
 */
export interface AuditCheck {
  readonly check: SelfAuditCheck;
  /** `full` for checks that would read everything. */
  readonly extent: SelfAuditExtent;
  readonly findings: string;
}

/** Work that waits for longer than this waits for somebody to look. */
const PATIENCE = `interval '10 minutes'`;

/** The ledger by itself. */
export const LEDGER_CHECKS: readonly AuditCheck[] = [
  {
    check: 'ledger-sums-to-zero',
    extent: 'recent',
    findings: `
      SELECT t.organization_id, t.accounting_period, 'entries of transaction ' || t.id AS message,
             0 AS expected, coalesce(sum(e.amount), 0) AS found
      FROM ledger_transaction t LEFT JOIN ledger_entry e ON e.transaction_id = t.id AND e.currency = t.currency
      WHERE t.booked_at >= $1
      GROUP BY t.id HAVING coalesce(sum(e.amount), 0) <> 0
      UNION ALL
      SELECT t.organization_id, t.accounting_period, 'number of entries of transaction ' || t.id, 2, count(e.line)
      FROM ledger_transaction t LEFT JOIN ledger_entry e ON e.transaction_id = t.id
      WHERE t.booked_at >= $1
      GROUP BY t.id HAVING count(e.line) < 2`,
  },
  {
    check: 'balances-are-their-entries',
    extent: 'full',
    findings: `
      SELECT organization_id, accounting_period,
             format('balance of %s by %s, against its entries', account, kind) AS message,
             coalesce(entries.amount, 0) AS expected, coalesce(b.amount, 0) AS found
      FROM (
        SELECT organization_id, accounting_period, kind, currency, account, sum(amount) AS amount
        FROM ledger_entry WHERE $1::timestamptz IS NOT NULL GROUP BY 1, 2, 3, 4, 5
      ) AS entries
      FULL JOIN ledger_balance b USING (organization_id, accounting_period, kind, currency, account)
      WHERE coalesce(entries.amount, 0) <> coalesce(b.amount, 0)`,
  },
  {
    check: 'accruals-sum-to-zero',
    extent: 'recent',
    findings: `
      SELECT organization_id, accounting_period, 'accruals of ' || booking_minute AS message, 0 AS expected,
             sum(amount) AS found
      FROM usage_accrual WHERE $1::timestamptz IS NOT NULL
      GROUP BY organization_id, booking_minute, accounting_period, kind, effective_at HAVING sum(amount) <> 0`,
  },
  {
    check: 'minutes-are-sealed',
    extent: 'recent',
    findings: `
      SELECT organization_id, accounting_period, 'minutes that ended long ago and are not sealed, from ' || min(booking_minute) AS message,
             0 AS expected, count(DISTINCT booking_minute) AS found
      FROM usage_accrual WHERE $1::timestamptz IS NOT NULL AND booking_minute < now() - ${PATIENCE}
      GROUP BY organization_id, accounting_period`,
  },
  {
    check: 'usage-is-booked',
    extent: 'recent',
    findings: `
      SELECT NULL::text AS organization_id, NULL::text AS accounting_period,
             'events that wait in the inbox since ' || min(received_at) AS message, 0 AS expected, count(*) AS found
      FROM usage_inbox WHERE $1::timestamptz IS NOT NULL AND received_at < now() - ${PATIENCE} HAVING count(*) > 0`,
  },
  {
    check: 'quarantine-is-empty',
    extent: 'recent',
    findings: `
      SELECT NULL::text AS organization_id, NULL::text AS accounting_period,
             'events in quarantine, such as number ' || min(id) || ': ' || left(min(reason), 200) AS message,
             0 AS expected, count(*) AS found
      FROM usage_quarantine WHERE $1::timestamptz IS NOT NULL AND resolved_at IS NULL HAVING count(*) > 0`,
  },
];
