import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { ProviderOperation } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';
import type { UpstreamHeaders } from '../../upstream-error.js';
import { factsOf } from '../answer-facts.js';
import { CountReader } from '../read-token-usage.js';
import { buildCohereEmbed, cohereEmbed, readCohereEmbeddings } from './cohere-embed.js';
import type { Embeddings, EmbeddingsRequest } from './embeddings.js';
import { reportExtensions, reportTooMany, textsOf } from './embeddings-losses.js';
import { numbersOf } from './openai-embeddings-provider.js';

type Embed = ProviderOperation<EmbeddingsRequest, Embeddings>;

/** Amazon's Titan through `InvokeModel`: one text a request, floats only. */
export const bedrockTitanEmbed: Embed = {
  id: 'bedrock-titan-embed',
  passesThrough: null,
  buildRequest(request, target) {
    const losses = new Losses();
    const texts = textsOf(request, losses);
    reportTooMany(texts.length, 1, losses);
    const { dimensions, outputType, inputType, endUser } = request;
    if (endUser !== null) losses.unsupported('user', 'harmless');
    if (inputType !== null) losses.unsupported('input_type', 'other-answer');
    if (outputType !== null && outputType !== 'float') losses.unsupported('output_dtype', 'other-answer');
    reportExtensions(request, losses, ['normalize']);
    const body = {
      inputText: texts[0] ?? '',
      ...(dimensions !== null && { dimensions }),
      ...('normalize' in request.extensions && { normalize: request.extensions['normalize'] }),
    };
    return { path: invokePath(target.model), body, inexpressible: losses.list() };
  },
  readAnswer(body, { input }) {
    const document = documentOf(body);
    const byType = isRecord(document?.['embeddingsByType']) ? document['embeddingsByType'] : {};
    const vector = numbersOf(document?.['embedding'] ?? byType['float']);
    if (vector === null || input.kind !== 'texts' || input.texts.length !== 1) return null;
    return { model: null, vectors: [vector], usage: titanUsage(document) };
  },
  readFacts(body) {
    const document = documentOf(body);
    return factsOf(document, Array.isArray(document?.['embedding']), { usage: titanUsage(document) });
  },
  readError: readErrorResponse,
};

/** Cohere's models through Amazon's `InvokeModel`, which names the model in the address and bills by a header. */
export const bedrockCohereEmbed: Embed = {
  ...cohereEmbed,
  id: 'bedrock-cohere-embed',
  buildRequest(request, target) {
    const { body, inexpressible } = buildCohereEmbed(request);
    const [type] = body['embedding_types'] as readonly string[];
    // base64 is not among the types there
    const types = type === 'base64' ? ['float'] : [type];
    return { path: invokePath(target.model), body: { ...body, embedding_types: types }, inexpressible };
  },
  readAnswer: readCohereEmbeddings,
};

/** What Amazon says of any model's input beside the answer; `null` where it does not. */
export function bedrockHeaderUsage(headers: UpstreamHeaders): ReadUsage | null {
  const value = headers['x-amzn-bedrock-input-token-count'];
  if (typeof value !== 'string' || !/^\d+$/.test(value)) return null;
  return new CountReader().result({ input: Number(value) });
}

function titanUsage(document: JsonRecord | null): ReadUsage | null {
  const reader = new CountReader();
  const input = reader.count(document, 'inputTextTokenCount');
  return input === null ? null : reader.result({ input });
}

function documentOf(body: Buffer): JsonRecord | null {
  const document = parseJson(body.toString());
  return isRecord(document) ? document : null;
}

function invokePath(model: string): string {
  return `/model/${encodeURIComponent(model)}/invoke`;
}
