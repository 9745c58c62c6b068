import type { OperationBounds } from '../../operation-dialect.js';
import type { ImagesRequest } from './images.js';

/**
 * Output tokens of a square of 1024 × 1024 at `gpt-image-1`, by quality (platform.openai.com/docs/guides/image-generation,
 * "Cost and latency"). Of other sizes the table says as many as their area is larger, some 3 % less or none.
 */
const TOKENS_OF_HIGH = 4160;
/** A map: the client's word may be one that every object has (`constructor`). */
const TOKENS_OF_SQUARE: ReadonlyMap<string | null, number> = new Map([
  ['low', 272],
  ['medium', 1056],
  ['high', TOKENS_OF_HIGH],
]);
const SQUARE = 1024 * 1024;
/** 272 tokens of a square are 408 of one and a half; the sum of both roundings is less than this. */
const ROUNDING_TOKENS = 16;
const TOKENS_PER_PARTIAL_IMAGE = 100;
/** The largest pictures that may come when the model chooses: 1536 × 1024, and 3840 × 2160 from gpt-image-2 on. */
const LARGEST_CHOSEN = 1536 * 1024;
const LARGEST_OF_ALL = 3840 * 2160;
/** A picture to edit at high fidelity: at most 6,240 tokens and 65 + 129 for each of its tiles at low fidelity. */
const TOKENS_PER_SOURCE = 8192;
const FRAMING_TOKENS = 64;

/** The most that pictures can be billed: by tokens where the model is billed so, else by the piece. */
export function imageBounds(request: ImagesRequest): OperationBounds {
  const { prompt, n, sources, mask, quality, partialImages } = request;
  const perImage =
    Math.ceil(((TOKENS_OF_SQUARE.get(quality) ?? TOKENS_OF_HIGH) * areaOf(request)) / SQUARE) +
    ROUNDING_TOKENS +
    partialImages * TOKENS_PER_PARTIAL_IMAGE;
  const tier = pieceTier(request, request.model);
  return {
    inputTokens:
      Buffer.byteLength(prompt) + FRAMING_TOKENS + (sources.length + (mask === null ? 0 : 1)) * TOKENS_PER_SOURCE,
    outputTokens: n * perImage,
    others: { image: n },
    ...(tier !== null && { serviceTier: tier }),
  };
}

function areaOf({ size, model }: ImagesRequest): number {
  const measures = measuresOf(size);
  if (measures !== null) return measures.width * measures.height;
  return /gpt-image-1/.test(model) ? LARGEST_CHOSEN : LARGEST_OF_ALL;
}

/** Pixels of a size such as `1024x1536`. */
export function measuresOf(size: string | null): { readonly width: number; readonly height: number } | null {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size ?? '') ?? [];
  if (width === undefined || height === undefined) return null;
  const measures = { width: Number(width), height: Number(height) };
  return measures.width > 0 && measures.height > 0 ? measures : null;
}

/**
 * The service tier of a picture that is sold by the piece, `<quality>:<size>`, with the defaults spelled out, as OpenAI's
 * list of prices names them: `hd:1024x1792`. `null` for models whose price depends on neither.
 */
export function pieceTier({ quality, size }: Pick<ImagesRequest, 'quality' | 'size'>, model: string): string | null {
  if (!/^dall-e-/.test(model)) return null;
  const named = quality === null || quality === 'auto' ? 'standard' : quality;
  return `${named}:${size === null || size === 'auto' ? '1024x1024' : size}`;
}
