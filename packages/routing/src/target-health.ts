import type { Exclusion } from '@tollgate/domain';

import { Breaker, pauseMs } from './breaker.js';
import type { BreakerState } from './breaker.js';
import type { CredentialHealth } from './credential-health.js';
import { FaultWindow } from './fault-window.js';
import { RunningAttempt } from './running-attempt.js';
import { TargetFigures } from './target-figures.js';
import type { AttemptFigures } from './target-figures.js';

/** How a provider failed an attempt. What the request itself is to blame for is none: that attempt just `left`. */
export type ProviderFault =
  /** 429. */
  | 'rate-limited'
  /** 503, 529. */
  | 'overloaded'
  /** No connection. */
  | 'unreachable'
  /** Other 5xx, a cut stream, what nobody can read. */
  | 'broken'
  /** Within the gateway's own time-outs; one that a tenant set shorter says nothing about the provider. */
  | 'timed-out'
  /** 402, 403: not this model with this credential. */
  | 'refused'
  /** 401. */
  | 'credential';

const CIRCUIT = { firstMs: 5_000, mostMs: 5 * 60_000 };
const REFUSAL = { firstMs: 60_000, mostMs: 60 * 60_000 };
const RATE_LIMIT = { firstMs: 1_000, mostMs: 60_000 };
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;
const FAULTS_IN_A_ROW = 5;

export interface TargetName {
  readonly deploymentId: string;
  readonly upstreamModel: string;
}

/**
 * How one upstream model of a deployment is doing. Each request that is sent there begins an attempt and ends it. Times
 * are milliseconds of a clock that never goes back.
 */
export class TargetHealth {
  readonly deploymentId: string;
  readonly upstreamModel: string;
  inFlight = 0;
  /** When it was last asked, or became known. */
  usedAt: number;
  /** When somebody last asked the provider without a request, and whether that went well. */
  lastProbe: { readonly at: number; readonly ok: boolean } | null = null;
  /** Opens after five faults in a row, or when half of ten or more attempts within 20 seconds failed. */
  readonly circuit: Breaker;
  /** Opens when the provider refuses this model with this credential. */
  readonly refusal: Breaker;
  private readonly figures: TargetFigures;
  private readonly window = new FaultWindow();
  private faultsInARow = 0;
  /** Until when the provider asked for no requests. */
  private restUntil = 0;
  private restSince = 0;
  private restsInARow = 0;

  constructor(
    name: TargetName,
    public credential: CredentialHealth,
    private readonly surroundings: { readonly now: number; readonly random: () => number },
  ) {
    this.deploymentId = name.deploymentId;
    this.upstreamModel = name.upstreamModel;
    this.circuit = new Breaker(CIRCUIT, surroundings.random);
    this.refusal = new Breaker(REFUSAL, surroundings.random);
    this.figures = new TargetFigures(surroundings.now);
    this.usedAt = surroundings.now;
  }

  /** Counts a request in flight; takes the probe's place where one is free. */
  begin(now: number): RunningAttempt {
    this.inFlight++;
    this.usedAt = now;
    return new RunningAttempt(this, now);
  }

  mayAsk(now: number): boolean {
    return (
      now >= this.restUntil &&
      this.circuit.mayAsk(now) &&
      this.refusal.mayAsk(now) &&
      this.credential.breaker.mayAsk(now)
    );
  }

  /** The worst of circuit, refusals and credential. A target that rests after a 429 is `closed` all the same. */
  availability(now: number): BreakerState {
    if (this.circuit.isClosed && this.refusal.isClosed && !this.credential.isDead) return 'closed';
    const states = [this.circuit.state(now), this.refusal.state(now), this.credential.breaker.state(now)];
    return states.includes('open') ? 'open' : 'half-open';
  }

  /** Until when nothing is sent there; null: it may be asked, or waits for its probe to end. */
  benchedUntil(now: number): number | null {
    const until = Math.max(
      this.restUntil,
      this.circuit.openUntil,
      this.refusal.openUntil,
      this.credential.breaker.openUntil,
    );
    return until > now ? until : null;
  }

  /** Why it may not be asked; null: it may. */
  exclusion(now: number): Exclusion | null {
    if (this.mayAsk(now)) return null;
    if (!this.credential.breaker.mayAsk(now)) return 'credential-dead';
    return this.circuit.mayAsk(now) ? 'benched' : 'circuit-open';
  }

