import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { newRequestId } from '@tollgate/domain';
import { API_PREFIX, OPERATIONS, type Operation } from '@tollgate/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { LOGGER } from '../../platform/tokens.js';
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
  constructor(adapterHost: HttpAdapterHost, @Inject(LOGGER) log: ProblemLog) {
    const fastify = adapterHost.httpAdapter.getInstance<FastifyInstance>();
    const onError = (error: unknown, _request: FastifyRequest, reply: FastifyReply): Promise<void> =>
      answerProblem(error, reply, log);
    fastify.addHook('onRoute', (route) => {
      if (isAdminPath(route.url)) prepare(route, onError);
    });
    fastify.all(`${API_PREFIX}/*`, { handler: refuseUnknownRoute });
  }
}

function isAdminPath(path: string): boolean {
  return path === API_PREFIX || path.startsWith(`${API_PREFIX}/`);
}

function prepare(route: RouteOptions, onError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<void>): void {
  const before = route.onRequest === undefined ? [] : [route.onRequest].flat();
  route.onRequest = [nameRequest, ...before];
  route.errorHandler = onError;
  route.bodyLimit = MAX_BODY_BYTES;
}

/** Every answer carries the request's id; none is kept by a cache. */
function nameRequest(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (reply.getHeader('x-request-id') === undefined) void reply.header('x-request-id', newRequestId(Date.now()).public);
  void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  done();
}

const ROUTES = Object.values(OPERATIONS).map((operation: Operation) => ({
  method: operation.method,
  pattern: new RegExp(`^${API_PREFIX}${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

function refuseUnknownRoute(request: FastifyRequest, reply: FastifyReply): never {
  const path = request.url.split('?')[0] ?? '';
  const allowed = ROUTES.filter((route) => route.pattern.test(path)).map((route) => route.method);
  if (allowed.length === 0) throw new ProblemError('not-found', 'There is no such route in the management API.');
  void reply.header('allow', allowed.join(', '));
  throw new ProblemError('method-not-allowed', `${path} takes ${allowed.join(', ')}.`);
}
