import { type Meter, type Usage, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/**
 * Reads the `usage` object of a message; of a stream, the one of `message_start` with what `message_delta` says laid over
 * it, since its counts are cumulative. Cached input stands outside `input_tokens`, thinking inside `output_tokens`. What compacting the
 * conversation took is billed, and stands in none of these counts but in `iterations` alone
 * (platform.claude.com/docs/en/build-with-claude/compaction). Returns `null` when nothing was reported.
 */
export function readUsage(raw: unknown): ReadUsage | null {
  if (!isRecord(raw) || (raw['input_tokens'] == null && raw['output_tokens'] == null)) return null;
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
    const usage = this.#readTokens(this.raw);
    const searches = this.#count(inner(this.raw, 'server_tool_use'), 'web_search_requests') ?? 0;
    if (searches > 0) usage.web_search = searches;
    const { iterations } = this.raw;
    if (!Array.isArray(iterations)) return usage;
    for (const iteration of iterations) {
      if (isRecord(iteration) && iteration['type'] === 'compaction') add(usage, this.#readTokens(iteration));
    }
    return usage;
  }

  #readTokens(raw: JsonRecord): MutableUsage {
    const usage: MutableUsage = {};
    const input = this.#count(raw, 'input_tokens');
    if (input !== null) usage.input = input;
    const cached = this.#count(raw, 'cache_read_input_tokens');
    if (cached !== null) usage.input_cache_read = cached;
    this.#readCacheWrites(raw, usage);
    this.#readOutput(raw, usage);
    return usage;
  }

  /** Writes by the time that they are kept; without that, and for what it leaves over, they are the default: 5 minutes. */
  #readCacheWrites(raw: JsonRecord, usage: MutableUsage): void {
    const details = inner(raw, 'cache_creation');
    const short = this.#count(details, 'ephemeral_5m_input_tokens') ?? 0;
    const long = this.#count(details, 'ephemeral_1h_input_tokens') ?? 0;
    const written = this.#count(raw, 'cache_creation_input_tokens') ?? short + long;
    const more = written - short - long;
    if (more < 0) this.#fail(`cache_creation_input_tokens is ${written}, but its parts are ${short} and ${long}`);
    if (short + more > 0) usage.input_cache_write_5m = short + more;
    if (long > 0) usage.input_cache_write_1h = long;
  }

  #readOutput(raw: JsonRecord, usage: MutableUsage): void {
    const output = this.#count(raw, 'output_tokens');
    if (output === null) return;
    const thinking = this.#count(inner(raw, 'output_tokens_details'), 'thinking_tokens');
    usage.output = output - (thinking ?? 0);
    if (thinking !== null) usage.output_reasoning = thinking;
    if (usage.output < 0) this.#fail(`thinking_tokens are more than the ${output} output_tokens`);
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

function inner(raw: JsonRecord, name: string): JsonRecord {
  const value = raw[name];
  return isRecord(value) ? value : {};
}

function add(to: MutableUsage, more: MutableUsage): void {
  for (const meter in more) {
    to[meter as Meter] = (to[meter as Meter] ?? 0) + (more[meter as Meter] ?? 0);
  }
}
