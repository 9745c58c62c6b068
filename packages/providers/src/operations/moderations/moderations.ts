import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import type { Extensions } from '../../conversation.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { ClientOperation, ProviderOperation } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { factsOf } from '../answer-facts.js';
import { parseOperation } from '../parse-operation.js';
import { readTokenUsage } from '../read-token-usage.js';
import { operationScanner } from '../scan-operation.js';

export interface ModerationsRequest {
  /** Empty where the client leaves it to the provider: the gateway then takes its default for this operation. */
  readonly model: string;
  /** A text, several, or the texts and pictures of one message. */
  readonly input: string | readonly string[] | readonly JsonRecord[];
  readonly extensions: Extensions;
}

interface Moderation {
  readonly flagged: boolean;
  readonly categories: Readonly<Record<string, boolean>>;
  readonly scores: Readonly<Record<string, number>>;
  /** By category, to which kinds of input the score applies; `null` where the provider does not say. */
  readonly inputTypes: JsonRecord | null;
}

export interface Moderations {
  readonly id: string | null;
  readonly model: string | null;
  readonly results: readonly Moderation[];
  readonly usage: ReadUsage;
}

const NOTHING_BILLED: ReadUsage = { usage: {}, reportedCost: null, problem: null };
const FRAMING_TOKENS = 16;

/** OpenAI's moderations (platform.openai.com/docs/api-reference/moderations). The gateway wants the model to be named. */
export const openaiModerationsClient: ClientOperation<ModerationsRequest, Moderations> = {
  id: 'openai-moderations',
  scan: operationScanner({ input: { kinds: ['string', 'array'], required: true } }),
  parseRequest: (body) => parseOperation(body, readRequest),
  writeAnswer: ({ id, model, results }, request) => ({
    id: id ?? '',
    model: model ?? request.model,
    results: results.map(({ flagged, categories, scores, inputTypes }) => ({
      flagged,
      categories,
      category_scores: scores,
      ...(inputTypes !== null && { category_applied_input_types: inputTypes }),
    })),
  }),
  // free at OpenAI; where tokens are billed, each is at least a byte
  bounds: ({ input }) => ({
    inputTokens: Buffer.byteLength(JSON.stringify(input)) + FRAMING_TOKENS,
    outputTokens: 0,
    others: {},
  }),
};

function readRequest(wire: WireReader): ModerationsRequest {
  const input = wire.raw('input');
  const list = Array.isArray(input) ? (input as readonly unknown[]) : null;
  const texts = list?.every((item) => typeof item === 'string') === true;
  const parts = list?.every((item) => isRecord(item) && typeof item['type'] === 'string') === true;
  if (typeof input !== 'string' && (list === null || list.length === 0 || !(texts || parts))) {
    throw new RequestRefusal(
      "Invalid 'input': expected a text, or a list of texts or of typed parts, not empty.",
      'input',
    );
  }
  return {
    model: wire.requiredString('model'),
    input: input as ModerationsRequest['input'],
    extensions: wire.rest(),
  };
}

/** OpenAI's, and Mistral's, which takes texts only and does not sum the categories up. */
export function moderationsProvider({
  texts,
}: {
  readonly texts: 'and-pictures' | 'only';
}): ProviderOperation<ModerationsRequest, Moderations> {
  return {
    id: 'openai-moderations',
    passesThrough: texts === 'only' ? null : 'openai-moderations',
    buildRequest({ input, extensions }, target) {
      const losses = new Losses();
      for (const name of Object.keys(extensions)) losses.unsupported(name, 'harmless');
      const body = { model: target.model, input: texts === 'only' ? textsOf(input, losses) : input };
      return { path: '/moderations', body, inexpressible: losses.list() };
    },
    readAnswer(body) {
      const document = parseJson(body.toString());
      const results = resultsOf(document);
      if (!isRecord(document) || results === null) return null;
      return { id: textOf(document['id']), model: textOf(document['model']), results, usage: usageOf(document) };
    },
    readFacts(body) {
      const document = parseJson(body.toString());
      const record = isRecord(document) ? document : null;
      return factsOf(record, resultsOf(document) !== null, { usage: record === null ? null : usageOf(record) });
    },
    readError: readErrorResponse,
  };
}

function textsOf(input: ModerationsRequest['input'], losses: Losses): readonly string[] {
  if (typeof input === 'string') return [input];
  const texts: string[] = [];
  for (const item of input) {
    if (typeof item === 'string') texts.push(item);
    else if (item['type'] === 'text' && typeof item['text'] === 'string') texts.push(item['text']);
    else losses.add('input', 'The target model moderates texts only.', 'impossible');
  }
  // the parts of one message get one result
  return typeof input[0] === 'string' ? texts : [texts.join('\n')];
}

function resultsOf(document: unknown): readonly Moderation[] | null {
  const list = isRecord(document) ? document['results'] : null;
  if (!Array.isArray(list)) return null;
  const results: Moderation[] = [];
  for (const item of list as readonly unknown[]) {
    if (!isRecord(item) || !isRecord(item['categories'])) return null;
    const categories = ofKind(item['categories'], 'boolean') as Record<string, boolean>;
    const scores = isRecord(item['category_scores']) ? item['category_scores'] : {};
    const flagged = item['flagged'];
    const types = item['category_applied_input_types'];
    results.push({
      flagged: typeof flagged === 'boolean' ? flagged : Object.values(categories).includes(true),
      categories,
      scores: ofKind(scores, 'number') as Record<string, number>,
      inputTypes: isRecord(types) ? types : null,
    });
  }
  return results;
}

function ofKind(record: JsonRecord, kind: 'boolean' | 'number'): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => typeof value === kind));
}

/** Without a report nothing is billed: moderation is free where it is not reported. */
function usageOf(document: JsonRecord): ReadUsage {
  return readTokenUsage(document['usage']) ?? NOTHING_BILLED;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
