import { crc32 } from 'node:zlib';

/** One message of an event stream: its headers that are texts, and the text that it carries. */
export interface EventStreamMessage {
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: string;
}

/** A frame longer than this ends the stream with an error: no honest one comes near it. */
const MAX_FRAME_BYTES = 8_388_608;
/** Length of the frame, length of its headers, and the checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const EMPTY = Buffer.alloc(0);

export class EventStreamError extends Error {
  constructor(readonly code: 'frame_too_long' | 'corrupt_frame') {
    super(code);
  }
}

/**
 * Takes the bytes of an AWS event stream, cut anywhere, apart into messages. Source of the format:
 * smithy.io/2.0/aws/amazon-eventstream.html. AWS's own codec for JavaScript computes checksums in JavaScript and takes
 * about twice as long for a frame, which with it alone cost more than passing a chunk through; Node has them built in.
 */
export class EventStreamDecoder {
  /** The pieces of a frame whose end has not arrived: they are joined once, however many they are. */
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes that the frame needs before anything more can be said of it. */
  #needed = PRELUDE_BYTES;
  /** Nearly all frames of a stream have the same headers. */
  #lastHeaders: { readonly bytes: Buffer; readonly read: ReadonlyMap<string, string> } | null = null;

  /** @throws EventStreamError behind the messages that were whole before the fault. */
  *push(chunk: Buffer): Generator<EventStreamMessage, void, void> {
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return;
    const bytes = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    let at = 0;
    for (let length = frameLength(bytes, at); length !== null; length = frameLength(bytes, at)) {
      this.#needed = length;
      if (at + length > bytes.length) break;
      yield this.#message(bytes.subarray(at, at + length));
      at += length;
      this.#needed = PRELUDE_BYTES;
    }
    const rest = at === 0 ? bytes : bytes.subarray(at);
    this.#held = rest.length;
    this.#pieces = rest.length === 0 ? [] : [rest];
  }

  /** Whether the stream ended inside a frame. */
  get isInsideFrame(): boolean {
    return this.#held > 0;
  }

  #message(frame: Buffer): EventStreamMessage {
    const end = frame.length - CHECKSUM_BYTES;
    if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) throw new EventStreamError('corrupt_frame');
    const payloadStart = PRELUDE_BYTES + frame.readUInt32BE(4);
    if (payloadStart > end) throw new EventStreamError('corrupt_frame');
    return { headers: this.#headers(frame, payloadStart), payload: frame.toString('utf8', payloadStart, end) };
  }

  #headers(frame: Buffer, end: number): ReadonlyMap<string, string> {
    const last = this.#lastHeaders;
    const { length } = last?.bytes ?? EMPTY;
    if (
      last !== null &&
      length === end - PRELUDE_BYTES &&
      frame.compare(last.bytes, 0, length, PRELUDE_BYTES, end) === 0
    )
      return last.read;
    const bytes = Buffer.from(frame.subarray(PRELUDE_BYTES, end));
    const read = readHeaders(bytes);
    this.#lastHeaders = { bytes, read };
    return read;
  }
}

/** Of the frame that begins at `at`; `null` when too little of it has arrived. */
function frameLength(bytes: Buffer, at: number): number | null {
  if (bytes.length - at < PRELUDE_BYTES) return null;
  const checksum = bytes.readUInt32BE(at + 8);
  if (crc32(bytes.subarray(at, at + 8)) !== checksum) throw new EventStreamError('corrupt_frame');
  const length = bytes.readUInt32BE(at);
  if (length > MAX_FRAME_BYTES) throw new EventStreamError('frame_too_long');
  if (length < PRELUDE_BYTES + CHECKSUM_BYTES) throw new EventStreamError('corrupt_frame');
  return length;
}

const TEXT = 7;
/** Bytes of a value by the type in front of it; bytes and texts say their own length. */
const VALUE_BYTES: readonly (number | null)[] = [0, 0, 1, 2, 4, 8, null, null, 8, 16];

/** Only texts are of use to anyone; the others are stepped over. */
function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const type = bytes[nameEnd] ?? -1;
    at = nameEnd + 1;
    let length = VALUE_BYTES[type];
    if (length === null && at + 2 <= bytes.length) {
      length = bytes.readUInt16BE(at);
      at += 2;
    }
    if (length === undefined || length === null || at + length > bytes.length)
      throw new EventStreamError('corrupt_frame');
    if (type === TEXT) headers.set(name, bytes.toString('utf8', at, at + length));
    at += length;
  }
  return headers;
}
