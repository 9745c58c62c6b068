import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { buildOpenApiDocument } from './openapi.js';
import type { Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { PERMISSIONS } from './permissions.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: object;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: object }> }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

// the generator's own types are wider than what these tests look at
const document = JSON.parse(JSON.stringify(buildOpenApiDocument())) as OpenApi;
const operations: readonly Operation[] = Object.values(OPERATIONS);

test('the committed document is what the table describes', async () => {
  const committed = await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(document);
});

test('every operation is documented, and nothing else', () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual(operations.map(({ id, method, path }) => `${id} ${method} ${path}`).sort());
});

test('every schema can be compiled, and every reference resolves', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components: document.components });
  for (const name of Object.keys(document.components.schemas)) {
    expect(ajv.compile({ $ref: `openapi#/components/schemas/${name}` })).toBeDefined();
  }
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty([name]);
});

test('patterns are patterns of JSON Schema', () => {
  for (const [, pattern = ''] of JSON.stringify(document).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)) {
    const source = JSON.parse(`"${pattern}"`) as string;
    expect(() => new RegExp(source, 'u')).not.toThrow();
    expect(source).not.toMatch(/\/[a-z]*$/);
  }
});

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  test('is named, addressed and described in full', () => {
    const documented = document.paths[operation.path]?.[operation.method.toLowerCase()];
    expect(OPERATIONS).toHaveProperty(id);
    expect(documented?.operationId).toBe(id);
    const inPath = documented?.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name) ?? [];
    expect(inPath).toEqual([...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(documented?.requestBody !== undefined).toBe(operation.body !== null);
    expect(documented?.responses).toHaveProperty([String(operation.status)]);
    expect(Object.keys(documented?.responses ?? {})).toEqual(expect.arrayContaining(['400', '403', '404']));
    expect(documented?.responses['401'] === undefined).toBe(operation.open);
    expect(documented?.security).toHaveLength(operation.open ? 0 : operation.personal ? 1 : 2);
    if (operation.permission === null) return;
    expect(Object.keys(PERMISSIONS)).toContain(operation.permission);
    const right = /\.(\w+)$/u.exec(operation.permission)?.[1];
    // a POST that creates nothing asks what does not fit into a query, or decides on what is there
    const asksOrDecides = operation.method === 'POST' && operation.status === 200;
    expect(operation.method === 'GET' ? ['read'] : ['write', 'approve', ...(asksOrDecides ? ['read'] : [])]).toContain(
      right,
    );
  });
});

test('every object that is taken refuses fields it does not know', () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (/(Draft|Change)$/.test(name)) expect(schema).toMatchObject({ additionalProperties: false });
  }
});
