import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, parseJson } from '../../json.js';
import type { BuiltOperation, OperationTarget, ProviderOperation } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';
import { factsOf } from '../answer-facts.js';
import { CountReader } from '../read-token-usage.js';
import type { Embeddings, EmbeddingsRequest, Vector } from './embeddings.js';
import { purposeOf, reportExtensions, reportTooMany, textsOf } from './embeddings-losses.js';
import { numbersOf } from './openai-embeddings-provider.js';

const GEMINI_TEXTS = 100;
const VERTEX_TEXTS = 250;
/** Google's words; others of its own (`CLUSTERING`, `CODE_RETRIEVAL_QUERY`) go as they are. */
const TASKS = { query: 'RETRIEVAL_QUERY', document: 'RETRIEVAL_DOCUMENT' } as const;

interface ReadVectors {
  readonly vectors: readonly (Vector | null)[] | null;
  readonly usage: ReadUsage | null;
}

/** The Gemini API's `batchEmbedContents` (ai.google.dev/api/embeddings). Most models report no usage. */
export const geminiEmbed = googleEmbed('gemini-embed', {
  build(request, target, losses) {
    const texts = textsOf(request, losses);
    reportTooMany(texts.length, GEMINI_TEXTS, losses);
    const model = `models/${target.model.replace(/^models\//, '')}`;
    const options = optionsOf(request);
    const requests = texts.map((text) => ({ model, content: { parts: [{ text }] }, ...options }));
    return { path: `/${encodeModel(model)}:batchEmbedContents`, body: { requests } };
  },
  read(document) {
    const list = document['embeddings'] ?? (isRecord(document['embedding']) ? [document['embedding']] : null);
    const vectors = Array.isArray(list) ? list.map((item) => numbersOf(isRecord(item) ? item['values'] : null)) : null;
    const reader = new CountReader();
    const input = reader.count(document['usageMetadata'], 'promptTokenCount', 'totalTokenCount');
    return { vectors, usage: input === null ? null : reader.result({ input }) };
  },
});

/**
 * Vertex AI's `:predict` (cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api). Its bill goes
 * by tokens for Gemini's models and by characters for the older ones.
 */
export const vertexEmbed = googleEmbed('vertex-embed', {
  build(request, target, losses) {
    const texts = textsOf(request, losses);
    reportTooMany(texts.length, isGemini(target.model) ? 1 : VERTEX_TEXTS, losses);
    const { taskType, outputDimensionality } = optionsOf(request);
    const instances = texts.map((content) => ({ content, ...(taskType !== undefined && { task_type: taskType }) }));
    const parameters = outputDimensionality === undefined ? {} : { parameters: { outputDimensionality } };
    return { path: `/${encodeModel(target.model)}:predict`, body: { instances, ...parameters } };
  },
  read(document) {
    const list = document['predictions'];
    if (!Array.isArray(list)) return { vectors: null, usage: null };
    const reader = new CountReader();
    let input: number | null = null;
    const vectors = list.map((item: unknown) => {
      const embeddings = isRecord(item) && isRecord(item['embeddings']) ? item['embeddings'] : {};
      const tokens = reader.count(embeddings['statistics'], 'token_count', 'tokenCount');
      if (tokens !== null) input = (input ?? 0) + tokens;
      return numbersOf(embeddings['values']);
    });
    const characters = reader.count(document['metadata'], 'billableCharacterCount');
    const counts = { ...(input !== null && { input }), ...(characters !== null && { character: characters }) };
    return { vectors, usage: Object.keys(counts).length === 0 ? null : reader.result(counts) };
  },
});

function googleEmbed(
  id: string,
  shape: {
    build(request: EmbeddingsRequest, target: OperationTarget, losses: Losses): Omit<BuiltOperation, 'inexpressible'>;
    read(document: Readonly<Record<string, unknown>>): ReadVectors;
  },
): ProviderOperation<EmbeddingsRequest, Embeddings> {
  const read = (body: Buffer): ReadVectors => {
    const document = parseJson(body.toString());
    return isRecord(document) ? shape.read(document) : { vectors: null, usage: null };
  };
  return {
    id,
    passesThrough: null,
    buildRequest(request, target) {
      const losses = new Losses();
      const built = shape.build(request, target, losses);
      if (request.endUser !== null) losses.unsupported('user', 'harmless');
      if (request.outputType !== null && request.outputType !== 'float') {
        losses.unsupported('output_dtype', 'other-answer');
      }
      reportExtensions(request, losses, []);
      return { ...built, inexpressible: losses.list() };
    },
    readAnswer(body, { input }) {
      const { vectors, usage } = read(body);
      const count = input.kind === 'texts' ? input.texts.length : input.tokens.length;
      if (vectors?.length !== count || !vectors.every((vector) => vector !== null)) return null;
      return { model: null, vectors, usage };
    },
    readFacts(body) {
      const { vectors, usage } = read(body);
      const document = parseJson(body.toString());
      return factsOf(isRecord(document) ? document : null, vectors !== null, { usage });
    },
    readError: readErrorResponse,
  };
}

function optionsOf({ dimensions, inputType }: EmbeddingsRequest): {
  readonly taskType?: string;
  readonly outputDimensionality?: number;
} {
  const purpose = inputType === null ? null : purposeOf(inputType);
  return {
    ...(inputType !== null && { taskType: purpose === null ? inputType : TASKS[purpose] }),
    ...(dimensions !== null && { outputDimensionality: dimensions }),
  };
}

/** Vertex takes one text a request for these. */
function isGemini(model: string): boolean {
  return /(?:^|\/)gemini-/.test(model);
}

/** The slashes of `models/…` and `publishers/…/models/…` are part of the address. */
function encodeModel(model: string): string {
  return model.split('/').map(encodeURIComponent).join('/');
}
