import type { RequestOf } from '../api/call-operation.js';

const DAY_MS = 86_400_000;

const EVERY_MODEL = '*';
export const EXPIRIES = ['never', '30', '90', '365'] as const;
export const UNSUPPORTED_CHOICES = ['refuse', 'drop'] as const;

/** The form as it is filled in: everything is text until it is sent. */
export interface KeyFields {
  readonly name: string;
  readonly projectId: string;
  readonly scope: 'every' | 'some';
  readonly modelAllowlist: string[];
  readonly unsupportedParameters: (typeof UNSUPPORTED_CHOICES)[number];
  readonly monthlyBudget: string;
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly concurrency: string;
  readonly expiry: (typeof EXPIRIES)[number];
}

export const emptyKeyFields = (projectId: string): KeyFields => ({
  name: '',
  projectId,
  scope: 'every',
  modelAllowlist: [],
  unsupportedParameters: 'refuse',
  monthlyBudget: '',
  requestsPerMinute: '',
  tokensPerMinute: '',
  concurrency: '',
  expiry: 'never',
});

export type KeyDraft = RequestOf<'createApiKey'>['body'] & { readonly projectId: string };

/** What the API is sent for a form that was filled in. */
export function draftOf(fields: KeyFields, now: number): KeyDraft {
  return {
    name: fields.name,
    projectId: fields.projectId,
    modelAllowlist: fields.scope === 'every' ? [EVERY_MODEL] : fields.modelAllowlist,
    unsupportedParameters: fields.unsupportedParameters,
    expiresAt: fields.expiry === 'never' ? null : new Date(now + Number(fields.expiry) * DAY_MS).toISOString(),
    monthlyBudget: fields.monthlyBudget === '' ? null : { amount: fields.monthlyBudget, currency: 'USD' },
    rateLimit: {
      requestsPerMinute: ceilingOf(fields.requestsPerMinute),
      tokensPerMinute: ceilingOf(fields.tokensPerMinute),
      concurrency: ceilingOf(fields.concurrency),
    },
  };
}

const ceilingOf = (text: string): number | null => (text === '' ? null : Number(text));

export const WHOLE_NUMBER = /^([1-9]\d{0,8})?$/;
export const AMOUNT = /^(\d{1,7}(\.\d{1,12})?)?$/;
