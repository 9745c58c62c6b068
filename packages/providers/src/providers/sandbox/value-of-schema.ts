import { isRecord, type JsonRecord } from '../../json.js';

/** Beyond this depth optional properties and items are left out: schemas may contain themselves. */
const FULL_DEPTH = 4;
const MAX_DEPTH = 32;
const MAX_STRING_CHARACTERS = 65_536;
/** A schema of a few lines can describe a value without end; from this size on the rest of the value is null. */
const MAX_VALUE_CHARACTERS = 131_072;

const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
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
  }),
);

/**
 * A value that a JSON schema accepts, always the same one for the same schema and text. `text` stands where any string
 * may; a `pattern` is not solved, nor is a schema that only endless or huge values fit.
 */
export function valueOfSchema(schema: JsonRecord, text: string): unknown {
  return new SchemaValues(schema, text).of(schema, 0);
}

class SchemaValues {
  /** About the characters that the value may still grow by; what is looked at without growing it counts too. */
  #left = MAX_VALUE_CHARACTERS;

  constructor(
    private readonly root: JsonRecord,
    private readonly text: string,
  ) {}

  of(given: unknown, depth: number): unknown {
    if (!this.#spend(1) || depth > MAX_DEPTH) return null;
    const schema = this.#resolve(given);
    if ('const' in schema) return this.#given(schema['const']);
    if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return this.#given(schema['enum'][0]);
    if (Array.isArray(schema['allOf'])) {
      const parts = schema['allOf'].map((part) => this.#resolve(part));
      const size = parts.reduce((sum, part) => sum + sizeOf(part), 0);
      return this.#spend(size) ? this.of(merge(schema, parts), depth + 1) : null;
    }
    for (const name of ['anyOf', 'oneOf']) {
      const branches = schema[name];
      // the last branch of a nullable one is null, and of a recursive one the plain end
      if (Array.isArray(branches)) return this.of(depth < FULL_DEPTH ? branches[0] : branches.at(-1), depth + 1);
    }
    return this.#typed(typeOf(schema), schema, depth);
  }

  /** Whether there is room for so many more characters; once there was not, there is none for anything. */
  #spend(characters: number): boolean {
    this.#left -= characters;
    return this.#left >= 0;
  }

  #given(value: unknown): unknown {
    return this.#spend(JSON.stringify(value).length) ? value : null;
  }

  #resolve(given: unknown): JsonRecord {
    let schema = isRecord(given) ? given : {};
    for (let hops = 0; hops < MAX_DEPTH && typeof schema['$ref'] === 'string'; hops++) {
      if (!this.#spend(schema['$ref'].length)) return {};
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
    if (!this.#spend(sizeOf(schema))) return {};
    const required = new Set(list(schema['required']));
    const value: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      if (!required.has(name) && depth >= FULL_DEPTH) continue;
      if (!this.#spend(name.length)) return value;
      value[name] = this.of(property, depth + 1);
    }
    for (const name of required) {
      if (typeof name !== 'string' || Object.hasOwn(value, name)) continue;
      if (!this.#spend(name.length + this.text.length)) return value;
      value[name] = this.text;
    }
    return value;
  }

  #array(schema: JsonRecord, depth: number): readonly unknown[] {
    const values: unknown[] = [];
    for (const item of list(schema['prefixItems'])) {
      if (this.#left <= 0) return values;
      values.push(this.of(item, depth + 1));
    }
    const wanted = Math.max(
      integer(schema['minItems']) ?? 0,
      depth < FULL_DEPTH && integer(schema['maxItems']) !== 0 ? 1 : 0,
    );
    const step = number(this.#resolve(schema['items'])['multipleOf']) ?? 1;
    while (values.length < Math.min(wanted, 1000) && this.#left > 0) {
      const item = this.of(schema['items'], depth + 1);
      values.push(schema['uniqueItems'] === true ? distinct(item, values.length * step) : item);
    }
    return values;
  }

  #string(schema: JsonRecord): string {
    const format = typeof schema['format'] === 'string' ? FORMATS.get(schema['format']) : undefined;
    if (format !== undefined) return format;
    const min = integer(schema['minLength']) ?? 0;
    const max = integer(schema['maxLength']) ?? Infinity;
    const characters = Array.from(this.text);
    const wanted = Math.min(min, MAX_STRING_CHARACTERS);
    if (!this.#spend(Math.max(wanted, characters.length))) return '';
    while (characters.length < wanted) characters.push('.');
    return characters.slice(0, Math.max(max, min)).join('');
  }
}

/** How many things a schema says: what it takes to look at all of them once. */
function sizeOf(schema: JsonRecord): number {
  const properties = isRecord(schema['properties']) ? Object.keys(schema['properties']).length : 0;
  return Object.keys(schema).length + properties + list(schema['required']).length;
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
  const properties: Record<string, unknown> = {};
  const required: unknown[] = [];
  for (const part of [{ ...merged }, ...parts]) {
    Object.assign(merged, part);
    Object.assign(properties, isRecord(part['properties']) ? part['properties'] : {});
    for (const name of list(part['required'])) required.push(name);
  }
  if (Object.keys(properties).length > 0) merged['properties'] = properties;
  if (required.length > 0) merged['required'] = required;
  return merged;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const integer = (value: unknown): number | null => (Number.isInteger(value) ? (value as number) : null);
