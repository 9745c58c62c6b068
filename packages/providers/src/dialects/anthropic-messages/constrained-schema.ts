import { isRecord, type JsonRecord } from '../../json.js';

/**
 * Keywords that decoding can be bound to; source: platform.claude.com/docs/en/build-with-claude/structured-outputs. Others
 * are told to the model in the description, as Anthropic's own SDKs do.
 */
const SUPPORTED = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  'allOf',
  '$ref',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'format',
  'pattern',
]);
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);
/** Names of the schemas inside, by their keyword. */
const MAPS = new Set(['properties', '$defs', 'definitions']);
const LISTS = new Set(['anyOf', 'allOf']);

/** The schema as Anthropic takes it, or `null` when it means something that no schema there can: open objects. */
export function constrainedSchema(schema: JsonRecord): JsonRecord | null {
  try {
    return constrained(schema);
  } catch (error) {
    if (error instanceof OpenObjectError) return null;
    throw error;
  }
}

class OpenObjectError extends Error {}

function constrained(schema: unknown): JsonRecord {
  if (!isRecord(schema)) throw new OpenObjectError();
  const wire: Record<string, unknown> = {};
  const told: string[] = [];
  for (const name in schema) {
    const value = schema[name];
    if (name === '$schema' || name === '$id') continue;
    else if (name === 'oneOf') wire['anyOf'] = listOf(value);
    else if (LISTS.has(name)) wire[name] = listOf(value);
    else if (MAPS.has(name)) wire[name] = mapOf(value);
    else if (name === 'items') wire[name] = constrained(value);
    else if (isSupported(name, value)) wire[name] = value;
    else told.push(`${name}: ${JSON.stringify(value)}`);
  }
  if (isObjectType(schema)) closeObject(schema, wire);
  if (told.length > 0) {
    const before = typeof schema['description'] === 'string' ? `${schema['description']}\n\n` : '';
    wire['description'] = `${before}{${told.join(', ')}}`;
  }
  return wire;
}

function isSupported(name: string, value: unknown): boolean {
  if (name === 'format') return typeof value === 'string' && FORMATS.has(value);
  if (name === 'minItems') return value === 0 || value === 1;
  return SUPPORTED.has(name);
}

function isObjectType(schema: JsonRecord): boolean {
  const type = schema['type'];
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || schema['properties'] !== undefined;
}

/** Objects are closed; one that says that it is open, or that lists nothing, cannot be meant to be. */
function closeObject(schema: JsonRecord, wire: Record<string, unknown>): void {
  const more = schema['additionalProperties'];
  if ((more !== undefined && more !== false) || (more === undefined && schema['properties'] === undefined)) {
    throw new OpenObjectError();
  }
  wire['additionalProperties'] = false;
}

function listOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map(constrained) : [];
}

function mapOf(value: unknown): JsonRecord {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, constrained(inner)]))
    : {};
}
