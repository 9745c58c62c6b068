import { readUsage } from '../../dialects/google-generate/read-usage.js';
import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { BuiltOperation, OperationTarget, ProviderOperation } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';
import { factsOf } from '../answer-facts.js';
import { measuresOf } from './image-bounds.js';
import type { GeneratedImage, Images, ImagesRequest } from './images.js';

type ImagesProvider = ProviderOperation<ImagesRequest, Images>;
type Build = (request: ImagesRequest, target: OperationTarget, losses: Losses) => Omit<BuiltOperation, 'inexpressible'>;

interface ReadImages {
  readonly images: readonly GeneratedImage[] | null;
  readonly usage: ReadUsage | null;
}

const IMAGEN_RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'];
const GEMINI_RATIOS = [...IMAGEN_RATIOS, '2:3', '3:2', '4:5', '5:4', '21:9'];
const MAX_IMAGEN_IMAGES = 4;

/** Imagen's `:predict` (ai.google.dev/gemini-api/docs/imagen). It bills pictures by the piece and reports nothing. */
export const imagen: ImagesProvider = googleImages('imagen', {
  build(request, { model }, losses) {
    if (request.sources.length > 0) losses.add('image', 'The target model does not edit pictures.', 'impossible');
    if (request.n > MAX_IMAGEN_IMAGES) {
      losses.add('n', `The target model makes at most ${MAX_IMAGEN_IMAGES} pictures in a request.`, 'impossible');
    }
    const { aspectRatio, imageSize } = shapeOf(request, IMAGEN_RATIOS, losses);
    const { outputFormat, outputCompression } = request;
    if (outputFormat !== null && !['png', 'jpeg'].includes(outputFormat)) {
      losses.unsupported('output_format', 'other-answer');
    }
    const format = outputFormat === 'jpeg' ? { mimeType: 'image/jpeg' } : { mimeType: 'image/png' };
    const compression = outputCompression === null ? {} : { compressionQuality: outputCompression };
    const parameters = {
      sampleCount: request.n,
      ...(aspectRatio !== null && { aspectRatio }),
      ...(imageSize !== null && { sampleImageSize: imageSize }),
      ...(outputFormat !== null && { outputOptions: { ...format, ...compression } }),
    };
    return { path: pathOf(model, 'predict'), body: { instances: [{ prompt: request.prompt }], parameters } };
  },
  read(document) {
    const list = document['predictions'];
    if (!Array.isArray(list)) return { images: null, usage: null };
    const images = (list as readonly unknown[]).flatMap((item) => {
      const base64 = isRecord(item) ? item['bytesBase64Encoded'] : null;
      if (!isRecord(item) || typeof base64 !== 'string') return []; // refused: only the reason stands there
      return [{ base64, url: null, mediaType: textOf(item['mimeType']), revisedPrompt: textOf(item['prompt']) }];
    });
    return { images, usage: { usage: { image: images.length }, reportedCost: null, problem: null } };
  },
});

/** Gemini's models that answer with pictures, through `generateContent`. They bill tokens. */
export const geminiImages: ImagesProvider = googleImages('gemini-images', {
  build(request, { model }, losses) {
    if (request.n > 1) losses.add('n', 'The target model makes one picture in a request.', 'impossible');
    if (request.mask !== null) losses.unsupported('mask', 'other-answer');
    if (request.outputFormat !== null && request.outputFormat !== 'png') {
      losses.unsupported('output_format', 'other-answer');
    }
    const parts: JsonRecord[] = [{ text: request.prompt }];
    for (const source of request.sources) {
      if (source.kind === 'data') parts.push({ inlineData: { mimeType: source.mediaType, data: source.base64 } });
      else losses.add('image', 'The target model takes no uploaded files.', 'impossible');
    }
    const { aspectRatio, imageSize } = shapeOf(request, GEMINI_RATIOS, losses);
    const imageConfig = { ...(aspectRatio !== null && { aspectRatio }), ...(imageSize !== null && { imageSize }) };
    const generationConfig = {
      responseModalities: ['IMAGE'],
      ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
    };
    return { path: pathOf(model, 'generateContent'), body: { contents: [{ role: 'user', parts }], generationConfig } };
  },
  read(document) {
    const candidates = document['candidates'];
    if (!Array.isArray(candidates)) return { images: null, usage: null };
    const images = (candidates as readonly unknown[]).flatMap(partsOf).flatMap((part): GeneratedImage[] => {
      const data = isRecord(part['inlineData']) ? part['inlineData'] : {};
      if (typeof data['data'] !== 'string') return [];
      return [{ base64: data['data'], url: null, mediaType: textOf(data['mimeType']), revisedPrompt: null }];
    });
    return { images, usage: readUsage(document['usageMetadata'], 0) };
  },
});

