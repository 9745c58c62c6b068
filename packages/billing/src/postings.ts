import type { LedgerAccount, Picos, Posting } from '@tollgate/domain';

import type { Charge } from './settlement.js';

/** Money of usage. Every amount is negative when a correction takes it back. */
export interface UsageMoney {
  readonly charge: Charge;
  /** What the organization is charged. */
  readonly billedCost: Picos;
  /** Of it, what its prepaid credit paid. */
  readonly prepaidCost: Picos;
  /** Of it, what credit paid that was given away. */
  readonly promoCost: Picos;
  /** What we pay the provider. */
  readonly providerCost: Picos;
}

/**
 * What is billed: debit the credit that paid it, and `receivable` with the rest; credit `revenue`. What it costs us: debit
 * `provider_cost`, or `waste` when nobody is charged for it, credit `provider_payable`.
 */
export function usagePostings(usage: UsageMoney): readonly Posting[] {
  const { charge, providerCost } = usage;
  return [
    ...chargePostings(usage),
    ...transfer(charge === 'waste' ? 'waste' : 'provider_cost', 'provider_payable', providerCost),
  ];
}

/** What an organization is charged, for usage or for anything else. */
export function chargePostings({
  billedCost,
  prepaidCost,
  promoCost,
}: Pick<UsageMoney, 'billedCost' | 'prepaidCost' | 'promoCost'>): readonly Posting[] {
  const debits = [
    ['prepaid', prepaidCost],
    ['promo', promoCost],
    ['receivable', billedCost - prepaidCost - promoCost],
  ] as const;
  return posted([...debits, ['revenue', -billedCost]]);
}

/**
 * Money or favour that comes to an organization: what it owes is paid first (credit `receivable`), the rest is owed to it
 * in usage (credit `prepaid`). Debit `cash` for what has arrived, `revenue` for what is put right in its favour.
 */
export function creditPostings(
  source: 'cash' | 'revenue',
  { repaid, granted }: { readonly repaid: Picos; readonly granted: Picos },
): readonly Posting[] {
  return posted([
    [source, repaid + granted],
    ['receivable', -repaid],
    ['prepaid', -granted],
  ]);
}

/** Prepaid credit that goes back as money. */
export function refundPostings(amount: Picos): readonly Posting[] {
  return transfer('prepaid', 'cash', amount);
}

/** What is owed and will not be paid. */
export function writeOffPostings(amount: Picos): readonly Posting[] {
  return transfer('write_off', 'receivable', amount);
}

/**
 * Of prepaid credit that expires: what nobody will use is earned. Booked ahead for the whole grant, and negative for what
 * has been used of it.
 */
export function expiryPostings(amount: Picos): readonly Posting[] {
  return transfer('prepaid', 'breakage', amount);
}

/**
 * What there was before credit was kept by grants: promotions were posted when they were given, and usage went below zero.
 * What is left of promotions is no debt any more (debit `prepaid`, credit `promo`); what was overdrawn is owed.
 */
export function openingPostings({ promo, overdrawn }: { readonly promo: Picos; readonly overdrawn: Picos }) {
  return [...transfer('prepaid', 'promo', promo), ...transfer('receivable', 'prepaid', overdrawn)];
}

function transfer(debit: LedgerAccount, credit: LedgerAccount, picos: Picos): readonly Posting[] {
  return posted([
    [debit, picos],
    [credit, -picos],
  ]);
}

/** An entry of nothing is none. */
function posted(entries: readonly (readonly [LedgerAccount, Picos])[]): readonly Posting[] {
  return entries.flatMap(([account, picos]) => (picos === 0n ? [] : [{ account, picos }]));
}
