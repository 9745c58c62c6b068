import { type Listed, RunningList } from '../running-list.js';

/** What has a time by which it must have been heard of. */
export interface Timed extends Listed {
  /** By the clock's `now`; infinite while nothing is expected. */
  dueAt: number;
  overdue(): void;
}

const SWEEP_MS = 100;

/**
 * One timer for every attempt under way, instead of one each for the head and the body of every answer: undici's own
 * time-outs stay in its list for up to a second after they were cleared, so that each request left objects behind which
 * the collector moved twice before they died. That was a tenth of a small request.
 *
 * Late by one sweep at most, never early.
 */
export class AttemptClock {
  /** Milliseconds by the monotonic clock, as of the latest sweep: reading it costs nothing. */
  now = performance.now();
  private readonly running = new RunningList<Timed>();
  private timer: NodeJS.Timeout | null = null;

  watch(timed: Timed): void {
    this.running.add(timed);
    if (this.timer !== null) return;
    this.now = performance.now();
    this.timer = setInterval(() => this.sweep(), SWEEP_MS);
  }

  forget(timed: Timed): void {
    this.running.remove(timed);
  }

  /** When something is due that may take so long from now. */
  in(ms: number): number {
    return this.now + SWEEP_MS + ms;
  }

  private sweep(): void {
    this.now = performance.now();
    this.running.forEach((timed) => {
      if (timed.dueAt <= this.now) timed.overdue();
    });
    if (this.running.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
