import { inputTokens, outputTokens } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ClientFormOperation, ClientOperation, OperationForm } from '../../operation-dialect.js';
import { requiredString, string, wholeBetween } from '../../passthrough/request-fields.js';
import { invalidRequest, type RequestProblem } from '../../request-problem.js';
import type { WireReader } from '../../wire-reader.js';
import { fieldNamesProblem } from '../form-fields.js';
import { parseOperation, wholeNumber, word } from '../parse-operation.js';
import { operationScanner } from '../scan-operation.js';
import { imageBounds } from './image-bounds.js';
import type { GeneratedImage, Images, ImagesRequest, SourceImage } from './images.js';

const MAX_IMAGES = 10;
const MAX_SOURCES = 16;

/** OpenAI's `POST /v1/images/generations`. */
export const openaiImagesClient: ClientOperation<ImagesRequest, Images> = {
  id: 'openai-images',
  scan: operationScanner({
    prompt: requiredString,
    n: wholeBetween(1, MAX_IMAGES),
    size: string,
    quality: string,
    background: string,
    output_format: string,
    output_compression: wholeBetween(0, 100),
    response_format: string,
    moderation: string,
    style: string,
    partial_images: wholeBetween(0, 3),
  }),
  parseRequest: (body) => parseOperation(body, (wire) => readRequest(wire, { sources: [], mask: null })),
  writeAnswer,
  bounds: imageBounds,
};

/** OpenAI's `POST /v1/images/edits`. */
export const openaiImageEditsClient: ClientFormOperation<ImagesRequest, Images> = {
  id: 'openai-image-edits',
  parseForm,
  writeAnswer,
};

const NUMBERS = new Set(['n', 'output_compression', 'partial_images']);

function parseForm({ fields, files }: OperationForm): ImagesRequest | RequestProblem {
  const problem = fieldNamesProblem(fields);
  if (problem !== null) return problem;
  const document: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    if (Object.hasOwn(document, name) || name === '__proto__') {
      return invalidRequest(`The field '${name.slice(0, 60)}' stands twice in the form.`, name.slice(0, 60));
    }
    if (name === 'stream') document[name] = value === 'true';
    else document[name] = NUMBERS.has(name) && value.trim() !== '' ? Number(value) : value;
  }
  const images = files.filter(({ field }) => field === 'image' || field === 'image[]');
  const masks = files.filter(({ field }) => field === 'mask');
  if (images.length === 0) return invalidRequest("Missing required parameter: 'image'.", 'image');
  if (images.length > MAX_SOURCES)
    return invalidRequest(`At most ${MAX_SOURCES} images can be edited at once.`, 'image');
  const stranger = files.find((file) => !images.includes(file) && !masks.includes(file));
  if (stranger !== undefined) {
    const name = stranger.field.slice(0, 60);
    return invalidRequest(`The form brings a file in '${name}', where none is expected.`, name);
  }
  if (masks.length > 1) return invalidRequest('The form must bring one mask at most.', 'mask');
  const sources: readonly SourceImage[] = images.map((file) => ({ kind: 'file', file }));
  const [mask] = masks;
  const given = { sources, mask: mask === undefined ? null : ({ kind: 'file', file: mask } as const) };
  return parseOperation(document, (wire) => readRequest(wire, given));
}

function readRequest(wire: WireReader, given: Pick<ImagesRequest, 'sources' | 'mask'>): ImagesRequest {
  return {
    ...given,
    model: wire.requiredString('model'),
    prompt: wire.requiredString('prompt'),
    n: wholeNumber(wire, 'n', [1, MAX_IMAGES]) ?? 1,
    size: wire.string('size'),
    quality: wire.string('quality'),
    background: wire.string('background'),
    outputFormat: wire.string('output_format'),
    outputCompression: wholeNumber(wire, 'output_compression', [0, 100]),
    responseFormat: word(wire, 'response_format', ['url', 'b64_json']),
    moderation: wire.string('moderation'),
    style: wire.string('style'),
    endUser: wire.string('user'),
    stream: wire.boolean('stream') ?? false,
    partialImages: wholeNumber(wire, 'partial_images', [0, 3]) ?? 0,
    inputFidelity: wire.string('input_fidelity'),
    extensions: wire.rest(),
  };
}

/** Pictures that have no address go as base64, or, to a client that insists on an address, as a `data:` URL. */
function writeAnswer({ created, images, usage, properties }: Images, request: ImagesRequest): JsonRecord {
  return {
    created: created ?? 0,
    ...properties,
    data: images.map((image) => writeImage(image, request)),
    ...(usage !== null && outputTokens(usage.usage) > 0 && { usage: writeUsage(usage.usage) }),
  };
}

function writeImage(
  { base64, url, mediaType, revisedPrompt }: GeneratedImage,
  { responseFormat }: ImagesRequest,
): JsonRecord {
  const revised = revisedPrompt === null ? {} : { revised_prompt: revisedPrompt };
  if (base64 === null) return { url, ...revised };
  if (responseFormat === 'url') return { url: `data:${mediaType ?? 'image/png'};base64,${base64}`, ...revised };
  return { b64_json: base64, ...revised };
}

function writeUsage(usage: NonNullable<Images['usage']>['usage']): JsonRecord {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  const inputImage = usage.input_image ?? 0;
  const outputImage = usage.output_image ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { text_tokens: input - inputImage, image_tokens: inputImage },
    output_tokens: output,
    output_tokens_details: { text_tokens: output - outputImage, image_tokens: outputImage },
    total_tokens: input + output,
  };
}
