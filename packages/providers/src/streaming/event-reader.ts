import { createParser, type EventSourceParser } from 'eventsource-parser';

import type { StreamPart } from '../conversation.js';
import { frameEnd } from '../passthrough/sse-frames.js';
import { type ContentPiece, isContentPiece, withText } from './content-piece.js';
import { type FrameVariety, RepeatedFrame } from './repeated-frame.js';

export interface EventReaderOptions extends FrameVariety {
  /** An event that is longer ends the stream. */
  readonly maxEventCharacters: number;
}

/** What reads the events of one dialect. */
export interface EventTeller {
  /** Reads an event, and appends what it says to `parts`. */
  event(name: string | undefined, data: string, parts: StreamPart[]): void;
  /** An event was too long: nothing more will come. */
  tooLong(parts: StreamPart[]): void;
  /** The event read last came again, with this as its content: what else it says is known. */
  again?(piece: ContentPiece): void;
  /** The data of the event that came again last, before another one is read and at the end: for counts that only it has. */
  settle?(data: string): void;
}

/** Larger chunks are no single frames. */
const MAX_WALKED_BYTES = 1_048_576;
/** Larger chunks are hardly ever one frame of a text. */
const MAX_SINGLE_BYTES = 2048;
const EVENT = 'event:';
const DATA = 'data:';

/**
 * Reads server-sent events, cut anywhere. Frames that are whole and plain, as nearly all are, need neither decoder nor parser,
 * and those that only repeat the one before with other content are not parsed at all. Everything else goes to the parser.
 */
export class EventReader {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  readonly #frame: RepeatedFrame;
  #parts: StreamPart[] = [];
  /** The parser is not inside an event. False before the first one: a byte order mark may stand there. */
  #between = false;
  #failed = false;
  /** The piece that the known frame came to. */
  #piece: ContentPiece | null = null;
  /** How much of the known frame stands around its JSON. */
  #aheadOfJson = 0;
  #behindJson = 0;
  /** The frame that came again last, where somebody wants to know. */
  #last: Buffer | null = null;
  #lastFrom = 0;
  #lastEnd = 0;

  // asked once: tellers are of many kinds, and what is not there is looked for slowly
  readonly #hasAgain: boolean;
  readonly #hasSettle: boolean;

