import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { scanFrames } from './frame.js';
import type { JournalCursor } from './journal-cursor.js';
import type { SegmentRecord } from './segment-files.js';

/** A batch and the intents between its events: memory that is taken anew counts, and sets off collections. */
const MEMORY_BYTES = 4 * 1024 * 1024;
/** With less room than this behind what has been read, other memory is taken. */
const LEAST_READ_BYTES = 64 * 1024;

export interface TailRead {
  readonly records: readonly SegmentRecord[];
  readonly damagedBytes: number;
  /** Nothing more can be read at the moment. */
  readonly atEnd: boolean;
}

/**
 * Reads a segment that may still be growing. The records are views of memory that is used again only after
 * {@link SegmentTail.forget}.
 */
export class SegmentTail {
  #memory = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  /** What lies in the memory from here on does not make a whole record yet. */
  #restFrom = 0;
  #filledTo = 0;
  /** The same place as `#filledTo`, in the file. */
  #readTo = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly segment: number,
  ) {}

  static async open(path: string, segment: number): Promise<SegmentTail> {
    return new SegmentTail(await open(path, 'r'), segment);
  }

  /** Behind the last whole record that was read. */
  get position(): JournalCursor {
    return { segment: this.segment, offset: this.#readTo - (this.#filledTo - this.#restFrom) };
  }

  /** Reads the next piece. `isWhole`: the segment grows no more, so that what remains at its end is damage. */
  async read(isWhole: boolean): Promise<TailRead> {
    if (this.#memory.length - this.#filledTo < LEAST_READ_BYTES) this.#takeMemory();
    const room = this.#memory.length - this.#filledTo;
    const { bytesRead } = await this.file.read(this.#memory, this.#filledTo, room, this.#readTo);
    const start = this.position.offset;
    this.#filledTo += bytesRead;
    this.#readTo += bytesRead;
    const atEnd = bytesRead < room;
    const unread = this.#memory.subarray(this.#restFrom, this.#filledTo);
    const { records, consumed, damaged } = scanFrames(unread, isWhole && atEnd);
    this.#restFrom += consumed;
    return { records: records.map(({ bytes, end }) => ({ bytes, end: start + end })), damagedBytes: damaged, atEnd };
  }

  /** Nobody looks at the records that have been read any more: their memory may be used again. */
  forget(): void {
    if (this.#restFrom === 0) return;
    if (this.#memory.length > MEMORY_BYTES) return this.#takeMemory();
    this.#memory.copyWithin(0, this.#restFrom, this.#filledTo);
    this.#filledTo -= this.#restFrom;
    this.#restFrom = 0;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** Goes on elsewhere, with twice the room that the incomplete record has taken so far. */
  #takeMemory(): void {
    const rest = this.#memory.subarray(this.#restFrom, this.#filledTo);
    const memory = Buffer.allocUnsafeSlow(Math.max(MEMORY_BYTES, rest.length * 2));
    rest.copy(memory);
    this.#memory = memory;
    this.#restFrom = 0;
    this.#filledTo = rest.length;
  }
}
