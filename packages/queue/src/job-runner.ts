import { isJobName, JOB_NAMES, JOBS } from './job-catalogue.js';
import type { JobName } from './job-catalogue.js';
import { indexHandlers, parsePayload } from './job-handlers.js';
import type { JobHandler } from './job-handlers.js';
import { jobOptions } from './job-queue.js';
import type { Queue, QueueBackend, QueuedJob, QueueWorker } from './queue-backend.js';

export interface JobRunnerOptions {
  readonly backend: QueueBackend;
  readonly handlers: readonly JobHandler[];
  /** A connection broke, or a job failed (it is tried again as the catalogue says). */
  readonly onError: (error: Error, job: string | null) => void;
}

const CONCURRENCY = 4;

/** Runs the jobs of the catalogue and keeps their schedules. */
export class JobRunner {
  private constructor(
    private readonly queue: Queue,
    private readonly worker: QueueWorker,
  ) {}

  /**
   * @throws JobHandlersError unless every job has exactly one handler; else what the connection throws: it is tried here
   * once, because a worker without one retries silently.
   */
  static async start({ backend, handlers, onError }: JobRunnerOptions): Promise<JobRunner> {
    const byName = indexHandlers(handlers);
    const queue = backend.openQueue();
    queue.on('error', (error) => onError(error, null));
    try {
      await queue.waitUntilReady();
      await keepSchedules(queue);
    } catch (error) {
      await queue.close().catch(() => undefined); // the connection's own trouble is the one to tell
      throw error;
    }
    const worker = backend.openWorker((job) => run(byName, job), CONCURRENCY);
    worker.on('error', (error) => onError(error, null));
    worker.on('failed', (job, error) => onError(error, job?.name ?? null));
    return new JobRunner(queue, worker);
  }

  /** Ends the jobs that are running, and disconnects. */
  async close(): Promise<void> {
    await this.worker.close();
    await this.queue.close();
  }
}

async function run(handlers: ReadonlyMap<JobName, JobHandler>, job: QueuedJob): Promise<void> {
  if (!isJobName(job.name)) throw new Error(`there is no job ${job.name}`);
  await handlers.get(job.name)?.handle(parsePayload(job.name, job.data));
}

/** Schedules are absolute: what the catalogue no longer has is removed. */
async function keepSchedules(queue: Queue): Promise<void> {
  for (const name of JOB_NAMES) {
    const { schedule } = JOBS[name];
    const template = { name, data: {}, opts: jobOptions(name) };
    await queue.upsertJobScheduler(
      name,
      'everyMs' in schedule ? { every: schedule.everyMs } : { ...schedule, tz: 'UTC' },
      template,
    );
  }
  for (const { key } of await queue.getJobSchedulers()) {
    if (!isJobName(key)) await queue.removeJobScheduler(key);
  }
}
