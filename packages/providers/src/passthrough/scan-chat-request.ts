import { isUtf8 } from 'node:buffer';

import { invalidRequest, type RequestProblem } from '../request-problem.js';
import { CHAT_REQUEST_FIELDS, fieldProblem, REROUTING_FIELDS, SLOT } from './chat-request-fields.js';
import { plainNumber, plainString, skipSpace } from './json-cursor.js';
import { type ScanFault, TopLevelScanner } from './top-level-scanner.js';

export type MaxOutputField = 'max_tokens' | 'max_completion_tokens';

/** Where an editable field stands, in offsets of the memory that was scanned. */
export interface FieldSpan {
  /** Offset of the key's opening quote. */
  readonly keyStart: number;
  readonly start: number;
  readonly end: number;
}

export interface EditableSpans {
  readonly model: FieldSpan;
  readonly stream_options: FieldSpan | null;
  readonly max_tokens: FieldSpan | null;
  readonly max_completion_tokens: FieldSpan | null;
}

/** What the gateway has to know of a chat completion request, read from its top level only. */
export interface ScannedChatRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client asked for the usage frame at the end of a stream. */
  readonly includeUsage: boolean;
  readonly maxOutputTokens: number | null;
  /** The field in which the client gave `maxOutputTokens`. */
  readonly maxOutputField: MaxOutputField | null;
  readonly n: number;
  /** The caller's own user: `user`, else `safety_identifier`, else `metadata.user_id`. */
  readonly endUser: string | null;
  /** `metadata` as `key:value`, at most 16, without `user_id`. */
  readonly tags: readonly string[];
  readonly serviceTier: string | null;
  /** A field by which an aggregator would serve something else than `model`; the gateway must not forward it. */
  readonly reroutes: string | null;
  readonly spans: EditableSpans;
  /** The client's `stream_options` without `include_usage`. */
  readonly otherStreamOptions: Readonly<Record<string, unknown>>;
}

const MAX_MODEL_CHARACTERS = 256;
const MAX_END_USER_CHARACTERS = 512;
const MAX_METADATA_BYTES = 16_384;
const MAX_STREAM_OPTIONS_BYTES = 4096;
const MAX_TAGS = 16;
const MAX_TAG_CHARACTERS = 256;

const NOTHING: Readonly<Record<string, unknown>> = {};

const scanner = new TopLevelScanner(CHAT_REQUEST_FIELDS);

/**
 * Reads and checks the top level of a chat completion request in `memory[start..end)`. Its time depends on the length
 * of the body, not on its content.
 */
export function scanChatRequest(memory: Buffer, start: number, end: number): ScannedChatRequest | RequestProblem {
  if (!isUtf8(memory.subarray(start, end))) return invalidJson('The body is not valid UTF-8.');
  const fault = scanner.scan(memory, start, end);
  if (fault !== null) return faultProblem(fault, start);
  for (let slot = 0; slot < CHAT_REQUEST_FIELDS.length; slot++) {
    const from = scanner.start[slot] as number;
    if (from < 0) continue;
    const problem = fieldProblem(slot, memory, [from, scanner.end[slot] as number]);
    if (problem !== null) return problem;
  }
  const fields = new Fields(memory, end);
  const request = fields.read();
  return fields.problem ?? request;
}

/** Reads the values that the gateway acts upon; the first thing that is wrong with one is kept in `problem`. */
class Fields {
  problem: RequestProblem | null = null;

  constructor(
    private readonly memory: Buffer,
    private readonly bodyEnd: number,
  ) {}

  read(): ScannedChatRequest {
    const model = this.#text('model', MAX_MODEL_CHARACTERS) ?? this.#missing('model');
    if (model === '' && this.problem === null) this.#fail("Invalid 'model': expected a non-empty string.", 'model');
    this.#checkMessages();
    const stream = this.#firstByte('stream') === 116;
    const options = this.#streamOptions(stream);
    const maxTokens = this.#number('max_tokens');
    const maxCompletionTokens = this.#number('max_completion_tokens');
    if (maxTokens !== null && maxCompletionTokens !== null) {
      this.#fail("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", 'max_tokens');
    }
    const metadata = this.#object('metadata', MAX_METADATA_BYTES);
    return {
      model,
      stream,
      includeUsage: options['include_usage'] === true,
      maxOutputTokens: maxCompletionTokens ?? maxTokens,
      maxOutputField: maxCompletionTokens !== null ? 'max_completion_tokens' : maxTokens !== null ? 'max_tokens' : null,
      n: this.#number('n') ?? 1,
      endUser: this.#endUser(metadata),
      tags: tagsOf(metadata),
      serviceTier: this.#text('service_tier', 64),
      reroutes: this.#reroutes(),
      spans: {
        model: spanOf('model') ?? { keyStart: 0, start: 0, end: 0 },
        stream_options: spanOf('stream_options'),
        max_tokens: spanOf('max_tokens'),
        max_completion_tokens: spanOf('max_completion_tokens'),
      },
      otherStreamOptions: withoutIncludeUsage(options),
    };
  }

