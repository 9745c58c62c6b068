import { rate, type Rating, settle } from '@tollgate/billing';
import { formatPicos, inputTokens, outputTokens, picosToNanosUp } from '@tollgate/domain';
import type { Journal } from '@tollgate/journal';

import type { InferenceMetrics } from '../../inference-metrics.js';
import type { Admitter } from '../admission/admit.js';
import type { Exchange } from '../exchange.js';
import type { Ending } from './ending.js';
import type { EventOutbox } from './event-outbox.js';
import type { JournalRecords } from './journal-records.js';
import type { RecentRequests } from './recent-requests.js';

/** Refusals of one key that are written as events in one minute; more are only counted. */
const MAX_REFUSALS_PER_MINUTE = 60;

export interface RecorderParts {
  readonly journal: Journal;
  readonly outbox: EventOutbox;
  readonly admitter: Admitter;
  readonly records: JournalRecords;
  readonly recent: RecentRequests;
  readonly metrics: InferenceMetrics;
  /** An exception that should not have been possible. */
  onDefect(error: unknown, requestId: string): void;
}

/**
 * Writes the one usage event of a request, settles its hold, and lets the last bytes of the answer leave only when the
 * event is on the page cache. Never throws into the response.
 */
export class Recorder {
  constructor(private readonly parts: RecorderParts) {}

  /** Writes the intent before anything is sent to a provider. */
  intend(exchange: Exchange, written: (error: Error | null) => void): void {
    const { principal } = exchange;
    if (principal === null) throw new Error('intent before authentication');
    this.parts.journal.append(this.parts.records.intent(exchange, principal), written);
  }

  /** `leave` sends what remains of the answer; it runs even when the journal fails, which is an alarm of its own. */
  record(exchange: Exchange, ending: Ending, leave: () => void): void {
    const { principal } = exchange;
    // every end of a request passes here: what may still be waiting for it ends too
    exchange.delivery?.stopHeartbeat();
    if (exchange.recorded || principal === null) return leave();
    exchange.recorded = true;
    // no attempt is left that could read them
    if (exchange.form !== null)
      void exchange.form.dispose().catch((error: unknown) => this.parts.onDefect(error, exchange.id.public));
    exchange.form = null;
    exchange.running = null;
    const capturedCost = this.settleSafely(exchange, ending);
    this.parts.metrics.requestEnded(exchange, ending);
    if (ending.outcome === 'refused' && !this.maySaveRefusal(exchange)) {
      this.parts.metrics.refusalsNotStored.value++;
      return leave();
    }
    const event = this.parts.records.event(exchange, principal, { ending, capturedCost });
    this.parts.recent.put(exchange.id.uuid, principal.organizationId, event);
    this.parts.outbox.write(event, () => {
      try {
        leave();
      } catch (defect) {
        this.parts.onDefect(defect, exchange.id.public);
        exchange.response.destroy();
      }
    });
  }

  /** Whatever an upstream has reported, the hold ends and the event is written; the worker judges the numbers again. */
  private settleSafely(exchange: Exchange, ending: Ending): string | null {
    try {
      return this.settleHold(exchange, ending);
    } catch (error) {
      this.parts.onDefect(error, exchange.id.public);
      this.parts.admitter.settle(exchange, null);
      return null;
    }
  }

  /** The cost as the customer is billed, decimal USD; null when nothing was sent or nothing has a price. */
  private settleHold(exchange: Exchange, ending: Ending): string | null {
    const { candidate } = exchange;
    if (candidate === null) {
      this.parts.admitter.settle(exchange, null);
      return null;
    }
    const settled = settle({
      ...ending,
      inputTokensBound: exchange.inputTokensBound,
      target: candidate.target,
    });
    let rating: Rating | null = null;
    if (settled.charge !== 'none') {
      rating = rate(candidate.sheet, {
        usage: settled.usage,
        serviceTier: ending.serviceTier,
        region: candidate.target.region,
        occurredAt: exchange.occurredAt,
        credentialOwner: candidate.target.credentialOwner,
        simulated: candidate.target.simulated,
      });
    }
    const billed = rating === null || settled.charge !== 'customer' ? 0n : rating.billedCost;
    if (exchange.hold !== null) {
      const tokens = inputTokens(settled.usage) + outputTokens(settled.usage);
      const capture = settled.charge === 'customer' ? { nanos: Number(picosToNanosUp(billed)), tokens } : null;
      this.parts.admitter.settle(exchange, capture);
    }
    return rating === null || rating.unpriced.length > 0 ? null : formatPicos(billed);
  }

  private maySaveRefusal({ principal, occurredAt }: Exchange): boolean {
    if (principal === null) return false;
    const minute = Math.floor(occurredAt / 60_000);
    const { refusals } = principal;
    if (refusals.minute !== minute) {
      refusals.minute = minute;
      refusals.count = 0;
    }
    return ++refusals.count <= MAX_REFUSALS_PER_MINUTE;
  }
}
