import { lowestUuidAt } from '@tollgate/domain';

const LOWEST_UUID = '00000000-0000-0000-0000-000000000000';
const HIGHEST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** For so long what arrives with an older id than has been claimed already may wait, while more waits than can be booked. */
const HOLDS_MS = 5_000;

interface Front {
  readonly requestId: string;
  /** Unix milliseconds at which lanes have to be looked through from their beginning again. */
  readonly until: number;
}

interface Booked {
  /** The highest id of the batch. */
  readonly last: string;
  readonly isWhole: boolean;
  readonly now?: number;
}

/**
 * From where on usage of each lane waits in the inbox. What has just been booked lies before it, deleted and not yet
 * removed; with much behind, every claim would read through all of that again. Only a hint: it is forgotten after a while,
 * and when nobody is behind.
 */
export class InboxFront {
  readonly #fronts = new Map<number, Front>();
  #behindUntil = 0;

  /** The front of the furthest behind of these lanes. */
  of(lanes: readonly number[], now = Date.now()): Front {
    const fronts = lanes.flatMap((lane) => this.#fronts.get(lane) ?? []).filter(({ until }) => until > now);
    if (fronts.length < lanes.length || lanes.length === 0) return { requestId: LOWEST_UUID, until: now + HOLDS_MS };
    return {
      requestId: fronts.reduce((lowest, { requestId }) => (requestId < lowest ? requestId : lowest), HIGHEST_UUID),
      until: Math.min(...fronts.map(({ until }) => until)),
    };
  }

  /**
   * Usage of these lanes from a front on has been booked, up to this request. When that was less than a batch, nothing more
   * of them waits: while others are behind, they go on from now.
   */
  advance(lanes: readonly number[], { until }: Front, { last, isWhole, now = Date.now() }: Booked): void {
    if (isWhole) this.#behindUntil = now + HOLDS_MS;
    if (now >= this.#behindUntil) return this.forget(lanes);
    const requestId = isWhole ? last : lowestUuidAt(now);
    for (const lane of lanes) this.#fronts.set(lane, { requestId, until });
  }

  forget(lanes: readonly number[]): void {
    for (const lane of lanes) this.#fronts.delete(lane);
  }
}
