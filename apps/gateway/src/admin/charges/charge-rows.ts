import type { GrantAccount, GrantOrigin, LedgerAccount } from '@tollgate/domain';

/** Rows as raw SQL answers them: `numeric` and `bigint` are strings. */

/** A revision of a request as it was booked, and where. */
export interface RevisionRow {
  readonly revision: number;
  readonly outcome: string;
  readonly usage_source: 'reported' | 'recovered' | 'estimated' | 'none';
  readonly billed_cost: string;
  readonly hold: string;
  readonly captured_cost: string | null;
  readonly booked_at: Date;
  readonly booking_minute: Date;
  readonly accounting_period: string;
  readonly period_state: 'open' | 'closed' | null;
  readonly ledger_transaction_id: string | null;
  /** Whether something of its minute waits to be sealed. */
  readonly is_accrued: boolean;
}

export interface FundingRow {
  readonly grant_id: string;
  readonly account: GrantAccount;
  readonly origin: GrantOrigin;
  readonly reason: string;
  readonly expires_at: Date | null;
  readonly amount: string;
}

/** A published state of a price book. */
export interface PublicationRow {
  readonly id: string;
  readonly price_book_id: string;
  readonly price_book_name: string;
  /** Whose book it is; null is the operator's. */
  readonly organization_id: string | null;
  readonly sequence: number;
  readonly published_at: Date;
  readonly published_by: string;
  /** Null where it was nobody: what the product publishes itself. */
  readonly publisher_name: string | null;
}

/** An event that was sealed into a transaction, and what it added to it. */
export interface BookedRow {
  readonly request_id: string;
  readonly part: number;
  readonly revision: number;
  readonly occurred_at: Date;
  readonly booked_at: Date;
  readonly requested_model: string;
  readonly outcome: string;
  readonly amount: string;
}

export interface BookedTotals {
  readonly count: number;
  readonly total: string;
}

/** What a sum over the events of a transaction is of: what was billed, or what went to one account. */
export type BookedMeasure = LedgerAccount | 'amount';
