import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAdminPath } from './admin-path.js';
import { nameAnswer } from './name-answer.js';
import { answerProblem, type ProblemLog } from './problem-answer.js';

/**
 * Some URLs cannot be decoded (`/api/v1/%zz`): Fastify refuses them before it looks for a route, and asks the
 * application-wide option `frameworkErrors` what to answer. This answers for the management API.
 * @returns false when the path is not below the management API: somebody else has to answer.
 */
export function answerAdminFrameworkError(
  error: Error,
  { request, reply, log }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly log: ProblemLog },
): boolean {
  if (!isAdminPath(request.url)) return false;
  nameAnswer(reply);
  void answerProblem(error, reply, log);
  return true;
}
