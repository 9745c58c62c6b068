import { newRequestId } from '@tollgate/domain';
import type { FastifyReply } from 'fastify';

/** Every answer carries the id of its request; none is kept by a cache. */
export function nameAnswer(reply: FastifyReply): void {
  if (reply.getHeader('x-request-id') === undefined) void reply.header('x-request-id', newRequestId(Date.now()).public);
  void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
}
