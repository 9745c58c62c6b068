import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Method, OperationId } from '@tollgate/wire';

import type { Call } from './admin-api.js';
import type { OperatorWorld, OrganizationWorld } from './admin-world.js';
import { sampleCalls } from './sample-calls.js';

const DOCUMENT = path.resolve(import.meta.dirname, '../../../../docs/openapi.json');

/** An operation as the published document tells of it: what is in there is what gets attacked. */
export interface DocumentedOperation {
  readonly id: OperationId;
  readonly method: Method;
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  readonly operatorOnly: boolean;
  readonly permission: string | null;
  /** Nobody has to show who they are. */
  readonly isOpen: boolean;
  readonly queryParameters: readonly string[];
  /** Of the body's top level; empty when it takes none. */
  readonly bodyProperties: readonly string[];
  readonly takesBody: boolean;
}

interface SchemaObject {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: SchemaObject }>> };
  readonly 'x-permission'?: string;
  readonly 'x-operator-only'?: boolean;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaObject>> };
}

export function documentedOperations(): DocumentedOperation[] {
  const document = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as OpenApiDocument;
  return Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) => describe(document, { route, method, operation })),
  );
}

interface Found {
  readonly route: string;
  readonly method: string;
  readonly operation: OperationObject;
}

function describe(document: OpenApiDocument, { route, method, operation }: Found): DocumentedOperation {
  const body = operation.requestBody?.content['application/json']?.schema;
  const schema = body?.$ref === undefined ? body : document.components.schemas[body.$ref.split('/').at(-1) ?? ''];
  return {
    id: operation.operationId as OperationId,
    method: method.toUpperCase() as Method,
    path: route,
    operatorOnly: operation['x-operator-only'] === true,
    permission: operation['x-permission'] ?? null,
    isOpen: operation.security?.length === 0,
    queryParameters: (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name),
    bodyProperties: Object.keys(schema?.properties ?? {}),
    takesBody: operation.requestBody !== undefined,
  };
}

/** @throws when nobody has said yet how the operation is called. */
export function callOf(
  { id, path: route }: DocumentedOperation,
  world: OrganizationWorld,
  operator: OperatorWorld,
): Call {
  const call = (sampleCalls(world, operator) as Partial<Record<string, Call>>)[id];
  const missing = [...route.matchAll(/\{(\w+)\}/g)].filter(([, name = '']) => call?.params?.[name] === undefined);
  if (call !== undefined && missing.length === 0) return call;
  throw new Error(
    `docs/openapi.json has the operation ${id} (${route}), but its tests do not know how to call it: add a call with ` +
      'all of its parameters to sampleCalls in apps/gateway/test/admin/sample-calls.ts, and what it addresses to ' +
      'OrganizationWorld in admin-world.ts, so that each organization has one.',
  );
}
