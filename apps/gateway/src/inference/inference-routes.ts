import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { answerError } from './endpoints/answer-json.js';
import type { Counted } from './endpoints/count-tokens.js';
import { inferenceError } from './inference-error.js';
import type { Called } from './pipeline/exchange.js';
import { anthropicMessages } from './surfaces/anthropic-messages.js';
import type { ClientFamily } from './surfaces/client-family.js';
import { openAiChat } from './surfaces/openai-chat.js';
import { openAiCompletions } from './surfaces/openai-completions.js';
import { openAiResponses } from './surfaces/openai-responses.js';
import {
  embeddings,
  imageEdits,
  imageGenerations,
  moderations,
  rerank,
  rerankOfCohere,
  speech,
  transcriptions,
  translations,
} from './surfaces/operations.js';
import type { Surface } from './surfaces/surface.js';

/** What answers what a client calls. */
export interface InferenceHandlers {
  infer(request: IncomingMessage, response: ServerResponse, called: Called): void;
  /** @param target the model, a colon, and what is to be done with it. */
  generate(request: IncomingMessage, response: ServerResponse, target: string): void;
  countTokens(counted: Counted, response: ServerResponse): void;
  listModels(request: IncomingMessage, response: ServerResponse): void;
  showModel(request: IncomingMessage, response: ServerResponse, model: string): void;
  showKey(request: IncomingMessage, response: ServerResponse): void;
  showRequest(request: IncomingMessage, response: ServerResponse, requestId: string): void;
  unknownRoute(request: IncomingMessage, response: ServerResponse): void;
  wrongMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void;
}

/** Cohere's clients read OpenAI's shape of errors. */
type Family = ClientFamily | 'cohere';

/** Where each surface is found. */
const SURFACES: readonly { readonly family: Family; readonly path: string; readonly surface: Surface }[] = [
  { family: 'openai', path: '/chat/completions', surface: openAiChat },
  { family: 'openai', path: '/responses', surface: openAiResponses },
  { family: 'openai', path: '/completions', surface: openAiCompletions },
  { family: 'openai', path: '/embeddings', surface: embeddings },
  { family: 'openai', path: '/rerank', surface: rerank },
  { family: 'openai', path: '/moderations', surface: moderations },
  { family: 'openai', path: '/images/generations', surface: imageGenerations },
  { family: 'openai', path: '/images/edits', surface: imageEdits },
  { family: 'openai', path: '/audio/speech', surface: speech },
  { family: 'openai', path: '/audio/transcriptions', surface: transcriptions },
  { family: 'openai', path: '/audio/translations', surface: translations },
  { family: 'anthropic', path: '/messages', surface: anthropicMessages },
  { family: 'cohere', path: '/rerank', surface: rerankOfCohere },
];

/** The longer ones are for clients that are given only a host to change, and those of other gateways. */
const PREFIXES: readonly Prefix[] = [
  // Google's SDK asks for version 1 unless it is told otherwise
  { prefix: '/v1', families: ['openai', 'anthropic', 'google'] },
  { prefix: '/openai/v1', families: ['openai'] },
  { prefix: '/anthropic/v1', families: ['anthropic'] },
  { prefix: '/v2', families: ['cohere'] },
  { prefix: '/v1beta', families: ['google'] },
  { prefix: '/google/v1', families: ['google'] },
  { prefix: '/google/v1beta', families: ['google'] },
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
  const route = (path: string, handle: Partial<Record<Method, RawHandler>>): void => {
    const url = prefix + path;
    const methods = METHODS.filter((method) => handle[method] !== undefined);
    for (const method of METHODS) {
      scope.route({
        method,
        url,
        handler: (request, reply) => {
          reply.hijack();
          const handler = handle[method];
          if (handler === undefined) handlers.wrongMethod(request.raw, reply.raw, methods.join(', '));
          else handler(request.raw, reply.raw, parameterOf(request.params));
        },
      });
    }
  };
  for (const { family, path, surface } of SURFACES) {
    if (!families.includes(family)) continue;
    route(path, { POST: (request, response) => handlers.infer(request, response, { surface, address: null }) });
  }
  if (families.includes('anthropic')) {
    const counted = { surface: anthropicMessages, address: null };
    route('/messages/count_tokens', {
      POST: (request, response) => handlers.countTokens({ request, ...counted }, response),
    });
  }
  route('/models', { GET: (request, response) => handlers.listModels(request, response) });
  // a model's name may contain slashes
  route('/models/*', {
    GET: (request, response, model) => handlers.showModel(request, response, model),
    ...(families.includes('google') && {
      POST: (request, response, target) => handlers.generate(request, response, target),
    }),
  });
  route('/key', { GET: (request, response) => handlers.showKey(request, response) });
  route('/requests/:parameter', { GET: (request, response, id) => handlers.showRequest(request, response, id) });
  scope.all(`${prefix}/*`, (request, reply) => {
    reply.hijack();
    handlers.unknownRoute(request.raw, reply.raw);
  });
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];
type RawHandler = (request: IncomingMessage, response: ServerResponse, parameter: string) => void;

function parameterOf(params: unknown): string {
  if (typeof params !== 'object' || params === null) return '';
  if ('parameter' in params) return String(params.parameter);
  return '*' in params ? String(params['*']) : '';
}
