import type { ApiKey } from '@tollgate/wire';
import type { RequestOf } from '../api/call-operation.js';
import {
  type ConstraintFields,
  constraintFieldsOf,
  constraintsOf,
  NO_CONSTRAINTS,
} from '../routing/constraint-draft.js';
import { type LimitFields, limitFieldsOf, limitsOf, NO_LIMITS } from '../limits/limit-draft.js';

const DAY_MS = 86_400_000;

const EVERY_MODEL = '*';
/** Of a key that has an expiry already: leave it as it is. */
const KEPT = 'kept';
export const EXPIRIES = ['never', '30', '90', '365'] as const;
export const UNSUPPORTED_CHOICES = ['refuse', 'drop'] as const;

/** The form as it is filled in: everything is text until it is sent. */
export interface KeyFields extends LimitFields {
  readonly name: string;
  readonly projectId: string;
  /** Empty: nobody. */
  readonly ownerId: string;
  readonly tags: string[];
  readonly ipRanges: string[];
  readonly scope: 'every' | 'some';
  readonly modelAllowlist: string[];
  readonly constraints: ConstraintFields;
  readonly unsupportedParameters: (typeof UNSUPPORTED_CHOICES)[number];
  readonly expiry: (typeof EXPIRIES)[number] | typeof KEPT;
}

export const emptyKeyFields = (projectId: string): KeyFields => ({
  name: '',
  projectId,
  ownerId: '',
  tags: [],
  ipRanges: [],
  scope: 'every',
  modelAllowlist: [],
  constraints: NO_CONSTRAINTS,
  unsupportedParameters: 'refuse',
  expiry: 'never',
  ...NO_LIMITS,
});

/** What the form shows of a key that is there. */
export function keyFieldsOf(apiKey: ApiKey): KeyFields {
  const isEvery = apiKey.modelAllowlist.includes(EVERY_MODEL);
  return {
    name: apiKey.name,
    projectId: apiKey.projectId,
    ownerId: apiKey.ownerId ?? '',
    tags: apiKey.tags,
    ipRanges: apiKey.ipRanges,
    scope: isEvery ? 'every' : 'some',
    modelAllowlist: isEvery ? [] : apiKey.modelAllowlist,
    constraints: constraintFieldsOf(apiKey.constraints),
    unsupportedParameters: apiKey.unsupportedParameters,
    expiry: apiKey.expiresAt === null ? 'never' : KEPT,
    ...limitFieldsOf(apiKey),
  };
}

export type KeyDraft = RequestOf<'createApiKey'>['body'];
export type KeyChange = NonNullable<RequestOf<'updateApiKey'>['body']>;

/** What the API is sent for a new key. */
export function draftOf(fields: KeyFields, now: number): KeyDraft {
  return { ...settingsOf(fields), expiresAt: expiryOf(fields.expiry, now) ?? null };
}

/** What the API is sent for a key that was edited: an expiry that was left alone may have passed, and is not sent. */
export function changeOf(fields: KeyFields, now: number): KeyChange {
  const expiresAt = expiryOf(fields.expiry, now);
  return { ...settingsOf(fields), ...(expiresAt === undefined ? {} : { expiresAt }) };
}

function settingsOf(fields: KeyFields) {
  return {
    name: fields.name,
    ownerId: fields.ownerId === '' ? null : fields.ownerId,
    tags: fields.tags,
    ipRanges: fields.ipRanges,
    modelAllowlist: fields.scope === 'every' ? [EVERY_MODEL] : fields.modelAllowlist,
    constraints: constraintsOf(fields.constraints),
    unsupportedParameters: fields.unsupportedParameters,
    ...limitsOf(fields),
  };
}

/** Undefined: as it was. */
function expiryOf(expiry: KeyFields['expiry'], now: number): string | null | undefined {
  if (expiry === KEPT) return undefined;
  return expiry === 'never' ? null : new Date(now + Number(expiry) * DAY_MS).toISOString();
}
