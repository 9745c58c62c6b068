/** What a {@link RunningList} can hold: it keeps its own place. */
export interface Listed {
  /** Negative while it is in no list. */
  position: number;
}

/**
 * What is running now, where thousands come and go each second. A `Set` would do, but the engine's tables of a `Set`
 * that changes all the time are replaced by ever new ones, each of which points to the next: an old one that is dead and
 * not yet collected then keeps alive, and has moved, whatever came after it. Measured: that tripled the cost of
 * collecting the nursery, and made the collector mark the whole heap twice a second.
 */
export class RunningList<T extends Listed> {
  private readonly items: (T | null)[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(item: T): void {
    item.position = this.count;
    this.items[this.count++] = item;
  }

  /** Does nothing when it is not in the list. */
  remove(item: T): void {
    const { position } = item;
    if (position < 0) return;
    item.position = -1;
    const last = this.items[--this.count] as T;
    this.items[this.count] = null;
    if (last === item) return;
    this.items[position] = last;
    last.position = position;
  }

  /** Everything that is running, in no order; what `visit` removes does not disturb it. */
  forEach(visit: (item: T) => void): void {
    for (let i = this.count - 1; i >= 0; i--) {
      const item = this.items[i];
      if (item !== null && item !== undefined) visit(item);
    }
  }
}
