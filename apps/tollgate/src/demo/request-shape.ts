import type { Usage } from '@tollgate/domain';
import type { Workload } from './cast.js';
import type { DemoDeployment } from './deployments.js';
import type { Random } from './random.js';

interface Shape {
  /** Median and spread (the sigma of a log-normal) of tokens. */
  readonly input: readonly [median: number, sigma: number];
  readonly output: readonly [median: number, sigma: number];
  /** How often answers are streamed. */
  readonly streamed: number;
  /** How often the beginning of the prompt is in the provider's cache, and how much of the prompt that is. */
  readonly cached: readonly [often: number, share: number];
  /** Callers' own users; 0 for jobs. */
  readonly endUsers: number;
}

const SHAPES: Readonly<Record<Workload, Shape>> = {
  assistant: { input: [1500, 0.75], output: [260, 0.8], streamed: 0.94, cached: [0.6, 0.7], endUsers: 900 },
  support: { input: [2300, 0.55], output: [190, 0.5], streamed: 0.7, cached: [0.75, 0.8], endUsers: 14 },
  extraction: { input: [5200, 0.7], output: [380, 0.6], streamed: 0, cached: [0.5, 0.3], endUsers: 0 },
  summaries: { input: [7200, 0.8], output: [340, 0.5], streamed: 0.1, cached: [0.2, 0.2], endUsers: 0 },
  coding: { input: [17_000, 0.95], output: [620, 1], streamed: 1, cached: [0.88, 0.86], endUsers: 9 },
  labels: { input: [430, 0.4], output: [14, 0.4], streamed: 0, cached: [0, 0], endUsers: 0 },
  evaluation: { input: [900, 0.6], output: [540, 0.7], streamed: 0, cached: [0.3, 0.5], endUsers: 0 },
};

const LARGEST_INPUT = 180_000;
const LARGEST_OUTPUT = 12_000;
/** Both vendors cache from about here on, and OpenAI in steps. */
const CACHED_FROM = 1024;
const CACHE_STEP = 128;
const REASONING_OFTEN = 0.6;

/** What a request asks for, before anything is known of how it ends. */
export interface DrawnRequest {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly stream: boolean;
  readonly endUser: string | null;
}

/** @param factor how much longer prompts are than usual: a loop reads its own answers. */
export function drawRequest(workload: Workload, random: Random, factor: number): DrawnRequest {
  const { input, output, streamed, endUsers } = SHAPES[workload];
  const tokens = (median: number, sigma: number, most: number): number =>
    Math.min(most, Math.max(1, Math.round(random.logNormal(median, sigma))));
  return {
    inputTokens: tokens(input[0] * factor, input[1], LARGEST_INPUT),
    outputTokens: tokens(output[0], output[1], LARGEST_OUTPUT),
    stream: random.chance(streamed),
    endUser: endUsers === 0 ? null : `user-${Math.floor(endUsers ** random.fraction())}`,
  };
}

/** The usage that the provider reports for it, as its dialect tells it: meters that do not overlap. */
export function drawUsage(
  { inputTokens, outputTokens }: DrawnRequest,
  { workload, served }: { readonly workload: Workload; readonly served: DemoDeployment },
  random: Random,
): Usage {
  const [often, share] = SHAPES[workload].cached;
  const cacheable = inputTokens < CACHED_FROM ? 0 : Math.floor((inputTokens * share) / CACHE_STEP) * CACHE_STEP;
  const isHit = cacheable > 0 && random.chance(often);
  if (served.reportsCacheWrites) {
    const written = !isHit && random.chance(0.5) ? cacheable : 0;
    const read = isHit ? cacheable : 0;
    return {
      input: inputTokens - read - written,
      ...(read > 0 && { input_cache_read: read }),
      ...(written > 0 && { input_cache_write_5m: written }),
      output: outputTokens,
    };
  }
  const read = isHit ? cacheable : 0;
  const reasoning = served.reasons && random.chance(REASONING_OFTEN) ? Math.round(random.logNormal(180, 0.9)) : 0;
  return {
    input: inputTokens - read,
    ...(read > 0 && { input_cache_read: read }),
    output: outputTokens,
    ...(reasoning > 0 && { output_reasoning: reasoning }),
  };
}
