import { type Meter, type Usage, usageProblem } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../json.js';
import type { ReadUsage } from '../reported-usage.js';

/** One token meter and where its quantity stands. */
export type Counts = Readonly<Partial<Record<Meter, number>>>;

/** Reads whole numbers out of a report, and keeps the first thing that is wrong with one. */
export class CountReader {
  problem: string | null = null;

  /** The first of the names under which there is a number. */
  count(from: unknown, ...names: readonly string[]): number | null {
    if (!isRecord(from)) return null;
    for (const name of names) {
      const value = from[name];
      if (value === undefined || value === null) continue;
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
      this.fail(`${name} is ${JSON.stringify(value).slice(0, 40)}`);
      return 0;
    }
    return null;
  }

  /** Seconds, which may be broken, as whole milliseconds. */
  milliseconds(from: JsonRecord, name: string): number | null {
    const value = from[name];
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && value >= 0 && value < 1e9) return Math.round(value * 1000);
    this.fail(`${name} is ${JSON.stringify(value).slice(0, 40)}`);
    return 0;
  }

  fail(problem: string): void {
    this.problem ??= problem;
  }

  result(usage: Counts): ReadUsage {
    const problem = this.problem ?? usageProblem(usage);
    return { usage: problem === null ? usage : {}, reportedCost: null, problem };
  }
}

/**
 * Usage of models that read and write tokens of several modalities, in OpenAI's newer words (`input_tokens`) or its older
 * ones (`prompt_tokens`): of embeddings, reranking, images, speech and transcription. `null` when nothing was reported.
 * @param outputMeter what the output is where its details do not say.
 */
export function readTokenUsage(raw: unknown, outputMeter: Meter = 'output'): ReadUsage | null {
  if (!isRecord(raw)) return null;
  const reader = new CountReader();
  const total = reader.count(raw, 'total_tokens');
  const reported = reader.count(raw, 'input_tokens', 'prompt_tokens');
  const output = reader.count(raw, 'output_tokens', 'completion_tokens');
  if (reader.problem !== null) return reader.result({});
  if (reported === null && output === null && total === null) return null;
  // Voyage and Jina report a total only: nothing but input is in it
  const input = reported ?? Math.max(0, (total ?? 0) - (output ?? 0));
  if (total !== null && total !== input + (output ?? 0)) {
    reader.fail(`total_tokens is ${total}, but the parts are ${input} and ${output ?? 0}`);
  }
  const usage: Partial<Record<Meter, number>> = { ...inputMeters(reader, raw, input) };
  // embeddings report the output that they have not as zero
  if (output !== null && output > 0) Object.assign(usage, outputMeters(reader, raw, { output, meter: outputMeter }));
  return reader.result(usage);
}

function inputMeters(reader: CountReader, raw: JsonRecord, input: number): Usage {
  const details =
    raw['input_tokens_details'] ??
    raw['input_token_details'] ??
    raw['prompt_tokens_details'] ??
    raw['prompt_token_details'];
  const image = reader.count(details, 'image_tokens') ?? 0;
  const audio = reader.count(details, 'audio_tokens') ?? 0;
  const cached = reader.count(details, 'cached_tokens') ?? 0;
  const byKind = isRecord(details) ? details['cached_tokens_details'] : null;
  const cachedImage = reader.count(byKind, 'image_tokens') ?? 0;
  const cachedAudio = reader.count(byKind, 'audio_tokens') ?? 0;
  const text = input - cached - (image - cachedImage) - (audio - cachedAudio);
  if (text < 0 || image < cachedImage || audio < cachedAudio || cached < cachedAudio + cachedImage) {
    reader.fail(`the parts of the input are more than its ${input}`);
  }
  return withoutZeros(
    {
      input: text,
      input_cache_read: cached - cachedAudio,
      input_image: image - cachedImage,
      input_audio: audio - cachedAudio,
      input_audio_cache_read: cachedAudio,
    },
    'input',
  );
}

function outputMeters(
  reader: CountReader,
  raw: JsonRecord,
  { output, meter }: { readonly output: number; readonly meter: Meter },
): Usage {
  const details = raw['output_tokens_details'] ?? raw['output_token_details'] ?? raw['completion_tokens_details'];
  const image = reader.count(details, 'image_tokens') ?? 0;
  const audio = reader.count(details, 'audio_tokens') ?? 0;
  const reasoning = reader.count(details, 'reasoning_tokens') ?? 0;
  const text = reader.count(details, 'text_tokens') ?? 0;
  const rest = output - image - audio - reasoning - text;
  if (rest < 0) reader.fail(`the parts of the output are more than its ${output}`);
  const usage: Partial<Record<Meter, number>> = {
    output: text,
    output_image: image,
    output_audio: audio,
    output_reasoning: reasoning,
  };
  usage[meter] = (usage[meter] ?? 0) + rest;
  return withoutZeros(usage, meter);
}

/** Meters that are zero are left out but for the one that always says something. */
export function withoutZeros(counts: Counts, kept: Meter): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([meter, quantity]) => quantity !== 0 || meter === kept));
}
