import type { ErrorCode } from '@tollgate/domain';

import { isRecord, type JsonRecord } from './json.js';
import type { RequestProblem } from './request-problem.js';

/** Thrown inside a `parseRequest` and caught at its rim: it never leaves the package. */
export class RequestRefusal extends Error {
  readonly problem: RequestProblem;

  constructor(message: string, param: string | null, code: ErrorCode = 'caller_invalid_request') {
    super(message);
    this.problem = { code, message, param };
  }
}

/** Reads one JSON object of a request field by field, names what is wrong by its path, and knows what was never read. */
export class WireReader {
  readonly #read = new Set<string>();

  constructor(
    readonly value: JsonRecord,
    readonly path: string,
  ) {}

  /** @throws RequestRefusal when the value is not an object. */
  static of(value: unknown, path: string): WireReader {
    if (!isRecord(value)) throw wrongType(path, 'an object', value);
    return new WireReader(value, path);
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** The raw value; `null` and an absent field are the same. */
  raw(name: string): unknown {
    this.#read.add(name);
    return this.value[name] ?? null;
  }

  string(name: string): string | null {
    const value = this.raw(name);
    if (value !== null && typeof value !== 'string') throw wrongType(this.pathOf(name), 'a string', value);
    return value;
  }

  requiredString(name: string): string {
    return this.string(name) ?? this.#missing(name);
  }

  number(name: string): number | null {
    const value = this.raw(name);
    if (value !== null && typeof value !== 'number') throw wrongType(this.pathOf(name), 'a number', value);
    return value;
  }

  boolean(name: string): boolean | null {
    const value = this.raw(name);
    if (value !== null && typeof value !== 'boolean') throw wrongType(this.pathOf(name), 'a boolean', value);
    return value;
  }

  record(name: string): JsonRecord | null {
    const value = this.raw(name);
    if (value !== null && !isRecord(value)) throw wrongType(this.pathOf(name), 'an object', value);
    return value;
  }

  object(name: string): WireReader | null {
    const value = this.record(name);
    return value === null ? null : new WireReader(value, this.pathOf(name));
  }

  requiredObject(name: string): WireReader {
    return this.object(name) ?? this.#missing(name);
  }

  array(name: string): readonly unknown[] | null {
    const value = this.raw(name);
    if (value !== null && !Array.isArray(value)) throw wrongType(this.pathOf(name), 'an array', value);
    return value;
  }

  objects(name: string): readonly WireReader[] {
    return (this.array(name) ?? []).map((item, i) => WireReader.of(item, `${this.pathOf(name)}[${i}]`));
  }

  /** All that was not read, for the extensions; an absent value is no news. */
  rest(): JsonRecord {
    return Object.fromEntries(
      Object.entries(this.value).filter(([name, value]) => !this.#read.has(name) && value !== null),
    );
  }

  unsupported(name: string, supported: readonly string[]): RequestRefusal {
    const given = JSON.stringify(this.value[name] ?? null).slice(0, 60);
    const list = supported.map((value) => `'${value}'`).join(', ');
    return new RequestRefusal(`Invalid value: ${given}. Supported values are: ${list}.`, this.pathOf(name));
  }

  #missing(name: string): never {
    const path = this.pathOf(name);
    throw new RequestRefusal(`Missing required parameter: '${path}'.`, path);
  }
}

/** What was not read of an object and of the one inside it; the inner one's stands under its name. */
export function restOf(outer: WireReader, inner: WireReader): JsonRecord {
  const rest = inner.rest();
  const name = inner.path.slice(inner.path.lastIndexOf('.') + 1);
  return Object.keys(rest).length === 0 ? outer.rest() : { ...outer.rest(), [name]: rest };
}

function wrongType(path: string, wanted: string, value: unknown): RequestRefusal {
  const given = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  return new RequestRefusal(
    `Invalid type for '${path}': expected ${wanted}, but got ${given.replace('a object', 'an object')} instead.`,
    path === '' ? null : path,
  );
}
