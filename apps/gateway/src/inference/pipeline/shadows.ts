import { restoreRequest } from '@tollgate/providers';

import { crossingOf, fitting } from './crossing/crossing-of.js';
import type { Translator } from './crossing/translator.js';
import { wastedEnding } from './answer-endings.js';
import type { Attempt } from './dispatch/attempt.js';
import type { AttemptEnd } from './dispatch/attempt-end.js';
import { dispatch, type DispatchLimits } from './dispatch/dispatch.js';
import { tellHealth } from './dispatch/tell-health.js';
import type { Exchange } from './exchange.js';
import type { Ending } from './recording/ending.js';
import type { Recorder } from './recording/record.js';
import type { Candidate, Route } from './routing/route.js';
import { contendersFor } from './routing/router.js';

/** So many at once; requests that find it full get no copy. */
const MOST_AT_ONCE = 64;
const PERCENT = 100;

export interface ShadowParts {
  readonly translator: Translator;
  readonly recorder: Recorder;
  readonly limits: DispatchLimits;
  onDefect(error: unknown, requestId: string): void;
}

/**
 * Copies of requests that are sent to another model beside the answer: nobody reads what comes back, and what it costs is
 * ours. Nothing that happens to a copy reaches the request.
 */
export class Shadows {
  /** Copies under way. */
  private readonly running = new Set<Exchange>();

  constructor(private readonly parts: ShadowParts) {}

  /** Sends a copy, if this request is among those that the share of the route hits. */
  mayFollow(exchange: Exchange, route: Route): void {
    const percent = exchange.route?.definition.shadow?.percent ?? 0;
    if (exchange.surface.kind !== 'conversation' || Math.random() * PERCENT >= percent) return;
    if (this.running.size >= MOST_AT_ONCE) return;
    try {
      const copy = exchange.shadow();
      // the answer's own attempt has spliced it
      if (copy.body !== null && copy.scanned !== null) restoreRequest(copy.body, copy.scanned);
      const isForeign = route.candidates.some(({ dialect }) => dialect !== copy.surface.dialect);
      if (!isForeign || copy.translation !== null) return this.send(exchange, copy, route);
      this.parts.translator.prepare(copy, (problem) => {
        if (problem === null) this.send(exchange, copy, route);
      });
    } catch (error) {
      this.parts.onDefect(error, exchange.id.public);
    }
  }

  private send(exchange: Exchange, copy: Exchange, route: Route): void {
    const { contenders } = contendersFor(copy, route, fitting(copy));
    const now = performance.now();
    const candidate = contenders.find(({ health }) => health.mayAsk(now))?.candidate;
    if (candidate === undefined) return;
    this.running.add(copy);
    try {
      this.ask(exchange, copy, candidate);
    } catch (error) {
      this.running.delete(copy);
      this.parts.onDefect(error, exchange.id.public);
    }
  }

  private ask(exchange: Exchange, copy: Exchange, candidate: Candidate): void {
    dispatch(
      {
        exchange: copy,
        candidate,
        crossing: crossingOf(copy, candidate),
        delivery: null,
        onCommit: () => undefined,
        onEnd: (attempt, end) => this.ended(exchange, { copy, candidate, attempt, end }),
        onDefect: (error) => this.parts.onDefect(error, exchange.id.public),
      },
      this.parts.limits,
    );
  }

  private ended(exchange: Exchange, { copy, candidate, attempt, end }: EndedCopy): void {
    this.running.delete(copy);
    try {
      tellHealth(attempt, end, copy.firstTokenMs);
      const ending = shadowEnding(copy, candidate, end);
      this.parts.recorder.recordWaste(exchange, { candidate, attempt: attempt.record, ending });
    } catch (error) {
      this.parts.onDefect(error, exchange.id.public);
    }
  }
}

interface EndedCopy {
  readonly copy: Exchange;
  readonly candidate: Candidate;
  readonly attempt: Attempt;
  readonly end: AttemptEnd;
}

/** A copy that failed is a wasted attempt like any other. */
function shadowEnding(copy: Exchange, candidate: Candidate, end: AttemptEnd): Ending {
  const ending = wastedEnding(copy, candidate, end);
  return ending.outcome === 'hedge_loser' ? { ...ending, outcome: 'shadow_copy' } : ending;
}
