import type { Extensions } from '../../conversation.js';
import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { isRecord, parseJson } from '../../json.js';
import { Losses } from '../../inexpressible.js';
import type { ClientOperation, OperationBounds, ProviderOperation } from '../../operation-dialect.js';
import { between, requiredString, string } from '../../passthrough/request-fields.js';
import type { AnswerFacts } from '../../passthrough/stream-forwarder.js';
import type { ReadUsage } from '../../reported-usage.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { factsOf } from '../answer-facts.js';
import type { ReadOperationEvent } from '../event-stream-forwarder.js';
import { parseOperation, word } from '../parse-operation.js';
import { readTokenUsage } from '../read-token-usage.js';
import { operationScanner } from '../scan-operation.js';

const FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
const MAX_CHARACTERS = 4096;

export interface SpeechRequest {
  readonly model: string;
  readonly input: string;
  /** A name, or an object with the id of a voice of one's own. */
  readonly voice: unknown;
  readonly instructions: string | null;
  readonly format: (typeof FORMATS)[number] | null;
  /** From a quarter to four times as fast as usual. */
  readonly speed: number | null;
  /** `events`: as server-sent events, which end with the usage; `audio`: as plain bytes. */
  readonly streamAs: 'events' | 'audio';
  readonly extensions: Extensions;
}

/** The whole audio; usage that could be read from it only by its length is an estimate. */
export interface Speech {
  readonly audio: Buffer;
  readonly usage: ReadUsage | null;
}

/** OpenAI's speech (platform.openai.com/docs/api-reference/audio/createSpeech). */
export const openaiSpeechClient: ClientOperation<SpeechRequest, Speech> = {
  id: 'openai-speech',
  scan: operationScanner({
    input: requiredString,
    voice: { kinds: ['string', 'object'], required: true },
    instructions: string,
    response_format: string,
    speed: between(0.25, 4),
    stream_format: string,
  }),
  parseRequest: (body) => parseOperation(body, readRequest),
  writeAnswer: ({ audio }) => audio,
  bounds,
};

function readRequest(wire: WireReader): SpeechRequest {
  const input = wire.requiredString('input');
  if (input === '' || lengthOf(input) > MAX_CHARACTERS) {
    throw new RequestRefusal(`Invalid 'input': expected 1 to ${MAX_CHARACTERS} characters.`, 'input');
  }
  const voice = wire.raw('voice');
  if (voice === null) throw new RequestRefusal("Missing required parameter: 'voice'.", 'voice');
  const speed = wire.number('speed');
  if (speed !== null && !(speed >= 0.25 && speed <= 4)) {
    throw new RequestRefusal("Invalid 'speed': expected a number from 0.25 to 4.", 'speed');
  }
  return {
    model: wire.requiredString('model'),
    input,
    voice,
    instructions: wire.string('instructions'),
    format: word(wire, 'response_format', FORMATS),
    speed,
    streamAs: word(wire, 'stream_format', ['sse', 'audio']) === 'sse' ? 'events' : 'audio',
    extensions: wire.rest(),
  };
}

/** How the model's speech is billed, in OpenAI's list of prices. */
type SpeechBilling = 'characters' | 'tokens';

function speechBilling(model: string): SpeechBilling {
  return /^gpt-/.test(model) ? 'tokens' : 'characters';
}

/**
 * OpenAI's speech as a provider. Plain bytes bring no usage, events do: a model that is billed by tokens is always asked
 * for events (`asksEvents`), so that metering is exact, and `speechAudioEvents` turns them into the bytes that the client
 * wanted.
 */
export const openaiSpeech: ProviderOperation<SpeechRequest, Speech> = {
  id: 'openai-speech',
  passesThrough: null,
  buildRequest(request, target) {
    const losses = new Losses();
    const { input, voice, instructions, format, speed, extensions } = request;
    const events = asksEvents(request, target.model);
    const body = {
      ...extensions,
      model: target.model,
      input,
      voice,
      ...(instructions !== null && { instructions }),
      ...(format !== null && { response_format: format }),
      ...(speed !== null && { speed }),
      ...(events && { stream_format: 'sse' }),
    };
    if (request.streamAs === 'events' && !events) losses.unsupported('stream_format', 'impossible');
    return { path: '/audio/speech', body, inexpressible: losses.list() };
  },
  readAnswer: (body, request) => {
    const facts = readFacts(body, request);
    return facts.valid ? { audio: body, usage: facts.usage } : null;
  },
  readFacts,
  readError: readErrorResponse,
};

