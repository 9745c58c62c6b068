/**
 * Which connection books which lanes. A lane is booked by one connection at a time, because organizations are locked while
 * they are booked; whoever is done gives its lanes back and takes those that have waited longest, so that no connection is
 * left with the largest organizations while the others have nothing to do.
 */
export class LaneShares {
  /** Free lanes, the one that was given back first in front. */
  private readonly free: number[];

  constructor(private readonly lanes: number) {
    this.free = Array.from({ length: lanes }, (_, lane) => lane);
  }

  /** Lanes for one turn, of as many turns as may go on at once. */
  take(turns: number): readonly number[] {
    return this.free.splice(0, Math.ceil(this.lanes / turns));
  }

  giveBack(lanes: readonly number[]): void {
    this.free.push(...lanes);
  }
}
