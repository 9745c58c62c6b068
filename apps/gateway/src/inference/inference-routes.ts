import type { IncomingMessage, ServerResponse } from 'node:http';

import type { DialectId } from '@tollgate/providers';
import type { FastifyInstance } from 'fastify';

import { answerError } from './endpoints/answer-json.js';
import { inferenceError } from './inference-error.js';

/** What a client can call, by method and path below each prefix. */
export interface InferenceHandlers {
  chatCompletions(request: IncomingMessage, response: ServerResponse): void;
  messages(request: IncomingMessage, response: ServerResponse): void;
  countTokens(request: IncomingMessage, response: ServerResponse): void;
  listModels(request: IncomingMessage, response: ServerResponse): void;
  showModel(request: IncomingMessage, response: ServerResponse, model: string): void;
  showKey(request: IncomingMessage, response: ServerResponse): void;
  showRequest(request: IncomingMessage, response: ServerResponse, requestId: string): void;
  unknownRoute(request: IncomingMessage, response: ServerResponse): void;
  wrongMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void;
}

/** The longer ones are for clients that are given only a host to change, and those of other gateways. */
const PREFIXES = [
  { prefix: '/v1', dialects: ['openai-chat', 'anthropic-messages'] },
  { prefix: '/openai/v1', dialects: ['openai-chat'] },
  { prefix: '/anthropic/v1', dialects: ['anthropic-messages'] },
] as const satisfies readonly Prefix[];

interface Prefix {
  readonly prefix: string;
  readonly dialects: readonly DialectId[];
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

function registerBelow(scope: FastifyInstance, { prefix, dialects }: Prefix, handlers: InferenceHandlers): void {
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
  if (dialects.includes('openai-chat')) {
    route('POST', '/chat/completions', (request, response) => handlers.chatCompletions(request, response));
  }
  if (dialects.includes('anthropic-messages')) {
    route('POST', '/messages', (request, response) => handlers.messages(request, response));
    route('POST', '/messages/count_tokens', (request, response) => handlers.countTokens(request, response));
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
