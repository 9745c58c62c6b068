import { isRecord, type JsonRecord } from '../../json.js';

/** Numbers that Google's JSON writes as text, since they are 64 bits wide. */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const SCHEMAS = new Set(['items', 'additionalProperties']);
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const NAMES: Readonly<Record<string, string>> = {
  any_of: 'anyOf',
  min_items: 'minItems',
  max_items: 'maxItems',
  min_length: 'minLength',
  max_length: 'maxLength',
  min_properties: 'minProperties',
  max_properties: 'maxProperties',
};

/**
 * Google's schemas, a part of OpenAPI 3.0 with types in capitals (ai.google.dev/api/caching#Schema), as JSON schema. What is
 * a JSON schema already stays as it is.
 */
export function jsonSchemaOf(schema: JsonRecord): JsonRecord {
  const wire: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(schema)) {
    const name = NAMES[given] ?? given;
    if (name === 'nullable' || name === 'propertyOrdering' || name === 'property_ordering') continue;
    if (name === 'example') wire['examples'] = [value];
    else if (name === 'type') wire['type'] = typeOf(value);
    else if (COUNTS.has(name) && typeof value === 'string' && value !== '') wire[name] = Number(value);
    else if (name === 'properties' && isRecord(value)) wire[name] = mapped(value);
    else if (SCHEMAS.has(name) && isRecord(value)) wire[name] = jsonSchemaOf(value);
    else if (LISTS.has(name) && Array.isArray(value)) wire[name] = value.map(inner);
    else if (name !== 'format' || value !== 'enum') wire[name] = value;
  }
  return schema['nullable'] === true ? orNull(wire) : wire;
}

const inner = (value: unknown): unknown => (isRecord(value) ? jsonSchemaOf(value) : value);

function mapped(properties: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, inner(value)]));
}

function typeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typeOf);
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function orNull(schema: Record<string, unknown>): JsonRecord {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const nullable: Record<string, unknown> = { ...schema, type: [type, 'null'] };
  if (Array.isArray(values)) nullable['enum'] = [...(values as readonly unknown[]), null];
  return nullable;
}
