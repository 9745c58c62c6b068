import { inferenceError } from '../inference-error.js';
import type { Exchange } from './exchange.js';
import { endingWithoutUsage } from './recording/ending.js';
import type { Recorder } from './recording/record.js';
import { breakStream, refuse } from './streaming/write-error.js';

/**
 * A defect of ours in one request must not take the others down with it. Every callback of a request runs in here: what
 * it throws is reported, recorded, and answered as `gateway_internal`.
 */
export class Guard {
  constructor(
    private readonly recorder: Recorder,
    private readonly onDefect: (error: unknown, requestId: string) => void,
  ) {}

  run(exchange: Exchange, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.report(error, exchange);
      this.answerDefect(exchange);
    }
  }

  /** For a defect that has been dealt with where it happened. */
  report(error: unknown, exchange: Exchange): void {
    this.onDefect(error, exchange.id.public);
  }

  private answerDefect(exchange: Exchange): void {
    const error = inferenceError('gateway_internal');
    const outcome = exchange.dispatchedMs === null ? 'refused' : 'upstream_failed';
    this.recorder.record(exchange, endingWithoutUsage(outcome, error.status, error.code), () => {
      if (exchange.response.headersSent) breakStream(exchange, error);
      else refuse(exchange, error);
    });
  }
}
