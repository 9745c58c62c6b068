import { crc32 } from 'node:zlib';

import { LONG_BYTES, shortCrc32 } from './checksum.js';

/** One message of an event stream. */
export interface EventStreamMessage {
  /** Those that are texts; of messages that begin alike, the same map. */
  readonly headers: ReadonlyMap<string, string>;
  /** What it carries stands at `[from, end)` of the bytes. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly end: number;
  /** The bytes of its frame as characters. */
  readonly text: string;
  /** Where the payload stands in the text. */
  readonly textFrom: number;
}

/** A frame longer than this ends the stream with an error: no honest one comes near it. */
const MAX_FRAME_BYTES = 8_388_608;
/** Length of the frame, length of its headers, and the checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/** Why nothing more can be read of a stream. */
export type EventStreamFault = 'frame_too_long' | 'corrupt_frame';

/** What stands ahead of a message's payload, which frames of one length and with the same headers have in common. */
interface Beginning {
  /** A character for each byte. */
  readonly text: string;
  /** Of the whole frame. */
  readonly length: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Of all these bytes: that of the frame goes on from here. */
  readonly checksum: number;
}

/** Frames of a stream differ in length by their text and its padding. */
const MAX_BEGINNINGS = 256;

class EventStreamError extends Error {
  constructor(readonly fault: EventStreamFault) {
    super(fault);
  }
}

/**
 * Takes the bytes of an AWS event stream, cut anywhere, apart into messages. Source of the format:
 * smithy.io/2.0/aws/amazon-eventstream.html. AWS's own codec for JavaScript computes checksums in JavaScript: a frame took it
 * 2.0 µs.
 */
export class EventStreamDecoder {
  /** The pieces of a frame whose end has not arrived: they are joined once, however many they are. */
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes that the frame needs before anything more can be said of it. */
  #needed = PRELUDE_BYTES;
  /** By the length of their frames. */
  readonly #beginnings = new Map<number, Beginning>();
  /** Nearly all frames of a stream have the same headers. */
  #lastHeaders: { readonly bytes: Buffer; readonly read: ReadonlyMap<string, string> } | null = null;

  #fault: EventStreamFault | null = null;

  /** What is wrong with the stream; once this is set, nothing more is read. */
  get fault(): EventStreamFault | null {
    return this.#fault;
  }

  /** @param take gets the messages that have become whole. */
  push(chunk: Buffer, take: (message: EventStreamMessage) => void): void {
    if (this.#fault !== null) return;
    try {
      if (this.#held === 0) this.#read(chunk, take);
      else this.#add(chunk, take);
    } catch (error) {
      if (!(error instanceof EventStreamError)) throw error;
      this.#fault = error.fault;
      this.#pieces = [];
    }
  }

  #add(chunk: Buffer, take: (message: EventStreamMessage) => void): void {
    this.#held += chunk.length;
    this.#pieces.push(chunk);
    if (this.#held < this.#needed) return;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#read(whole, take);
  }

  #read(bytes: Buffer, take: (message: EventStreamMessage) => void): void {
    let at = 0;
    this.#needed = PRELUDE_BYTES;
    while (bytes.length - at >= PRELUDE_BYTES) {
      const known = this.#beginnings.get(bytes.readUInt32BE(at));
      const length = known?.length ?? frameLength(bytes, at);
      if (at + length > bytes.length) {
        this.#needed = known === undefined ? length : frameLength(bytes, at);
        break;
      }
      const text = bytes.toString('latin1', at, at + length);
      const isKnown = known !== undefined && text.slice(0, known.text.length) === known.text;
      take(message(bytes, at, { text, beginning: isKnown ? known : this.#newBeginning(bytes, at) }));
      at += length;
    }
    this.#held = bytes.length - at;
    if (this.#held > 0) this.#pieces.push(at === 0 ? bytes : bytes.subarray(at));
  }

  /** Whether the stream ended inside a frame. */
  get isInsideFrame(): boolean {
    return this.#held > 0;
  }

  #newBeginning(bytes: Buffer, at: number): Beginning {
    const length = frameLength(bytes, at);
    const payload = at + PRELUDE_BYTES + bytes.readUInt32BE(at + 4);
    if (payload > at + length - CHECKSUM_BYTES) throw new EventStreamError('corrupt_frame');
    const headers = this.#headers(bytes, at + PRELUDE_BYTES, payload);
    const text = bytes.toString('latin1', at, payload);
    const beginning = { text, length, headers, checksum: crc32(bytes.subarray(at, payload)) };
    if (this.#beginnings.size < MAX_BEGINNINGS) this.#beginnings.set(length, beginning);
    return beginning;
  }

  #headers(bytes: Buffer, from: number, to: number): ReadonlyMap<string, string> {
    const last = this.#lastHeaders;
    if (last?.bytes.length === to - from && bytes.compare(last.bytes, 0, to - from, from, to) === 0) return last.read;
    const own = Buffer.from(bytes.subarray(from, to));
    const read = readHeaders(own);
    this.#lastHeaders = { bytes: own, read };
    return read;
  }
}

/** @throws EventStreamError when the frame is not as it was sent. */
function message(
  bytes: Buffer,
  at: number,
  { text, beginning }: { readonly text: string; readonly beginning: Beginning },
): EventStreamMessage {
  const textFrom = beginning.text.length;
  const from = at + textFrom;
  const end = at + text.length - CHECKSUM_BYTES;
  const isShort = end - from < LONG_BYTES;
  const { checksum } = beginning;
  const computed = isShort ? shortCrc32(bytes, [from, end], checksum) : crc32(bytes.subarray(from, end), checksum);
  if (computed !== bytes.readUInt32BE(end)) throw new EventStreamError('corrupt_frame');
  return { headers: beginning.headers, bytes, from, end, text, textFrom };
}

function frameLength(bytes: Buffer, at: number): number {
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) throw new EventStreamError('corrupt_frame');
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
