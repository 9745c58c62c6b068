import { isUtf8 } from 'node:buffer';

import { invalidRequest, type RequestProblem } from '../request-problem.js';
import { plainNumber, plainString, skipSpace } from './json-cursor.js';
import { type FieldTable, REROUTING_FIELDS } from './request-fields.js';
import type { FieldSpan } from './scanned-request.js';
import { type ScanFault, TopLevelScanner } from './top-level-scanner.js';

const MAX_TAGS = 16;
const MAX_TAG_CHARACTERS = 256;
const MAX_METADATA_BYTES = 16_384;
const MAX_MODEL_CHARACTERS = 256;
const MAX_END_USER_CHARACTERS = 512;
const MAX_FURTHER_MODELS = 8;
const MAX_FURTHER_MODELS_BYTES = 4_096;
const SPACE = 32;
const COMMA = 44;
export const MAX_SERVICE_TIER_CHARACTERS = 64;

const NOTHING: Readonly<Record<string, unknown>> = {};
const NONE: readonly string[] = [];

/**
 * Reads and checks the top level of requests of one dialect. Its time depends on the length of a body, not on its
 * content. One instance is reused: what it hands out is valid until the next body.
 */
export class TopLevelReader<Field extends string> {
  readonly #scanner: TopLevelScanner;

  constructor(private readonly table: FieldTable<Field>) {
    this.#scanner = new TopLevelScanner(table.names);
  }

  read(memory: Buffer, start: number, end: number): TopLevelFields<Field> | RequestProblem {
    if (!isUtf8(memory.subarray(start, end))) return invalidJson('The body is not valid UTF-8.');
    const scanner = this.#scanner;
    const fault = scanner.scan(memory, start, end);
    if (fault !== null) return faultProblem(fault, scanner, start);
    for (let slot = 0; slot < this.table.names.length; slot++) {
      const from = scanner.start[slot] as number;
      if (from < 0) continue;
      const problem = this.table.problem(slot, memory, [from, scanner.end[slot] as number]);
      if (problem !== null) return problem;
    }
    return new TopLevelFields(this.table.slots, scanner, { memory, end });
  }
}

/** Reads the values that the gateway acts upon; the first thing that is wrong with one is kept in `problem`. */
export class TopLevelFields<Field extends string> {
  problem: RequestProblem | null = null;
  readonly #memory: Buffer;
  readonly #bodyEnd: number;

  constructor(
    private readonly slots: Readonly<Record<Field, number>>,
    private readonly scanner: TopLevelScanner,
    body: { readonly memory: Buffer; readonly end: number },
  ) {
    this.#memory = body.memory;
    this.#bodyEnd = body.end;
  }

  fail(message: string, param: string): void {
    this.problem ??= invalidRequest(message, param);
  }

  missing(field: Field): '' {
    this.fail(`Missing required parameter: '${field}'.`, field);
    return '';
  }

