import { readErrorInside } from '../dialects/openai-chat/read-error.js';
import { readUsage } from '../dialects/openai-chat/read-usage.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';
import { type ChatChunkFacts, chatChunkFacts } from './chat-chunk-facts.js';
import { PartialFrame } from './partial-frame.js';
import { frameData, frameEnd, isDoneFrame, mayBeError, usageKeyAt } from './sse-frames.js';
import {
  FRAME_TOO_LONG,
  MAX_DONE_BYTES,
  MAX_REMAINDER_BYTES,
  type StreamEnd,
  type StreamForwarder,
} from './stream-forwarder.js';

export interface ChatStreamForwarderOptions {
  /** The client did not ask for the usage frame, so it must not see the one that we asked for. */
  readonly withholdUsage: boolean;
}

/** Bytes of a frame around its content, until the first frame with content has shown how many there are. */
const TYPICAL_OVERHEAD_BYTES = 200;
const TYPICAL_DELTA_BYTES = 4;
/** Shorter frames are comments and pings. */
const COMMENT_BYTES = 40;
const DELTA_KEY = Buffer.from('"delta"');

/**
 * Forwards the frames of a chat completion stream as they are, and reads on the way what billing and the client's
 * status need. Frames are parsed until the stream is committed; after that only the one with usage and the last ones
 * are. `sink` is called while `push` runs, after everything in the chunk up to there has been looked at.
 */
export class ChatStreamForwarder implements StreamForwarder {
  committed = false;

  readonly #sink: (bytes: Buffer) => void;
  readonly #withholdUsage: boolean;
  #remainder: PartialFrame | null = null;
  #doneFrame: Buffer | null = null;
  #usageFrame: Buffer | null = null;
  #lastFrame: Buffer | null = null;
  #secondLastFrame: Buffer | null = null;
  #error: UpstreamErrorFacts | null = null;
  #usage: unknown = null;
  #model: string | null = null;
  #serviceTier: string | null = null;
  #finishReasons = new Set<string>();
  #overheadBytes = TYPICAL_OVERHEAD_BYTES;
  #deliveredCharacters = 0;
  #end: StreamEnd | null = null;

  constructor(options: ChatStreamForwarderOptions, sink: (bytes: Buffer) => void) {
    this.#withholdUsage = options.withholdUsage;
    this.#sink = sink;
  }

  get error(): UpstreamErrorFacts | null {
    return this.#error;
  }

  /** The stream cannot be read on: a frame was longer than any that is honest. */
  get failed(): boolean {
    return this.#error === FRAME_TOO_LONG;
  }

  get done(): boolean {
    return this.#doneFrame !== null;
  }

  /** Bytes of an incomplete frame that wait for their rest. */
  get heldBytes(): number {
    return this.#remainder?.length ?? 0;
  }

