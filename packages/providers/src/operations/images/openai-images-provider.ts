import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type {
  BuiltForm,
  BuiltOperation,
  FormPart,
  OperationTarget,
  ProviderFormOperation,
  ProviderOperation,
} from '../../operation-dialect.js';
import type { AnswerFacts } from '../../passthrough/stream-forwarder.js';
import type { ReadUsage } from '../../reported-usage.js';
import { factsOf } from '../answer-facts.js';
import type { ReadOperationEvent } from '../event-stream-forwarder.js';
import { readTokenUsage } from '../read-token-usage.js';
import { pieceTier } from './image-bounds.js';
import type { GeneratedImage, Images, ImagesRequest } from './images.js';

/** OpenAI's generations; xAI, Together and many servers speak the same. */
export const openaiImages: ProviderOperation<ImagesRequest, Images> = {
  id: 'openai-images',
  passesThrough: 'openai-images',
  buildRequest,
  readAnswer,
  readFacts,
  readError: readErrorResponse,
};

/** OpenAI's edits, whose pictures come in a form. */
export const openaiImageEdits: ProviderFormOperation<ImagesRequest, Images> = {
  id: 'openai-image-edits',
  buildForm,
  readAnswer,
  readFacts,
  readError: readErrorResponse,
};

function fieldsOf(request: ImagesRequest, model: string): JsonRecord {
  const fields: Record<string, unknown> = {
    ...request.extensions,
    model,
    prompt: request.prompt,
    n: request.n === 1 ? null : request.n,
    size: request.size,
    quality: request.quality,
    background: request.background,
    output_format: request.outputFormat,
    output_compression: request.outputCompression,
    response_format: request.responseFormat,
    moderation: request.moderation,
    style: request.style,
    user: request.endUser,
    stream: request.stream ? true : null,
    partial_images: request.partialImages === 0 ? null : request.partialImages,
    input_fidelity: request.inputFidelity,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function buildRequest(request: ImagesRequest, { model }: OperationTarget): BuiltOperation {
  const losses = new Losses();
  if (request.sources.length > 0) losses.add('image', 'Pictures are edited by the edits endpoint.', 'impossible');
  return { path: '/images/generations', body: fieldsOf(request, model), inexpressible: losses.list() };
}

function buildForm(request: ImagesRequest, { model }: OperationTarget): BuiltForm {
  const parts: FormPart[] = Object.entries(fieldsOf(request, model)).map(([name, value]) => ({
    kind: 'field',
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const losses = new Losses();
  const name = request.sources.length === 1 ? 'image' : 'image[]';
  for (const source of request.sources) {
    if (source.kind === 'file') parts.push({ kind: 'file', name, file: source.file });
    else losses.add('image', 'Pictures must come as files.', 'impossible');
  }
  if (request.mask?.kind === 'file') parts.push({ kind: 'file', name: 'mask', file: request.mask.file });
  return { path: '/images/edits', parts, inexpressible: losses.list() };
}

const PROPERTIES = ['background', 'output_format', 'quality', 'size'] as const;

function readAnswer(body: Buffer): Images | null {
  const document = documentOf(body);
  const images = imagesOf(document);
  if (document === null || images === null) return null;
  const { created } = document;
  const properties = PROPERTIES.filter((name) => typeof document[name] === 'string');
  return {
    created: typeof created === 'number' ? created : null,
    images,
    usage: usageOf(document, images),
    properties: Object.fromEntries(properties.map((name) => [name, document[name]])),
  };
}

function readFacts(body: Buffer, request: ImagesRequest): AnswerFacts {
  const document = documentOf(body);
  const images = imagesOf(document);
  const usage = document === null || images === null ? null : usageOf(document, images);
  const serviceTier = usage?.usage.image === undefined ? null : pieceTier(request, request.model);
  return factsOf(document, images !== null, { usage, serviceTier });
}

function imagesOf(document: JsonRecord | null): readonly GeneratedImage[] | null {
  const data = document?.['data'];
  if (!Array.isArray(data)) return null;
  const images = (data as readonly unknown[]).filter(isRecord).map((item) => ({
    base64: textOf(item['b64_json']),
    url: textOf(item['url']),
    mediaType: null,
    revisedPrompt: textOf(item['revised_prompt']),
  }));
  const whole = images.length === data.length && images.every(({ base64, url }) => base64 !== null || url !== null);
  return whole ? images : null;
}

/** Tokens where they are reported, with cached ones told apart; else the pictures are counted. */
function usageOf(document: JsonRecord, images: readonly unknown[]): ReadUsage {
  const tokens = readTokenUsage(document['usage'], 'output_image');
  return tokens ?? { usage: { image: images.length }, reportedCost: null, problem: null };
}

function documentOf(body: Buffer): JsonRecord | null {
  const document = parseJson(body.toString());
  return isRecord(document) ? document : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * Reads `image_generation.partial_image` and `….completed`, and the same of `image_edit`. A completed picture reports its
 * own usage. Made with the request, whose words are the tier of a picture that is sold by the piece.
 */
export function imageEvents(request: ImagesRequest): ReadOperationEvent {
  return (type, event) => {
    const completes = type.endsWith('.completed');
    const isImage = completes || type.endsWith('.partial_image');
    const tokens = completes ? readTokenUsage(event['usage'], 'output_image') : null;
    const piece: ReadUsage | null = completes ? { usage: { image: 1 }, reportedCost: null, problem: null } : null;
    return {
      commits: isImage,
      completes,
      usage: tokens ?? piece,
      serviceTier: completes && tokens === null ? pieceTier(request, request.model) : null,
      characters: isImage ? 1 : 0,
      instead: null,
    };
  };
}
