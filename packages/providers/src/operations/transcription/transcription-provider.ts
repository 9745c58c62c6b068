import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { BuiltForm, FormPart, OperationTarget, ProviderFormOperation } from '../../operation-dialect.js';
import type { AnswerFacts } from '../../passthrough/stream-forwarder.js';
import { factsOf } from '../answer-facts.js';
import type { OperationEvent } from '../event-stream-forwarder.js';
import { readTranscriptionUsage } from './read-transcription-usage.js';
import type { Transcript, TranscriptFormat, TranscriptionRequest, TranscriptSegment } from './transcription.js';

/** How a vendor's transcription differs from OpenAI's. */
export interface TranscriptionVendor {
  /** The formats that it writes; the rest are made of the one before them. */
  readonly formats: readonly TranscriptFormat[];
  /** `null`: it knows no formats and always answers with all that it knows, in JSON. */
  readonly formatField: 'response_format' | null;
  readonly prompt: boolean;
  readonly translates: boolean;
  readonly streams: boolean;
  /** Least audio that a request is billed for, milliseconds. */
  readonly leastBilledMs: number;
}

const OPENAI: TranscriptionVendor = {
  formats: ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'],
  formatField: 'response_format',
  prompt: true,
  translates: true,
  streams: true,
  leastBilledMs: 0,
};

/** From the vendors' references of `POST /v1/audio/transcriptions` (2026). */
export const TRANSCRIPTION_VENDORS = {
  openai: OPENAI,
  groq: { ...OPENAI, formats: ['json', 'text', 'verbose_json'], streams: false, leastBilledMs: 10_000 },
  mistral: { ...OPENAI, formats: ['verbose_json'], formatField: null, prompt: false, translates: false },
  compatible: OPENAI,
} as const satisfies Readonly<Record<string, TranscriptionVendor>>;

const BILLED_BY_TOKENS = /^gpt-/;

export function transcriptionProvider(vendor: TranscriptionVendor): ProviderFormOperation<
  TranscriptionRequest,
  Transcript
> & {
  /** The format that the provider is asked for; the client's own can be passed on as it is. */
  askedFormat(request: TranscriptionRequest): TranscriptFormat;
} {
  const askedFormat = ({ format, model }: TranscriptionRequest): TranscriptFormat => {
    // a bare text reports no tokens, and by them these models are billed
    if (format === 'text' && BILLED_BY_TOKENS.test(model)) return 'json';
    return vendor.formats.includes(format) ? format : format === 'text' ? 'json' : 'verbose_json';
  };
  return {
    id: 'openai-transcription',
    askedFormat,
    buildForm: (request, target) => buildForm(vendor, request, { ...target, format: askedFormat(request) }),
    readAnswer: (body, request) => readTranscript(body, askedFormat(request)),
    readFacts: (body, request) => readFacts(body, askedFormat(request)),
    readError: readErrorResponse,
  };
}

function buildForm(
  vendor: TranscriptionVendor,
  request: TranscriptionRequest,
  { model, format }: OperationTarget & { readonly format: TranscriptFormat },
): BuiltForm {
  const losses = new Losses();
  // small fields first: a server can then judge the request before the file is there
  const parts: FormPart[] = [{ kind: 'field', name: 'model', value: model }];
  const put = (name: string, value: string | null): void => {
    if (value !== null) parts.push({ kind: 'field', name, value });
  };
  put('language', request.language);
  if (vendor.prompt) put('prompt', request.prompt);
  else if (request.prompt !== null) losses.unsupported('prompt', 'other-answer');
  if (vendor.formatField !== null && (request.formatGiven || format !== request.format))
    put(vendor.formatField, format);
  put('temperature', request.temperature);
  const granularities = timestampsOf(vendor, request);
  for (const value of granularities) put('timestamp_granularities[]', value);
  for (const value of request.include) put('include[]', value);
  put('chunking_strategy', request.chunkingStrategy);
  if (request.stream && !vendor.streams) losses.unsupported('stream', 'impossible');
  else if (request.stream) put('stream', 'true');
  if (request.translates && !vendor.translates) {
    losses.add('model', 'The target model cannot translate speech.', 'impossible');
  }
  put('user', request.endUser);
  for (const [name, value] of request.extensions) put(name, value);
  parts.push({ kind: 'file', name: 'file', file: request.file });
  const path = request.translates ? '/audio/translations' : '/audio/transcriptions';
  return { path, parts, inexpressible: losses.list() };
}

/** Without formats, only the wish for times brings the segments of which subtitles are made. */
function timestampsOf(vendor: TranscriptionVendor, { granularities, format }: TranscriptionRequest): readonly string[] {
  const needsTimes = vendor.formatField === null && ['srt', 'vtt', 'verbose_json', 'diarized_json'].includes(format);
  return granularities.length === 0 && needsTimes ? ['segment'] : granularities;
}

const isPlain = (format: TranscriptFormat): boolean => ['text', 'srt', 'vtt'].includes(format);

function readFacts(body: Buffer, format: TranscriptFormat): AnswerFacts {
  const document = documentOf(body);
  if (document === null || (isPlain(format) && typeof document['text'] !== 'string' && !('error' in document))) {
    const facts = factsOf(null, isPlain(format), { usage: null });
    return { ...facts, deliveredCharacters: body.length };
  }
  const { text } = document;
  const facts = factsOf(document, typeof text === 'string', { usage: readTranscriptionUsage(document) });
  return { ...facts, deliveredCharacters: typeof text === 'string' ? text.length : 0 };
}

function readTranscript(body: Buffer, format: TranscriptFormat): Transcript | null {
  const document = documentOf(body);
  if (document === null) return isPlain(format) ? plainTranscript(body.toString()) : null;
  const { text, language, duration } = document;
  if (typeof text !== 'string') return null;
  return {
    text,
    language: typeof language === 'string' ? language : null,
    duration: typeof duration === 'number' && duration >= 0 ? duration : null,
    segments: Array.isArray(document['segments']) ? segmentsOf(document['segments']) : null,
    words: listOf(document['words']),
    logprobs: listOf(document['logprobs']),
    usage: readTranscriptionUsage(document),
  };
}

function plainTranscript(text: string): Transcript {
  const nothing = { language: null, duration: null, segments: null, words: null, logprobs: null, usage: null };
  return { text: text.replace(/\n$/, ''), ...nothing };
}

function segmentsOf(list: readonly unknown[]): readonly TranscriptSegment[] {
  return list.filter(isRecord).map((wire) => ({
    start: secondsOf(wire['start']),
    end: secondsOf(wire['end']),
    text: typeof wire['text'] === 'string' ? wire['text'] : '',
    speaker: textOf(wire['speaker'] ?? wire['speaker_id']),
    wire,
  }));
}

function secondsOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value < 1e7 ? value : 0;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

function documentOf(body: Buffer): JsonRecord | null {
  const document = parseJson(body.toString());
  return isRecord(document) ? document : null;
}

/** Reads `transcript.text.delta`, `transcript.text.segment` and `transcript.text.done`, and Mistral's `transcription.*`. */
export function transcriptionEvent(type: string, event: JsonRecord): OperationEvent {
  const delta = /\.(?:delta|segment)$/.test(type) ? (event['delta'] ?? event['text']) : null;
  const completes = type === 'transcript.text.done' || type === 'transcription.done';
  return {
    commits: typeof delta === 'string' && delta !== '',
    completes,
    usage: completes ? readTranscriptionUsage(event) : null,
    serviceTier: null,
    characters: typeof delta === 'string' ? delta.length : 0,
    instead: null,
  };
}
