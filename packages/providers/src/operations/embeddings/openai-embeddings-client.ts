import { inputTokens } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ClientOperation, OperationBounds } from '../../operation-dialect.js';
import { between, boolean, string, wholeBetween } from '../../passthrough/request-fields.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { parseOperation, wholeNumber, word } from '../parse-operation.js';
import { operationScanner } from '../scan-operation.js';
import type { Embeddings, EmbeddingsInput, EmbeddingsRequest, Vector } from './embeddings.js';
import { base64ToFloats, floatsToBase64 } from './vector-bytes.js';

const MAX_DIMENSIONS = 1_000_000;
const MAX_TOKEN = 0xffff_ffff;

/** OpenAI's embeddings, with the fields that Mistral, Voyage and Jina have added to them. */
export const openaiEmbeddingsClient: ClientOperation<EmbeddingsRequest, Embeddings> = {
  id: 'openai-embeddings',
  scan: operationScanner({
    input: { kinds: ['string', 'array'], required: true },
    dimensions: wholeBetween(1, MAX_DIMENSIONS),
    output_dimension: wholeBetween(1, MAX_DIMENSIONS),
    encoding_format: string,
    input_type: string,
    output_dtype: string,
    truncation: boolean,
    n: between(1, 1),
  }),
  parseRequest: (body) => parseOperation(body, readRequest),
  writeAnswer,
  bounds,
};

function readRequest(wire: WireReader): EmbeddingsRequest {
  const dimensions = wholeNumber(wire, 'dimensions', [1, MAX_DIMENSIONS]);
  return {
    model: wire.requiredString('model'),
    input: readInput(wire.raw('input')),
    dimensions: dimensions ?? wholeNumber(wire, 'output_dimension', [1, MAX_DIMENSIONS]),
    encoding: word(wire, 'encoding_format', ['float', 'base64']) ?? 'float',
    endUser: wire.string('user'),
    inputType: wire.string('input_type') ?? wire.string('task'),
    outputType: wire.string('output_dtype'),
    extensions: wire.rest(),
  };
}

function readInput(input: unknown): EmbeddingsInput {
  if (input === null) throw new RequestRefusal("Missing required parameter: 'input'.", 'input');
  if (typeof input === 'string') return { kind: 'texts', texts: [input] };
  if (!Array.isArray(input) || input.length === 0) throw wrongInput();
  const items: readonly unknown[] = input;
  if (items.every((item) => typeof item === 'string')) return { kind: 'texts', texts: items };
  if (isTokens(items)) return { kind: 'tokens', tokens: [items] };
  if (items.every((item) => isTokens(item) && item.length > 0)) {
    return { kind: 'tokens', tokens: items as readonly (readonly number[])[] };
  }
  throw wrongInput();
}

function isTokens(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.every((item) => Number.isInteger(item) && item >= 0 && (item as number) <= MAX_TOKEN)
  );
}

function wrongInput(): RequestRefusal {
  return new RequestRefusal(
    "Invalid 'input': expected a text, or a list of texts, of token numbers, or of lists of token numbers, not empty.",
    'input',
  );
}

function writeAnswer({ model, vectors, usage }: Embeddings, request: EmbeddingsRequest): JsonRecord {
  // OpenAI's clients rely on it; without a report it is the estimate that is billed
  const tokens = usage === null ? Math.ceil(bounds(request).inputTokens / BOUND_PER_TOKEN) : inputTokens(usage.usage);
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: writeVector(vector, request) })),
    model: model ?? request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Numbers other than floats stay as the provider wrote them: nothing is agreed on how they stand in base64. */
function writeVector(vector: Vector, { encoding, outputType }: EmbeddingsRequest): unknown {
  const floats = outputType === null || outputType === 'float';
  if (vector.kind === 'numbers') {
    return encoding === 'base64' && floats ? floatsToBase64(vector.numbers) : vector.numbers;
  }
  return encoding === 'float' && floats ? (base64ToFloats(vector.base64) ?? vector.base64) : vector.base64;
}

/** A token is at least one byte of its text; each text has a few tokens of framing. */
const FRAMING_TOKENS = 16;
/** How much of the bound the books take for a token, where the provider reports nothing. */
const BOUND_PER_TOKEN = 4;

function bounds({ input }: EmbeddingsRequest): OperationBounds {
  const tokens =
    input.kind === 'texts'
      ? input.texts.reduce((sum, text) => sum + Buffer.byteLength(text) + FRAMING_TOKENS, 0)
      : input.tokens.reduce((sum, list) => sum + list.length + FRAMING_TOKENS, 0);
  return { inputTokens: tokens, outputTokens: 0, others: {} };
}