  #fail(message: string, param: string): void {
    this.problem ??= invalidRequest(message, param);
  }

  #missing(field: keyof typeof SLOT): '' {
    this.#fail(`Missing required parameter: '${field}'.`, field);
    return '';
  }

  #reroutes(): string | null {
    for (const field of REROUTING_FIELDS) {
      const first = this.#firstByte(field);
      if (first >= 0 && first !== 110) return field;
    }
    return null;
  }

  #firstByte(field: keyof typeof SLOT): number {
    const start = scanner.start[SLOT[field]] as number;
    return start < 0 ? -1 : (this.memory[start] as number);
  }

  #number(field: keyof typeof SLOT): number | null {
    const first = this.#firstByte(field);
    return first < 0 || first === 110 ? null : (this.#plainly(field, plainNumber) ?? (this.#parse(field) as number));
  }

  #text(field: keyof typeof SLOT, maxCharacters: number): string | null {
    if (this.#firstByte(field) !== 34) return null;
    const slot = SLOT[field];
    const length = (scanner.end[slot] as number) - (scanner.start[slot] as number);
    const text = length > maxCharacters * 6 + 2 ? null : (this.#plainly(field, plainString) ?? this.#parse(field));
    if (typeof text === 'string' && text.length <= maxCharacters) return text;
    this.#fail(`Invalid '${field}': expected a string with at most ${maxCharacters} characters.`, field);
    return '';
  }

  #object(field: keyof typeof SLOT, maxBytes: number): Readonly<Record<string, unknown>> {
    if (this.#firstByte(field) !== 123) return NOTHING;
    const slot = SLOT[field];
    if ((scanner.end[slot] as number) - (scanner.start[slot] as number) > maxBytes) {
      this.#fail(`Invalid '${field}': it is larger than ${maxBytes} bytes.`, field);
      return {};
    }
    return (this.#parse(field) ?? {}) as Readonly<Record<string, unknown>>;
  }

  #plainly<T>(field: keyof typeof SLOT, read: (text: Buffer, start: number, end: number) => T): T {
    const slot = SLOT[field];
    return read(this.memory, scanner.start[slot] as number, scanner.end[slot] as number);
  }

  #parse(field: keyof typeof SLOT): unknown {
    const slot = SLOT[field];
    try {
      return JSON.parse(this.memory.toString('utf8', scanner.start[slot], scanner.end[slot]));
    } catch {
      this.problem ??= invalidJson(`The body is not valid JSON: the value of '${field}' cannot be read.`, field);
      return null;
    }
  }

  #checkMessages(): void {
    const start = scanner.start[SLOT.messages] as number;
    if (start < 0) {
      this.#missing('messages');
      return;
    }
    if (this.memory[skipSpace(this.memory, start + 1, this.bodyEnd)] === 93) {
      this.#fail("Invalid 'messages': empty array. Expected an array with minimum length 1.", 'messages');
    }
  }

  #streamOptions(stream: boolean): Readonly<Record<string, unknown>> {
    const options = this.#object('stream_options', MAX_STREAM_OPTIONS_BYTES);
    if (this.#firstByte('stream_options') === 123 && !stream) {
      this.#fail("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
    }
    for (const name in options) {
      const value = options[name];
      if (name === 'include_usage' ? value !== null && typeof value !== 'boolean' : /^include_usage$/i.test(name)) {
        const param = `stream_options.${name}`;
        this.#fail(`Invalid '${param}': expected a boolean 'include_usage'.`, param);
      }
    }
    return options;
  }

  #endUser(metadata: Readonly<Record<string, unknown>>): string | null {
    const named =
      this.#text('user', MAX_END_USER_CHARACTERS) ?? this.#text('safety_identifier', MAX_END_USER_CHARACTERS);
    const fromMetadata = typeof metadata['user_id'] === 'string' ? metadata['user_id'] : null;
    const endUser = named ?? fromMetadata;
    return endUser === null || endUser === '' ? null : endUser.slice(0, MAX_END_USER_CHARACTERS);
  }
}

function spanOf(field: keyof EditableSpans): FieldSpan | null {
  const slot = SLOT[field];
  const start = scanner.start[slot] as number;
  return start < 0 ? null : { keyStart: scanner.keyStart[slot] as number, start, end: scanner.end[slot] as number };
}

function withoutIncludeUsage(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (options === NOTHING) return NOTHING;
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'include_usage'));
}

function tagsOf(metadata: Readonly<Record<string, unknown>>): readonly string[] {
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

function faultProblem(fault: ScanFault, bodyStart: number): RequestProblem {
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
    case 'key-case':
      return invalidRequest(`The key ${key} must be written in lower case.`, scanner.faultyKey);
    case 'too-many-keys':
      return invalidRequest('The body has too many top-level keys.', null);
  }
}
