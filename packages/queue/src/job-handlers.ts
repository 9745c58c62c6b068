import { JOB_NAMES, JOBS } from './job-catalogue.js';
import type { JobName, JobPayload } from './job-catalogue.js';

/** What a job does. It may be run again after it failed, or while another process runs it too. */
export interface JobHandler<Name extends JobName = JobName> {
  readonly job: Name;
  handle(payload: JobPayload<Name>): Promise<void>;
}

/** The handlers do not fit the catalogue. */
export class JobHandlersError extends Error {
  override readonly name = 'JobHandlersError';
}

/** @throws JobHandlersError unless every job of the catalogue has exactly one handler. */
export function indexHandlers(handlers: readonly JobHandler[]): ReadonlyMap<JobName, JobHandler> {
  const problems = JOB_NAMES.flatMap((job) => {
    const count = handlers.filter((handler) => handler.job === job).length;
    return count === 1 ? [] : [`${job} has ${count === 0 ? 'no handler' : `${count} handlers`}`];
  });
  if (problems.length > 0) throw new JobHandlersError(problems.join('; '));
  return new Map(handlers.map((handler) => [handler.job, handler]));
}

/** @throws ZodError when the payload is not what the catalogue says. */
export function parsePayload<Name extends JobName>(job: Name, payload: unknown): JobPayload<Name> {
  return JOBS[job].payload.parse(payload) as JobPayload<Name>;
}
