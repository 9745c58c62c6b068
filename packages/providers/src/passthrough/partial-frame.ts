import { frameEnd, frameEndAcross } from './sse-frames.js';

const MIN_CAPACITY_BYTES = 4096;

/**
 * The beginning of a frame whose end has not arrived. A piece that does not end it is copied into memory that doubles
 * when it is full, and only the new bytes are looked at: however a frame is cut, its cost grows with its length alone.
 */
export class PartialFrame {
  /** The first piece as it came, then memory of its own with room behind the bytes. */
  #bytes: Buffer;
  #length: number;
  #owned = false;

  constructor(first: Buffer) {
    this.#bytes = first;
    this.#length = first.length;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  /** Takes the next piece; what it comes to when the frame ends in it, or `null` when it still does not. */
  add(piece: Buffer): Buffer | null {
    if (frameEndAcross(this.#bytes, this.#length, piece) || frameEnd(piece, 0) >= 0) {
      return Buffer.concat([this.bytes, piece]);
    }
    const length = this.#length + piece.length;
    if (!this.#owned || length > this.#bytes.length) {
      const roomy = Buffer.allocUnsafeSlow(Math.max(MIN_CAPACITY_BYTES, 2 * length));
      this.#bytes.copy(roomy, 0, 0, this.#length);
      this.#bytes = roomy;
      this.#owned = true;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
    return null;
  }
}
