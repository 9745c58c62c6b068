import { LEDGER_CURRENCY, type GrantLeft, type OrganizationBalance as Balance } from '@tollgate/database';
import { formatPicos, OPERATOR_LEDGER_ACCOUNTS, type Picos } from '@tollgate/domain';
import type { OrganizationBalance } from '@tollgate/wire';
import { dollars } from '../http/presentation.js';

interface BalanceFacts {
  readonly organizationId: string;
  readonly billingMode: OrganizationBalance['billingMode'];
  /** Null: this process does not know. */
  readonly held: Picos | null;
  readonly isOperator: boolean;
}

export function presentBalance(balance: Balance, { held, isOperator, ...whose }: BalanceFacts): OrganizationBalance {
  const { credited, spent, prepaid, promo, owed, available, cost, accounts, grants, asOf } = balance;
  return {
    ...whose,
    currency: LEDGER_CURRENCY,
    credited: money(credited),
    spent: money(spent),
    prepaid: money(prepaid),
    promo: money(promo),
    owed: money(owed),
    available: money(available),
    held: held === null ? null : money(held),
    // what the operator pays is not told to those who pay the operator
    ...(isOperator ? { cost: money(cost) } : {}),
    nextExpiry: nextExpiryOf(grants),
    accounts: accounts
      .filter(({ account }) => isOperator || !OPERATOR_LEDGER_ACCOUNTS.includes(account))
      .map(({ account, posted, accrued }) => ({
        account,
        balance: money(posted + accrued),
        posted: money(posted),
        accrued: money(accrued),
      })),
    asOf: new Date(asOf).toISOString(),
  };
}

function nextExpiryOf(grants: readonly GrantLeft[]): OrganizationBalance['nextExpiry'] {
  const [next] = grants
    .flatMap(({ id, expiresAt, remaining }) => (expiresAt === null ? [] : [{ id, expiresAt, remaining }]))
    .sort((a, b) => a.expiresAt - b.expiresAt);
  if (next === undefined) return null;
  const { id, expiresAt, remaining } = next;
  return { creditGrantId: id, expiresAt: new Date(expiresAt).toISOString(), remaining: money(remaining) };
}

const money = (picos: Picos) => dollars(formatPicos(picos));
