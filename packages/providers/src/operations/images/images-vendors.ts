import { Losses } from '../../inexpressible.js';
import type { ProviderOperation } from '../../operation-dialect.js';
import { measuresOf } from './image-bounds.js';
import type { Images, ImagesRequest } from './images.js';
import { openaiImages } from './openai-images-provider.js';

/** What a client of OpenAI's may say of a picture, beside the prompt, how many there are to be, and their size. */
type ImageField = 'quality' | 'background' | 'output_format' | 'output_compression' | 'moderation' | 'style' | 'user';

/** How a vendor's generations differ from OpenAI's, whose answer they have. */
export interface ImagesVendor {
  /** `width-height`: in two fields; `aspect-ratio`: only what the sides are to each other. */
  readonly size: 'size' | 'width-height' | 'aspect-ratio';
  /** Shapes that can be told; without this, all. */
  readonly aspectRatios?: readonly string[];
  readonly maxImages: number;
  /** Its word for pictures in the answer itself. */
  readonly base64: 'b64_json' | 'base64';
  /** `null`: pictures come in the answer only. */
  readonly url: 'url' | null;
  readonly takes: readonly ImageField[];
  /** Fields of its own that clients may send. */
  readonly own: readonly string[];
}

/**
 * From docs.x.ai/developers/model-capabilities/images and, for Together and DeepInfra, from what other clients send them
 * (github.com/vercel/ai, 2026). Nebius' fields are not proven.
 */
export const IMAGES_VENDORS = {
  xai: {
    size: 'aspect-ratio',
    aspectRatios: ['1:1', '3:4', '4:3', '9:16', '16:9', '2:3', '3:2', '1:2', '2:1'],
    maxImages: 10,
    base64: 'b64_json',
    url: 'url',
    takes: ['user'],
    own: ['aspect_ratio', 'resolution'],
  },
  together: {
    size: 'width-height',
    maxImages: 4,
    base64: 'base64',
    url: 'url',
    takes: ['output_format'],
    own: ['steps', 'seed', 'negative_prompt', 'guidance_scale', 'image_url', 'image_loras', 'disable_safety_checker'],
  },
  deepinfra: {
    size: 'size',
    maxImages: 4,
    base64: 'b64_json',
    url: null,
    takes: ['user'],
    own: [],
  },
  nebius: {
    size: 'width-height',
    maxImages: 1,
    base64: 'b64_json',
    url: 'url',
    takes: [],
    own: ['num_inference_steps', 'seed', 'negative_prompt', 'response_extension', 'guidance_scale', 'loras'],
  },
} as const satisfies Readonly<Record<string, ImagesVendor>>;

const HARMLESS: ReadonlySet<string> = new Set(['user', 'moderation']);

/** Generations of a vendor that speaks OpenAI's format with words of its own. */
export function imagesOfVendor(vendor: ImagesVendor): ProviderOperation<ImagesRequest, Images> {
  return {
    ...openaiImages,
    passesThrough: null,
    buildRequest(request, target) {
      const losses = new Losses();
      const { prompt, n } = request;
      if (request.sources.length > 0) losses.add('image', 'The target model does not edit pictures.', 'impossible');
      if (n > vendor.maxImages) {
        const most = vendor.maxImages === 1 ? 'one picture' : `at most ${vendor.maxImages} pictures`;
        losses.add('n', `The target model makes ${most} in a request.`, 'impossible');
      }
      if (request.stream) losses.unsupported('stream', 'impossible');
      if (request.inputFidelity !== null) losses.unsupported('input_fidelity', 'other-answer');
      const body = {
        model: target.model,
        prompt,
        ...(n !== 1 && { n }),
        ...sizeOf(request, vendor, losses),
        ...formatOf(request, vendor, losses),
        ...fieldsOf(request, vendor, losses),
      };
      return { path: '/images/generations', body, inexpressible: losses.list() };
    },
  };
}

function sizeOf({ size }: ImagesRequest, vendor: ImagesVendor, losses: Losses): object {
  if (size === null || size === 'auto') return {};
  if (vendor.size === 'size') return { size };
  const measures = measuresOf(size);
  if (measures !== null && vendor.size === 'width-height') return measures;
  const ratio = measures === null ? null : ratioOf(measures);
  if (ratio !== null && vendor.aspectRatios?.includes(ratio) !== false) return { aspect_ratio: ratio };
  losses.unsupported('size', 'other-answer');
  return {};
}

function ratioOf({ width, height }: { readonly width: number; readonly height: number }): string {
  let [divisor, rest] = [width, height];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return `${width / divisor}:${height / divisor}`;
}

function formatOf({ responseFormat }: ImagesRequest, vendor: ImagesVendor, losses: Losses): object {
  if (responseFormat === null) return {};
  const format = responseFormat === 'url' ? vendor.url : vendor.base64;
  if (format === null) losses.unsupported('response_format', 'other-answer');
  return format === null ? {} : { response_format: format };
}

function fieldsOf(request: ImagesRequest, vendor: ImagesVendor, losses: Losses): object {
  const given: Readonly<Record<ImageField, unknown>> = {
    quality: request.quality,
    background: request.background,
    output_format: request.outputFormat,
    output_compression: request.outputCompression,
    moderation: request.moderation,
    style: request.style,
    user: request.endUser,
  };
  const fields: Record<string, unknown> = {};
  const put = (name: string, value: unknown, taken: boolean): void => {
    if (taken) fields[name] = value;
    else losses.unsupported(name, HARMLESS.has(name) ? 'harmless' : 'other-answer');
  };
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && value !== 'auto')
      put(
        name,
        value,
        vendor.takes.some((field) => field === name),
      );
  }
  for (const [name, value] of Object.entries(request.extensions)) put(name, value, vendor.own.includes(name));
  return fields;
}
