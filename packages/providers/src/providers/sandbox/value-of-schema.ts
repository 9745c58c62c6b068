import { isRecord, type JsonRecord } from '../../json.js';

/** Beyond this depth optional properties and items are left out: schemas may contain themselves. */
const FULL_DEPTH = 4;
const MAX_DEPTH = 32;
const MAX_STRING_CHARACTERS = 65_536;

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  duration: 'P1D',
  email: 'sandbox@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/**
 * A value that a JSON schema accepts, always the same one for the same schema and text. `text` stands where any string
 * may; a `pattern` is not solved.
 */
export function valueOfSchema(schema: JsonRecord, text: string): unknown {
  return new SchemaValues(schema, text).of(schema, 0);
}

class SchemaValues {
  constructor(
    private readonly root: JsonRecord,
    private readonly text: string,
  ) {}

  of(given: unknown, depth: number): unknown {
    const schema = this.#resolve(given);
    if (depth > MAX_DEPTH) return null;
    if ('const' in schema) return schema['const'];
    if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0] as unknown;
    if (Array.isArray(schema['allOf']))
      return this.of(
        merge(
          schema,
          schema['allOf'].map((part) => this.#resolve(part)),
        ),
        depth,
      );
    for (const name of ['anyOf', 'oneOf']) {
      const branches = schema[name];
      // the last branch of a nullable one is null, and of a recursive one the plain end
      if (Array.isArray(branches)) return this.of(depth < FULL_DEPTH ? branches[0] : branches.at(-1), depth + 1);
    }
    return this.#typed(typeOf(schema), schema, depth);
  }

  #resolve(given: unknown): JsonRecord {
    let schema = isRecord(given) ? given : {};
    for (let hops = 0; hops < MAX_DEPTH && typeof schema['$ref'] === 'string'; hops++) {
      let target: unknown = this.root;
      for (const step of schema['$ref'].split('/').slice(1)) {
        const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
        target = isRecord(target) ? target[name] : undefined;
      }
      schema = isRecord(target) ? target : {};
    }
    return schema;
  }

  #typed(type: string, schema: JsonRecord, depth: number): unknown {
    switch (type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'integer':
        return numberOf(schema, 1);
      case 'number':
        return numberOf(schema, 0.5);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return this.#string(schema);
    }
  }

  #object(schema: JsonRecord, depth: number): JsonRecord {
    const properties = isRecord(schema['properties']) ? schema['properties'] : {};
    const required = Array.isArray(schema['required']) ? (schema['required'] as readonly unknown[]) : [];
    const value: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      if (required.includes(name) || depth < FULL_DEPTH) value[name] = this.of(property, depth + 1);
    }
    for (const name of required) if (typeof name === 'string' && !(name in value)) value[name] = this.text;
    return value;
  }

  #array(schema: JsonRecord, depth: number): readonly unknown[] {
    const fixed = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as readonly unknown[]) : [];
    const values = fixed.map((item) => this.of(item, depth + 1));
    const wanted = Math.max(
      integer(schema['minItems']) ?? 0,
      depth < FULL_DEPTH && integer(schema['maxItems']) !== 0 ? 1 : 0,
    );
    while (values.length < Math.min(wanted, 1000)) {
      const item = this.of(schema['items'], depth + 1);
      const step = number(this.#resolve(schema['items'])['multipleOf']) ?? 1;
      values.push(schema['uniqueItems'] === true ? distinct(item, values.length * step) : item);
    }
    return values;
  }

  #string(schema: JsonRecord): string {
    const format = typeof schema['format'] === 'string' ? FORMATS[schema['format']] : undefined;
    if (format !== undefined) return format;
    const min = integer(schema['minLength']) ?? 0;
    const max = integer(schema['maxLength']) ?? Infinity;
    const characters = Array.from(this.text);
    while (characters.length < Math.min(min, MAX_STRING_CHARACTERS)) characters.push('.');
    return characters.slice(0, Math.max(max, min)).join('');
  }
}

function distinct(item: unknown, offset: number): unknown {
  if (typeof item === 'number') return item + offset;
  return typeof item === 'string' ? `${item}${offset === 0 ? '' : offset}` : item;
}

function typeOf(schema: JsonRecord): string {
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (typeof type === 'string') return type;
  if ('properties' in schema || 'required' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  return 'minimum' in schema || 'maximum' in schema ? 'number' : 'string';
}

function numberOf(schema: JsonRecord, usual: number): number {
  const step = number(schema['multipleOf']) ?? (schema['type'] === 'integer' ? 1 : null);
  const above = number(schema['exclusiveMinimum']);
  const below = number(schema['exclusiveMaximum']);
  const min = Math.max(number(schema['minimum']) ?? -Infinity, above === null ? -Infinity : above + (step ?? 0.001));
  const max = Math.min(number(schema['maximum']) ?? Infinity, below === null ? Infinity : below - (step ?? 0.001));
  const value = Math.min(Math.max(usual, min), max);
  if (step === null) return value;
  const rounded = Math.ceil(value / step) * step;
  return rounded <= max ? rounded : Math.floor(max / step) * step;
}

function merge(schema: JsonRecord, parts: readonly JsonRecord[]): JsonRecord {
  const merged: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).filter(([name]) => name !== 'allOf'),
  );
  for (const part of parts) {
    const properties = {
      ...(merged['properties'] as object | undefined),
      ...(part['properties'] as object | undefined),
    };
    const required = [...list(merged['required']), ...list(part['required'])];
    Object.assign(
      merged,
      part,
      Object.keys(properties).length > 0 && { properties },
      required.length > 0 && { required },
    );
  }
  return merged;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const integer = (value: unknown): number | null => (Number.isInteger(value) ? (value as number) : null);
