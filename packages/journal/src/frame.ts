import { crc32 } from 'node:zlib';

/**
 * How records stand in a segment file: a mark, the length of the text in bytes, its CRC-32, the text in UTF-8. The mark
 * lets a reader find the next record behind a damaged one. All numbers are little-endian.
 */
const HEADER_BYTES = 12;
const MARK = 0x314a4754; // "TGJ1"
const MARK_BYTES = Buffer.from('TGJ1', 'latin1');
/** Longer lengths are taken for damage: no record comes near it. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** Writes a record's frame at `offset` and returns where it ends. The buffer must have {@link frameBound} bytes left. */
export function writeFrame(buffer: Buffer, offset: number, record: string): number {
  const start = offset + HEADER_BYTES;
  const length = buffer.write(record, start, 'utf8');
  buffer.writeUInt32LE(MARK, offset);
  buffer.writeUInt32LE(length, offset + 4);
  buffer.writeUInt32LE(crc32(buffer.subarray(start, start + length)), offset + 8);
  return start + length;
}

/** So many bytes are enough for the frame of a record. */
export function frameBound(record: string): number {
  return HEADER_BYTES + record.length * 3;
}

export interface ScannedFrames {
  readonly records: readonly ScannedRecord[];
  /** Bytes from the start that are dealt with; what follows may be a record that is still being written. */
  readonly consumed: number;
  /** Bytes that belong to no record. */
  readonly damaged: number;
}

interface ScannedRecord {
  /** The record's text in UTF-8: a view of the buffer that was scanned. */
  readonly bytes: Buffer;
  /** Where the record's frame ends in the buffer. */
  readonly end: number;
}

/**
 * Reads all complete records of a buffer. `isWhole`: nothing will follow any more, so that an incomplete record at the
 * end is damage and not patience.
 */
export function scanFrames(buffer: Buffer, isWhole: boolean): ScannedFrames {
  const records: ScannedRecord[] = [];
  let at = 0;
  let damaged = 0;
  while (at < buffer.length) {
    const end = frameEnd(buffer, at);
    if (typeof end === 'number') {
      records.push({ bytes: buffer.subarray(at + HEADER_BYTES, end), end });
      at = end;
      continue;
    }
    if (end === 'incomplete' && !isWhole) break;
    const next = buffer.indexOf(MARK_BYTES, at + 1);
    // the last bytes may be the beginning of a mark
    const resume = next >= 0 ? next : isWhole ? buffer.length : Math.max(at + 1, buffer.length - MARK_BYTES.length + 1);
    damaged += resume - at;
    at = resume;
  }
  return { records, consumed: at, damaged };
}

function frameEnd(buffer: Buffer, at: number): number | 'incomplete' | 'damaged' {
  if (buffer.length - at < HEADER_BYTES) {
    const mark = buffer.subarray(at, at + MARK_BYTES.length);
    return MARK_BYTES.subarray(0, mark.length).equals(mark) ? 'incomplete' : 'damaged';
  }
  if (buffer.readUInt32LE(at) !== MARK) return 'damaged';
  const length = buffer.readUInt32LE(at + 4);
  if (length > MAX_RECORD_BYTES) return 'damaged';
  const end = at + HEADER_BYTES + length;
  if (end > buffer.length) return 'incomplete';
  return crc32(buffer.subarray(at + HEADER_BYTES, end)) === buffer.readUInt32LE(at + 8) ? end : 'damaged';
}
