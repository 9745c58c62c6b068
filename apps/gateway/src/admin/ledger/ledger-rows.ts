import type { LedgerAccount, LedgerTransactionKind } from '@tollgate/domain';

/** Rows of the ledger as raw SQL answers them: `numeric` is a string. */
export interface LedgerTransactionRow {
  readonly id: string;
  readonly organization_id: string;
  readonly kind: LedgerTransactionKind;
  readonly accounting_period: string;
  readonly reason: string;
  readonly source: string;
  readonly booked_at: Date;
  readonly created_at: Date;
  /** Of usage what the organization is charged, negative when it is refunded; of credits what it is credited with. */
  readonly amount: string;
}

export interface LedgerEntryRow {
  readonly transaction_id: string;
  readonly line: number;
  readonly organization_id: string;
  readonly kind: LedgerTransactionKind;
  readonly accounting_period: string;
  readonly booked_at: Date;
  readonly account: LedgerAccount;
  readonly amount: string;
}