  /** Share of attempts that the provider did not fail; 1 while nothing is known. */
  uptime(now: number): number {
    this.figures.fadeTo(now);
    return this.figures.uptime;
  }

  /** Whether anything is known of late: without attempts, an uptime of 1 is a guess. */
  get attempted(): boolean {
    return this.figures.attempted;
  }

  /** Whether there is anything to tell of it: lists of models make targets that nobody has ever asked. */
  get isOfNote(): boolean {
    const isInService = this.circuit.isClosed && this.refusal.isClosed && !this.credential.isDead;
    return this.attempted || this.inFlight > 0 || this.lastProbe !== null || !isInService;
  }

  /** Null: not known, or forgotten. */
  get firstTokenMs(): number | null {
    return this.figures.firstTokenMs;
  }

  get tokensPerSecond(): number | null {
    return this.figures.tokensPerSecond;
  }

  /** Share of input tokens that came from the provider's prompt cache; 0 while nothing is known. */
  get cacheShare(): number {
    return this.figures.cacheShare;
  }

  /** How much of what should be in the prompt cache is found there; 1 while nothing is known. */
  get cacheYield(): number {
    return this.figures.cacheYield;
  }

  /** A conversation went on where its prefix, `expectedTokens` long, was left in the cache. */
  learnCache(now: number, readTokens: number, expectedTokens: number): void {
    this.figures.fadeTo(now);
    this.figures.learnCache(readTokens, expectedTokens);
  }

  /**
   * Somebody asked the provider without a request. That it lists its models does not mean that it answers, so a circuit
   * is not closed by it, but lets an attempt find out at once.
   */
  probed(now: number, ok: boolean): void {
    this.lastProbe = { at: now, ok };
    if (!ok) return this.countFault(now, 0);
    this.credential.breaker.close();
    this.circuit.admitProbe(now);
  }

  /** It has another secret: what the old one was refused for is forgotten. */
  clearBenches(): void {
    this.refusal.close();
    this.restUntil = 0;
    this.restsInARow = 0;
  }

  /** For `RunningAttempt`. */
  attemptSucceeded(now: number, attempt: RunningAttempt, figures: AttemptFigures): void {
    this.figures.fadeTo(now);
    this.figures.succeeded(figures);
    this.faultsInARow = 0;
    this.window.add(now, false);
    if (this.circuit.succeeded(attempt.began, attempt.circuitTicket)) this.window.clear();
    this.refusal.succeeded(attempt.began, attempt.refusalTicket);
    attempt.credential.breaker.succeeded(attempt.began, attempt.credentialTicket);
    if (attempt.began > this.restSince) this.restsInARow = 0;
  }

  /** For `RunningAttempt`. */
  attemptFailed(now: number, attempt: RunningAttempt, { fault, retryAfterMs }: AttemptFault): void {
    this.figures.fadeTo(now);
    switch (fault) {
      case 'credential':
        // a secret that has been replaced meanwhile is no news
        if (attempt.isOfCurrentSecret) attempt.credential.breaker.trip(now, attempt.credentialTicket);
        return;
      case 'refused':
        if (attempt.isOfCurrentSecret) this.refusal.trip(now, attempt.refusalTicket);
        return;
      case 'rate-limited':
        this.figures.rateLimited();
        this.rest(now, retryAfterMs);
        return;
      case 'overloaded':
      case 'unreachable':
      case 'broken':
      case 'timed-out':
        this.figures.failed();
        this.countFault(now, attempt.circuitTicket);
        if (retryAfterMs !== null) this.rest(now, retryAfterMs);
    }
  }

  private countFault(now: number, ticket: number): void {
    this.faultsInARow++;
    this.window.add(now, true);
    const tooMany = this.faultsInARow >= FAULTS_IN_A_ROW || this.window.isBad;
    if (tooMany || this.circuit.holdsProbe(ticket)) this.circuit.trip(now, ticket);
  }

  /** Many requests in flight are refused together: that is one refusal, so the pause grows once. */
  private rest(now: number, retryAfterMs: number | null): void {
    const isResting = now < this.restUntil;
    if (retryAfterMs !== null && retryAfterMs > 0) {
      this.restUntil = Math.max(this.restUntil, now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
    } else if (!isResting) {
      this.restUntil = now + pauseMs(RATE_LIMIT, this.restsInARow, this.surroundings.random);
    }
    if (!isResting) {
      this.restsInARow++;
      this.restSince = now;
    }
  }
}

export interface AttemptFault {
  readonly fault: ProviderFault;
  readonly retryAfterMs: number | null;
}
