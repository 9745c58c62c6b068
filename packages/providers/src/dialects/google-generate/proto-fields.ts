import { isRecord, type JsonRecord } from '../../json.js';
import { RequestRefusal, WireReader } from '../../wire-reader.js';

const SNAKE = /_([a-z0-9])/g;

function camelCase(name: string): string {
  return name.includes('_') ? name.replace(SNAKE, (_match, letter: string) => letter.toUpperCase()) : name;
}

/**
 * A message of Google's API with its fields in camel case: its JSON takes `system_instruction` for `systemInstruction`
 * everywhere (protobuf.dev/programming-guides/json). Only the message's own fields are renamed: what a client names itself
 * lies deeper.
 * @throws RequestRefusal when one field stands there in both spellings.
 */
export function protoReader(value: unknown, path: string): WireReader {
  const { value: record } = WireReader.of(value, path);
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    const camel = camelCase(name);
    if (Object.hasOwn(fields, camel)) {
      const place = path === '' ? camel : `${path}.${camel}`;
      throw new RequestRefusal(`The field '${place}' stands there in two spellings.`, place);
    }
    Object.defineProperty(fields, camel, { value: record[name], enumerable: true, writable: true, configurable: true });
  }
  return new WireReader(fields, path);
}

export function protoObject(wire: WireReader, name: string): WireReader | null {
  const value = wire.raw(name);
  return value === null ? null : protoReader(value, wire.pathOf(name));
}

/** A repeated field: Google takes a single message for a list of one, and its own examples make use of that. */
export function protoList(wire: WireReader, name: string): readonly WireReader[] {
  const value = wire.raw(name);
  if (value === null) return [];
  if (isRecord(value)) return [protoReader(value, wire.pathOf(name))];
  return (wire.array(name) ?? []).map((item, i) => protoReader(item, `${wire.pathOf(name)}[${i}]`));
}

export function protoStrings(wire: WireReader, name: string): readonly string[] {
  const value = wire.raw(name);
  if (typeof value === 'string') return [value];
  return (wire.array(name) ?? []).map((item, i) => {
    if (typeof item === 'string') return item;
    const path = `${wire.pathOf(name)}[${i}]`;
    throw new RequestRefusal(`Invalid type for '${path}': expected a string.`, path);
  });
}

/** What was not read, by its path: that is also how it is named where it cannot be said. */
export function restByPath(wire: WireReader | null): JsonRecord {
  if (wire === null) return {};
  return Object.fromEntries(Object.entries(wire.rest()).map(([name, value]) => [wire.pathOf(name), value]));
}

/** The reverse: `a.b` is put under `a`. */
export function restUnder(extensions: JsonRecord, path: string): JsonRecord {
  const rest: Record<string, unknown> = {};
  for (const name in extensions) {
    if (name.startsWith(`${path}.`)) rest[name.slice(path.length + 1)] = extensions[name];
  }
  return rest;
}
