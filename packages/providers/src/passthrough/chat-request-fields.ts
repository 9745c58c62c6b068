import { plainNumber } from './json-cursor.js';
import { invalidRequest, type RequestProblem } from '../request-problem.js';

/** What may stand as the value of a top-level field. `null` stands for "not given" everywhere but where `required` says. */
interface FieldRule {
  readonly kinds: readonly JsonKind[];
  readonly required?: true;
  readonly min?: number;
  readonly max?: number;
  readonly whole?: true;
}

type JsonKind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

const string: FieldRule = { kinds: ['string'] };
const boolean: FieldRule = { kinds: ['boolean'] };
const object: FieldRule = { kinds: ['object'] };
const array: FieldRule = { kinds: ['array'] };
const anything: FieldRule = { kinds: ['string', 'number', 'boolean', 'object', 'array'] };
const between = (min: number, max: number): FieldRule => ({ kinds: ['number'], min, max });
const wholeBetween = (min: number, max: number): FieldRule => ({ kinds: ['number'], min, max, whole: true });

/** The top-level fields of a chat completion request that are checked here; what else there is, the provider judges. */
const FIELDS = {
  model: { kinds: ['string'], required: true },
  messages: { kinds: ['array'], required: true },
  stream: boolean,
  stream_options: object,
  max_tokens: wholeBetween(1, Number.MAX_SAFE_INTEGER),
  max_completion_tokens: wholeBetween(1, Number.MAX_SAFE_INTEGER),
  n: wholeBetween(1, 128),
  user: string,
  safety_identifier: string,
  metadata: object,
  service_tier: string,
  temperature: between(0, 2),
  top_p: between(0, 1),
  presence_penalty: between(-2, 2),
  frequency_penalty: between(-2, 2),
  stop: { kinds: ['string', 'array'] },
  seed: wholeBetween(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  logprobs: boolean,
  top_logprobs: wholeBetween(0, 20),
  logit_bias: object,
  tools: array,
  tool_choice: { kinds: ['string', 'object'] },
  parallel_tool_calls: boolean,
  response_format: object,
  modalities: array,
  audio: object,
  prediction: object,
  reasoning_effort: string,
  verbosity: string,
  store: boolean,
  web_search_options: object,
  prompt_cache_key: string,
  models: anything,
  route: anything,
  fallbacks: anything,
  provider: anything,
  preset: anything,
  context_window_fallbacks: anything,
  content_policy_fallbacks: anything,
} as const satisfies Record<string, FieldRule>;

/**
 * By these an aggregator behind a deployment (OpenRouter, LiteLLM) serves another model, or the same one elsewhere and
 * at another price, than the one that was checked and priced.
 */
export const REROUTING_FIELDS = [
  'models',
  'route',
  'fallbacks',
  'provider',
  'preset',
  'context_window_fallbacks',
  'content_policy_fallbacks',
] as const satisfies readonly ChatRequestField[];

export type ChatRequestField = keyof typeof FIELDS;

export const CHAT_REQUEST_FIELDS = Object.keys(FIELDS) as readonly ChatRequestField[];
const RULES: readonly FieldRule[] = Object.values(FIELDS);

/** The number under which the scanner keeps a field. */
export const SLOT = Object.fromEntries(CHAT_REQUEST_FIELDS.map((field, slot) => [field, slot])) as Readonly<
  Record<ChatRequestField, number>
>;

const KIND_NAMES: Readonly<Record<JsonKind, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

/** Checks kind and range of the value at `span` of the text, which the scanner has found to be one JSON value. */
export function fieldProblem(
  slot: number,
  text: Buffer,
  [start, end]: readonly [start: number, end: number],
): RequestProblem | null {
  const rule = RULES[slot];
  const field = CHAT_REQUEST_FIELDS[slot];
  if (rule === undefined || field === undefined) return null;
  const kind = kindAt(text, start);
  if (kind === 'null' && rule.required !== true) return null;
  if (!rule.kinds.includes(kind)) {
    const wanted = rule.kinds.map((allowed) => KIND_NAMES[allowed]).join(' or ');
    const allowed = rule.whole === true ? 'an integer' : wanted;
    return invalidRequest(`Invalid type for '${field}': expected ${allowed}, but got ${KIND_NAMES[kind]}.`, field);
  }
  return kind === 'number' ? rangeProblem(field, rule, numberAt(text, start, end)) : null;
}

function rangeProblem(field: string, rule: FieldRule, value: number): RequestProblem | null {
  const { min = -Infinity, max = Infinity } = rule;
  if (rule.whole === true && !Number.isSafeInteger(value)) {
    const problem = Number.isInteger(value)
      ? 'the integer is too large'
      : 'expected an integer, but got a decimal number';
    return invalidRequest(`Invalid type for '${field}': ${problem}.`, field);
  }
  if (value < min) {
    return invalidRequest(`Invalid '${field}': expected a value >= ${min}, but got ${value} instead.`, field);
  }
  if (value > max) {
    return invalidRequest(`Invalid '${field}': expected a value <= ${max}, but got ${value} instead.`, field);
  }
  return null;
}

function numberAt(text: Buffer, start: number, end: number): number {
  return plainNumber(text, start, end) ?? Number(text.toString('latin1', start, end));
}

/** The kind of a JSON value shows in its first byte. */
function kindAt(text: Buffer, at: number): JsonKind {
  switch (text[at]) {
    case 34:
      return 'string';
    case 123:
      return 'object';
    case 91:
      return 'array';
    case 116:
    case 102:
      return 'boolean';
    case 110:
      return 'null';
    default:
      return 'number';
  }
}
