import { OUTCOMES } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money, text, timeZone } from './fields.js';
import { defineOperation } from './operation.js';

/** Sums of money, in US dollars. */
export const MONEY_MEASURES = ['cost', 'listCost', 'providerCost'] as const;
/** Sums that are whole numbers. */
export const COUNT_MEASURES = [
  'requests',
  'errors',
  'tokens',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
] as const;
/** Shares between 0 and 1: of the requests that failed, and of the input tokens that came from a provider's cache. */
export const RATIO_MEASURES = ['errorRate', 'cacheShare'] as const;
/** Percentiles in milliseconds, from merged histograms. */
export const LATENCY_MEASURES = [
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'firstTokenP50',
  'firstTokenP95',
  'firstTokenP99',
] as const;
export const USAGE_MEASURES = [...MONEY_MEASURES, ...COUNT_MEASURES, ...RATIO_MEASURES, ...LATENCY_MEASURES] as const;

export const TIME_BUCKETS = ['hour', 'day', 'month'] as const;
export const USAGE_DIMENSIONS = [
  'organization',
  'project',
  'model',
  'provider',
  'outcome',
  'apiKey',
  'member',
  'endUser',
  'tag',
  'deployment',
] as const;
/** Rollups, from the coarsest; `usage_event` are the single requests. */
const USAGE_SOURCES = [
  'usage_day',
  'usage_hour',
  'installation_hour',
  'usage_key_day',
  'spend_day',
  'deployment_hour',
  'usage_event',
] as const;
const GROUPINGS = [...USAGE_DIMENSIONS, ...TIME_BUCKETS] as const;

export type MoneyMeasure = (typeof MONEY_MEASURES)[number];
export type CountMeasure = (typeof COUNT_MEASURES)[number];
export type RatioMeasure = (typeof RATIO_MEASURES)[number];
export type LatencyMeasure = (typeof LATENCY_MEASURES)[number];
export type UsageMeasure = (typeof USAGE_MEASURES)[number];
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];
export type TimeBucket = (typeof TIME_BUCKETS)[number];
export type UsageSourceName = (typeof USAGE_SOURCES)[number];
export type UsageGrouping = (typeof GROUPINGS)[number];

/** Words separated by commas, each of them known and named once. */
const listOf = <const T extends readonly [string, ...string[]]>(words: T, max: number) =>
  z
    .string()
    .max(500)
    .transform((value) => value.split(','))
    .pipe(
      z
        .array(z.enum(words))
        .min(1)
        .max(max)
        .refine((list) => new Set(list).size === list.length, 'must not repeat'),
    );

const usageQuery = z
  .strictObject({
    measure: listOf(USAGE_MEASURES, USAGE_MEASURES.length).meta({
      type: 'string',
      description: `Separated by commas: ${USAGE_MEASURES.join(', ')}.`,
      example: 'cost,requests,latencyP95',
    }),
    by: listOf(GROUPINGS, 4)
      .refine((list) => list.filter(isTimeBucket).length <= 1, 'must not name more than one of hour, day, month')
      .optional()
      .meta({
        type: 'string',
        description: `Separated by commas: ${GROUPINGS.join(', ')}. At most one is a span of time.`,
        example: 'model,day',
      }),
    from: instant().meta({ description: 'Included.' }),
    to: instant().meta({ description: 'Not included.' }),
    zone: timeZone().optional().meta({
      description: "In which days and months are cut; the organization's own, or UTC, when absent.",
    }),
    organizationId: id('organization').optional(),
    projectId: id('project').optional(),
    model: text(200).optional(),
    provider: text(64).optional(),
    outcome: z.enum(OUTCOMES).optional(),
    apiKeyId: id('apiKey').optional(),
    memberId: text(64).optional(),
    endUser: text(256).optional(),
    tag: text(64).optional(),
    deploymentId: id('deployment').optional(),
  })
  .refine((query) => !(Date.parse(query.to) <= Date.parse(query.from)), {
    path: ['to'],
    message: 'must lie after from',
  });

export function isTimeBucket(word: string): word is TimeBucket {
  return (TIME_BUCKETS as readonly string[]).includes(word);
}

const values = z.record(z.string(), z.union([money, z.number(), z.null()])).meta({
  id: 'UsageValues',
  description: 'By measure. Money is exact; a percentile or share of nothing is null.',
});

export const usageAnswer = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    zone: z.string(),
    buckets: z
      .array(
        z.strictObject({
          label: z.string().meta({ example: '2026-11-01' }),
          startsAt: z.iso.datetime(),
          endsAt: z.iso.datetime(),
          complete: z.boolean().meta({ description: 'False: its time is not over, or only part of it was asked for.' }),
        }),
      )
      .meta({ description: 'The spans of time, in order; empty when none was asked for.' }),
    series: z.array(
      z.strictObject({
        key: z.record(z.string(), z.string().nullable()).meta({ example: { model: 'gpt-4o' } }),
        total: values,
        points: z.array(values).meta({ description: 'One for each bucket.' }),
      }),
    ),
    total: values.nullable().meta({ description: 'Null when the series overlap and do not add up.' }),
    source: z.enum(USAGE_SOURCES).meta({ description: 'The rollup that was read, or the single requests.' }),
    additive: z.boolean().meta({ description: 'False: a request may count in several series, so they do not add up.' }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'UsageAnswer' });

export const usageOperations = {
  readUsage: defineOperation({
    id: 'readUsage',
    tag: 'Usage',
    summary: 'Read usage, cost and latency figures',
    description:
      'Over the half-open range `[from, to)` of when requests occurred. What no rollup holds is added up from the single ' +
      'requests of an organization, and refused with the reason when these are too many. A comparison with the period ' +
      'before is a second call.',
    method: 'GET',
    path: '/usage',
    permission: 'usage.read',
    query: usageQuery,
    response: usageAnswer,
  }),
};

export type UsageQuery = z.output<typeof usageQuery>;
export type UsageAnswer = z.infer<typeof usageAnswer>;
export type UsageValues = z.infer<typeof values>;
