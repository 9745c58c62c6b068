import { type Meter, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/**
 * Reads `usageMetadata` (ai.google.dev/api/generate-content#UsageMetadata). Cached tokens stand inside the prompt; what tools of
 * Google's own read (`toolUsePromptTokenCount`) and thoughts stand beside prompt and candidates, and the total is the sum of
 * all four. What was zero is left out on the wire, so that the total is what tells zero from not reported.
 * @param searches how many are billed, told elsewhere in the answer.
 */
export function readUsage(raw: unknown, searches: number): ReadUsage | null {
  if (!isRecord(raw) || (raw['promptTokenCount'] == null && raw['totalTokenCount'] == null)) return null;
  const reader = new UsageReader(raw);
  const usage = reader.read();
  if (searches > 0) usage.web_search = searches;
  const problem = reader.problem ?? usageProblem(usage);
  return { usage: reader.problem === null ? usage : {}, reportedCost: null, problem };
}

type MutableUsage = Partial<Record<Meter, number>>;

class UsageReader {
  problem: string | null = null;

  constructor(private readonly raw: JsonRecord) {}

  read(): MutableUsage {
    const usage: MutableUsage = {};
    const total = this.#count('totalTokenCount');
    const prompt = this.#count('promptTokenCount');
    const ofTools = this.#count('toolUsePromptTokenCount') ?? 0;
    const candidates = this.#count('candidatesTokenCount');
    const thoughts = this.#count('thoughtsTokenCount');
    const parts = { prompt: prompt ?? 0, ofTools, candidates, thoughts };
    const split = total === null ? split4(parts) : this.#withinTotal(parts, total);
    if (prompt !== null) this.#readInput(usage, split.input);
    this.#readOutput(usage, split);
    return usage;
  }

  /** Makes the parts add up to the total, in the ways in which Google and those who speak its dialect are known to count. */
  #withinTotal(parts: Parts, total: number): Split {
    const { prompt, ofTools, candidates, thoughts } = parts;
    const rest = total - prompt - ofTools - (candidates ?? 0) - (thoughts ?? 0);
    if (rest === 0) return { ...split4(parts), output: candidates ?? 0 };
    // nothing was said of one of the two, and the total has room for it
    if (rest > 0 && candidates === null) return { ...split4(parts), output: rest };
    if (rest > 0 && thoughts === null) return { ...split4(parts), reasoning: rest };
    // thoughts inside the candidates, or what the tools read inside the prompt
    if (rest < 0 && rest === -(thoughts ?? 0) && (candidates ?? 0) >= -rest) {
      return { ...split4(parts), output: (candidates ?? 0) + rest };
    }
    if (rest < 0 && rest === -ofTools && prompt >= ofTools) return { ...split4(parts), input: prompt };
    this.#fail(`totalTokenCount is ${total}, but the parts come to ${total - rest}`);
    return split4(parts);
  }

  #readInput(usage: MutableUsage, input: number): void {
    const cached = this.#count('cachedContentTokenCount');
    const ofPrompt = this.#modalities('promptTokensDetails');
    const ofTools = this.#modalities('toolUsePromptTokensDetails');
    const ofCache = this.#modalities('cacheTokensDetails');
    const cachedAudio = Math.min(ofCache.audio, cached ?? 0);
    const audio = ofPrompt.audio + ofTools.audio - cachedAudio;
    const image = Math.max(0, ofPrompt.image + ofTools.image - ofCache.image);
    usage.input = input - (cached ?? 0) - audio - image;
    if (cached !== null) usage.input_cache_read = cached - cachedAudio;
    set(usage, 'input_audio', audio);
    set(usage, 'input_audio_cache_read', cachedAudio);
    set(usage, 'input_image', image);
    if (usage.input < 0 || audio < 0) this.#fail(`the parts of the prompt are more than its ${input}`);
  }

  #readOutput(usage: MutableUsage, { output, reasoning }: Split): void {
    if (reasoning !== null) usage.output_reasoning = reasoning;
    if (output === null) return;
    const { audio, image } = this.#modalities('candidatesTokensDetails');
    usage.output = output - audio - image;
    set(usage, 'output_audio', audio);
    set(usage, 'output_image', image);
    if (usage.output < 0) this.#fail(`the parts of candidatesTokenCount are more than its ${output}`);
  }

  #modalities(name: string): { readonly audio: number; readonly image: number } {
    const sums = { audio: 0, image: 0 };
    const details = this.raw[name];
    for (const detail of Array.isArray(details) ? details.filter(isRecord) : []) {
      const count = this.#count('tokenCount', detail) ?? 0;
      if (detail['modality'] === 'AUDIO') sums.audio += count;
      else if (detail['modality'] === 'IMAGE') sums.image += count;
    }
    return sums;
  }

  #count(name: string, from: JsonRecord = this.raw): number | null {
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

interface Parts {
  readonly prompt: number;
  readonly ofTools: number;
  readonly candidates: number | null;
  readonly thoughts: number | null;
}

interface Split {
  readonly input: number;
  readonly output: number | null;
  readonly reasoning: number | null;
}

function split4({ prompt, ofTools, candidates, thoughts }: Parts): Split {
  return { input: prompt + ofTools, output: candidates, reasoning: thoughts };
}

/** Sub-meters that are zero are left out: most models have no price for them, and nothing is owed. */
function set(usage: MutableUsage, meter: Meter, quantity: number): void {
  if (quantity !== 0) usage[meter] = quantity;
}
