import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { answerError } from './endpoints/answer-json.js';
import type { Counted } from './endpoints/count-tokens.js';
import { inferenceError } from './inference-error.js';
import type { Called } from './pipeline/exchange.js';
import { anthropicMessages } from './surfaces/anthropic-messages.js';
import { openAiChat } from './surfaces/openai-chat.js';
import type { Surface } from './surfaces/surface.js';

/** What answers what a client calls. */
export interface InferenceHandlers {
  infer(request: IncomingMessage, response: ServerResponse, called: Called): void;
  countTokens(counted: Counted, response: ServerResponse): void;
  listModels(request: IncomingMessage, response: ServerResponse): void;
  showModel(request: IncomingMessage, response: ServerResponse, model: string): void;
  showKey(request: IncomingMessage, response: ServerResponse): void;
  showRequest(request: IncomingMessage, response: ServerResponse, requestId: string): void;
  unknownRoute(request: IncomingMessage, response: ServerResponse): void;
  wrongMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void;
}

type Family = 'openai' | 'anthropic';

/** Where each surface is found. */
const SURFACES: readonly { readonly family: Family; readonly path: string; readonly surface: Surface }[] = [
  { family: 'openai', path: '/chat/completions', surface: openAiChat },
  { family: 'anthropic', path: '/messages', surface: anthropicMessages },
];

/** The longer ones are for clients that are given only a host to change, and those of other gateways. */
const PREFIXES: readonly Prefix[] = [
  { prefix: '/v1', families: ['openai', 'anthropic'] },
  { prefix: '/openai/v1', families: ['openai'] },
  { prefix: '/anthropic/v1', families: ['anthropic'] },
];

interface Prefix {
  readonly prefix: string;
  readonly families: readonly Family[];
}

/**
 * Raw Fastify routes: Nest's guards, pipes and interceptors would cost a quarter of the process. Bodies are not parsed
 * here; the pipeline reads them itself, after it knows who is asking.
 */
export function registerInferenceRoutes(fastify: FastifyInstance, handlers: InferenceHandlers): void {
  void fastify.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    // a content type that is none is refused before any parser is asked, and before any handler runs
    scope.setErrorHandler((_error, _request, reply) => {
      reply.hijack();
      answerError(reply.raw, inferenceError('caller_unsupported_media_type'), { connection: 'close' });
    });
    for (const below of PREFIXES) registerBelow(scope, below, handlers);
    // whoever forgot the prefix is told so in the shape that their SDK reads
    for (const url of ['/', '/*']) {
      scope.all(url, (request, reply) => {
        reply.hijack();
        handlers.unknownRoute(request.raw, reply.raw);
      });
    }
    registered();
  });
}

function registerBelow(scope: FastifyInstance, { prefix, families }: Prefix, handlers: InferenceHandlers): void {
  const route = (method: 'GET' | 'POST', path: string, handle: RawHandler): void => {
    scope.route({
      method,
      url: prefix + path,
      handler: (request, reply) => {
        reply.hijack();
        handle(request.raw, reply.raw, parameterOf(request.params));
      },
    });
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((other) => other !== method);
    scope.route({
      method: others,
      url: prefix + path,
      handler: (request, reply) => {
        reply.hijack();
        handlers.wrongMethod(request.raw, reply.raw, method);
      },
    });
  };
  for (const { family, path, surface } of SURFACES) {
    if (!families.includes(family)) continue;
    route('POST', path, (request, response) => handlers.infer(request, response, { surface, address: null }));
  }
  if (families.includes('anthropic')) {
    route('POST', '/messages/count_tokens', (request, response) =>
      handlers.countTokens({ request, surface: anthropicMessages, address: null }, response),
    );
  }
  route('GET', '/models', (request, response) => handlers.listModels(request, response));
  // a model's name may contain slashes
  route('GET', '/models/*', (request, response, model) => handlers.showModel(request, response, model));
  route('GET', '/key', (request, response) => handlers.showKey(request, response));
  route('GET', '/requests/:parameter', (request, response, id) => handlers.showRequest(request, response, id));
  scope.all(`${prefix}/*`, (request, reply) => {
    reply.hijack();
    handlers.unknownRoute(request.raw, reply.raw);
  });
}

type RawHandler = (request: IncomingMessage, response: ServerResponse, parameter: string) => void;

function parameterOf(params: unknown): string {
  if (typeof params !== 'object' || params === null) return '';
  if ('parameter' in params) return String(params.parameter);
  return '*' in params ? String(params['*']) : '';
}
