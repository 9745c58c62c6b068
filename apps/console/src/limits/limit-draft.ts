import type { MoneyAmount, RateLimit } from '@tollgate/wire';

/** Limits as they are filled in: text until they are sent, empty for none. */
export interface LimitFields {
  readonly monthlyBudget: string;
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly concurrency: string;
}

interface Limits {
  readonly rateLimit: RateLimit;
  readonly monthlyBudget: MoneyAmount | null;
}

interface LimitsDraft {
  readonly rateLimit: RateLimit;
  readonly monthlyBudget: { readonly amount: string; readonly currency: 'USD' } | null;
}

export const NO_LIMITS: LimitFields = {
  monthlyBudget: '',
  requestsPerMinute: '',
  tokensPerMinute: '',
  concurrency: '',
};

/** What the form shows of limits that are set. */
export function limitFieldsOf({ rateLimit, monthlyBudget }: Limits): LimitFields {
  return {
    monthlyBudget: monthlyBudget === null ? '' : plainAmount(monthlyBudget.amount),
    requestsPerMinute: String(rateLimit.requestsPerMinute ?? ''),
    tokensPerMinute: String(rateLimit.tokensPerMinute ?? ''),
    concurrency: String(rateLimit.concurrency ?? ''),
  };
}

/** What the API is sent for limits that were filled in. */
export function limitsOf(fields: LimitFields): LimitsDraft {
  return {
    monthlyBudget: fields.monthlyBudget === '' ? null : { amount: fields.monthlyBudget, currency: 'USD' },
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
