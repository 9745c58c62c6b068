import { schemaErrors } from '@tollgate/testing/openai-schemas';

import type { ClientFormOperation, ClientOperation } from '../../src/operation-dialect.js';
import {
  type AnyProviderOperation,
  openaiEmbeddingsClient,
  openaiImageEditsClient,
  openaiImagesClient,
  openaiModerationsClient,
  openaiSpeechClient,
  openaiTranscriptionClient,
  openaiTranslationClient,
  type OperationKind,
  rerankV1,
  rerankV2,
} from '../../src/operations/registry.js';
import { refusalOf } from '../../src/inexpressible.js';
import type { ProviderDeclaration } from '../../src/provider-declaration.js';
import { isRequestProblem } from '../../src/request-problem.js';
import { type Cell, cellOf, OPERATION_FEATURES, type Row } from './features.js';
import { operationAnswer } from './operation-answers.js';
import { recordedOperations } from './recorded-operations.js';

type Result = 'proven' | 'refused' | null;
type Wire = Record<string, unknown>;
type Client = ClientOperation<never, unknown> | ClientFormOperation<never, unknown>;

/** By whose names the operations are asked for; those of one vendor may differ by model. */
const MODELS: Readonly<Record<string, string>> = {
  'openai images': 'gpt-image-1.5',
  'openai imageEdits': 'gpt-image-1.5',
  'openai speech': 'gpt-4o-mini-tts',
  'openai transcription': 'whisper-1',
  'openai translation': 'whisper-1',
  'google-gemini images': 'imagen-4.0-generate-001',
  'google-vertex images': 'imagen-4.0-generate-001',
  'google-gemini embeddings': 'gemini-embedding-001',
  'google-vertex embeddings': 'text-embedding-005',
  'aws-bedrock embeddings': 'cohere.embed-english-v3',
};
const FORM = {
  fields: [
    ['model', 'm'],
    ['prompt', 'A pelican.'],
  ],
  files: [{ field: 'file', filename: 'a.mp3', contentType: 'audio/mpeg', bytes: 10, index: 0 }],
} as const;

/** The rows of what a provider does beside conversations. */
export function operationRows(provider: ProviderDeclaration): readonly Row[] {
  const { operations = {} } = provider;
  return (Object.keys(operations) as OperationKind[]).flatMap((kind): Row[] => {
    const model = MODELS[`${provider.id} ${kind}`] ?? 'a-model';
    const operation: AnyProviderOperation | null = operations[kind]?.(model) ?? null;
    if (operation === null) return [];
    const recorded = recordedOperations(provider.id, kind, operation);
    const cells = OPERATION_FEATURES[kind].map((feature): [string, Cell] => {
      const results = new Map<string, Result>();
      for (const client of clientsOf(kind, feature))
        results.set(
          client.id,
          attempt(() => outcome({ kind, operation, model, client }, feature)),
        );
      return [feature, cellOf(results, recorded.has(feature))];
    });
    return [{ provider: provider.id, endpoint: kind, model, cells: Object.fromEntries(cells) }];
  });
}

interface Tried {
  readonly kind: OperationKind;
  readonly operation: AnyProviderOperation;
  readonly model: string;
  readonly client: Client;
}

function clientsOf(kind: OperationKind, feature: string): readonly Client[] {
  const clients: Readonly<Record<OperationKind, readonly unknown[]>> = {
    embeddings: [openaiEmbeddingsClient],
    rerank: feature === 'version 1' ? [rerankV1] : feature === 'version 2' ? [rerankV2] : [rerankV1, rerankV2],
    images: [openaiImagesClient],
    imageEdits: [openaiImageEditsClient],
    speech: [openaiSpeechClient],
    transcription: [openaiTranscriptionClient],
    translation: [openaiTranslationClient],
    moderations: [openaiModerationsClient],
  };
  return clients[kind] as readonly Client[];
}

function attempt(run: () => Result): Result {
  try {
    return run();
  } catch {
    return null;
  }
}

const TEXTS = ['one', 'two'];

function bodyOf(kind: OperationKind, feature: string): Wire {
  switch (kind) {
    case 'embeddings':
      return {
        model: 'm',
        input: feature === 'batch' ? TEXTS : 'one',
        ...(feature === 'base64' && { encoding_format: 'base64' }),
        ...(feature === 'floats' && { encoding_format: 'float' }),
        ...(feature === 'dimensions' && { dimensions: 2 }),
      };
    case 'rerank':
      return { model: 'm', query: 'q', documents: TEXTS, return_documents: feature === 'documents returned' };
    case 'speech':
      return { model: 'm', input: 'Say it.', voice: 'alloy' };
    case 'moderations':
      return { model: 'm', input: 'violence' };
    default:
      return { model: 'm', prompt: 'A pelican.' };
  }
}

