import type { Picos } from './money.js';

/**
 * The accounts of each organization. Debits are positive and credits negative, so what we owe (`prepaid`,
 * `provider_payable`) and what we earn (`revenue`, `breakage`) have negative balances.
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
] as const;

export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** What the operator pays, which is not told to those who pay the operator. Their entries sum to zero among themselves. */
export const OPERATOR_LEDGER_ACCOUNTS: readonly LedgerAccount[] = ['provider_cost', 'waste', 'provider_payable'];

export function isLedgerAccount(text: string): text is LedgerAccount {
  return (LEDGER_ACCOUNTS as readonly string[]).includes(text);
}

/** Why an organization's balance is raised by hand: its money has arrived, or the operator gives it away. */
export const CREDIT_KINDS = ['payment', 'promotion'] as const;

export type CreditKind = (typeof CREDIT_KINDS)[number];

/** `usage` is a sealed booking minute; the others are credits. */
export const LEDGER_TRANSACTION_KINDS = ['usage', ...CREDIT_KINDS] as const;

export type LedgerTransactionKind = (typeof LEDGER_TRANSACTION_KINDS)[number];

/** One side of a transaction; the postings of a transaction sum to zero. */
export interface Posting {
  readonly account: LedgerAccount;
  /** Positive is a debit. */
  readonly picos: Picos;
}
