import type { Logger } from '@tollgate/telemetry';

import { nextDelay, sleepUnlessEnded } from './retry.js';

interface JobLoopOptions {
  /** One turn; answers after how many milliseconds the next one is due, 0 for at once. */
  readonly turn: () => Promise<number>;
  readonly log: Logger;
  /** What is said, once, when turns begin to fail. */
  readonly failing: string;
  /** What is said when they succeed again. */
  readonly recovered?: string;
}

/**
 * Does a job's work for as long as the worker runs, whether or not its job comes: looking is the guarantee, the job only
 * ends a wait early. What fails is tried again, later each time.
 */
export class JobLoop {
  private readonly ending = new AbortController();
  private wakeUp = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: JobLoopOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Ends a wait early. */
  wake(): void {
    this.wakeUp.abort();
    this.wakeUp = new AbortController();
  }

  /** Ends after the turn that is under way. */
  async end(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { turn, log, failing, recovered } = this.options;
    let retryMs: number | null = null;
    while (!this.ending.signal.aborted) {
      try {
        const waitMs = await turn();
        if (retryMs !== null && recovered !== undefined) log.info(recovered);
        retryMs = null;
        if (waitMs > 0) await this.wait(waitMs);
      } catch (error) {
        if (retryMs === null) log.error({ err: error }, failing);
        retryMs = nextDelay(retryMs);
        await this.wait(retryMs);
      }
    }
  }

  private wait(ms: number): Promise<void> {
    return sleepUnlessEnded(ms, AbortSignal.any([this.ending.signal, this.wakeUp.signal]));
  }
}
