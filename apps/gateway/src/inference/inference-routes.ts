import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { answerError } from './endpoints/answer-json.js';
import { inferenceError } from './inference-error.js';

/** What a client can call, by method and path below each prefix. */
export interface InferenceHandlers {
  chatCompletions(request: IncomingMessage, response: ServerResponse): void;
  listModels(request: IncomingMessage, response: ServerResponse): void;
  showModel(request: IncomingMessage, response: ServerResponse, model: string): void;
  showKey(request: IncomingMessage, response: ServerResponse): void;
  showRequest(request: IncomingMessage, response: ServerResponse, requestId: string): void;
  unknownRoute(request: IncomingMessage, response: ServerResponse): void;
  wrongMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void;
}

/** The second one is for clients of other gateways, which then change only the host. */
const PREFIXES = ['/v1', '/openai/v1'];

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
    for (const prefix of PREFIXES) registerBelow(scope, prefix, handlers);
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

function registerBelow(scope: FastifyInstance, prefix: string, handlers: InferenceHandlers): void {
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
  route('POST', '/chat/completions', (request, response) => handlers.chatCompletions(request, response));
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
