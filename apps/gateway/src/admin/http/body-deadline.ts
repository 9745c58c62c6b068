import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error.js';

/**
 * Ends the wait for a body that does not come: connections must not be held open a byte at a time. Whoever reads the
 * body is told as if the stream had failed, and answers; the connection is not used again.
 */
export function setBodyDeadline(request: FastifyRequest, reply: FastifyReply, timeoutMs: number): void {
  const { raw } = request;
  if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return;
  const timer = setTimeout(() => {
    // without a reader nobody would handle the error, and nobody waits
    if (raw.readableEnded || raw.listenerCount('error') === 0) return;
    void reply.header('connection', 'close');
    raw.emit('error', Object.assign(new ProblemError('too-slow'), { statusCode: 408 }));
  }, timeoutMs);
  timer.unref();
  raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
}
