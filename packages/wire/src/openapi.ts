import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { id } from './fields.js';
import { API_PREFIX, OPERATIONS, ORGANIZATION_HEADER } from './operations.js';
import { MAX_IDEMPOTENCY_KEY_LENGTH, takesEmptyBody, type Operation } from './operation.js';
import { problem, PROBLEMS } from './problems.js';

type Responses = RouteConfig['responses'];

/** The OpenAPI 3.1 document of the management API, read from {@link OPERATIONS}. */
export function buildOpenApiDocument() {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'managementToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'A management token (`tgm_…`). API keys for inference (`tg_…`) do not open this API.',
  });
  registry.registerComponent('securitySchemes', 'consoleSession', {
    type: 'apiKey',
    in: 'cookie',
    name: 'console.session_token',
    description:
      'The session of a console user; over https the name begins with `__Secure-`. Requests that change something have ' +
      'to come from a page of the console: their Origin is checked.',
  });
  const operations: readonly Operation[] = Object.values(OPERATIONS);
  for (const operation of operations) registry.registerPath(pathOf(operation));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tollgate management API',
      version: '1.0.0',
      description:
        'Times are RFC 3339 in UTC, money is a decimal string with its currency, lists are paged by cursors. ' +
        'Errors are RFC 9457 problem documents that name every fault at once.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API_PREFIX }],
    tags: [...new Set(operations.map((operation) => operation.tag))].map((name) => ({ name })),
  });
}

function pathOf(operation: Operation): RouteConfig {
  return {
    method: operation.method.toLowerCase() as Lowercase<Operation['method']>,
    path: operation.path,
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    security: securityOf(operation),
    ...(operation.permission === null ? {} : { 'x-permission': operation.permission }),
    ...(operation.ownPermission === null ? {} : { 'x-own-permission': operation.ownPermission }),
    'x-operator-only': operation.operatorOnly,
    'x-personal': operation.personal,
    request: requestOf(operation),
    responses: responsesOf(operation),
  };
}

function securityOf({ open, personal }: Operation): NonNullable<RouteConfig['security']> {
  if (open) return [];
  return personal ? [{ consoleSession: [] }] : [{ managementToken: [] }, { consoleSession: [] }];
}

function requestOf(operation: Operation): NonNullable<RouteConfig['request']> {
  const ifMatch = z.string().meta({ description: 'The ETag of the version that is changed.', example: '"3"' });
  const idempotencyKey = z.string().min(1).max(MAX_IDEMPOTENCY_KEY_LENGTH).meta({
    description: 'Names this act: sent again with the same body, it is answered again and nothing happens twice.',
    example: 'bank-transfer-4711',
  });
  const organization = id('organization')
    .optional()
    .meta({
      description:
        'Of console users with several memberships: the organization that the request is about. Without it, it is the one ' +
        'that the path or the query names, or the one that they joined first. Management tokens and operators send none.',
    });
  return {
    params: objectOf(operation.params),
    query: objectOf(operation.query),
    headers: z.strictObject({
      ...(operation.open ? {} : { [ORGANIZATION_HEADER]: organization }),
      ...(operation.conditional ? { 'If-Match': ifMatch } : {}),
      ...(operation.idempotent ? { 'Idempotency-Key': idempotencyKey } : {}),
    }),
    ...(operation.body === null
      ? {}
      : {
          body: {
            required: !takesEmptyBody(operation.body),
            content: { 'application/json': { schema: operation.body } },
          },
        }),
  };
}

function objectOf(schema: z.ZodType): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema;
  throw new TypeError('parameters of an operation must be an object');
}

function responsesOf(operation: Operation): Responses {
  const responses: Responses = {
    [operation.status]: {
      description: operation.summary,
      ...(operation.versioned
        ? { headers: { ETag: { schema: { type: 'string' }, description: 'The version, in quotes.' } } }
        : {}),
      ...contentOf(operation),
    },
  };
  for (const status of problemStatuses(operation)) {
    responses[status] = {
      description: describeStatus(status),
      content: { 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

function contentOf({ response, files }: Operation): { content?: Record<string, { schema: z.ZodType }> } {
  if (response !== null) return { content: { 'application/json': { schema: response } } };
  if (files === null) return {};
  return { content: Object.fromEntries(Object.entries(files).map(([type, schema]) => [type, { schema }])) };
}

function problemStatuses(operation: Operation): readonly number[] {
  const writes = operation.method !== 'GET';
  return [
    400,
    ...(operation.open ? [] : [401]),
    403,
    404,
    ...(writes ? [409] : []),
    ...(operation.open ? [410] : []),
    ...(operation.conditional ? [412] : []),
    ...(writes ? [413, 415] : []),
    ...(operation.idempotent ? [422] : []),
    ...(operation.conditional ? [428] : []),
    ...(operation.open && writes ? [429] : []),
    500,
    503,
  ];
}

function describeStatus(status: number): string {
  return Object.values(PROBLEMS)
    .filter((entry) => entry.status === status)
    .map((entry) => entry.title)
    .join(' ');
}
