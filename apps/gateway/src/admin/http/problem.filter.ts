import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LOGGER } from '../../platform/tokens.js';
import { answerProblem, type ProblemLog } from './problem-answer.js';

/** Bound to the controllers of the management API only: inference answers errors in the client's own dialect. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: ProblemLog) {}

  catch(error: unknown, host: ArgumentsHost): Promise<void> {
    return answerProblem(error, host.switchToHttp().getResponse<FastifyReply>(), this.log);
  }
}
