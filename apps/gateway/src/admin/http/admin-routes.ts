import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { TollgateConfig } from '@tollgate/config';
import { API_PREFIX, OPERATIONS, type Operation } from '@tollgate/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { APP_CONFIG, LOGGER } from '../../platform/tokens.js';
import { isAdminPath } from './admin-path.js';
import { setBodyDeadline } from './body-deadline.js';
import { nameAnswer } from './name-answer.js';
import { answerProblem, type ProblemLog } from './problem-answer.js';
import { ProblemError } from './problem-error.js';

/** Publications of price lists are the largest bodies. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * What Nest cannot bind to controllers: bodies that cannot be read and routes that do not exist are found by Fastify
 * before any controller. It is set on the routes below the API's prefix only, as they are registered.
 */
@Injectable()
export class AdminRoutes {
  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(APP_CONFIG) { bodyTimeoutMs }: Pick<TollgateConfig, 'bodyTimeoutMs'>,
    @Inject(LOGGER) log: ProblemLog,
  ) {
    const fastify = adapterHost.httpAdapter.getInstance<FastifyInstance>();
    const onError: ErrorHandler = (error, _request, reply) => {
      void answerProblem(error, reply, log);
    };
    fastify.addHook('onRoute', (route) => {
      if (isAdminPath(route.url)) prepare(route, { onError, bodyTimeoutMs });
    });
    for (const path of [API_PREFIX, `${API_PREFIX}/*`]) fastify.all(path, { handler: refuseUnknownRoute });
  }
}

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

interface Rules {
  readonly onError: ErrorHandler;
  readonly bodyTimeoutMs: number;
}

function prepare(route: RouteOptions, { onError, bodyTimeoutMs }: Rules): void {
  const before = route.onRequest === undefined ? [] : [route.onRequest].flat();
  const begin = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    nameAnswer(reply);
    setBodyDeadline(request, reply, bodyTimeoutMs);
    done(hasEmptyParameter(request.params) ? new ProblemError('not-found', NO_SUCH_ROUTE) : undefined);
  };
  route.onRequest = [begin, ...before];
  route.errorHandler = onError;
  route.bodyLimit = MAX_BODY_BYTES;
}

/** `/projects//api-keys`: Nest would refuse it in a shape of its own, before any filter. */
function hasEmptyParameter(params: unknown): boolean {
  return Object.entries(params ?? {}).some(([name, value]) => name !== '*' && value === '');
}

const NO_SUCH_ROUTE = 'There is no such route in the management API.';

const ROUTES = Object.values(OPERATIONS).map((operation: Operation) => ({
  method: operation.method,
  pattern: new RegExp(`^${API_PREFIX}${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

function refuseUnknownRoute(request: FastifyRequest, reply: FastifyReply): never {
  const path = request.url.split('?')[0] ?? '';
  const allowed = ROUTES.filter((route) => route.pattern.test(path)).map((route) => route.method);
  // a parameter that is longer than Fastify takes ends here too, although its route exists
  if (allowed.length === 0 || allowed.some((method) => method === request.method)) {
    throw new ProblemError('not-found', NO_SUCH_ROUTE);
  }
  void reply.header('allow', allowed.join(', '));
  throw new ProblemError('method-not-allowed', `${path} takes ${allowed.join(', ')}.`);
}
