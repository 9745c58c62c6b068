import type { LedgerEntry, LedgerTransaction } from '@tollgate/wire';
import { dollars } from '../http/presentation.js';
import type { LedgerEntryRow, LedgerTransactionRow } from './ledger-rows.js';

/** The transaction and the line. */
export const entryId = ({ transaction_id, line }: LedgerEntryRow): string => `${transaction_id}.${line}`;

export function presentTransaction(row: LedgerTransactionRow): LedgerTransaction {
  return {
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    amount: dollars(row.amount),
    accountingPeriod: row.accounting_period,
    reason: row.reason,
    source: row.source,
    bookedAt: row.booked_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  };
}

export function presentEntry(row: LedgerEntryRow): LedgerEntry {
  return {
    id: entryId(row),
    transactionId: row.transaction_id,
    line: row.line,
    organizationId: row.organization_id,
    kind: row.kind,
    account: row.account,
    amount: dollars(row.amount),
    accountingPeriod: row.accounting_period,
    bookedAt: row.booked_at.toISOString(),
  };
}
