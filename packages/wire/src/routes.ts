import { ORDINARY_ROUTE, STRATEGIES, type FallbackCause, type RouteDefinition } from '@tollgate/domain';
import { z } from 'zod';
import { atLeastOneField, id, NO_FIELD_MESSAGE, revisionFields, tags, text } from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';
import { routingConstraints } from './routing-constraints.js';

const tag = 'Routes';

const MAX_TARGETS = 50;
const MAX_FALLBACKS = 10;
const MAX_WEIGHT = 1_000_000;
const MAX_TOKENS = 100_000_000;
const MAX_HEDGE_MS = 600_000;
const MAX_TIMEOUT_MS = 3_600_000;

const withoutStar = (value: string): boolean => !value.includes('*');

/** A name that clients use; what it means is one thing, never many. */
const plainName = () => text(200).refine(withoutStar, 'must not contain "*"');

const tokens = () => z.int().min(0).max(MAX_TOKENS);

const condition = z
  .strictObject({
    minInputTokens: tokens().exactOptional().meta({ description: "Estimated tokens of the request's input." }),
    maxInputTokens: tokens().exactOptional(),
    tags: tags()
      .min(1)
      .exactOptional()
      .meta({ description: 'The request carries one of these, from its key, its metadata or `x-tollgate-tags`.' }),
  })
  .refine(({ minInputTokens = 0, maxInputTokens = MAX_TOKENS }) => minInputTokens <= maxInputTokens, {
    path: ['maxInputTokens'],
    message: 'must not be below minInputTokens',
  })
  .refine((given) => Object.keys(given).length > 0, 'must name a condition; leave it out where there is none')
  .meta({ id: 'TargetCondition', description: 'For which requests the target is meant. All that is given must hold.' });

const target = z
  .strictObject({
    model: plainName().meta({ description: "A name under which deployments serve it; never another route's." }),
    provider: text(64).exactOptional().meta({ description: 'Only the deployments at this provider.' }),
    weight: z.int().min(1).max(MAX_WEIGHT).exactOptional().meta({ description: '1 when absent.' }),
    when: condition.exactOptional(),
  })
  .meta({ id: 'RouteTarget' });

const share = z
  .strictObject({ model: plainName(), percent: z.int().min(1).max(100) })
  .meta({ id: 'TrafficShare', description: 'So many of a hundred requests.' });

const fallbackModels = z
  .array(plainName())
  .min(1)
  .max(MAX_FALLBACKS)
  .refine((list) => new Set(list).size === list.length, 'must not repeat');

const fallbacks = z
  .strictObject({
    overload: fallbackModels.exactOptional(),
    'context-length': fallbackModels.exactOptional(),
    'content-filter': fallbackModels.exactOptional(),
    budget: fallbackModels.exactOptional(),
  } satisfies Record<FallbackCause, z.ZodType>)
  .meta({
    id: 'RouteFallbacks',
    description: 'Models that are asked in this order when the targets fail for the cause.',
  });

const within = (maxMs: number) => z.int().min(1).max(maxMs).nullable();

const targets = () => z.array(target).min(1, 'must have at least one target').max(MAX_TARGETS);
const strategy = z.enum(STRATEGIES).meta({
  description:
    '`balanced` weighs price, uptime and speed; `priority` and `weighted` go by what the deployments and targets say; ' +
    '`lowest-cost` by what requests cost with the real share of cached input; `lowest-latency`; `least-busy`.',
});

const definitionFields = {
  strategy,
  targets: targets(),
  constraints: routingConstraints,
  fallbacks,
  sticky: z.boolean().meta({
    description: 'Whether a conversation stays where its prompt cache is, while that is worth more than a change.',
  }),
  canary: share.nullable().meta({ description: 'Answered by this model instead.' }),
  shadow: share.nullable().meta({
    description:
      "Asked as well, at our cost; its answers are thrown away. Of an organization's own route only deployments with " +
      'credentials of its own, at its cost.',
  }),
  hedgeAfterMs: within(MAX_HEDGE_MS).meta({
    description: 'A second deployment is asked when the first has not begun to answer by then. Null: never.',
  }),
  firstTokenTimeoutMs: within(MAX_TIMEOUT_MS).meta({ description: "Null: the gateway's own." }),
  totalTimeoutMs: within(MAX_TIMEOUT_MS).meta({ description: "Null: the gateway's own." }),
};

