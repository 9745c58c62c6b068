import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';

/** From where a request came, for the audit log. */
export type Origin = Pick<Actor, 'remoteAddress' | 'requestId'>;

/** Of operations that nobody has to be authenticated for. */
export function originOf({ ip }: FastifyRequest, reply: FastifyReply): Origin {
  return { remoteAddress: ip, requestId: String(reply.getHeader('x-request-id') ?? '') };
}
