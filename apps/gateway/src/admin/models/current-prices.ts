import { Injectable } from '@nestjs/common';
import type { Price } from '@tollgate/billing';
import { Database, loadPrices, type SnapshotPrices } from '@tollgate/database';
import { divideHalfEven, formatPicos } from '@tollgate/domain';
import type { CurrentPrice } from '@tollgate/wire';

const BASIS_POINTS = 10_000n;
/** Snapshots are immutable, and few are current at a time. */
const MAX_KEPT_SNAPSHOTS = 8;

type PricesByModel = ReadonlyMap<string, readonly Price[]>;

interface KeptSnapshot {
  readonly snapshot: SnapshotPrices;
  readonly byModel: PricesByModel;
}

const modelKey = (provider: string, name: string): string => `${provider}\n${name}`;

/** Prices of the catalogue's models as they hold now. */
@Injectable()
export class CurrentPrices {
  readonly #kept = new Map<string, Promise<KeptSnapshot>>();

  constructor(private readonly database: Database) {}

  /** Finds the prices of a model at an instant, in a published state of the prices. */
  async lookup(snapshotId: string | null, now: number): Promise<(provider: string, name: string) => CurrentPrice[]> {
    if (snapshotId === null) return () => [];
    const { snapshot, byModel } = await this.#snapshot(snapshotId);
    return (provider, name) =>
      (byModel.get(modelKey(provider, name)) ?? [])
        .filter((price) => price.effectiveFrom <= now && (price.effectiveTo === null || now < price.effectiveTo))
        .map((price) => presentCurrentPrice(price, snapshot.terms.markupBasisPoints));
  }

  #snapshot(snapshotId: string): Promise<KeptSnapshot> {
    const kept = this.#kept.get(snapshotId);
    if (kept !== undefined) return kept;
    const loading = loadPrices(this.database.pool, snapshotId).then((snapshot) => ({
      snapshot,
      byModel: Map.groupBy(snapshot.prices, (price) => modelKey(price.provider, price.model)),
    }));
    this.#kept.set(snapshotId, loading);
    loading.catch(() => this.#kept.delete(snapshotId));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT_SNAPSHOTS && oldest !== undefined) this.#kept.delete(oldest);
    return loading;
  }
}

function presentCurrentPrice(price: Price, markupBasisPoints: number): CurrentPrice {
  const billedPicos = divideHalfEven(price.amountPicos * (BASIS_POINTS + BigInt(markupBasisPoints)), BASIS_POINTS);
  return {
    id: price.id,
    meter: price.meter,
    serviceTier: price.serviceTier,
    region: price.region,
    fromTokens: price.fromTokens,
    timeWindow: price.timeWindow,
    per: price.per,
    listAmount: { amount: formatPicos(price.amountPicos), currency: 'USD' },
    billedAmount: { amount: formatPicos(billedPicos), currency: 'USD' },
  };
}
