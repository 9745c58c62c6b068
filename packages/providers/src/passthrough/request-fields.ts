import { invalidRequest, type RequestProblem } from '../request-problem.js';
import { plainNumber } from './json-cursor.js';

/** What may stand as the value of a top-level field. `null` stands for "not given" everywhere but where `required` says. */
export interface FieldRule {
  readonly kinds: readonly JsonKind[];
  readonly required?: true;
  readonly min?: number;
  readonly max?: number;
  readonly whole?: true;
}

type JsonKind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

export const string: FieldRule = { kinds: ['string'] };
export const boolean: FieldRule = { kinds: ['boolean'] };
export const object: FieldRule = { kinds: ['object'] };
export const array: FieldRule = { kinds: ['array'] };
const anything: FieldRule = { kinds: ['string', 'number', 'boolean', 'object', 'array'] };
export const requiredString: FieldRule = { kinds: ['string'], required: true };
export const requiredArray: FieldRule = { kinds: ['array'], required: true };
export const between = (min: number, max: number): FieldRule => ({ kinds: ['number'], min, max });
export const wholeBetween = (min: number, max: number): FieldRule => ({ kinds: ['number'], min, max, whole: true });

/**
 * By these an aggregator behind a deployment (OpenRouter, LiteLLM) serves another model, or the same one elsewhere and
 * at another price, than the one that was checked and priced, or cuts what was asked (`transforms`). `models` we take
 * ourselves where we can.
 */
export const REROUTING_RULES = {
  models: anything,
  route: anything,
  fallbacks: anything,
  provider: anything,
  preset: anything,
  transforms: anything,
  context_window_fallbacks: anything,
  content_policy_fallbacks: anything,
} as const satisfies Record<string, FieldRule>;

export const REROUTING_FIELDS = Object.keys(REROUTING_RULES) as readonly (keyof typeof REROUTING_RULES)[];

/** The top-level fields of one dialect that are checked here; what else there is, the provider judges. */
export class FieldTable<Field extends string> {
  readonly names: readonly Field[];
  /** The number under which the scanner keeps a field. */
  readonly slots: Readonly<Record<Field, number>>;
  readonly #rules: readonly FieldRule[];

  constructor(rules: Readonly<Record<Field, FieldRule>>) {
    this.names = Object.keys(rules) as Field[];
    this.slots = Object.fromEntries(this.names.map((name, slot) => [name, slot])) as Record<Field, number>;
    this.#rules = Object.values(rules);
  }

  /** Checks kind and range of the value at `[start, end)` of the text, which the scanner has found to be one JSON value. */
  problem(slot: number, text: Buffer, [start, end]: readonly [start: number, end: number]): RequestProblem | null {
    const rule = this.#rules[slot];
    const field = this.names[slot];
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
}

const KIND_NAMES: Readonly<Record<JsonKind, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

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
