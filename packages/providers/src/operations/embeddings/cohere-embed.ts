import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { BuiltOperation, ProviderOperation } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';
import { factsOf } from '../answer-facts.js';
import { CountReader, withoutZeros } from '../read-token-usage.js';
import type { Embeddings, EmbeddingsRequest, Vector } from './embeddings.js';
import { purposeOf, reportExtensions, reportTooMany, textsOf } from './embeddings-losses.js';
import { numbersOf } from './openai-embeddings-provider.js';
import { isBase64 } from './vector-bytes.js';

const MAX_TEXTS = 96;
const OWN = ['truncate', 'max_tokens', 'priority'];
const INPUT_TYPES = { query: 'search_query', document: 'search_document' } as const;

/** Cohere's embeddings, version 2 (docs.cohere.com/reference/embed). */
export const cohereEmbed: ProviderOperation<EmbeddingsRequest, Embeddings> = {
  id: 'cohere-embed',
  passesThrough: null,
  buildRequest: (request, target) => {
    const built = buildCohereEmbed(request);
    return { ...built, path: '/v2/embed', body: { model: target.model, ...built.body } };
  },
  readAnswer: readCohereEmbeddings,
  readFacts: (body) => {
    const document = documentOf(body);
    return factsOf(document, vectorsOf(document) !== null, { usage: usageOf(document) });
  },
  readError: readErrorResponse,
};

/** The body without the model, which the address names where Amazon serves it. */
export function buildCohereEmbed(request: EmbeddingsRequest): BuiltOperation {
  const losses = new Losses();
  const { dimensions, encoding, inputType, outputType, endUser } = request;
  const texts = textsOf(request, losses);
  reportTooMany(texts.length, MAX_TEXTS, losses);
  const purpose = inputType === null ? 'document' : purposeOf(inputType);
  if (endUser !== null) losses.unsupported('user', 'harmless');
  reportExtensions(request, losses, OWN);
  const type = outputType === null || outputType === 'float' ? encoding : outputType;
  const body: Record<string, unknown> = {
    texts,
    // required; who does not say fills an index more often than asking it
    input_type: purpose === null ? inputType : INPUT_TYPES[purpose],
    embedding_types: [type],
    ...(dimensions !== null && { output_dimension: dimensions }),
  };
  for (const name of OWN) if (name in request.extensions) body[name] = request.extensions[name];
  return { path: '', body, inexpressible: losses.list() };
}

export function readCohereEmbeddings(body: Buffer, request: EmbeddingsRequest): Embeddings | null {
  const document = documentOf(body);
  const vectors = vectorsOf(document);
  const count = request.input.kind === 'texts' ? request.input.texts.length : 0;
  if (vectors === null || vectors.length !== count) return null;
  return { model: null, vectors, usage: usageOf(document) };
}

function documentOf(body: Buffer): JsonRecord | null {
  const document = parseJson(body.toString());
  return isRecord(document) ? document : null;
}

/** `embeddings` by type, of which one was asked for, or the plain list of older answers. */
function vectorsOf(document: JsonRecord | null): readonly Vector[] | null {
  const embeddings = document?.['embeddings'];
  const lists = isRecord(embeddings) ? Object.values(embeddings).filter((list) => Array.isArray(list)) : [embeddings];
  const list: unknown = lists[0];
  if (!Array.isArray(list)) return null;
  const vectors = list.map((item: unknown): Vector | null => {
    if (typeof item === 'string') return isBase64(item) ? { kind: 'base64', base64: item } : null;
    return numbersOf(item);
  });
  return vectors.every((vector) => vector !== null) ? vectors : null;
}

/** `billed_units` is what the bill says; pictures count apart from texts. */
function usageOf(document: JsonRecord | null): ReadUsage | null {
  const meta = isRecord(document?.['meta']) ? document['meta'] : {};
  const reader = new CountReader();
  const input = reader.count(meta['billed_units'], 'input_tokens');
  const image = reader.count(meta['billed_units'], 'image_tokens');
  if (input === null && image === null && reader.problem === null) return null;
  return reader.result(withoutZeros({ input: input ?? 0, input_image: image ?? 0 }, 'input'));
}
