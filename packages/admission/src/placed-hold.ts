import type { Period } from '@tollgate/domain';

import type { AdmissionRequest, Hold } from './admission-store.js';
import type { RowHandle } from './scope-row.js';

/** `expired`: the lease ran out; nothing is set aside any more, but the request may still be captured. */
type HoldState = 'live' | 'expired' | 'settled';

/** A hold of the in-process store. It is its own node in the list of leases. */
export class PlacedHold implements Hold {
  readonly requestId: string;
  readonly occurredAt: number;
  nanos: number;
  state: HoldState = 'live';
  /** First cells of the scopes' rows. A live hold keeps its rows from changing hands. */
  bases: readonly number[] = [];
  /** The scopes themselves, from expiry on. */
  handles: readonly RowHandle[] = [];
  expiresAt = 0;
  older: PlacedHold | null = null;
  newer: PlacedHold | null = null;

  /** @param tokens charged to every scope's bucket, or to each its own where a bucket is smaller than the request. */
  constructor(
    { requestId, occurredAt, holdNanos }: AdmissionRequest,
    readonly period: Period,
    readonly tokens: number | readonly number[],
  ) {
    this.requestId = requestId;
    this.occurredAt = occurredAt;
    this.nanos = holdNanos;
  }
}

/** Live holds, the next to expire first. All leases have one length, so that a renewed one goes to the end. */
export class LeaseQueue {
  #oldest: PlacedHold | null = null;
  #newest: PlacedHold | null = null;

  constructor(private readonly leaseMs: number) {}

  /** The hold whose lease ran out the longest ago, if any did. */
  expired(now: number): PlacedHold | null {
    return this.#oldest !== null && this.#oldest.expiresAt <= now ? this.#oldest : null;
  }

  append(hold: PlacedHold, now: number): void {
    hold.expiresAt = now + this.leaseMs;
    hold.older = this.#newest;
    if (this.#newest === null) this.#oldest = hold;
    else this.#newest.newer = hold;
    this.#newest = hold;
  }

  remove(hold: PlacedHold): void {
    const { older, newer } = hold;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
    hold.older = null;
    hold.newer = null;
  }
}
