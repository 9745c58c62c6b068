import { inputTokens, outputTokens } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ClientFormOperation, OperationBounds, OperationForm } from '../../operation-dialect.js';
import { invalidRequest, type RequestProblem } from '../../request-problem.js';
import { fieldNamesProblem } from '../form-fields.js';
import type { Transcript, TranscriptFormat, TranscriptionRequest, TranscriptSegment } from './transcription.js';
import { TRANSCRIPT_FORMATS } from './transcription.js';

type TranscriptionClient = ClientFormOperation<TranscriptionRequest, Transcript>;

export const openaiTranscriptionClient: TranscriptionClient = {
  id: 'openai-transcription',
  parseForm: (form) => parseForm(form, false),
  writeAnswer,
};

export const openaiTranslationClient: TranscriptionClient = {
  id: 'openai-translation',
  parseForm: (form) => parseForm(form, true),
  writeAnswer,
};

const SINGLE = ['model', 'language', 'prompt', 'response_format', 'temperature', 'stream', 'user'] as const;
const STRATEGY = 'chunking_strategy';
const MAX_MODEL_CHARACTERS = 256;

/** A field may come with brackets or without; one that can stand once only must not come twice. */
function parseForm({ fields, files }: OperationForm, translates: boolean): TranscriptionRequest | RequestProblem {
  const problem = fieldNamesProblem(fields);
  if (problem !== null) return problem;
  const values = Map.groupBy(fields, ([name]) => name.replace(/\[\]$/, ''));
  const all = (name: string): readonly string[] => (values.get(name) ?? []).map(([, value]) => value);
  const one = (name: string): string | null => all(name)[0] ?? null;
  const twice = SINGLE.find((name) => all(name).length > 1);
  if (twice !== undefined) return invalidRequest(`The field '${twice}' stands twice in the form.`, twice);
  const model = one('model') ?? '';
  if (model === '') return invalidRequest("Missing required parameter: 'model'.", 'model');
  if (model.length > MAX_MODEL_CHARACTERS) return invalidRequest("Invalid 'model': it is too long.", 'model');
  const [file, second] = files.filter(({ field }) => field === 'file');
  if (file === undefined) return invalidRequest("Missing required parameter: 'file'.", 'file');
  if (second !== undefined || files.length > 1) return invalidRequest('The form must bring one file only.', 'file');
  const format = one('response_format') ?? 'json';
  const known = TRANSCRIPT_FORMATS.find((candidate) => candidate === format);
  if (known === undefined) {
    return invalidRequest(`Invalid 'response_format': ${JSON.stringify(format.slice(0, 40))}.`, 'response_format');
  }
  const temperature = one('temperature');
  if (temperature !== null && !(Number(temperature) >= 0 && Number(temperature) <= 1)) {
    return invalidRequest("Invalid 'temperature': expected a number from 0 to 1.", 'temperature');
  }
  const named = new Set<string>([...SINGLE, 'timestamp_granularities', 'include', STRATEGY]);
  return {
    translates,
    model,
    file,
    language: one('language'),
    prompt: one('prompt'),
    format: known,
    formatGiven: one('response_format') !== null,
    temperature,
    granularities: all('timestamp_granularities'),
    include: all('include'),
    chunkingStrategy: one(STRATEGY),
    stream: one('stream') === 'true',
    endUser: one('user'),
    extensions: fields.filter(([name]) => !named.has(name.replace(/\[\]$/, ''))),
  };
}

/** Texts and subtitles are made here, where the provider gave the document that they are made of. */
function writeAnswer(transcript: Transcript, { format, translates }: TranscriptionRequest): JsonRecord | Buffer {
  const { text, segments } = transcript;
  switch (format) {
    case 'text':
      return Buffer.from(`${text}\n`);
    case 'srt':
    case 'vtt':
      // without segments the provider has written the subtitles itself
      return Buffer.from(segments === null ? `${text}\n` : subtitles(segments, format));
    case 'verbose_json':
      return { task: translates ? 'translate' : 'transcribe', ...documentOf(transcript) };
    case 'diarized_json':
      return { task: 'transcribe', ...documentOf(transcript) };
    case 'json':
      return {
        text,
        ...(transcript.logprobs !== null && { logprobs: transcript.logprobs }),
        ...usageField(transcript),
      };
  }
}

function documentOf(transcript: Transcript): JsonRecord {
  const { text, language, duration, segments, words } = transcript;
  return {
    ...(language !== null && { language }),
    ...(duration !== null && { duration }),
    text,
    ...(words !== null && { words }),
    ...(segments !== null && { segments: segments.map(({ wire }) => wire) }),
    ...usageField(transcript),
  };
}

function usageField({ usage }: Transcript): JsonRecord {
  if (usage === null) return {};
  const { audio_ms: audioMs } = usage.usage;
  if (audioMs !== undefined) return { usage: { type: 'duration', seconds: Math.ceil(audioMs / 1000) } };
  const input = inputTokens(usage.usage);
  const output = outputTokens(usage.usage);
  const audio = (usage.usage.input_audio ?? 0) + (usage.usage.input_audio_cache_read ?? 0);
  return {
    usage: {
      type: 'tokens',
      input_tokens: input,
      input_token_details: { text_tokens: input - audio, audio_tokens: audio },
      output_tokens: output,
      total_tokens: input + output,
    },
  };
}

function subtitles(segments: readonly TranscriptSegment[], format: TranscriptFormat): string {
  const point = format === 'srt' ? ',' : '.';
  const cues = segments.map(({ start, end, text }, i) => {
    const times = `${clock(start, point)} --> ${clock(end, point)}`;
    return `${format === 'srt' ? `${i + 1}\n` : ''}${times}\n${text.trim()}\n\n`;
  });
  return (format === 'vtt' ? 'WEBVTT\n\n' : '') + cues.join('');
}

/** `HH:MM:SS,mmm` */
function clock(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, ms % 60_000];
  return `${two(hours)}:${two(minutes)}:${two(Math.floor(rest / 1000))}${point}${String(rest % 1000).padStart(3, '0')}`;
}

/** OpenAI counts ten tokens a second of audio; twice that is assumed at most. */
const MOST_AUDIO_TOKENS_PER_SECOND = 20;
/** Nobody speaks faster than eight words a second, in any script. */
const MOST_OUTPUT_TOKENS_PER_SECOND = 32;
const FRAMING_TOKENS = 64;

/**
 * What a transcription can be billed at most.
 * @param audioMsBound no less than the audio's length, measured or bounded from its bytes.
 */
export function transcriptionBounds({ prompt }: TranscriptionRequest, audioMsBound: number): OperationBounds {
  const seconds = Math.ceil(audioMsBound / 1000);
  return {
    inputTokens: seconds * MOST_AUDIO_TOKENS_PER_SECOND + Buffer.byteLength(prompt ?? '') + FRAMING_TOKENS,
    outputTokens: seconds * MOST_OUTPUT_TOKENS_PER_SECOND + FRAMING_TOKENS,
    // seconds are rounded up before they are billed
    others: { audio_ms: seconds * 1000 },
  };
}
