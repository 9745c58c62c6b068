import 'reflect-metadata';
import { Global, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TollgateConfig } from '@tollgate/config';
import { Database } from '@tollgate/database';
import { issueSecret, MANAGEMENT_TOKEN_PREFIX, newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import { API_PREFIX, OPERATIONS, problem, type Operation, type OperationId, type Problem } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { AdminModule } from '../../src/admin/admin.module.js';
import { answerAdminFrameworkError } from '../../src/admin/http/framework-error.js';
import { Issuers } from '../../src/identity/sso/issuers.js';
import type { RunningProduct } from '../running-product.js';
import { RoutingView } from '../../src/platform/routing-view.js';
import { APP_CONFIG, LOGGER, MASTER_KEY } from '../../src/platform/tokens.js';
import { ToldRouting } from './told-routing.js';

export interface Call {
  readonly token?: string;
  /** Headers that say who asks, instead of a token. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ifMatch?: number | string;
  readonly idempotencyKey?: string;
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, and found to be what the operation promises. */
  readonly body: T;
}

type AnswerOf<Id extends OperationId> = (typeof OPERATIONS)[Id]['response'] extends infer R
  ? R extends { _zod: { output: infer T } }
    ? T
    : undefined
  : never;

/** Calls the management API over HTTP. */
interface AdminClient {
  /** Every body that was answered. */
  readonly answers: string[];
  /** Sends a request as it is. */
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
  /** Performs an operation; fails unless the answer is what its schema says, or a problem document. */
  call<Id extends OperationId>(id: Id, call?: Call): Promise<Answer>;
  /** Like `call`, for operations that must succeed. */
  ok: <Id extends OperationId>(this: void, id: Id, call?: Call) => Promise<AnswerOf<Id>>;
  /** Like `call`, for operations that must be refused. */
  refused<Id extends OperationId>(id: Id, status: number, call?: Call): Promise<Problem>;
}

/** What the worlds of tests are made through. */
export interface WorldApi extends Pick<AdminClient, 'ok'> {
  readonly database: Database;
  issueToken(organizationId: string | null, options?: TokenOptions): Promise<string>;
}

/** The management API on a real Postgres, over real HTTP. */
export interface AdminApi extends AdminClient, WorldApi {
  readonly url: string;
  readonly masterKey: Buffer;
  /** A token of the operator for everything. */
  readonly operatorToken: string;
  /** Routes as Fastify knows them: `GET /api/v1/…`. */
  readonly routes: readonly string[];
  /** Everything that was logged. */
  readonly log: string[];
  /** What the process knows of routing. */
  readonly routing: ToldRouting | null;
  /** What Nest has made of a class. */
  part<T>(type: Type<T>): T;
  close(): Promise<void>;
}

interface TokenOptions {
  readonly scopes?: readonly string[];
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
}

/** @param reach turns the database's URL into the one that the API is given. */
export async function startAdminApi(
  reach = (url: string): string => url,
  mail: TollgateConfig['mail'] = null,
  routing: ToldRouting | null = new ToldRouting(),
): Promise<AdminApi> {
  const testDatabase = await createTestDatabase();
  const database = Database.connect(reach(testDatabase.url), { onConnectionLost: () => undefined });
  const masterKey = randomBytes(32);
  const log: string[] = [];
  const routes: string[] = [];
  const app = await startApp({ database, masterKey, log, routes, mail, routing });
  const url = await app.getUrl().then((text) => text.replace('[::1]', '127.0.0.1'));
  const operatorToken = await insertToken(database, null, {});
  return {
    ...adminClient(url, operatorToken),
    database,
    url,
    masterKey,
    operatorToken,
    routes,
    log,
    routing,
    part: (type) => app.get(type, { strict: false }),
    issueToken: (organizationId, options = {}) => insertToken(database, organizationId, options),
    close: async () => {
      await app.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** The same over the API of a running product. The database is the caller's to close. */
export async function worldApiOf(product: RunningProduct): Promise<WorldApi> {
  const database = Database.connect(await product.databaseUrl(), { onConnectionLost: () => undefined });
  const { ok } = adminClient(product.origin, product.managementToken);
  return {
    database,
    ok,
    issueToken: (organizationId, options = {}) => insertToken(database, organizationId, options),
  };
}

function adminClient(url: string, operatorToken: string): AdminClient {
  const answers: string[] = [];
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(url + path, { method, ...init });
    const text = await response.text();
    answers.push(text);
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  const call = async (id: OperationId, options: Call = {}): Promise<Answer> => {
    const operation: Operation = OPERATIONS[id];
    const answer = await send(operation.method, pathOf(operation, options), requestOf(options, operatorToken));
    requireSchema(operation, answer);
    return answer;
  };
  return {
    answers,
    send,
    call,
    ok: async (id, options) => {
      const answer = await call(id, options);
      if (answer.status >= 400) throw new Error(`${id} was refused: ${answer.text.slice(0, 600)}`);
      return answer.body as never;
    },
    refused: async (id, status, options) => {
      const answer = await call(id, options);
      if (answer.status !== status) {
        throw new Error(`${id}: ${answer.status} instead of ${status}: ${answer.text.slice(0, 600)}`);
      }
      return answer.body as Problem;
    },
  };
}

interface AppParts {
  readonly database: Database;
  readonly masterKey: Buffer;
  readonly log: string[];
  readonly routes: string[];
  /** Null: mails are written to the log. */
  readonly mail: TollgateConfig['mail'];
  readonly routing: ToldRouting | null;
}

async function startApp({
  database,
  masterKey,
  log,
  routes,
  mail,
  routing,
}: AppParts): Promise<NestFastifyApplication> {
  const write = (fields: object, message: string): void => {
    log.push(JSON.stringify({ ...fields, error: 'err' in fields ? String(fields.err) : '', message }));
  };
  @Global()
  @Module({
    providers: [
      { provide: Database, useValue: database },
      { provide: APP_CONFIG, useValue: { bodyTimeoutMs: 500, publicUrl: null, port: 0, mail } },
      { provide: LOGGER, useValue: { error: write, warn: write, info: write } },
      { provide: MASTER_KEY, useValue: masterKey },
      { provide: RoutingView, useValue: routing ?? undefined },
    ],
    exports: [Database, APP_CONFIG, LOGGER, MASTER_KEY, RoutingView],
  })
  class TestPlatformModule {}

  @Module({ imports: [TestPlatformModule, AdminModule] })
  class TestAppModule {}

  const adapter = new FastifyAdapter({
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      if (answerAdminFrameworkError(error, { request, reply, log: { error: write, warn: write } })) return;
      void reply.status(400).send();
    },
  });
  adapter.getInstance().addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push(`${method} ${route.url}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(TestAppModule, adapter, { logger: false });
  answerForIssuer(app.get(Issuers, { strict: false }));
  await app.listen(0, '127.0.0.1');
  return app;
}

/** A public issuer that no test can reach, and any organization may name. */
const PUBLIC_ISSUER = 'https://idp.example.com';

function answerForIssuer(issuers: Issuers): void {
  const discover = issuers.discover.bind(issuers);
  issuers.discover = async (client) => {
    if (client.issuer !== PUBLIC_ISSUER) return discover(client);
    const { Configuration } = await import('openid-client');
    const endpoints = { authorization_endpoint: `${PUBLIC_ISSUER}/auth`, token_endpoint: `${PUBLIC_ISSUER}/token` };
    return new Configuration({ issuer: 'https://idp.example.com', ...endpoints }, client.clientId);
  };
}

async function insertToken(database: Database, organizationId: string | null, options: TokenOptions): Promise<string> {
  const { secret, hash, displayPrefix } = issueSecret(MANAGEMENT_TOKEN_PREFIX);
  await database.prisma.managementToken.create({
    data: {
      id: newId('managementToken'),
      organizationId,
      name: 'Test',
      hash,
      displayPrefix,
      scopes: [...(options.scopes ?? ['*'])],
      expiresAt: options.expiresAt ?? null,
      revokedAt: options.revokedAt ?? null,
    },
  });
  return secret;
}

function pathOf(operation: Operation, { params = {}, query = {} }: Call): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return `${API_PREFIX}${path}${search === '' ? '' : `?${search}`}`;
}

function requestOf(call: Call, operatorToken: string): RequestInit {
  const { token, credentials, body, ifMatch, idempotencyKey } = call;
  const headers: Record<string, string> = { ...(credentials ?? { authorization: `Bearer ${token ?? operatorToken}` }) };
  if (ifMatch !== undefined) headers['if-match'] = typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch;
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (body === undefined) return { headers };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** No answer leaves that the document does not describe. */
function requireSchema(operation: Operation, answer: Answer): void {
  if (answer.status >= 500) throw new Error(`${operation.id} failed: ${answer.text}`);
  if (answer.status >= 400) {
    const type = answer.headers.get('content-type');
    if (type?.startsWith('application/problem+json') !== true) throw new Error(`${operation.id} answered ${type}`);
    problem.parse(answer.body);
    return;
  }
  if (answer.status !== operation.status) throw new Error(`${operation.id} answered ${answer.status}`);
  if (operation.files !== null) {
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    if (operation.files[type] === undefined) throw new Error(`${operation.id} answered ${type}`);
    return;
  }
  if (operation.response === null) {
    if (answer.text !== '') throw new Error(`${operation.id} answered a body`);
    return;
  }
  operation.response.parse(answer.body);
}