  firstByte(field: Field): number {
    const start = this.scanner.start[this.slots[field]] as number;
    return start < 0 ? -1 : (this.#memory[start] as number);
  }

  /** Whether a value other than `null` was given. */
  isGiven(field: Field): boolean {
    const first = this.firstByte(field);
    return first >= 0 && first !== 110;
  }

  isTrue(field: Field): boolean {
    return this.firstByte(field) === 116;
  }

  number(field: Field): number | null {
    return this.isGiven(field) ? (this.#plainly(field, plainNumber) ?? (this.#parse(field) as number)) : null;
  }

  text(field: Field, maxCharacters: number): string | null {
    if (this.firstByte(field) !== 34) return null;
    const length = this.#bytesOf(field);
    const text = length > maxCharacters * 6 + 2 ? null : (this.#plainly(field, plainString) ?? this.#parse(field));
    if (typeof text === 'string' && text.length <= maxCharacters) return text;
    this.fail(`Invalid '${field}': expected a string with at most ${maxCharacters} characters.`, field);
    return '';
  }

  object(field: Field, maxBytes: number): Readonly<Record<string, unknown>> {
    if (this.firstByte(field) !== 123) return NOTHING;
    if (this.#bytesOf(field) > maxBytes) {
      this.fail(`Invalid '${field}': it is larger than ${maxBytes} bytes.`, field);
      return {};
    }
    return (this.#parse(field) ?? {}) as Readonly<Record<string, unknown>>;
  }

  span(field: Field): FieldSpan | null {
    const slot = this.slots[field];
    const start = this.scanner.start[slot] as number;
    if (start < 0) return null;
    return { keyStart: this.scanner.keyStart[slot] as number, start, end: this.scanner.end[slot] as number };
  }

  /** Where those of the fields stand that were given. */
  spans<Name extends Field>(fields: readonly Name[]): Partial<Record<Name, FieldSpan>> {
    const given: Partial<Record<Name, FieldSpan>> = {};
    for (const field of fields) {
      const span = this.span(field);
      if (span !== null) given[field] = span;
    }
    return given;
  }

  // what every dialect has under the same name

  model(this: TopLevelFields<Field | 'model'>): string {
    const model = this.text('model', MAX_MODEL_CHARACTERS) ?? this.missing('model');
    if (model === '' && this.problem === null) this.fail("Invalid 'model': expected a non-empty string.", 'model');
    return model;
  }

  checkMessages(this: TopLevelFields<Field | 'messages'>): void {
    const start = this.scanner.start[this.slots.messages] as number;
    if (start < 0) {
      this.missing('messages');
    } else if (this.#memory[skipSpace(this.#memory, start + 1, this.#bodyEnd)] === 93) {
      this.fail("Invalid 'messages': empty array. Expected an array with minimum length 1.", 'messages');
    }
  }

  metadata(this: TopLevelFields<Field | 'metadata'>): Readonly<Record<string, unknown>> {
    return this.object('metadata', MAX_METADATA_BYTES);
  }

  endUser(field: Field): string | null {
    return this.text(field, MAX_END_USER_CHARACTERS);
  }

  reroutes(
    this: TopLevelFields<Field | (typeof REROUTING_FIELDS)[number]>,
    { taken }: { readonly taken: 'models' | null } = { taken: null },
  ): string | null {
    for (const field of REROUTING_FIELDS) if (field !== taken && this.isGiven(field)) return field;
    return null;
  }

  /**
   * Models that may answer where `model` does not, in their order. The gateway takes them for itself: an aggregator would
   * serve one of them unseen, so that in the body there are only spaces left of them.
   */
  furtherModels(this: TopLevelFields<Field | 'models'>): readonly string[] {
    if (!this.isGiven('models')) return NONE;
    const span = this.span('models');
    if (span === null) return NONE;
    const names = span.end - span.start > MAX_FURTHER_MODELS_BYTES ? null : this.#parse('models');
    if (!Array.isArray(names) || names.length > MAX_FURTHER_MODELS || !names.every(isModelName)) {
      this.fail(`Invalid 'models': expected a list of at most ${MAX_FURTHER_MODELS} names of models.`, 'models');
      return NONE;
    }
    this.#blank(span);
    return names;
  }

  /** The field with the comma that separates it: what is left is the same document without it. */
  #blank({ keyStart, end }: FieldSpan): void {
    let before = keyStart - 1;
    while ((this.#memory[before] as number) <= SPACE) before--;
    if (this.#memory[before] === COMMA) {
      this.#memory.fill(SPACE, before, end);
      return;
    }
    const behind = skipSpace(this.#memory, end, this.#bodyEnd);
    this.#memory.fill(SPACE, keyStart, this.#memory[behind] === COMMA ? behind + 1 : end);
  }

  #bytesOf(field: Field): number {
    const slot = this.slots[field];
    return (this.scanner.end[slot] as number) - (this.scanner.start[slot] as number);
  }

  #plainly<T>(field: Field, read: (text: Buffer, start: number, end: number) => T): T {
    const slot = this.slots[field];
    return read(this.#memory, this.scanner.start[slot] as number, this.scanner.end[slot] as number);
  }

  #parse(field: Field): unknown {
    const slot = this.slots[field];
    try {
      return JSON.parse(this.#memory.toString('utf8', this.scanner.start[slot], this.scanner.end[slot]));
    } catch {
      this.problem ??= invalidJson(`The body is not valid JSON: the value of '${field}' cannot be read.`, field);
      return null;
    }
  }
}

const isModelName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_MODEL_CHARACTERS;

/** The caller's own user: by the field that names it, else `metadata.user_id`. */
export function endUserOf(named: string | null, metadata: Readonly<Record<string, unknown>>): string | null {
  const endUser = named ?? (typeof metadata['user_id'] === 'string' ? metadata['user_id'] : null);
  return endUser === null || endUser === '' ? null : endUser.slice(0, MAX_END_USER_CHARACTERS);
}

export function tagsOf(metadata: Readonly<Record<string, unknown>>): readonly string[] {
  const tags: string[] = [];
  for (const key in metadata) {
    const value = metadata[key];
    if (typeof value !== 'string' || key === 'user_id') continue;
    const tag = `${key}:${value}`;
    if (tag.length <= MAX_TAG_CHARACTERS && tags.push(tag) === MAX_TAGS) break;
  }
  return tags;
}

function invalidJson(message: string, param: string | null = null): RequestProblem {
  return { code: 'caller_invalid_json', message, param };
}

function faultProblem(fault: ScanFault, scanner: TopLevelScanner, bodyStart: number): RequestProblem {
  const key = JSON.stringify(scanner.faultyKey);
  switch (fault) {
    case 'not-json':
      return invalidJson(`The body is not valid JSON: it cannot be read from byte ${scanner.at - bodyStart} on.`);
    case 'not-an-object':
      return invalidJson('The body must be a JSON object.');
    case 'escaped-key':
      return invalidRequest('A top-level key of the body is written with escapes; write it plainly.', null);
    case 'foreign-key':
      return invalidRequest('A top-level key of the body holds characters other than printable ASCII.', null);
    case 'duplicate-key':
      return invalidRequest(`The key ${key} stands twice in the body.`, scanner.faultyKey);
    case 'key-case': {
      const lower = scanner.expectedKey === scanner.expectedKey.toLowerCase();
      const wanted = lower ? 'in lower case' : `'${scanner.expectedKey}'`;
      return invalidRequest(`The key ${key} must be written ${wanted}.`, scanner.faultyKey);
    }
    case 'too-many-keys':
      return invalidRequest('The body has too many top-level keys.', null);
  }
}