function parse({ kind, client, model }: Tried, feature: string): object {
  const isForm = 'parseForm' in client;
  const format = feature === 'subtitles' ? 'srt' : feature === 'text' ? 'text' : null;
  const files =
    kind === 'imageEdits'
      ? FORM.files.map((file) => ({ ...file, field: 'image', contentType: 'image/png' }))
      : FORM.files;
  const fields =
    kind === 'imageEdits' || format === null ? FORM.fields : [...FORM.fields, ['response_format', format] as const];
  const request: unknown = isForm ? client.parseForm({ fields, files }) : client.parseRequest(bodyOf(kind, feature));
  if (typeof request !== 'object' || request === null || isRequestProblem(request)) throw new Error('not parsed');
  return { ...request, model };
}

function outcome(tried: Tried, feature: string): Result {
  const { operation, model, client, kind } = tried;
  if (feature === 'errors') return errors(operation);
  const request = parse(tried, feature) as never;
  const target = { model, basePath: '/v1' };
  const built =
    'buildForm' in operation ? operation.buildForm(request, target) : operation.buildRequest(request, target);
  if (refusalOf(built.inexpressible, 'refuse') !== null) return 'refused';
  if (!built.path.startsWith('/')) return null;
  const received = operationAnswer(operation.id, { kind, feature, built });
  if (received === null) return null;
  const facts = operation.readFacts(received, request);
  const answer = operation.readAnswer(received, request) as { usage: { usage: object } | null } | null;
  if (!facts.valid || answer === null) return null;
  if (feature === 'usage') {
    const { usage } = facts;
    return usage !== null && usage.problem === null && Object.keys(usage.usage).length > 0 ? 'proven' : null;
  }
  return tells(client.writeAnswer(answer, request), { kind, feature }) ? 'proven' : null;
}

const SCHEMAS: Partial<Readonly<Record<OperationKind, string>>> = {
  embeddings: 'CreateEmbeddingResponse',
  images: 'ImagesResponse',
  imageEdits: 'ImagesResponse',
  transcription: 'CreateTranscriptionResponseJson',
};

function tells(
  written: Wire | Buffer,
  { kind, feature }: { readonly kind: OperationKind; readonly feature: string },
): boolean {
  if (Buffer.isBuffer(written)) {
    const text = written.toString();
    if (kind === 'speech') return text === 'sound';
    return feature === 'subtitles' ? text.includes('-->') && text.includes('Tolls.') : text.trim() === 'Tolls.';
  }
  // the published schema has a word for lists of numbers only
  const schema = feature === 'base64' ? undefined : SCHEMAS[kind];
  if (schema !== undefined && schemaErrors(schema, written).length > 0) return false;
  const list = (name: string): readonly Wire[] =>
    Array.isArray(written[name]) ? (written[name] as readonly Wire[]) : [];
  switch (kind) {
    case 'embeddings': {
      const vectors = list('data').map(({ embedding }) => embedding);
      if (feature === 'batch') return vectors.length === 2;
      const [vector] = vectors;
      if (feature === 'base64')
        return typeof vector === 'string' && Buffer.from(vector, 'base64').readFloatLE(4) === 0.25;
      return Array.isArray(vector) && vector.length === 2 && vector[1] === 0.25;
    }
    case 'rerank':
      return (
        list('results')
          .map(({ index }) => index)
          .join() === '1,0' &&
        (feature !== 'documents returned' || JSON.stringify(list('results')[0]?.['document']).includes('two'))
      );
    case 'images':
    case 'imageEdits':
      return list('data')[0]?.['b64_json'] === 'UE5H';
    case 'moderations':
      return list('results')[0]?.['flagged'] === true;
    default:
      return written['text'] === 'Tolls.';
  }
}

function errors(operation: AnyProviderOperation): Result {
  const read = (status: number, headers = {}) =>
    operation.readError(
      status,
      headers,
      Buffer.from(JSON.stringify({ message: 'no', error: { message: 'no', type: 'x', code: null } })),
    );
  const limited = read(429, { 'retry-after': '7' });
  const told =
    limited.code === 'provider_rate_limited' &&
    limited.retryAfterMs === 7_000 &&
    read(401).credentialFault &&
    read(400).requestFault &&
    read(500).code === 'provider_failed';
  return told ? 'proven' : null;
}
