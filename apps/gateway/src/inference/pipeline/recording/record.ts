import { rate, type Rating, settle } from '@tollgate/billing';
import { type AttemptRecord, formatPicos, inputTokens, outputTokens, picosToNanosUp } from '@tollgate/domain';
import type { Journal } from '@tollgate/journal';

import type { InferenceMetrics } from '../../inference-metrics.js';
import type { Admitter } from '../admission/admit.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
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
    if (exchange.hedgeTimer !== null) clearTimeout(exchange.hedgeTimer);
    exchange.hedgeTimer = null;
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

  /**
   * Writes what an attempt cost that was of no use to the client: at our expense, as an event of its own beside the
   * request's. An attempt that cost nothing leaves only its line among the attempts.
   */
  recordWaste(exchange: Exchange, wasted: WastedAttempt): void {
    const { principal } = exchange;
    if (principal === null) return;
    try {
      const { candidate, attempt, ending } = wasted;
      const settled = settle({ ...ending, inputTokensBound: exchange.inputTokensBound, target: candidate.target });
      if (settled.charge === 'none') return;
      const cost = costAt(exchange, candidate, { ...ending, usage: settled.usage });
      const part = ++exchange.wastedParts;
      const told = { ...attempt, cost };
      exchange.attempts = exchange.attempts.map((each) => (each === attempt ? told : each));
      const event = this.parts.records.wasted(exchange, principal, { candidate, attempt: told, ending, part });
      this.parts.outbox.write(event, () => undefined);
    } catch (error) {
      this.parts.onDefect(error, exchange.id.public);
    }
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
    const rating =
      settled.charge === 'none' ? null : ratingOf(exchange, candidate, { ...ending, usage: settled.usage });
    const last = exchange.attempts.at(-1);
    if (rating !== null && last !== undefined && rating.unpriced.length + rating.uncosted.length === 0) {
      exchange.attempts[exchange.attempts.length - 1] = { ...last, cost: formatPicos(rating.providerCost) };
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

/** An attempt that was of no use to the client, and how it ended. */
export interface WastedAttempt {
  readonly candidate: Candidate;
  readonly attempt: AttemptRecord;
  readonly ending: Ending;
}

function ratingOf(
  { occurredAt }: Exchange,
  { sheet, target }: Candidate,
  { usage, serviceTier }: Pick<Ending, 'usage' | 'serviceTier'>,
): Rating {
  const { region, credentialOwner, simulated } = target;
  return rate(sheet, { usage, serviceTier, region, occurredAt, credentialOwner, simulated });
}

/** What the provider bills us, decimal USD; `null` where a price is missing. */
function costAt(
  exchange: Exchange,
  candidate: Candidate,
  ending: Pick<Ending, 'usage' | 'serviceTier'>,
): string | null {
  const { providerCost, unpriced, uncosted } = ratingOf(exchange, candidate, ending);
  return unpriced.length + uncosted.length > 0 ? null : formatPicos(providerCost);
}
