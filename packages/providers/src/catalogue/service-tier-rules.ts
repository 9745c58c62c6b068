import type { Meter } from '@tollgate/domain';

/**
 * What a service tier costs, as a multiple of ordinary processing: providers publish their tiers so, and a tier follows
 * the price through its history. Models that no rule names are unpriced at the tier: nothing is assumed.
 */
export interface ServiceTierRule {
  /** The tier in the provider's words; two where it answers to both. */
  readonly tiers: readonly string[];
  /** Numerator and denominator. */
  readonly times: readonly [bigint, bigint];
  readonly models: readonly string[];
  /** Meters whose price the provider names for the tier; without this, all that count tokens. */
  readonly meters?: readonly Meter[];
  /** The tier takes no long context: such requests are served, and answered for, as ordinary ones. */
  readonly shortContextOnly?: true;
}

const HALF = [1n, 2n] as const;

const OPENAI_FAST = ['priority', 'fast'];
const OPENAI_FLEX_AND_BATCH = [
  'gpt-6-astra',
  'gpt-5.6-sol',
  'gpt-5.6-terra',
  'gpt-5.6-luna',
  'gpt-5.5',
  'gpt-5.5-pro',
  'gpt-5.4',
  'gpt-5.4-mini',
  'gpt-5.4-nano',
  'gpt-5.4-pro',
  'gpt-5.2',
  'gpt-5.1',
  'gpt-5',
  'gpt-5-mini',
  'gpt-5-nano',
];

/**
 * From OpenAI's list of prices (developers.openai.com/api/docs/pricing), as of September 2026, and for models that have
 * left it from openai.com/api-priority-processing and the list as others have kept it. "Priority processing" was renamed
 * "Fast mode" in July 2026; the API takes both words. Cached input has no price in the older models' batches: there it
 * costs what input does.
 */
export const OPENAI_TIER_RULES: readonly ServiceTierRule[] = [
  { tiers: ['flex', 'batch'], times: HALF, models: OPENAI_FLEX_AND_BATCH },
  { tiers: ['flex'], times: HALF, models: ['o3', 'o4-mini'] },
  {
    tiers: ['batch'],
    times: HALF,
    meters: ['input', 'output'],
    models: [
      'gpt-5.2-pro',
      'gpt-5-pro',
      'gpt-4.1',
      'gpt-4.1-mini',
      'gpt-4.1-nano',
      'gpt-4o',
      'gpt-4o-2024-05-13',
      'gpt-4o-mini',
      'o1',
      'o1-pro',
      'o3',
      'o3-pro',
      'o3-mini',
      'o4-mini',
      'o3-deep-research',
      'o4-mini-deep-research',
    ],
  },
  { tiers: OPENAI_FAST, times: [2n, 1n], models: ['gpt-6-astra', 'gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'] },
  { tiers: OPENAI_FAST, times: [5n, 2n], models: ['gpt-5.5'], shortContextOnly: true },
  { tiers: OPENAI_FAST, times: [2n, 1n], models: ['gpt-5.4'], shortContextOnly: true },
  { tiers: OPENAI_FAST, times: [2n, 1n], models: ['gpt-5.4-mini', 'gpt-5.2', 'gpt-5.1', 'gpt-5', 'gpt-4.1-nano'] },
  { tiers: OPENAI_FAST, times: [9n, 5n], models: ['gpt-5-mini'] },
  { tiers: OPENAI_FAST, times: [7n, 4n], models: ['gpt-4.1', 'gpt-4.1-mini', 'gpt-4o-2024-05-13', 'o3'] },
  { tiers: OPENAI_FAST, times: [17n, 10n], models: ['gpt-4o'] },
  { tiers: OPENAI_FAST, times: [5n, 3n], models: ['gpt-4o-mini'] },
  { tiers: OPENAI_FAST, times: [20n, 11n], models: ['o4-mini'] },
];

/** Models that take `inference_geo`, from 4.6 on. */
const ANTHROPIC_GEO = [
  'claude-fable-5-1',
  'claude-mythos-5-1',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-opus-5-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-5-5',
  'claude-sonnet-5',
  'claude-sonnet-4-6',
  'claude-haiku-5-5',
];
const ANTHROPIC_BATCH = [
  ...ANTHROPIC_GEO,
  'claude-opus-4-5',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
  'claude-opus-4-1',
];
const ANTHROPIC_DEAR_FAST = ['claude-opus-4-6', 'claude-opus-4-7'];
const ANTHROPIC_FAST = ['claude-opus-4-8', 'claude-opus-5', 'claude-opus-5-5'];

/**
 * From Anthropic's documentation (platform.claude.com/docs/en/about-claude/pricing and …/build-with-claude/fast-mode), as
 * of October 2026: batches cost half in every respect, fast mode six times or twice as much, and inference in the United
 * States a tenth more on top (`us`, `batch-us`, `fast-us`: see `servedTierOf`). The Priority Tier is bought as capacity
 * and has no price per token: what is served by it is unpriced.
 */
export const ANTHROPIC_TIER_RULES: readonly ServiceTierRule[] = [
  { tiers: ['batch'], times: HALF, models: ANTHROPIC_BATCH },
  { tiers: ['fast'], times: [6n, 1n], models: ANTHROPIC_DEAR_FAST },
  { tiers: ['fast'], times: [2n, 1n], models: ANTHROPIC_FAST },
  { tiers: ['us'], times: [11n, 10n], models: ANTHROPIC_GEO },
  { tiers: ['batch-us'], times: [11n, 20n], models: ANTHROPIC_GEO },
  { tiers: ['fast-us'], times: [66n, 10n], models: ANTHROPIC_DEAR_FAST },
  { tiers: ['fast-us'], times: [22n, 10n], models: ANTHROPIC_FAST },
];
