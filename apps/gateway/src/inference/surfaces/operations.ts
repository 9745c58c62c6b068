import {
  asksEvents,
  type ClientFormOperation,
  type ClientOperation,
  imageBounds,
  imageEvents,
  type Images,
  type ImagesRequest,
  isRequestProblem,
  type JsonRecord,
  openaiEmbeddingsClient,
  openaiImageEditsClient,
  openaiImagesClient,
  openaiModerationsClient,
  openaiSpeechClient,
  openaiTranscriptionClient,
  openaiTranslationClient,
  type OperationBounds,
  parseJson,
  type ReadUsage,
  type RequestProblem,
  rerankV1,
  rerankV2,
  type ScannedRequest,
  speechEvents,
  type SpeechRequest,
  type Transcript,
  transcriptionBounds,
  transcriptionEvent,
  type TranscriptionRequest,
  usageOfAudio,
} from '@tollgate/providers';

import { openAiErrorBody, openAiErrorFrame } from '../inference-error.js';
import { audioLength } from '../multipart/audio-length.js';
import type { ReceivedForm } from '../multipart/read-multipart.js';
import { OperationCrossing, type OperationStream } from '../pipeline/crossing/operation-crossing.js';
import type { FormOperationSurface, JsonOperationSurface } from './surface.js';

const HEARTBEAT = Buffer.from(': waiting for the provider\n\n');

const base = {
  requestIdHeader: null,
  heartbeat: HEARTBEAT,
  errorBody: openAiErrorBody,
  errorFrame: openAiErrorFrame,
};

function named(endpoint: string, dialect: string): { readonly endpoint: string; readonly recordJson: string } {
  return { endpoint, recordJson: `"endpoint":"${endpoint}","surface":"${dialect}"` };
}

/** What an operation that is never streamed says of its stream. */
const unstreamed = (): OperationStream => ({ events: null, contentType: null });

interface JsonOperation<Request, Answer> {
  readonly client: ClientOperation<Request, Answer>;
  readonly endpoint: string;
  /** Its answers are always streamed, whatever the client says. */
  readonly streams?: true;
  streamOf?(request: Request): OperationStream;
  asEvents?(answer: JsonRecord | Buffer, request: Request): string | null;
}

function jsonSurface<Request extends { readonly model: string }, Answer>(
  given: JsonOperation<Request, Answer>,
): JsonOperationSurface {
  const { client, endpoint } = given;
  return {
    ...base,
    ...named(endpoint, client.id),
    ...(given.streams && { heartbeat: Buffer.alloc(0) }),
    kind: 'json-operation',
    dialect: client.id,
    scan({ memory, start, end }) {
      const scanned = client.scan(memory, start, end);
      return given.streams === true && !isRequestProblem(scanned) ? { ...scanned, stream: true } : scanned;
    },
    prepare({ memory, start, end }) {
      const body = parseJson(memory.toString('utf8', start, end));
      if (body === undefined) return UNREADABLE;
      const request = client.parseRequest(body);
      if (isRequestProblem(request)) return request;
      return new OperationCrossing<Request, Answer>({
        client: client.id,
        request,
        boundsOf: (asked) => client.bounds(asked),
        uploads: [],
        measured: null,
        writeAnswer: (answer) => client.writeAnswer(answer, request),
        streamOf: (asked) => given.streamOf?.(asked) ?? unstreamed(),
        asEvents: (answer) => given.asEvents?.(answer, request) ?? null,
      }) as OperationCrossing;
    },
  };
}

const UNREADABLE: RequestProblem = {
  code: 'caller_invalid_json',
  message: 'The body is not valid JSON, or is nested too deeply.',
  param: null,
};

interface FormOperation<Request, Answer> {
  readonly client: ClientFormOperation<Request, Answer>;
  readonly endpoint: string;
  /** The most that it can cost, and what its files show of what it will. */
  measure(request: Request, form: ReceivedForm): Promise<Measure<Request>> | Measure<Request>;
  /** What a form says that a scanner would read off a body. */
  scannedOf(request: Request): Pick<ScannedRequest, 'model' | 'stream' | 'n' | 'endUser'>;
  streamOf(request: Request): OperationStream;
  asEvents(answer: JsonRecord | Buffer): string | null;
}

interface Measure<Request> {
  readonly boundsOf: (request: Request) => OperationBounds;
  readonly measured: ReadUsage | null;
}

function formSurface<Request extends { readonly model: string }, Answer>(
  given: FormOperation<Request, Answer>,
): FormOperationSurface {
  const { client, endpoint } = given;
  return {
    ...base,
    ...named(endpoint, client.id),
    kind: 'form-operation',
    dialect: client.id,
    async prepare(form) {
      const request = client.parseForm(form);
      if (isRequestProblem(request)) return request;
      const { boundsOf, measured } = await given.measure(request, form);
      const crossing = new OperationCrossing<Request, Answer>({
        client: client.id,
        request,
        boundsOf,
        uploads: form.uploads,
        measured,
        writeAnswer: (answer) => client.writeAnswer(answer, request),
        streamOf: (asked) => given.streamOf(asked),
        asEvents: (answer) => given.asEvents(answer),
      });
      return { scanned: { ...NOTHING_SCANNED, ...given.scannedOf(request) }, crossing: crossing as OperationCrossing };
    },
  };
}

