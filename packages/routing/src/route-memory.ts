import type { TargetHealth } from './target-health.js';
import { TrafficMix } from './traffic-mix.js';

/** Another one has to be better by more than this … */
const CLEARLY_BETTER = 1.1;
/** … in every decision for so long, and in at least so many … */
const CLEARLY_BETTER_FOR_MS = 10_000;
const LEAST_DECISIONS = 3;
/** … or by so much that there is nothing to wait for, if the leader has had its time. */
const FAR_BETTER = 2;
/** Whoever is away for less stays the leader, and leads again when it is back. */
const PATIENCE_MS = 60_000;
/** So long a leader leads at least. */
const LEAST_TENURE_MS = 10_000;

/** Scores of the leader and of the best of those that may be asked. Lower is better. */
export interface Standing {
  readonly best: TargetHealth;
  readonly bestScore: number;
  /** Null: the leader does not stand, or may not be asked. */
  readonly leaderScore: number | null;
}

/** What one key's requests to one route have shown: how long they are, and who leads. Kept between requests. */
export class RouteMemory {
  private current: TargetHealth | null = null;
  private ledSince = 0;
  /** Of the first decision that missed it since it was last seen; null: it is here. */
  private missedAt: number | null = null;
  private challenger: TargetHealth | null = null;
  private challengedAt = 0;
  private decisions = 0;

  constructor(readonly mix = new TrafficMix()) {}

  get leader(): TargetHealth | null {
    return this.current;
  }

  /** For a request that nobody makes: what is decided by the copy leaves no trace. */
  copy(): RouteMemory {
    const copy = new RouteMemory(this.mix);
    copy.current = this.current;
    copy.ledSince = this.ledSince;
    copy.missedAt = this.missedAt;
    copy.challenger = this.challenger;
    copy.challengedAt = this.challengedAt;
    copy.decisions = this.decisions;
    return copy;
  }

  /** Whether the leader stays before the best. */
  keepsLeader(now: number, { best, bestScore, leaderScore }: Standing): boolean {
    if (leaderScore === null || this.current === null) {
      this.missedAt ??= now;
      if (this.current === null || now - this.missedAt >= PATIENCE_MS) this.lead(now, best);
      return false;
    }
    this.missedAt = null;
    if (best === this.current || !(leaderScore > bestScore * CLEARLY_BETTER)) {
      this.challenger = null;
      return best !== this.current;
    }
    if (this.challenger !== best) {
      this.challenger = best;
      this.challengedAt = now;
      this.decisions = 0;
    }
    this.decisions++;
    if (!this.isOvertaken(now, leaderScore / bestScore)) return true;
    this.lead(now, best);
    return false;
  }

  private isOvertaken(now: number, ratio: number): boolean {
    if (now - this.ledSince < LEAST_TENURE_MS) return false;
    if (ratio > FAR_BETTER) return true;
    return now - this.challengedAt >= CLEARLY_BETTER_FOR_MS && this.decisions >= LEAST_DECISIONS;
  }

  private lead(now: number, target: TargetHealth): void {
    this.current = target;
    this.ledSince = now;
    this.missedAt = null;
    this.challenger = null;
  }
}
