import type { CreditKind, LedgerAccount, Picos, Posting } from '@tollgate/domain';

import type { Charge } from './settlement.js';

export interface UsageMoney {
  readonly billingMode: 'prepaid' | 'postpaid';
  readonly charge: Charge;
  /** What the organization is charged. Negative when a correction takes it back. */
  readonly billedCost: Picos;
  /** What we pay the provider. */
  readonly providerCost: Picos;
}

/**
 * What is billed: debit `prepaid` or `receivable`, credit `revenue`. What it costs us: debit `provider_cost`, or `waste`
 * when nobody is charged for it, credit `provider_payable`.
 */
export function usagePostings({ billingMode, charge, billedCost, providerCost }: UsageMoney): readonly Posting[] {
  return [
    ...transfer(billingMode === 'prepaid' ? 'prepaid' : 'receivable', 'revenue', billedCost),
    ...transfer(charge === 'waste' ? 'waste' : 'provider_cost', 'provider_payable', providerCost),
  ];
}

const CREDIT_SOURCES: Readonly<Record<CreditKind, LedgerAccount>> = { payment: 'cash', promotion: 'promo' };

/**
 * Debit `cash` for money that has arrived, or `promo` for what we give away: no cash must appear in the books that is not
 * in the bank. Credit `prepaid`, which we owe in usage from then on.
 */
export function creditPostings(kind: CreditKind, amount: Picos): readonly Posting[] {
  return transfer(CREDIT_SOURCES[kind], 'prepaid', amount);
}

function transfer(debit: LedgerAccount, credit: LedgerAccount, picos: Picos): readonly Posting[] {
  if (picos === 0n) return [];
  return [
    { account: debit, picos },
    { account: credit, picos: -picos },
  ];
}