function googleImages(
  id: string,
  shape: { readonly build: Build; read(document: JsonRecord): ReadImages },
): ImagesProvider {
  return {
    id,
    passesThrough: null,
    buildRequest(request, target) {
      const losses = new Losses();
      const built = shape.build(request, target, losses);
      reportLosses(request, losses);
      return { ...built, inexpressible: losses.list() };
    },
    readAnswer(body) {
      const document = parseJson(body.toString());
      const { images, usage } = isRecord(document) ? shape.read(document) : { images: null, usage: null };
      return images === null || images.length === 0 ? null : { created: null, images, usage, properties: {} };
    },
    readFacts(body) {
      const document = parseJson(body.toString());
      const record = isRecord(document) ? document : null;
      const { images, usage } = record === null ? { images: null, usage: null } : shape.read(record);
      const facts = factsOf(record, images !== null && images.length > 0, { usage });
      // what refused to draw may still have been read and thought about
      return { ...facts, usage };
    },
    readError: readErrorResponse,
  };
}

function reportLosses(request: ImagesRequest, losses: Losses): void {
  if (request.stream) losses.unsupported('stream', 'impossible');
  if (request.endUser !== null) losses.unsupported('user', 'harmless');
  if (request.moderation !== null) losses.unsupported('moderation', 'harmless');
  if (request.quality !== null && request.quality !== 'auto') losses.unsupported('quality', 'other-answer');
  if (request.style !== null) losses.unsupported('style', 'other-answer');
  if (request.inputFidelity !== null) losses.unsupported('input_fidelity', 'other-answer');
  if (request.background !== null && request.background !== 'auto') losses.unsupported('background', 'other-answer');
  for (const name of Object.keys(request.extensions)) losses.unsupported(name, 'other-answer');
}

/** Google is told shapes and a rough size; a size that is neither exactly is another picture than was asked for. */
function shapeOf(
  { size }: ImagesRequest,
  ratios: readonly string[],
  losses: Losses,
): { readonly aspectRatio: string | null; readonly imageSize: string | null } {
  if (size === null || size === 'auto') return { aspectRatio: null, imageSize: null };
  const measures = measuresOf(size);
  const divisor = measures === null ? 1 : greatestDivisor(measures.width, measures.height);
  const ratio = measures === null ? '' : `${measures.width / divisor}:${measures.height / divisor}`;
  if (measures === null || !ratios.includes(ratio)) {
    losses.unsupported('size', 'other-answer');
    return { aspectRatio: null, imageSize: null };
  }
  return { aspectRatio: ratio, imageSize: Math.max(measures.width, measures.height) > 1536 ? '2K' : null };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function partsOf(candidate: unknown): readonly JsonRecord[] {
  const content = isRecord(candidate) ? candidate['content'] : null;
  const parts = isRecord(content) ? content['parts'] : null;
  // pictures among its thoughts are drafts
  return Array.isArray(parts) ? parts.filter(isRecord).filter(({ thought }) => thought !== true) : [];
}

function pathOf(model: string, action: string): string {
  const path = model.includes('/') ? model : `models/${model}`;
  return `/${path.split('/').map(encodeURIComponent).join('/')}:${action}`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
