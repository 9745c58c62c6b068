import { type Meter, type Usage, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/**
 * Reads the `usage` object of a message; of a stream, the one of `message_start` with what `message_delta` says laid over
 * it, since its counts are cumulative. Cached input stands outside `input_tokens`, thinking inside `output_tokens`. Returns
 * `null` when nothing was reported.
 */
export function readUsage(raw: unknown): ReadUsage | null {
  if (!isRecord(raw) || (raw['input_tokens'] == null && raw['output_tokens'] == null)) return null;
  const reader = new UsageReader(raw);
  const usage = reader.read();
  const problem = reader.problem ?? usageProblem(usage);
  return { usage: reader.problem === null ? usage : {}, reportedCost: null, problem };
}

class UsageReader {
  problem: string | null = null;

  constructor(private readonly raw: JsonRecord) {}

  read(): Usage {
    const usage: Partial<Record<Meter, number>> = {};
    const input = this.#count(this.raw, 'input_tokens');
    if (input !== null) usage.input = input;
    const cached = this.#count(this.raw, 'cache_read_input_tokens');
    if (cached !== null) usage.input_cache_read = cached;
    this.#readCacheWrites(usage);
    this.#readOutput(usage);
    const searches = this.#count(this.#inner('server_tool_use'), 'web_search_requests') ?? 0;
    if (searches > 0) usage.web_search = searches;
    return usage;
  }

  /** Writes by the time that they are kept; without that, and for what it leaves over, they are the default: 5 minutes. */
  #readCacheWrites(usage: Partial<Record<Meter, number>>): void {
    const details = this.#inner('cache_creation');
    const short = this.#count(details, 'ephemeral_5m_input_tokens') ?? 0;
    const long = this.#count(details, 'ephemeral_1h_input_tokens') ?? 0;
    const written = this.#count(this.raw, 'cache_creation_input_tokens') ?? short + long;
    const more = written - short - long;
    if (more < 0) this.#fail(`cache_creation_input_tokens is ${written}, but its parts are ${short} and ${long}`);
    if (short + more > 0) usage.input_cache_write_5m = short + more;
    if (long > 0) usage.input_cache_write_1h = long;
  }

  #readOutput(usage: Partial<Record<Meter, number>>): void {
    const output = this.#count(this.raw, 'output_tokens');
    if (output === null) return;
    const thinking = this.#count(this.#inner('output_tokens_details'), 'thinking_tokens');
    usage.output = output - (thinking ?? 0);
    if (thinking !== null) usage.output_reasoning = thinking;
    if (usage.output < 0) this.#fail(`thinking_tokens are more than the ${output} output_tokens`);
  }

  #inner(name: string): JsonRecord {
    const inner = this.raw[name];
    return isRecord(inner) ? inner : {};
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
