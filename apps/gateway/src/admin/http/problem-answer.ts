import { HttpException } from '@nestjs/common';
import { PROBLEMS, problemType, type Problem, type ProblemCode } from '@tollgate/wire';
import type { FastifyReply } from 'fastify';
import { isDatabaseAway } from './database-errors.js';
import { ProblemError, TooManyAttempts } from './problem-error.js';

/** What the filter needs of the application's log. */
export interface ProblemLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Any error as the problem that the caller is told. Errors that nobody foresaw become `internal` without a word of
 * their own message: it may hold data of others.
 */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isDatabaseAway(error)) return new ProblemError('unavailable');
  const status = statusOf(error);
  if (status !== null && status >= 400 && status < 500) return ofTransport(error, status);
  return new ProblemError('internal');
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null) return null;
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return null;
}

const TRANSPORT_PROBLEMS: Readonly<Partial<Record<number, ProblemCode>>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'too-slow',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/** Faults that Fastify finds before a handler runs: the body cannot be read, the URL cannot be decoded. */
function ofTransport(error: unknown, status: number): ProblemError {
  const known = TRANSPORT_PROBLEMS[status];
  if (known !== undefined) return new ProblemError(known);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_BAD_URL') return new ProblemError('invalid-url');
  if (error instanceof SyntaxError || code.includes('JSON')) return new ProblemError('invalid-json');
  return new ProblemError('invalid-request');
}

/** Writes the error as a problem document, and logs what is our own fault. */
export async function answerProblem(error: unknown, reply: FastifyReply, log: ProblemLog): Promise<void> {
  const problem = leftHalfway(reply) ? new ProblemError('invalid-request') : toProblemError(error);
  const requestId = String(reply.getHeader('x-request-id') ?? '');
  if (problem.code === 'internal') log.error({ err: error, requestId }, 'a management request failed');
  if (problem.code === 'unavailable') log.warn({ requestId }, 'a management request found the database away');
  if (problem instanceof TooManyAttempts) void reply.header('retry-after', String(problem.waitSeconds));
  if (problem.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="tollgate"');
  await reply
    .status(PROBLEMS[problem.code].status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemDocument(problem, requestId)));
}

/** Its client broke off in the middle of the request: that connection's reset is not one of the database's. */
function leftHalfway({ request: { raw } }: FastifyReply): boolean {
  return raw.destroyed && !raw.complete;
}

function problemDocument(problem: ProblemError, requestId: string): Problem {
  const { status, title } = PROBLEMS[problem.code];
  return {
    type: problemType(problem.code),
    title,
    status,
    detail: problem.message,
    errors: [...problem.errors],
    requestId,
  };
}
