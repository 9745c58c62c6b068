import type { MoneyAmount, Organization, RateLimit } from '@tollgate/wire';
import { type LadderFields, ladderFieldsOf, ladderOf } from './ladder-draft.js';

/** Limits as they are filled in: text until they are sent, empty for none. */
export interface LimitFields {
  readonly monthlyBudget: string;
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly concurrency: string;
  readonly ladder: LadderFields;
  /** Those of the `file` are shown, and never sent. */
  readonly limitsSource: Organization['limitsSource'];
}

interface Limits {
  readonly rateLimit: RateLimit;
  readonly monthlyBudget: MoneyAmount | null;
  readonly budgetLadder: Organization['budgetLadder'];
  readonly limitsSource: Organization['limitsSource'];
}

interface LimitsDraft {
  readonly rateLimit?: RateLimit;
  readonly monthlyBudget?: { readonly amount: string; readonly currency: 'USD' } | null;
  readonly budgetLadder?: Organization['budgetLadder'];
}

export const NO_LIMITS: LimitFields = {
  monthlyBudget: '',
  requestsPerMinute: '',
  tokensPerMinute: '',
  concurrency: '',
  ladder: [],
  limitsSource: 'api',
};

/** What the form shows of limits that are set. */
export function limitFieldsOf({ rateLimit, monthlyBudget, budgetLadder, limitsSource }: Limits): LimitFields {
  return {
    monthlyBudget: monthlyBudget === null ? '' : plainAmount(monthlyBudget.amount),
    requestsPerMinute: String(rateLimit.requestsPerMinute ?? ''),
    tokensPerMinute: String(rateLimit.tokensPerMinute ?? ''),
    concurrency: String(rateLimit.concurrency ?? ''),
    ladder: ladderFieldsOf(budgetLadder),
    limitsSource,
  };
}

/** What the API is sent for limits that were filled in. */
export function limitsOf(fields: LimitFields): LimitsDraft {
  if (fields.limitsSource === 'file') return {};
  const hasBudget = fields.monthlyBudget !== '';
  return {
    monthlyBudget: hasBudget ? { amount: fields.monthlyBudget, currency: 'USD' } : null,
    // without a budget there is nothing to climb
    ...(hasBudget ? { budgetLadder: ladderOf(fields.ladder) } : {}),
    rateLimit: {
      requestsPerMinute: ceilingOf(fields.requestsPerMinute),
      tokensPerMinute: ceilingOf(fields.tokensPerMinute),
      concurrency: ceilingOf(fields.concurrency),
    },
  };
}

/** An amount as somebody would type it: without the zeros that say nothing. */
export const plainAmount = (amount: string): string => amount.replace(/\.?0+$/, '');

const ceilingOf = (text: string): number | null => (text === '' ? null : Number(text));

export const WHOLE_NUMBER = /^([1-9]\d{0,8})?$/;
export const AMOUNT = /^(\d{1,7}(\.\d{1,12})?)?$/;
