import { Losses } from '../../inexpressible.js';
import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { BuiltOperation, OperationTarget, ProviderOperation } from '../../operation-dialect.js';
import { factsOf, LongAnswerReader } from '../answer-facts.js';
import { readTokenUsage } from '../read-token-usage.js';
import type { Embeddings, EmbeddingsRequest, Vector } from './embeddings.js';
import { purposeOf, reportExtensions, reportTooMany, textsOf } from './embeddings-losses.js';
import type { EmbeddingsVendor } from './embeddings-vendors.js';
import { base64ToFloats, isBase64 } from './vector-bytes.js';

const reader = new LongAnswerReader('data', ['usage', 'model', 'error']);

/** Embeddings of OpenAI, and of all vendors that speak its format with words of their own. */
export function openaiEmbeddings(vendor: EmbeddingsVendor): ProviderOperation<EmbeddingsRequest, Embeddings> {
  return {
    id: 'openai-embeddings',
    passesThrough: vendor.passesThrough ? 'openai-embeddings' : null,
    buildRequest: (request, target) => buildRequest(vendor, request, target),
    readAnswer,
    readFacts: (body) => {
      const document = reader.read(body);
      return factsOf(document, Array.isArray(document?.['data']), { usage: readTokenUsage(document?.['usage']) });
    },
    readError: readErrorResponse,
  };
}

function buildRequest(vendor: EmbeddingsVendor, request: EmbeddingsRequest, target: OperationTarget): BuiltOperation {
  const losses = new Losses();
  const { input, dimensions, encoding, endUser, outputType } = request;
  const inputs = input.kind === 'tokens' && vendor.tokens ? input.tokens : textsOf(request, losses);
  reportTooMany(inputs.length, vendor.maxInputs, losses);
  const body: Record<string, unknown> = { model: target.model, input: inputs };
  const put = (param: string, field: string | null, value: unknown): void => {
    if (value === null) return;
    if (field === null) losses.unsupported(param, param === 'user' ? 'harmless' : 'other-answer');
    else body[field] = value;
  };
  put('dimensions', vendor.dimensions, dimensions);
  put('output_dtype', vendor.outputType, outputType === 'float' && vendor.outputType === null ? null : outputType);
  put('user', vendor.endUser ? 'user' : null, endUser);
  if (vendor.encoding !== null && (encoding === 'base64' || vendor.encoding.saysFloat)) {
    body[vendor.encoding.field] = encoding;
  }
  putInputType(body, { request, vendor, losses });
  for (const name of vendor.own) if (name in request.extensions) body[name] = request.extensions[name];
  reportExtensions(request, losses, vendor.own);
  return { path: '/embeddings', body, inexpressible: losses.list() };
}

function putInputType(
  body: Record<string, unknown>,
  {
    request: { inputType },
    vendor,
    losses,
  }: { readonly request: EmbeddingsRequest; readonly vendor: EmbeddingsVendor; readonly losses: Losses },
): void {
  if (inputType === null) {
    if (vendor.inputType?.required) body[vendor.inputType.field] = vendor.inputType.document;
    return;
  }
  if (vendor.inputType === null) return losses.unsupported('input_type', 'other-answer');
  const purpose = purposeOf(inputType);
  // a word of the vendor's own goes as it is
  body[vendor.inputType.field] = purpose === null ? inputType : vendor.inputType[purpose];
}

function readAnswer(body: Buffer, request: EmbeddingsRequest): Embeddings | null {
  const document = parseJson(body.toString());
  const data = isRecord(document) ? document['data'] : null;
  if (!isRecord(document) || !Array.isArray(data)) return null;
  const vectors = readVectors(data, request);
  if (vectors === null) return null;
  const model = document['model'];
  return {
    model: typeof model === 'string' ? model : null,
    vectors,
    usage: readTokenUsage(document['usage']),
  };
}

/** In the order of their indexes, which need not be the order in which they came; `null` unless each input has its one. */
function readVectors(data: readonly unknown[], { input, outputType, encoding }: EmbeddingsRequest): Vector[] | null {
  const count = input.kind === 'texts' ? input.texts.length : input.tokens.length;
  const vectors = new Array<Vector | undefined>(count).fill(undefined);
  const floats = outputType === null || outputType === 'float';
  for (const [place, item] of data.entries()) {
    const vector = isRecord(item) ? readVector(item) : null;
    const index = isRecord(item) && Number.isInteger(item['index']) ? (item['index'] as number) : place;
    if (vector === null || index < 0 || index >= count || vectors[index] !== undefined) return null;
    const unreadable =
      vector.kind === 'base64' && floats && encoding === 'float' && base64ToFloats(vector.base64) === null;
    if (unreadable) return null;
    vectors[index] = vector;
  }
  return vectors.every((vector) => vector !== undefined) ? vectors : null;
}

function readVector(item: JsonRecord): Vector | null {
  const embedding = item['embedding'];
  if (typeof embedding === 'string') return isBase64(embedding) ? { kind: 'base64', base64: embedding } : null;
  return numbersOf(embedding);
}

/** A list of finite numbers as a vector. */
export function numbersOf(value: unknown): Vector | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((number) => Number.isFinite(number)) ? { kind: 'numbers', numbers: value as number[] } : null;
}
