import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';

/** From where a request came, for the audit log. */
export type Origin = Pick<Actor, 'remoteAddress' | 'requestId'>;

/** Of operations that nobody has to be authenticated for. */
export const CallerOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  const http = context.switchToHttp();
  return {
    remoteAddress: http.getRequest<FastifyRequest>().ip,
    requestId: String(http.getResponse<FastifyReply>().getHeader('x-request-id') ?? ''),
  };
});
