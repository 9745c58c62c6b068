import { Injectable } from '@nestjs/common';
import { BASIS_POINTS, markupFor, type Price, type PriceSheet } from '@tollgate/billing';
import { Database, loadPrices, type SnapshotPrices } from '@tollgate/database';
import { divideHalfEven, formatPicos } from '@tollgate/domain';
import type { CurrentPrice } from '@tollgate/wire';

/** Snapshots are immutable, and few are current at a time. */
const MAX_KEPT_SNAPSHOTS = 8;

type PricesByModel = ReadonlyMap<string, readonly Price[]>;

interface KeptSnapshot {
  readonly snapshot: SnapshotPrices;
  readonly byModel: PricesByModel;
  readonly listByModel: PricesByModel;
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
    const { snapshot, byModel, listByModel } = await this.#snapshot(snapshotId);
    const holdsNow = (price: Price): boolean =>
      price.effectiveFrom <= now && (price.effectiveTo === null || now < price.effectiveTo);
    return (provider, name) => {
      const key = modelKey(provider, name);
      const prices = (byModel.get(key) ?? []).filter(holdsNow);
      if (prices.length === 0) return [];
      const list = (listByModel.get(key) ?? []).filter(holdsNow);
      const sheet = snapshot.sheet(provider, name);
      return prices.map((price) => presentCurrentPrice(price, listedBeside(price, list), sheet));
    };
  }

  #snapshot(snapshotId: string): Promise<KeptSnapshot> {
    const kept = this.#kept.get(snapshotId);
    if (kept !== undefined) return kept;
    const loading = loadPrices(this.database.pool, snapshotId).then((snapshot) => {
      const byModel = Map.groupBy(snapshot.prices, (price) => modelKey(price.provider, price.model));
      const { list } = snapshot;
      const isOneBook = list === snapshot.prices;
      const listByModel = isOneBook ? byModel : Map.groupBy(list, (price) => modelKey(price.provider, price.model));
      return { snapshot, byModel, listByModel };
    });
    this.#kept.set(snapshotId, loading);
    loading.catch(() => this.#kept.delete(snapshotId));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT_SNAPSHOTS && oldest !== undefined) this.#kept.delete(oldest);
    return loading;
  }
}

/** What the provider lists for the same thing. What only a private book prices has no other list than that. */
function listedBeside(price: Price, list: readonly Price[]): Price {
  const same = list.find(
    (listed) =>
      listed.meter === price.meter &&
      listed.serviceTier === price.serviceTier &&
      listed.region === price.region &&
      listed.fromTokens === price.fromTokens &&
      listed.timeWindow === price.timeWindow,
  );
  return same ?? price;
}

function presentCurrentPrice(price: Price, listed: Price, sheet: PriceSheet): CurrentPrice {
  const { meter, serviceTier, region, fromTokens, timeWindow, per } = price;
  const served = serviceTier === '*' ? 'default' : serviceTier;
  const points = BigInt(BASIS_POINTS + markupFor(sheet.markups, meter, { serviceTier: served, region }));
  const billedPicos = divideHalfEven(price.amountPicos * points, BigInt(BASIS_POINTS));
  const listPicos = divideHalfEven(listed.amountPicos * BigInt(per), BigInt(listed.per));
  return {
    id: price.id,
    meter,
    serviceTier,
    region,
    fromTokens,
    timeWindow,
    per,
    listAmount: { amount: formatPicos(listPicos), currency: 'USD' },
    billedAmount: { amount: formatPicos(billedPicos), currency: 'USD' },
  };
}
