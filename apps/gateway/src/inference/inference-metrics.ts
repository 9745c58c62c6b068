import { type ErrorCode, ERRORS, OUTCOMES, type Outcome } from '@tollgate/domain';
import type { HotCounter, HotHistogram, Metrics } from '@tollgate/telemetry';

import type { Exchange } from './pipeline/exchange.js';
import type { Ending } from './pipeline/recording/ending.js';

const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const OVERHEAD_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1];

/** Counters of the hot path: plain numbers, looked up once. Nothing in them names an organization or a key. */
export class InferenceMetrics {
  readonly refusalsNotStored: HotCounter;
  readonly eventsNotWritten: HotCounter;
  readonly expiredHolds: HotCounter;
  private readonly outcomes: Record<Outcome, HotCounter>;
  private readonly unauthenticated: Partial<Record<ErrorCode, HotCounter>>;
  private readonly total: HotHistogram;
  private readonly firstToken: HotHistogram;
  private readonly beforeDispatch: HotHistogram;

  constructor(metrics: Metrics) {
    const requests = metrics.counter({
      name: 'tollgate_requests_total',
      help: 'Inference requests by outcome',
      labelNames: ['outcome'],
    });
    this.outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, requests({ outcome })])) as Record<
      Outcome,
      HotCounter
    >;
    const refused = metrics.counter({
      name: 'tollgate_unauthenticated_total',
      help: 'Requests refused before a key was known, by error',
      labelNames: ['code'],
    });
    const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => /^caller_.*key$|^gateway_keys/.test(code));
    this.unauthenticated = Object.fromEntries(codes.map((code) => [code, refused({ code })]));
    this.refusalsNotStored = metrics.counter({
      name: 'tollgate_refusals_not_stored_total',
      help: 'Refusals that were only counted because their key was refused too often in that minute',
    })();
    this.eventsNotWritten = metrics.counter({
      name: 'tollgate_events_not_written_total',
      help: 'Usage events that the journal could not take: alarm',
    })();
    this.expiredHolds = metrics.counter({
      name: 'tollgate_expired_holds_total',
      help: 'Holds whose lease ran out before they were settled: review',
    })();
    this.total = this.seconds(metrics, 'tollgate_request_duration_seconds', 'From parsing to the end of the answer');
    this.firstToken = this.seconds(
      metrics,
      'tollgate_time_to_first_token_seconds',
      'From parsing to the first content',
    );
    this.beforeDispatch = metrics.histogram({
      name: 'tollgate_overhead_before_dispatch_seconds',
      help: 'What the gateway itself takes before a request goes to its provider',
      bounds: OVERHEAD_SECONDS,
    })();
  }

  requestEnded(exchange: Exchange, { outcome }: Ending): void {
    this.outcomes[outcome].value++;
    this.total.observe(exchange.elapsedMs() / 1000);
    if (exchange.firstTokenMs !== null) this.firstToken.observe(exchange.firstTokenMs / 1000);
    if (exchange.dispatchedMs !== null) this.beforeDispatch.observe(exchange.dispatchedMs / 1000);
  }

  notAuthenticated(code: ErrorCode): void {
    const counter = this.unauthenticated[code];
    if (counter !== undefined) counter.value++;
  }

  private seconds(metrics: Metrics, name: string, help: string): HotHistogram {
    return metrics.histogram({ name, help, bounds: LATENCY_SECONDS })();
  }
}
