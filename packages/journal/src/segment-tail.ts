import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { scanFrames } from './frame.js';
import type { JournalCursor } from './journal-cursor.js';
import type { SegmentRecord } from './segment-files.js';

const READ_BYTES = 256 * 1024;

export interface TailRead {
  readonly records: readonly SegmentRecord[];
  readonly damagedBytes: number;
  /** Nothing more can be read at the moment. */
  readonly atEnd: boolean;
}

/** Reads a segment that may still be growing. */
export class SegmentTail {
  /** What was read and does not make a whole record yet. */
  #rest: Buffer = Buffer.alloc(0);
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
    return { segment: this.segment, offset: this.#readTo - this.#rest.length };
  }

  /** Reads the next piece. `isWhole`: the segment grows no more, so that what remains at its end is damage. */
  async read(isWhole: boolean): Promise<TailRead> {
    const piece = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await this.file.read(piece, 0, READ_BYTES, this.#readTo);
    const start = this.#readTo - this.#rest.length;
    const bytes = Buffer.concat([this.#rest, piece.subarray(0, bytesRead)]);
    const atEnd = bytesRead < READ_BYTES;
    const { records, consumed, damaged } = scanFrames(bytes, isWhole && atEnd);
    this.#readTo += bytesRead;
    this.#rest = bytes.subarray(consumed);
    return { records: records.map(({ text, end }) => ({ text, end: start + end })), damagedBytes: damaged, atEnd };
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
