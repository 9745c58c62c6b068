import { type Meter, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/**
 * Reads `usage` of a chat. What is billed stands in `billed_units`; `tokens` is what the model saw and wrote, with Cohere's
 * own framing of the prompt and the special tokens of the answer, which nobody pays for
 * (docs.cohere.com/docs/how-does-cohere-pricing-work: input and output tokens are billed as the API's `billed_units` say).
 * `cached_tokens` counts among `tokens`, framing included, and may exceed all billed input: Cohere has no price for cached
 * input and billed input is not less for it, so that nothing is taken off. Where nothing is said of billing, `tokens` it is.
 * Returns `null` when nothing was reported.
 */
export function readUsage(raw: unknown): ReadUsage | null {
  if (!isRecord(raw)) return null;
  const billed = inner(raw, 'billed_units');
  const seen = inner(raw, 'tokens');
  const counts = hasTokens(billed) ? billed : seen;
  if (!hasTokens(counts)) return null;
  const reader = new UsageReader();
  const usage: Partial<Record<Meter, number>> = {};
  const input = reader.count(counts, 'input_tokens');
  const output = reader.count(counts, 'output_tokens');
  if (input !== null) usage.input = input;
  if (output !== null) usage.output = output;
  const image = reader.count(billed, 'image_tokens') ?? 0;
  if (image > 0) usage.input_image = image;
  const searches = reader.count(billed, 'search_units') ?? 0;
  if (searches > 0) usage.search_unit = searches;
  reader.checkSeen('input_tokens', seen, input);
  reader.checkSeen('output_tokens', seen, output);
  const problem = reader.problem ?? usageProblem(usage);
  return { usage: reader.problem === null ? usage : {}, reportedCost: null, problem };
}

class UsageReader {
  problem: string | null = null;

  count(from: JsonRecord, name: string): number | null {
    const value = from[name];
    if (value === undefined || value === null) return null;
    // some counts come as floating-point numbers, which JSON does not tell from whole ones
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.#fail(`${name} is ${JSON.stringify(value).slice(0, 40)}`);
    return 0;
  }

  /** More billed than there was is no honest bill. */
  checkSeen(name: string, seen: JsonRecord, billed: number | null): void {
    const most = this.count(seen, name);
    if (most !== null && billed !== null && billed > most) {
      this.#fail(`billed ${name} are ${billed}, but only ${most} were processed`);
    }
  }

  #fail(problem: string): void {
    this.problem ??= problem;
  }
}

function hasTokens(counts: JsonRecord): boolean {
  return counts['input_tokens'] != null || counts['output_tokens'] != null;
}

function inner(raw: JsonRecord, name: string): JsonRecord {
  const value = raw[name];
  return isRecord(value) ? value : {};
}
