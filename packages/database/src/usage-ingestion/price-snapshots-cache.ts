import type pg from 'pg';

import { loadPrices, PriceSnapshotError } from '../prices/snapshot-prices.js';
import type { SnapshotPrices } from '../prices/snapshot-prices.js';

/** Snapshots in use are few: one or two per price book. More would only be kept for late events. */
const MAX_SNAPSHOTS = 64;

/** Keeps price snapshots in memory; they are immutable. */
export class PriceSnapshotsCache {
  readonly #snapshots = new Map<string, SnapshotPrices>();

  /** The snapshot, or `undefined` when there is none with this id. */
  async get(client: pg.Pool | pg.PoolClient, snapshotId: string): Promise<SnapshotPrices | undefined> {
    const known = this.#snapshots.get(snapshotId);
    if (known !== undefined) return known;
    try {
      const snapshot = await loadPrices(client, snapshotId);
      if (this.#snapshots.size >= MAX_SNAPSHOTS) this.#forgetOldest();
      this.#snapshots.set(snapshotId, snapshot);
      return snapshot;
    } catch (error) {
      if (error instanceof PriceSnapshotError) return undefined;
      throw error;
    }
  }

  #forgetOldest(): void {
    const oldest = this.#snapshots.keys().next();
    if (oldest.done !== true) this.#snapshots.delete(oldest.value);
  }
}