  push(chunk: Buffer): void {
    if (this.#error !== null || this.#end !== null || chunk.length === 0) return;
    if (this.#doneFrame !== null) {
      if (this.#doneFrame.length < MAX_DONE_BYTES) this.#doneFrame = Buffer.concat([this.#doneFrame, chunk]);
      return;
    }
    if (this.#remainder === null) {
      this.#forward(chunk);
      return;
    }
    const whole = this.#remainder.add(chunk);
    if (whole === null) {
      this.#boundRemainder(this.#remainder);
    } else {
      this.#remainder = null;
      this.#forward(whole);
    }
  }

  end(): StreamEnd {
    this.#end ??= this.#finish();
    return this.#end;
  }

  #finish(): StreamEnd {
    const rest = this.#remainder?.bytes ?? null;
    this.#remainder = null;
    if (rest !== null && this.#error === null && this.#doneFrame === null) this.#finishRemainder(rest);
    this.#readLast(this.#usageFrame);
    this.#readLast(this.#secondLastFrame);
    this.#readLast(this.#lastFrame);
    const complete = this.#error === null && (this.#doneFrame !== null || this.#finishReasons.size > 0);
    return {
      complete,
      usage: readUsage(this.#usage),
      servedModel: this.#model,
      serviceTier: this.#serviceTier,
      error: this.#error,
      doneFrame: this.#error === null ? this.#doneFrame : null,
      deliveredCharacters: this.#deliveredCharacters,
      finishReasons: [...this.#finishReasons],
    };
  }

  /** Walks the complete frames; runs of frames that may go on are handed to the sink as one piece. */
  #forward(bytes: Buffer): void {
    let usageAt = usageKeyAt(bytes, 0);
    let unsent = 0;
    let from = 0;
    for (let end = frameEnd(bytes, 0); end >= 0; end = frameEnd(bytes, from)) {
      if (isDoneFrame(bytes, from)) {
        this.#send(bytes, unsent, from);
        this.#doneFrame = bytes.subarray(from);
        return;
      }
      let goesOn = true;
      if (!this.committed || mayBeError(bytes, from)) goesOn = this.#parse(bytes.subarray(from, end));
      else this.#count(end - from);
      if (this.#error !== null) {
        this.#send(bytes, unsent, from);
        return;
      }
      if (usageAt >= 0 && usageAt < end) {
        if (goesOn) goesOn = this.#keepUsage(bytes.subarray(from, end));
        usageAt = usageKeyAt(bytes, end);
      }
      if (!goesOn) {
        this.#send(bytes, unsent, from);
        unsent = end;
      } else {
        this.#secondLastFrame = this.#lastFrame;
        this.#lastFrame = from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end);
      }
      from = end;
    }
    this.#send(bytes, unsent, from);
    if (from === bytes.length) return;
    this.#remainder = new PartialFrame(from === 0 ? bytes : bytes.subarray(from));
    this.#boundRemainder(this.#remainder);
  }

  #boundRemainder(remainder: PartialFrame): void {
    if (remainder.length <= MAX_REMAINDER_BYTES) return;
    this.#remainder = null;
    this.#error = FRAME_TOO_LONG;
  }

  #send(bytes: Buffer, from: number, to: number): void {
    if (from < to) this.#sink(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
  }

  /** Looks into a frame; `false` when the client must not see it. */
  #parse(frame: Buffer): boolean {
    const data = frameData(frame);
    const chunk = data === null ? null : parseJson(data);
    if (!isRecord(chunk)) return true;
    const isErrorEvent = frame[0] === 101 && /^event: ?error/.test(frame.toString('latin1', 0, 12));
    const facts = this.#learn(isErrorEvent && chunk['error'] == null ? { error: chunk } : chunk);
    if (facts.error !== null) return false;
    if (facts.characters > 0) {
      if (!this.committed) this.#overheadBytes = frame.length - facts.characters;
      this.committed = true;
      this.#deliveredCharacters += facts.characters;
    }
    return !(facts.usageOnly && this.#withholdUsage);
  }

  #learn(chunk: JsonRecord): ChatChunkFacts {
    const facts = chatChunkFacts(chunk);
    this.#model ??= facts.model;
    this.#serviceTier = facts.serviceTier ?? this.#serviceTier;
    this.#usage = facts.usage ?? this.#usage;
    for (const reason of facts.finishReasons) this.#finishReasons.add(reason);
    if (facts.error !== null && facts.error !== undefined) this.#error ??= readErrorInside({ error: facts.error });
    return facts;
  }

  /** A frame that reports usage. It is parsed now only if it may have to be withheld. */
  #keepUsage(frame: Buffer): boolean {
    this.#usageFrame = frame;
    if (!this.#withholdUsage || frame.indexOf(DELTA_KEY) >= 0) return true;
    const data = frameData(frame);
    const chunk = data === null ? null : parseJson(data);
    return !(isRecord(chunk) && chatChunkFacts(chunk).usageOnly);
  }

  /** A frame shorter than the overhead shows that it was set too high: the first frame often says more than the rest. */
  #count(frameBytes: number): void {
    if (frameBytes < COMMENT_BYTES) return;
    if (frameBytes < this.#overheadBytes + TYPICAL_DELTA_BYTES) this.#overheadBytes = frameBytes - TYPICAL_DELTA_BYTES;
    this.#deliveredCharacters += frameBytes - this.#overheadBytes;
  }

  #readLast(frame: Buffer | null): void {
    const data = frame === null ? null : frameData(frame);
    const chunk = data === null ? null : parseJson(data);
    if (isRecord(chunk)) this.#learn(chunk);
  }

  /**
   * What stands behind the last empty line. A whole frame that only lacks its end is completed and forwarded; half a
   * frame is not, because the error that follows would run into it.
   */
  #finishRemainder(rest: Buffer): void {
    if (isDoneFrame(rest, 0)) {
      this.#doneFrame = rest;
      return;
    }
    const data = frameData(rest);
    if (data === null) {
      const answer = parseJson(rest.toString()); // no stream at all, but an answer in JSON
      if (isRecord(answer)) this.#learn(answer);
      return;
    }
    if (parseJson(data) === undefined) return;
    this.#forward(Buffer.concat([rest, Buffer.from(rest.at(-1) === 10 ? '\n' : '\n\n')]));
  }
}
