import type { Plan } from '@tollgate/wire';
import { type LimitFields, limitFieldsOf, limitsOf, NO_LIMITS, plainAmount } from '../limits/limit-draft.js';

/** Stands for the installation's default book in a list of choices, which has no empty one. */
export const DEFAULT_BOOK = 'default';

/** A plan as it is filled in: text until it is sent, empty amounts for nothing. */
export interface PlanFields extends LimitFields {
  readonly name: string;
  readonly billingMode: Plan['billingMode'];
  readonly priceBookId: string;
  readonly platformFee: string;
  readonly includedCredit: string;
}

export function planFieldsOf(plan: Plan | null): PlanFields {
  if (plan === null) {
    const nothing = { platformFee: '', includedCredit: '', priceBookId: DEFAULT_BOOK };
    return { name: '', billingMode: 'prepaid', ...nothing, ...NO_LIMITS };
  }
  const { name, billingMode, priceBookId, platformFee, includedCredit, rateLimit, monthlyBudget } = plan;
  return {
    name,
    billingMode,
    priceBookId: priceBookId ?? DEFAULT_BOOK,
    platformFee: plainAmount(platformFee.amount),
    includedCredit: plainAmount(includedCredit.amount),
    ...limitFieldsOf({ rateLimit, monthlyBudget, budgetLadder: [], limitsSource: 'api' }),
  };
}

/** What the API is sent for a plan that was filled in. */
export function termsOf({ name, billingMode, priceBookId, platformFee, includedCredit, ...limits }: PlanFields) {
  const { rateLimit, monthlyBudget } = limitsOf(limits);
  return {
    name,
    billingMode,
    priceBookId: priceBookId === DEFAULT_BOOK ? null : priceBookId,
    platformFee: usd(platformFee),
    includedCredit: usd(includedCredit),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(monthlyBudget === undefined ? {} : { monthlyBudget }),
  };
}

const usd = (amount: string) => ({ amount: amount === '' ? '0' : amount, currency: 'USD' as const });
