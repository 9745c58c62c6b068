import { FALLBACK_CAUSES, type FallbackCause, type Strategy } from '@tollgate/domain';
import type { Route } from '@tollgate/wire';
import type { RequestOf } from '../api/call-operation.js';
import {
  type ConstraintFields,
  constraintFieldsOf,
  constraintsOf,
  NO_CONSTRAINTS,
} from '../routing/constraint-draft.js';

/** A target as it is filled in: text until it is sent, empty for none. */
export interface TargetFields {
  readonly model: string;
  readonly provider: string;
  readonly weight: string;
  readonly minInputTokens: string;
  readonly maxInputTokens: string;
  readonly tags: string[];
}

interface ShareFields {
  readonly model: string;
  readonly percent: string;
}

export interface RouteFields {
  readonly name: string;
  /** Asked of the operator only. */
  readonly reach: 'organization' | 'everybody';
  readonly strategy: Strategy;
  readonly targets: TargetFields[];
  readonly constraints: ConstraintFields;
  readonly fallbacks: Record<FallbackCause, string[]>;
  readonly sticky: boolean;
  readonly canary: ShareFields;
  readonly shadow: ShareFields;
  readonly hedgeAfterMs: string;
  readonly firstTokenTimeoutMs: string;
  readonly totalTimeoutMs: string;
  readonly enabled: boolean;
}

export const NO_TARGET: TargetFields = {
  model: '',
  provider: '',
  weight: '',
  minInputTokens: '',
  maxInputTokens: '',
  tags: [],
};

const NO_SHARE: ShareFields = { model: '', percent: '' };

export const emptyRouteFields = (): RouteFields => ({
  name: '',
  reach: 'organization',
  strategy: 'balanced',
  targets: [NO_TARGET],
  constraints: NO_CONSTRAINTS,
  fallbacks: fallbackFields({}),
  sticky: true,
  canary: NO_SHARE,
  shadow: NO_SHARE,
  hedgeAfterMs: '',
  firstTokenTimeoutMs: '',
  totalTimeoutMs: '',
  enabled: true,
});

/** What the form shows of a route that is there. */
export function routeFieldsOf(route: Route): RouteFields {
  return {
    name: route.name,
    reach: route.organizationId === null ? 'everybody' : 'organization',
    strategy: route.strategy,
    targets: route.targets.map(targetFieldsOf),
    constraints: constraintFieldsOf(route.constraints),
    fallbacks: fallbackFields(route.fallbacks),
    sticky: route.sticky,
    canary: shareFieldsOf(route.canary),
    shadow: shareFieldsOf(route.shadow),
    hedgeAfterMs: typed(route.hedgeAfterMs),
    firstTokenTimeoutMs: typed(route.firstTokenTimeoutMs),
    totalTimeoutMs: typed(route.totalTimeoutMs),
    enabled: route.enabled,
  };
}

const typed = (value: number | null | undefined): string => String(value ?? '');

function targetFieldsOf({ model, provider, weight, when }: Route['targets'][number]): TargetFields {
  return {
    model,
    provider: provider ?? '',
    weight: typed(weight),
    minInputTokens: typed(when?.minInputTokens),
    maxInputTokens: typed(when?.maxInputTokens),
    tags: when?.tags ?? [],
  };
}

const shareFieldsOf = (share: Route['canary']): ShareFields =>
  share === null ? NO_SHARE : { model: share.model, percent: String(share.percent) };

function fallbackFields(fallbacks: Route['fallbacks']): Record<FallbackCause, string[]> {
  return Object.fromEntries(FALLBACK_CAUSES.map((cause) => [cause, fallbacks[cause] ?? []])) as Record<
    FallbackCause,
    string[]
  >;
}

export type RouteChange = NonNullable<RequestOf<'updateRoute'>['body']>;
type RouteDraft = RequestOf<'createRoute'>['body'];

/** What the API is sent for a route that was edited. */
export function changeOf(fields: RouteFields): RouteChange & Omit<RouteDraft, 'organizationId'> {
  const { name, strategy, sticky, enabled, fallbacks } = fields;
  return {
    name,
    strategy,
    sticky,
    enabled,
    targets: fields.targets.map(targetOf),
    constraints: constraintsOf(fields.constraints),
    fallbacks: fallbacksOf(fallbacks),
    canary: shareOf(fields.canary),
    shadow: shareOf(fields.shadow),
    hedgeAfterMs: numberOf(fields.hedgeAfterMs),
    firstTokenTimeoutMs: numberOf(fields.firstTokenTimeoutMs),
    totalTimeoutMs: numberOf(fields.totalTimeoutMs),
  };
}

/** What the API is sent for a new route. */
export function draftOf(fields: RouteFields, organizationId: string): RouteDraft {
  return { ...changeOf(fields), organizationId: fields.reach === 'everybody' ? null : organizationId };
}

function fallbacksOf(fallbacks: RouteFields['fallbacks']): Route['fallbacks'] {
  const named = FALLBACK_CAUSES.filter((cause) => fallbacks[cause].length > 0);
  return Object.fromEntries(named.map((cause) => [cause, fallbacks[cause]]));
}

const numberOf = (text: string): number | null => (text === '' ? null : Number(text));

function targetOf({ model, provider, weight, minInputTokens, maxInputTokens, tags }: TargetFields) {
  const when = {
    ...(minInputTokens === '' ? {} : { minInputTokens: Number(minInputTokens) }),
    ...(maxInputTokens === '' ? {} : { maxInputTokens: Number(maxInputTokens) }),
    ...(tags.length === 0 ? {} : { tags }),
  };
  return {
    model,
    ...(provider === '' ? {} : { provider }),
    ...(weight === '' ? {} : { weight: Number(weight) }),
    ...(Object.keys(when).length === 0 ? {} : { when }),
  };
}

const shareOf = ({ model, percent }: ShareFields): Route['canary'] =>
  model === '' ? null : { model, percent: Number(percent) };

export const WHOLE = /^(0|[1-9]\d{0,7})?$/;
export const PERCENT = /^([1-9]\d?|100)$/;
