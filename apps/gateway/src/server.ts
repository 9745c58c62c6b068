import 'reflect-metadata';

import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TollgateConfig } from '@tollgate/config';
import type { Logger } from '@tollgate/telemetry';
import { createServer, type RequestListener, type Server } from 'node:http';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AdminModule } from './admin/admin.module.js';
import { answerAdminFrameworkError } from './admin/http/framework-error.js';
import { answerClientError } from './client-error.js';
import { ConsoleModule } from './console/console.module.js';
import { GatewayStartError } from './gateway-error.js';
import { HealthModule } from './health/health.module.js';
import { answerError } from './inference/endpoints/answer-json.js';
import type { Called } from './inference/pipeline/exchange.js';
import { anthropicMessages } from './inference/surfaces/anthropic-messages.js';
import { openAiChat } from './inference/surfaces/openai-chat.js';
import { inferenceError } from './inference/inference-error.js';
import { InferenceModule } from './inference/inference.module.js';
import type { Inference } from './inference/inference.js';
import { type Platform, PlatformModule } from './platform/platform.module.js';
import { SilentConnections } from './silent-connections.js';

const KEEP_ALIVE_MS = 65_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CONNECTIONS_CHECK_MS = 2_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_ADMIN_BODY_BYTES = 4 * 1024 * 1024;
const IDLE_SWEEP_MS = 50;
/** Whoever connected just before the end has so long to begin a request. */
const SILENCE_MS = 500;
const BACKLOG = 4_096;

export interface ServerParts {
  readonly config: TollgateConfig;
  readonly logger: Logger;
  readonly inference: Inference;
  readonly platform: Platform;
}

export interface RunningServer {
  readonly port: number;
  /** Takes no new connections, waits for running requests as long as the configuration allows, then cuts them. */
  stop(): Promise<void>;
}

@Module({})
class GatewayModule {
  static of({ config, inference, platform }: ServerParts): DynamicModule {
    const roles = config.gatewayRoles;
    return {
      module: GatewayModule,
      imports: [
        PlatformModule.of(platform),
        HealthModule,
        ...(roles === 'admin' ? [] : [InferenceModule.of(inference.endpoints)]),
        ...(roles === 'inference' ? [] : [AdminModule, ConsoleModule]),
      ],
    };
  }
}

/** @throws GatewayStartError when the port cannot be listened on. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, logger, inference } = parts;
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: MAX_ADMIN_BODY_BYTES,
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerFrameworkError(error, { request, reply, log: logger }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    serverFactory: (handler: RequestListener) =>
      createHttpServer({
        handler,
        inference: config.gatewayRoles === 'admin' ? null : inference,
        bodyTimeoutMs: config.bodyTimeoutMs,
      }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.of(parts), adapter, {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  const fastify = adapter.getInstance<FastifyInstance>();
  await fastify.ready();
  const silent = new SilentConnections(fastify.server);
  await listen(fastify, config);
  const address = fastify.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  logger.info({ port }, 'the gateway listens');
  return {
    port,
    stop: () => stopServer(app, { server: fastify.server, silent, patienceMs: config.shutdownTimeoutMs }),
  };
}

/** What there are thousands of a second of, by its path. */
const BUSIEST: ReadonlyMap<string, Called> = new Map([
  ['/v1/chat/completions', { surface: openAiChat, address: null }],
  ['/v1/messages', { surface: anthropicMessages, address: null }],
]);

interface HttpServerParts {
  readonly handler: RequestListener;
  /** Null: this gateway serves the management API only. */
  readonly inference: Inference | null;
  readonly bodyTimeoutMs: number;
}

/**
 * The requests that there are thousands of a second go straight to their pipeline; everything else, the same paths
 * with a query or below another prefix included, takes Fastify's way. Measured: a tenth of the CPU of a small request.
 */
function createHttpServer({ handler, inference, bodyTimeoutMs }: HttpServerParts): Server {
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, bodyTimeoutMs),
    requestTimeout: bodyTimeoutMs, // until the request is there; the answer may take minutes
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
  });
  server.on('request', (request, response) => {
    const called = request.method === 'POST' ? BUSIEST.get(request.url ?? '') : undefined;
    if (inference === null || called === undefined) handler(request, response);
    else inference.endpoints.infer(request, response, called);
  });
  // what a client expects of us beyond `100-continue` is no reason to answer nothing but a bare 417
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', answerClientError);
  return server;
}

/** URLs that cannot be decoded never reach a route. */
function answerFrameworkError(error: Error, parts: Parameters<typeof answerAdminFrameworkError>[1]): void {
  if (answerAdminFrameworkError(error, parts)) return;
  parts.reply.hijack();
  answerError(parts.reply.raw, inferenceError('caller_invalid_request', { message: 'The URL cannot be decoded.' }));
}

async function listen(fastify: FastifyInstance, { host, port }: TollgateConfig): Promise<void> {
  try {
    await fastify.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const reason = code === 'EADDRINUSE' ? 'it is in use by another program (set PORT to another one)' : code;
    throw new GatewayStartError(`port ${port} on ${host} cannot be listened on: ${reason}`);
  }
}

interface Connections {
  readonly server: Server;
  readonly silent: SilentConnections;
  readonly patienceMs: number;
}

async function stopServer(app: NestFastifyApplication, { server, silent, patienceMs }: Connections): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), patienceMs);
  // a connection becomes idle when its request has ended, which may be long after the first look
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const silence = setTimeout(() => silent.close(), SILENCE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
    clearTimeout(silence);
    clearInterval(sweep);
  }
}