/** Whether the provider's answer comes as events: the models that are billed by characters have none. */
export function asksEvents({ streamAs }: SpeechRequest, upstreamModel: string): boolean {
  return speechBilling(upstreamModel) === 'tokens' || (streamAs === 'events' && !/^tts-1/.test(upstreamModel));
}

function readFacts(body: Buffer, request: SpeechRequest): AnswerFacts {
  const document = body[0] === 123 ? parseJson(body.toString()) : null; // {
  if (isRecord(document)) return factsOf(document, false, { usage: null });
  return { ...factsOf(null, body.length > 0, { usage: usageOfAudio(body.length, request) }) };
}

/** Bytes of a second of OpenAI's raw audio: 24,000 samples of 16 bits. */
const RAW_BYTES_PER_SECOND = 48_000;
/** Of read English. */
const CHARACTERS_PER_SECOND = 15;
/** OpenAI's list of prices puts a minute of speech at 1,250 tokens: $0.015 at $12 a million. */
const TOKENS_PER_MINUTE = 1250;
const BYTES_PER_TOKEN = 4;

/**
 * What plain audio costs. Characters are counted as Unicode counts them. Tokens are an estimate: the input's by its bytes,
 * the output's by the length of raw audio, which its size tells, or by how long reading the input takes.
 */
export function usageOfAudio(
  audioBytes: number,
  { model, input, instructions, format, speed }: SpeechRequest,
): ReadUsage {
  if (speechBilling(model) === 'characters') {
    return { usage: { character: lengthOf(input) }, reportedCost: null, problem: null };
  }
  const raw = format === 'pcm' || format === 'wav';
  const seconds = raw ? audioBytes / RAW_BYTES_PER_SECOND : lengthOf(input) / CHARACTERS_PER_SECOND / (speed ?? 1);
  const usage = {
    input: Math.ceil(Buffer.byteLength(input + (instructions ?? '')) / BYTES_PER_TOKEN),
    output_audio: Math.ceil((seconds * TOKENS_PER_MINUTE) / 60),
  };
  return { usage, reportedCost: null, problem: null };
}

const FRAMING_TOKENS = 16;
/** A digit may be read as a word, and slow voices take half a second for one: at 21 tokens a second. */
const MOST_TOKENS_PER_CHARACTER = 11;
const LEAST_OUTPUT_TOKENS = 1000;

function bounds({ input, instructions, speed }: SpeechRequest): OperationBounds {
  const slower = 1 / Math.min(speed ?? 1, 1);
  return {
    inputTokens: Buffer.byteLength(input + (instructions ?? '')) + FRAMING_TOKENS,
    outputTokens: Math.ceil((LEAST_OUTPUT_TOKENS + lengthOf(input) * MOST_TOKENS_PER_CHARACTER) * slower),
    others: { character: lengthOf(input) },
  };
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/**
 * Where sound breaks off before its usage has come, what was delivered is estimated as text is, by four characters a token. Sound
 * has many more bytes than that: at 128 kbit/s, which is what MP3 comes in, 16,000 of a second that is 21 tokens.
 */
const BYTES_PER_CHARACTER = 192;

/** Reads `speech.audio.delta` and `speech.audio.done`; with `asAudio` the client gets the bytes that the events carry. */
export function speechEvents({ asAudio }: { readonly asAudio: boolean }): ReadOperationEvent {
  return (type, event) => {
    const audio = type.endsWith('audio.delta') && typeof event['audio'] === 'string' ? event['audio'] : null;
    return {
      commits: audio !== null,
      completes: type.endsWith('audio.done'),
      usage: readTokenUsage(event['usage'], 'output_audio'),
      serviceTier: null,
      characters: audio === null ? 0 : Math.ceil((audio.length * 3) / 4 / BYTES_PER_CHARACTER),
      instead: asAudio ? Buffer.from(audio ?? '', 'base64') : null,
    };
  };
}
