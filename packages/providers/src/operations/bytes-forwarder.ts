import type { StreamEnd, StreamForwarder } from '../passthrough/stream-forwarder.js';
import type { ReadUsage } from '../reported-usage.js';

/** Forwards an answer that is bytes and nothing else, as they come; what it costs follows from how many there were. */
export class BytesForwarder implements StreamForwarder {
  readonly done = false;
  readonly error = null;
  #bytes = 0;

  constructor(
    private readonly usageOf: (bytes: number) => ReadUsage,
    private readonly sink: (bytes: Buffer) => void,
  ) {}

  get committed(): boolean {
    return this.#bytes > 0;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (chunk.length > 0) this.sink(chunk);
  }

  /** That the connection ended as it should is all that says that this was everything. */
  end(): StreamEnd {
    const begun = this.#bytes > 0;
    return {
      complete: begun,
      usage: begun ? this.usageOf(this.#bytes) : null,
      servedModel: null,
      serviceTier: null,
      error: null,
      doneFrame: null,
      deliveredCharacters: this.#bytes,
      finishReasons: [],
    };
  }
}
