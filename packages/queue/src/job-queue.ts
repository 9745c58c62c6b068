import { JOBS } from './job-catalogue.js';
import type { JobName, JobPayload } from './job-catalogue.js';
import { parsePayload } from './job-handlers.js';
import type { Queue, QueueBackend } from './queue-backend.js';

const FINISHED_JOBS_KEPT = { removeOnComplete: { count: 100 }, removeOnFail: { count: 1_000 } };

export function jobOptions(job: JobName) {
  const { attempts, backoffMs } = JOBS[job].retry;
  return { ...FINISHED_JOBS_KEPT, attempts, backoff: { type: 'exponential', delay: backoffMs } };
}

/** For processes that start jobs and run none. */
export class JobQueue {
  private constructor(private readonly queue: Queue) {}

  /** `onError` is told of connections that break; they are made anew. */
  static open(backend: QueueBackend, onError: (error: Error) => void): JobQueue {
    const queue = backend.openQueue();
    queue.on('error', onError);
    return new JobQueue(queue);
  }

  /** @throws ZodError when the payload is not what the catalogue says; else what the connection throws. */
  async start<Name extends JobName>(job: Name, payload: JobPayload<Name>): Promise<void> {
    await this.queue.add(job, parsePayload(job, payload), jobOptions(job));
  }

  close(): Promise<void> {
    return this.queue.close();
  }
}
