import type { Picos } from './money.js';

/**
 * The accounts of each organization. Debits are positive and credits negative, so what we owe (`prepaid`,
 * `provider_payable`) and what we earn (`revenue`, `breakage`) have negative balances. `promo` holds the credit that was
 * given away and has been used: before it is used nobody owes anything for it. `write_off` holds what was owed and will not
 * be paid.
 */
export const LEDGER_ACCOUNTS = [
  'prepaid',
  'promo',
  'receivable',
  'accrued',
  'revenue',
  'breakage',
  'cash',
  'tax',
  'suspense',
  'rounding',
  'provider_cost',
  'waste',
  'provider_payable',
  'fx',
  'write_off',
] as const;

export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** What the operator pays, which is not told to those who pay the operator. Their entries sum to zero among themselves. */
export const OPERATOR_LEDGER_ACCOUNTS: readonly LedgerAccount[] = ['provider_cost', 'waste', 'provider_payable'];

export function isLedgerAccount(text: string): text is LedgerAccount {
  return (LEDGER_ACCOUNTS as readonly string[]).includes(text);
}

/** Accounts that usage can be paid from by grants: money that was paid before, and credit that was given away. */
export const GRANT_ACCOUNTS = ['prepaid', 'promo'] as const satisfies readonly LedgerAccount[];

export type GrantAccount = (typeof GRANT_ACCOUNTS)[number];

/** Where a grant comes from; `plan` is the credit that a plan includes, `opening` what there was before grants were kept. */
export const GRANT_ORIGINS = ['payment', 'promotion', 'plan', 'adjustment', 'opening'] as const;

export type GrantOrigin = (typeof GRANT_ORIGINS)[number];

/** The smaller is spent first. */
export const DEFAULT_GRANT_PRIORITY = { promo: 50, prepaid: 100 } as const satisfies Record<GrantAccount, number>;

/**
 * What a person may post. `payment`: money has arrived. `promotion`: credit is given away. `refund`: money goes back, out of
 * prepaid credit. `adjustment`: above zero in favour of the organization, below zero against it. `write_off`: what is owed
 * will not be paid. `revocation`: the rest of a grant that was given away is taken back.
 */
export const MANUAL_POSTING_KINDS = [
  'payment',
  'promotion',
  'refund',
  'adjustment',
  'write_off',
  'revocation',
] as const;

export type ManualPostingKind = (typeof MANUAL_POSTING_KINDS)[number];

/**
 * `usage` and `correction` are a sealed booking minute. `expiry` is booked ahead, for the instant a grant expires, and taken
 * back as the grant is used. `promotion` is of before grants were kept, `opening` what was moved when they began.
 */
export const LEDGER_TRANSACTION_KINDS = [
  'usage',
  'correction',
  'expiry',
  'payment',
  'promotion',
  'refund',
  'adjustment',
  'write_off',
  'platform_fee',
  'opening',
] as const;

export type LedgerTransactionKind = (typeof LEDGER_TRANSACTION_KINDS)[number];

/** Kinds of accruals, before they are sealed into transactions of the same kind. */
export const ACCRUAL_KINDS = ['usage', 'correction', 'expiry'] as const satisfies readonly LedgerTransactionKind[];

export type AccrualKind = (typeof ACCRUAL_KINDS)[number];

/** One side of a transaction; the postings of a transaction sum to zero. */
export interface Posting {
  readonly account: LedgerAccount;
  /** Positive is a debit. */
  readonly picos: Picos;
}
