import type { JsonRecord } from '../../json.js';
import type { FormFile } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';

export const TRANSCRIPT_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

export interface TranscriptionRequest {
  /** Into English, from whatever is spoken. */
  readonly translates: boolean;
  readonly model: string;
  readonly file: FormFile;
  readonly language: string | null;
  readonly prompt: string | null;
  readonly format: TranscriptFormat;
  /** The format was named, not taken as the default. */
  readonly formatGiven: boolean;
  readonly temperature: string | null;
  readonly granularities: readonly string[];
  readonly include: readonly string[];
  readonly chunkingStrategy: string | null;
  readonly stream: boolean;
  readonly endUser: string | null;
  /** Fields without a name here, in their order. */
  readonly extensions: readonly (readonly [name: string, value: string])[];
}

export interface TranscriptSegment {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker: string | null;
  /** As the provider wrote it. */
  readonly wire: JsonRecord;
}

export interface Transcript {
  readonly text: string;
  readonly language: string | null;
  /** Seconds; `null` where the provider does not say. */
  readonly duration: number | null;
  readonly segments: readonly TranscriptSegment[] | null;
  readonly words: readonly unknown[] | null;
  readonly logprobs: readonly unknown[] | null;
  /** `null`: the length of the audio has to be measured. */
  readonly usage: ReadUsage | null;
}
