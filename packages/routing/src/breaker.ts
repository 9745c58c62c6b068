/** How long it stays open the first time, and at most; each failed probe doubles it. */
export interface BreakerPauses {
  readonly firstMs: number;
  readonly mostMs: number;
}

export type BreakerState = 'closed' | 'half-open' | 'open';

/** Shares of a pause that chance adds or takes, so that many gateways do not come back in the same instant. */
const JITTER = 0.2;

/** `firstMs`, doubled for each time before, with jitter. */
export function pauseMs({ firstMs, mostMs }: BreakerPauses, timesBefore: number, random: () => number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(timesBefore, 30)) * (1 - JITTER + 2 * JITTER * random());
}

/**
 * Keeps requests away from what fails. Open for a while, then half-open: one attempt at a time, the probe, finds out
 * whether it is back. Whoever takes the probe's place gets a ticket and shows it at the end, so that an attempt from
 * before, which ends late, is never taken for the probe.
 */
export class Breaker {
  private timesOpened = 0;
  private openedAt = 0;
  private until = 0;
  private probing = false;
  private tickets = 0;

  constructor(
    private readonly pauses: BreakerPauses,
    private readonly random: () => number,
  ) {}

  get isClosed(): boolean {
    return this.timesOpened === 0;
  }

  /** The instant from which a probe may be sent; 0 while closed. */
  get openUntil(): number {
    return this.until;
  }

  state(now: number): BreakerState {
    if (this.timesOpened === 0) return 'closed';
    return now < this.until ? 'open' : 'half-open';
  }

  mayAsk(now: number): boolean {
    return this.timesOpened === 0 || (now >= this.until && !this.probing);
  }

  /** A ticket for the probe's place, or 0 where none is to be had. */
  takeProbe(now: number): number {
    if (this.timesOpened === 0 || now < this.until || this.probing) return 0;
    this.probing = true;
    return ++this.tickets;
  }

  /** Opens it, or opens it again after a failed probe. What was sent before and fails now changes nothing. */
  trip(now: number, ticket: number): void {
    if (!this.isClosed && !this.holdsProbe(ticket)) return;
    this.until = now + pauseMs(this.pauses, this.timesOpened, this.random);
    this.timesOpened++;
    this.openedAt = now;
    this.probing = false;
  }

  /** An attempt that began at `began` succeeded. Whether that closed it. */
  succeeded(began: number, ticket: number): boolean {
    if (this.isClosed) return false;
    if (began <= this.openedAt && !this.holdsProbe(ticket)) return false;
    this.close();
    return true;
  }

  /** The probe ended without telling anything: the next attempt may be one. */
  release(ticket: number): void {
    if (this.holdsProbe(ticket)) this.probing = false;
  }

  /** From now on one attempt may find out, however long it was to stay open. */
  admitProbe(now: number): void {
    if (this.until > now) this.until = now;
  }

  /** Whoever holds the probe's ticket holds nothing any more. */
  close(): void {
    this.timesOpened = 0;
    this.until = 0;
    this.probing = false;
  }

  holdsProbe(ticket: number): boolean {
    return ticket !== 0 && this.probing && ticket === this.tickets;
  }
}