z.strictObject(definitionFields) satisfies z.ZodType<RouteDefinition>;

export const route = z
  .strictObject({
    id: id('route'),
    organizationId: id('organization').nullable().meta({ description: 'Null: for every organization.' }),
    name: z.string().meta({ description: "The name that clients use. An organization's own comes before others." }),
    ...definitionFields,
    enabled: z.boolean(),
    source: z.enum(['api', 'file']).meta({
      description: 'Those of the `file` are described by tollgate.yaml and cannot be changed here.',
    }),
    ...revisionFields,
  })
  .meta({ id: 'Route' });

const timeoutsAgree = ({
  firstTokenTimeoutMs,
  totalTimeoutMs,
}: {
  readonly firstTokenTimeoutMs?: number | null | undefined;
  readonly totalTimeoutMs?: number | null | undefined;
}): boolean => (firstTokenTimeoutMs ?? 0) <= (totalTimeoutMs ?? MAX_TIMEOUT_MS);
const TIMEOUTS_DISAGREE = { path: ['firstTokenTimeoutMs'], message: 'must not be above totalTimeoutMs' };

/** What describes a route, wherever it is described. */
export const routeDraftFields = {
  name: plainName(),
  strategy: strategy.default(ORDINARY_ROUTE.strategy),
  targets: definitionFields.targets,
  constraints: routingConstraints.default({}),
  fallbacks: fallbacks.default({}),
  sticky: definitionFields.sticky.default(ORDINARY_ROUTE.sticky),
  canary: definitionFields.canary.default(ORDINARY_ROUTE.canary),
  shadow: definitionFields.shadow.default(ORDINARY_ROUTE.shadow),
  hedgeAfterMs: definitionFields.hedgeAfterMs.default(ORDINARY_ROUTE.hedgeAfterMs),
  firstTokenTimeoutMs: definitionFields.firstTokenTimeoutMs.default(ORDINARY_ROUTE.firstTokenTimeoutMs),
  totalTimeoutMs: definitionFields.totalTimeoutMs.default(ORDINARY_ROUTE.totalTimeoutMs),
  enabled: z.boolean().default(true),
};

const routeDraft = z
  .strictObject({
    organizationId: id('organization').nullable().optional().meta({
      description: 'Null or absent: every organization, or the organization of the token.',
    }),
    ...routeDraftFields,
  })
  .refine(timeoutsAgree, TIMEOUTS_DISAGREE)
  .meta({ id: 'RouteDraft' });

const routeChange = z
  .strictObject({ name: plainName(), ...definitionFields, enabled: z.boolean() })
  .partial()
  .refine(timeoutsAgree, TIMEOUTS_DISAGREE)
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'RouteChange' });

const params = z.strictObject({ routeId: id('route') });

export const routeOperations = {
  listRoutes: defineOperation({
    id: 'listRoutes',
    tag,
    summary: 'List routes',
    method: 'GET',
    path: '/routes',
    permission: 'routes.read',
    query: z.strictObject({
      ...pageQuery(NAMED_ORDERS),
      organizationId: id('organization').optional(),
      name: text(200).optional(),
    }),
    response: page(route).meta({ id: 'RoutePage' }),
  }),
  createRoute: defineOperation({
    id: 'createRoute',
    tag,
    summary: 'Create a route',
    description: 'Its models have to be served by deployments that its organization may use.',
    method: 'POST',
    path: '/routes',
    permission: 'routes.write',
    body: routeDraft,
    status: 201,
    response: route,
    versioned: true,
  }),
  readRoute: defineOperation({
    id: 'readRoute',
    tag,
    summary: 'Read a route',
    method: 'GET',
    path: '/routes/{routeId}',
    permission: 'routes.read',
    params,
    response: route,
    versioned: true,
  }),
  updateRoute: defineOperation({
    id: 'updateRoute',
    tag,
    summary: 'Change a route',
    description: 'Lists and objects are replaced as a whole.',
    method: 'PATCH',
    path: '/routes/{routeId}',
    permission: 'routes.write',
    conditional: true,
    params,
    body: routeChange,
    response: route,
    versioned: true,
  }),
  deleteRoute: defineOperation({
    id: 'deleteRoute',
    tag,
    summary: 'Delete a route',
    method: 'DELETE',
    path: '/routes/{routeId}',
    permission: 'routes.write',
    params,
    response: null,
  }),
};

export type Route = z.infer<typeof route>;