const NOTHING_SCANNED: ScannedRequest = {
  model: '',
  stream: false,
  includeUsage: true,
  maxOutputTokens: null,
  maxOutputField: null,
  n: 1,
  endUser: null,
  tags: [],
  serviceTier: null,
  furtherModels: [],
  reroutes: null,
  spans: { model: null, stream_options: null, caps: {}, behind: 0, capPlace: null },
  otherStreamOptions: {},
};

/** `POST /v1/embeddings`. */
export const embeddings = jsonSurface({ client: openaiEmbeddingsClient, endpoint: 'embeddings' });
/** `POST /v1/rerank`, as Cohere's first version and Jina have it. */
export const rerank = jsonSurface({ client: rerankV1, endpoint: 'rerank' });
/** `POST /v2/rerank`, Cohere's second version. */
export const rerankOfCohere = jsonSurface({ client: rerankV2, endpoint: 'rerank' });
/** `POST /v1/moderations`. */
export const moderations = jsonSurface({ client: openaiModerationsClient, endpoint: 'moderations' });

/** `POST /v1/images/generations`. */
export const imageGenerations = jsonSurface<ImagesRequest, Images>({
  client: openaiImagesClient,
  endpoint: 'image-generations',
  streamOf: (request) => ({ events: imageEvents(request), contentType: null }),
  asEvents: (answer) => pictureEvents(answer, 'image_generation'),
});

/** `POST /v1/images/edits`. */
export const imageEdits = formSurface<ImagesRequest, Images>({
  client: openaiImageEditsClient,
  endpoint: 'image-edits',
  measure: () => ({ boundsOf: imageBounds, measured: null }),
  scannedOf: ({ model, stream, n, endUser }) => ({ model, stream, n, endUser }),
  streamOf: (request) => ({ events: imageEvents(request), contentType: null }),
  asEvents: (answer) => pictureEvents(answer, 'image_edit'),
});

const AUDIO_TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/** `POST /v1/audio/speech`: bytes of audio, or events. */
export const speech = jsonSurface({
  client: openaiSpeechClient,
  endpoint: 'speech',
  streams: true,
  streamOf(request: SpeechRequest) {
    const asAudio = request.streamAs === 'audio';
    return {
      events: asksEvents(request, request.model) ? speechEvents({ asAudio }) : null,
      usageOfBytes: (bytes) => usageOfAudio(bytes, request),
      contentType: asAudio ? (AUDIO_TYPES[request.format ?? 'mp3'] ?? 'application/octet-stream') : null,
    };
  },
});

const transcribed = (
  client: ClientFormOperation<TranscriptionRequest, Transcript>,
  endpoint: string,
): FormOperationSurface =>
  formSurface<TranscriptionRequest, Transcript>({
    client,
    endpoint,
    async measure(request, { uploads }) {
      const { contentType, filename, index } = request.file;
      const upload = uploads[index];
      if (upload === undefined) throw new RangeError('a form that names a file which is not there');
      const { milliseconds } = await audioLength(upload, contentType, filename);
      const usage = { audio_ms: Math.ceil(milliseconds / 1000) * 1000 };
      return {
        boundsOf: (asked) => transcriptionBounds(asked, milliseconds),
        measured: { usage, reportedCost: null, estimated: true, problem: null },
      };
    },
    scannedOf: ({ model, stream, endUser }) => ({ model, stream, n: 1, endUser }),
    streamOf: () => ({ events: transcriptionEvent, contentType: null }),
    asEvents: transcriptEvents,
  });

/** `POST /v1/audio/transcriptions`. */
export const transcriptions = transcribed(openaiTranscriptionClient, 'transcriptions');
/** `POST /v1/audio/translations`. */
export const translations = transcribed(openaiTranslationClient, 'translations');

/** What a stream of this picture would have ended with. */
function pictureEvents(answer: JsonRecord | Buffer, type: string): string | null {
  if (Buffer.isBuffer(answer) || !Array.isArray(answer['data'])) return null;
  const { data, ...rest } = answer;
  return (data as readonly JsonRecord[]).map((picture) => event(`${type}.completed`, { ...rest, ...picture })).join('');
}

function transcriptEvents(answer: JsonRecord | Buffer): string | null {
  if (Buffer.isBuffer(answer)) return null;
  const { text, usage } = answer;
  return event('transcript.text.delta', { delta: text }) + event('transcript.text.done', { text, usage });
}

function event(type: string, fields: JsonRecord): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
