import { type Meter, type Usage, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/**
 * Reads `usage` of an answer, or of the `metadata` event of a stream. What was read from the cache and written to it stands
 * outside `inputTokens` and inside `totalTokens`; what was written is told apart by time only in `cacheDetails`. Thinking
 * is inside `outputTokens` and not told apart. Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 * and .../userguide/prompt-caching.html. Returns `null` when nothing was reported.
 */
export function readUsage(raw: unknown): ReadUsage | null {
  if (!isRecord(raw) || (raw['inputTokens'] == null && raw['outputTokens'] == null)) return null;
  const reader = new UsageReader(raw);
  const usage = reader.read();
  const problem = reader.problem ?? usageProblem(usage);
  return { usage: reader.problem === null ? usage : {}, reportedCost: null, problem };
}

type MutableUsage = Partial<Record<Meter, number>>;

class UsageReader {
  problem: string | null = null;

  constructor(private readonly raw: JsonRecord) {}

  read(): Usage {
    const usage: MutableUsage = {};
    const input = this.#count(this.raw, 'inputTokens');
    if (input !== null) usage.input = input;
    const cached = this.#count(this.raw, 'cacheReadInputTokens') ?? this.#count(this.raw, 'cacheReadInputTokenCount');
    if (cached !== null) usage.input_cache_read = cached;
    const written = this.#readCacheWrites(usage);
    const output = this.#count(this.raw, 'outputTokens');
    if (output !== null) usage.output = output;
    this.#checkTotal((input ?? 0) + (output ?? 0), (cached ?? 0) + written);
    return usage;
  }

  /** What the details leave over is the default: 5 minutes. */
  #readCacheWrites(usage: MutableUsage): number {
    const details = this.raw['cacheDetails'];
    let [short, long] = [0, 0];
    for (const detail of Array.isArray(details) ? details.filter(isRecord) : []) {
      const tokens = this.#count(detail, 'inputTokens') ?? 0;
      if (detail['ttl'] === '1h') long += tokens;
      else short += tokens;
    }
    const written =
      this.#count(this.raw, 'cacheWriteInputTokens') ??
      this.#count(this.raw, 'cacheWriteInputTokenCount') ??
      short + long;
    const more = written - short - long;
    if (more < 0) this.#fail(`cacheWriteInputTokens is ${written}, but its parts are ${short} and ${long}`);
    if (short + more > 0) usage.input_cache_write_5m = short + more;
    if (long > 0) usage.input_cache_write_1h = long;
    return written;
  }

  /** The total says whether the cache is beside the input, as it should be. */
  #checkTotal(ordinary: number, cache: number): void {
    const total = this.#count(this.raw, 'totalTokens');
    if (total === null || total === ordinary + cache) return;
    // models that came before caching, and gateways in between, leave the cache out of the total
    if (total === ordinary) return;
    this.#fail(`totalTokens is ${total}, but the parts are ${ordinary} and ${cache} of the cache`);
  }

  #count(from: JsonRecord, name: string): number | null {
    const value = from[name];
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.#fail(`${name} is ${JSON.stringify(value).slice(0, 40)}`);
    return 0;
  }

  #fail(problem: string): void {
    this.problem ??= problem;
  }
}
