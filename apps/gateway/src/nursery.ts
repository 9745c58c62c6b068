/**
 * Buffers are memory outside of the heap that only a collection frees, and when there is much of it the engine marks
 * the whole heap. A large nursery, which small requests like, is not full by then; so it is emptied here after so many
 * bytes have passed through buffers. Does nothing unless Node was started with `--expose-gc`, as the launcher does.
 */
export class Nursery {
  private bytes = 0;

  constructor(
    private readonly bytesPerCollection: number,
    private readonly collect = globalThis.gc,
  ) {}

  passed(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < this.bytesPerCollection) return;
    this.bytes = 0;
    void this.collect?.({ type: 'minor', execution: 'sync' });
  }
}
