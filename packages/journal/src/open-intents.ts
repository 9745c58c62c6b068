/**
 * The tables of a `Map` that changes all the time are replaced by ever new ones, each of which points to the next, and
 * the ones that died in the old generation of the heap keep the later ones alive. A copy has no such ancestors.
 */
const COPY_AFTER = 4_096;

/** Requests that are known to have begun and not known to have ended, with the segment in which that stands. */
export class OpenIntents {
  #segmentOf = new Map<string, number>();
  #closed = 0;
  readonly #countIn = new Map<number, number>();

  get size(): number {
    return this.#segmentOf.size;
  }

  open(requestId: string, segment: number): void {
    this.close(requestId);
    this.#segmentOf.set(requestId, segment);
    this.#countIn.set(segment, (this.#countIn.get(segment) ?? 0) + 1);
  }

  close(requestId: string): void {
    const segment = this.#segmentOf.get(requestId);
    if (segment === undefined) return;
    this.#segmentOf.delete(requestId);
    if (++this.#closed > COPY_AFTER + this.#segmentOf.size) this.#copy();
    const left = (this.#countIn.get(segment) ?? 1) - 1;
    if (left === 0) this.#countIn.delete(segment);
    else this.#countIn.set(segment, left);
  }

  #copy(): void {
    this.#segmentOf = new Map(this.#segmentOf);
    this.#closed = 0;
  }

  /** Whether the segment is still needed. */
  standIn(segment: number): boolean {
    return this.#countIn.has(segment);
  }
}
