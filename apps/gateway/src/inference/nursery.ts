/** Half of what the engine allows before it marks the whole heap. */
const BYTES_PER_COLLECTION = 32 * 1024 * 1024;

/**
 * Each 64 KB that are read from a socket are memory outside of the heap which only a collection of the nursery frees,
 * and at 64 MB of it the engine marks the whole heap instead. A large nursery is not full by then. So it is emptied
 * after so many bytes of bodies: 200 KB prompts cost half as much, and the nursery may be as large as small requests
 * like it. Does nothing unless Node was started with `--expose-gc`, as the launcher does.
 */
export class Nursery {
  private bytes = 0;

  constructor(private readonly collect = globalThis.gc) {}

  read(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < BYTES_PER_COLLECTION) return;
    this.bytes = 0;
    void this.collect?.({ type: 'minor', execution: 'sync' });
  }
}
