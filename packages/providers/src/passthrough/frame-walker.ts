import type { UpstreamErrorFacts } from '../upstream-error.js';
import { parseJson } from '../json.js';
import { PartialFrame } from './partial-frame.js';
import { frameData, frameEnd } from './sse-frames.js';
import { FRAME_TOO_LONG, MAX_DONE_BYTES } from './stream-forwarder.js';

export interface FrameWalkerParts {
  /** An incomplete frame that is longer is held no more. */
  readonly maxFrameBytes: number;
  /**
   * Looks at the frame at `[from, end)` of the bytes: it goes on to the client, it is the last one, which is held back
   * with all that follows, or it is an error, and nothing goes on any more.
   */
  look(bytes: Buffer, from: number, end: number): 'on' | 'last' | UpstreamErrorFacts;
  /** Takes the frames that go on, runs of them as one piece, while `push` runs. */
  sink(bytes: Buffer): void;
}

/** Puts the frames of a stream together, cut anywhere, and lets those through that may go on. */
export class FrameWalker {
  error: UpstreamErrorFacts | null = null;
  /** The last frame and the little that may follow it. */
  lastFrame: Buffer | null = null;
  #remainder: PartialFrame | null = null;
  #ended = false;
  /** Bytes that came behind the last frame. */
  #behind = 0;

  constructor(private readonly parts: FrameWalkerParts) {}

  push(chunk: Buffer): void {
    if (this.error !== null || this.#ended || chunk.length === 0) return;
    if (this.lastFrame !== null) {
      if (this.#behind < MAX_DONE_BYTES) this.lastFrame = Buffer.concat([this.lastFrame, chunk]);
      this.#behind += chunk.length;
      return;
    }
    if (this.#remainder === null) {
      this.#walk(chunk);
      return;
    }
    const whole = this.#remainder.add(chunk);
    if (whole === null) {
      this.#boundRemainder(this.#remainder);
    } else {
      this.#remainder = null;
      this.#walk(whole);
    }
  }

  /** The stream is over. A whole frame that only lacks its end is completed; half a one would run into what follows. */
  end(): void {
    if (this.#ended) return;
    const rest = this.#remainder?.bytes ?? null;
    this.#remainder = null;
    if (rest !== null && this.error === null && this.lastFrame === null) {
      const data = frameData(rest);
      const isWhole = data !== null && parseJson(data) !== undefined;
      if (isWhole) this.#walk(Buffer.concat([rest, Buffer.from(rest.at(-1) === 10 ? '\n' : '\n\n')]));
    }
    this.#ended = true;
  }

  #walk(bytes: Buffer): void {
    let from = 0;
    for (let end = frameEnd(bytes, 0); end >= 0; end = frameEnd(bytes, from)) {
      const next = this.parts.look(bytes, from, end);
      if (next !== 'on') {
        this.#send(bytes, from);
        if (next === 'last') this.lastFrame = bytes.subarray(from);
        else this.error = next;
        return;
      }
      from = end;
    }
    this.#send(bytes, from);
    if (from === bytes.length) return;
    this.#remainder = new PartialFrame(from === 0 ? bytes : bytes.subarray(from));
    this.#boundRemainder(this.#remainder);
  }

  #boundRemainder(remainder: PartialFrame): void {
    if (remainder.length <= this.parts.maxFrameBytes) return;
    this.#remainder = null;
    this.error = FRAME_TOO_LONG;
  }

  #send(bytes: Buffer, to: number): void {
    if (to > 0) this.parts.sink(to === bytes.length ? bytes : bytes.subarray(0, to));
  }
}
