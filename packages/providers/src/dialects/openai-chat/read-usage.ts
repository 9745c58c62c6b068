import { type Meter, type Usage, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/**
 * Reads the `usage` object of a chat completion. OpenAI and its kin count cached, written and audio tokens inside
 * `prompt_tokens` and reasoning inside `completion_tokens`; some (xAI) count reasoning beside it, which only the total
 * shows. Returns `null` when nothing was reported.
 */
export function readUsage(raw: unknown): ReadUsage | null {
  if (!isRecord(raw) || (raw['prompt_tokens'] == null && raw['completion_tokens'] == null)) return null;
  const reader = new UsageReader(raw);
  const usage = reader.read();
  const problem = reader.problem ?? usageProblem(usage);
  return { usage: reader.problem === null ? usage : {}, reportedCost: reportedCost(raw['cost']), problem };
}

class UsageReader {
  problem: string | null = null;

  constructor(private readonly raw: JsonRecord) {}

  read(): Usage {
    const usage: Partial<Record<Meter, number>> = {};
    const prompt = this.#count(this.raw, 'prompt_tokens');
    if (prompt !== null) this.#readInput(usage, prompt);
    this.#readOutput(usage, prompt ?? 0);
    this.#readSearches(usage);
    return usage;
  }

  #readInput(usage: Partial<Record<Meter, number>>, prompt: number): void {
    const details = this.#details('prompt_tokens_details');
    const cachedDetails = isRecord(details['cached_tokens_details']) ? details['cached_tokens_details'] : {};
    const cached =
      this.#count(details, 'cached_tokens') ??
      this.#count(this.raw, 'num_cached_tokens') ??
      this.#count(this.raw, 'prompt_cache_hit_tokens') ??
      this.#count(this.raw, 'cached_tokens');
    const cachedAudio = this.#count(cachedDetails, 'audio_tokens') ?? 0;
    // cached pictures are cached input: no price tells them apart
    const cachedImage = this.#count(cachedDetails, 'image_tokens') ?? 0;
    const written = this.#count(details, 'cache_write_tokens') ?? 0;
    const audio = this.#count(details, 'audio_tokens') ?? 0;
    const image = (this.#count(details, 'image_tokens') ?? 0) - cachedImage;
    usage.input = prompt - (cached ?? 0) - written - (audio - cachedAudio) - image;
    if (cached !== null) usage.input_cache_read = cached - cachedAudio;
    set(usage, 'input_cache_write_5m', written);
    set(usage, 'input_audio', audio - cachedAudio);
    set(usage, 'input_audio_cache_read', cachedAudio);
    set(usage, 'input_image', image);
    if (usage.input < 0 || image < 0 || audio < cachedAudio)
      this.#fail(`the parts of prompt_tokens are more than its ${prompt}`);
  }

  #readOutput(usage: Partial<Record<Meter, number>>, prompt: number): void {
    const completion = this.#count(this.raw, 'completion_tokens');
    const total = this.#count(this.raw, 'total_tokens');
    if (completion === null) return;
    const details = this.#details('completion_tokens_details');
    const reasoning = this.#count(details, 'reasoning_tokens');
    const audio = this.#count(details, 'audio_tokens') ?? 0;
    const image = this.#count(details, 'image_tokens') ?? 0;
    // what the total holds beyond input and completion was thought: counted beside the completion, or not told apart
    const beside = total === null ? 0 : total - prompt - completion;
    if (beside !== 0 && (beside < 0 || ((reasoning ?? 0) !== 0 && beside !== reasoning))) {
      this.#fail(`total_tokens is ${total ?? 0}, but the parts are ${prompt} and ${completion}`);
    }
    const inside = beside > 0 ? 0 : (reasoning ?? 0);
    usage.output = completion - inside - audio - image;
    if (reasoning !== null || beside > 0) usage.output_reasoning = inside + beside;
    set(usage, 'output_audio', audio);
    set(usage, 'output_image', image);
    if (usage.output < 0) this.#fail(`the parts of completion_tokens are more than its ${completion}`);
  }

  /** Perplexity's deep research bills each of its searches. */
  #readSearches(usage: Partial<Record<Meter, number>>): void {
    const searches = this.#count(this.raw, 'num_search_queries') ?? 0;
    set(usage, 'web_search', searches);
  }

  #details(name: string): JsonRecord {
    const details = this.raw[name];
    return isRecord(details) ? details : {};
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

/** Sub-meters that are zero are left out: most models have no price for them, and nothing is owed. */
function set(usage: Partial<Record<Meter, number>>, meter: Meter, quantity: number): void {
  if (quantity !== 0) usage[meter] = quantity;
}

/** OpenRouter reports a number, Perplexity an object with the total in it. */
function reportedCost(cost: unknown): string | null {
  const total = isRecord(cost) ? cost['total_cost'] : cost;
  if (typeof total !== 'number' || !(total >= 0) || total >= 1e9) return null;
  return total.toFixed(12).replace(/\.?0+$/, '');
}
