/** Requests that are known to have begun and not known to have ended, with the segment in which that stands. */
export class OpenIntents {
  readonly #segmentOf = new Map<string, number>();
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
    const left = (this.#countIn.get(segment) ?? 1) - 1;
    if (left === 0) this.#countIn.delete(segment);
    else this.#countIn.set(segment, left);
  }

  /** Whether the segment is still needed. */
  standIn(segment: number): boolean {
    return this.#countIn.has(segment);
  }
}