  constructor(
    private readonly teller: EventTeller,
    options: EventReaderOptions,
  ) {
    this.#hasAgain = teller.again !== undefined;
    this.#hasSettle = teller.settle !== undefined;
    this.#frame = new RepeatedFrame(options);
    this.#parser = createParser({
      onEvent: ({ event, data }) => {
        this.#read(event, data);
      },
      onError: ({ type }) => {
        if (type !== 'max-buffer-size-exceeded') return;
        this.#failed = true;
        teller.tooLong(this.#parts);
      },
      maxBufferSize: options.maxEventCharacters,
    });
  }

  push(chunk: Buffer): StreamPart[] {
    if (this.#failed) return [];
    const piece = this.#between ? this.#onlyPiece(chunk) : null;
    if (piece !== null) return [piece];
    if (chunk.length > MAX_WALKED_BYTES) {
      this.#feed(chunk);
      this.#between = frameEnd(chunk, chunk.length - 3) === chunk.length;
    } else {
      this.#walk(chunk);
    }
    return this.#take();
  }

  /** What is left when the stream is over. */
  end(): StreamPart[] {
    if (!this.#failed) this.#parser.feed(`${this.#decoder.decode()}\n\n`);
    this.#settle();
    return this.#take();
  }

  #take(): StreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #feed(chunk: Buffer): void {
    if (!this.#failed) this.#parser.feed(this.#decoder.decode(chunk, { stream: true }));
  }

  /** The piece of a chunk that is one frame, and nothing but the one before with other content. */
  #onlyPiece(chunk: Buffer): ContentPiece | null {
    if (this.#piece === null || chunk.length > MAX_SINGLE_BYTES) return null;
    const text = chunk.toString('latin1');
    return this.#frame.match(text, 0) === text.length ? this.#repeated(chunk, text, 0) : null;
  }

  #walk(chunk: Buffer): void {
    let text: string | null = null;
    for (let at = 0; at < chunk.length && !this.#failed;) {
      if (this.#between) {
        text ??= chunk.toString('latin1');
        at = this.#walkFrames(chunk, text, at);
        if (at === chunk.length) return;
      }
      const end = frameEnd(chunk, at);
      const to = end < 0 ? chunk.length : end;
      this.#feed(chunk.subarray(at, to));
      this.#between = end >= 0;
      at = to;
    }
  }

  /** Offset of the first frame, from `at` on, that is not whole and plain. */
  #walkFrames(chunk: Buffer, text: string, at: number): number {
    while (at < text.length) {
      let next = this.#knownFrame(chunk, text, at);
      if (next < 0) next = this.#plainFrame(chunk, text, at);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** Offset behind the frame at `at` if it repeats the one before with other content, or -1. */
  #knownFrame(chunk: Buffer, text: string, at: number): number {
    const end = this.#frame.match(text, at);
    const piece = end < 0 ? null : this.#repeated(chunk, text, at);
    if (piece === null) return -1;
    this.#parts.push(piece);
    return end;
  }

  /** The piece that the frame at `at`, which matched, came to. */
  #repeated(chunk: Buffer, text: string, at: number): ContentPiece | null {
    const content = this.#frame.content(text, chunk, 0);
    if (content === null || this.#piece === null) return null;
    const piece = withText(this.#piece, content);
    if (this.#hasAgain) this.teller.again?.(piece);
    if (this.#hasSettle) {
      this.#last = chunk;
      this.#lastFrom = at + this.#aheadOfJson;
      this.#lastEnd = this.#frame.end - this.#behindJson;
    }
    return piece;
  }

  /** Reads the frame at `at` if it is whole, and has its data in one line behind at most a name; offset behind it, or -1. */
  #plainFrame(chunk: Buffer, text: string, at: number): number {
    let [name, dataAt] = ['', at];
    if (text.startsWith(EVENT, at)) {
      dataAt = text.indexOf('\n', at) + 1;
      name = chunk.toString('utf8', valueAt(text, at + EVENT.length), dataAt - 1);
    }
    if (!text.startsWith(DATA, dataAt)) return -1;
    const lineEnd = text.indexOf('\n', dataAt);
    const end = blankLineEnd(text, lineEnd + 1);
    if (lineEnd < 0 || end < 0) return -1;
    const jsonFrom = valueAt(text, dataAt + DATA.length);
    const jsonEnd = text.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd;
    const data = chunk.toString('utf8', jsonFrom, jsonEnd);
    // to the parser a lone CR ends a line
    if (data === '' || data.includes('\r') || name.includes('\r')) return -1;
    const told = this.#parts.length;
    this.#read(name === '' ? undefined : name, data);
    const piece = this.#parts[told];
    if (piece !== undefined && this.#parts.length === told + 1 && isContentPiece(piece)) {
      this.#frame.learn({ text, from: at, end, jsonFrom, jsonEnd }, piece.text);
      this.#piece = piece;
      this.#aheadOfJson = jsonFrom - at;
      this.#behindJson = end - jsonEnd;
    }
    return end;
  }

  #read(name: string | undefined, data: string): void {
    this.#settle();
    this.#frame.forget();
    this.teller.event(name, data, this.#parts);
  }

  #settle(): void {
    if (this.#last === null) return;
    this.teller.settle?.(this.#last.toString('utf8', this.#lastFrom, this.#lastEnd));
    this.#last = null;
  }
}

function valueAt(text: string, at: number): number {
  return text.charCodeAt(at) === 32 ? at + 1 : at;
}

/** Offset behind the empty line at `at`, or -1. */
function blankLineEnd(text: string, at: number): number {
  const c = text.charCodeAt(at);
  if (c === 10) return at + 1;
  return c === 13 && text.charCodeAt(at + 1) === 10 ? at + 2 : -1;
}
