import { billedSearches, collectQueries } from '../dialects/google-generate/read-grounding.js';
import { readErrorInside } from '../dialects/google-generate/read-error.js';
import { readUsage } from '../dialects/google-generate/read-usage.js';
import { readServiceTier } from '../dialects/google-generate/service-tiers.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';
import { PartialFrame } from './partial-frame.js';
import { frameData, frameEnd, mayBeError } from './sse-frames.js';
import { FRAME_TOO_LONG, type StreamEnd, type StreamForwarder } from './stream-forwarder.js';

/** Pictures come in one frame, and an answer may be a single JSON array. */
const MAX_FRAME_BYTES = 33_554_432;
const TYPICAL_OVERHEAD_BYTES = 350;
const TYPICAL_DELTA_BYTES = 4;
const FINISH = Buffer.from('"finishReason"');
const USAGE = Buffer.from('"usageMetadata"');
const QUERIES = Buffer.from('SearchQueries"');
/** Long, and nothing that the model has written. */
const OPAQUE = [Buffer.from('"thoughtSignature"'), Buffer.from('"inlineData"')];

/**
 * Forwards the frames of Google's stream as they are, and reads on the way what billing and the client's status need. Each
 * frame is a whole object; parsed are those before the first content, those that say why it ends or what was searched for,
 * and the last report of usage, which counts up. There is no final frame: from the reason for the end on, the latest frame
 * is held back. `sink` is called while `push` runs.
 */
export class GenerateStreamForwarder implements StreamForwarder {
  committed = false;

  readonly #sink: (bytes: Buffer) => void;
  #remainder: PartialFrame | null = null;
  /** The latest frame, once something has said why it ends. */
  #held: Buffer | null = null;
  #usageFrame: Buffer | null = null;
  #error: UpstreamErrorFacts | null = null;
  #model: string | null = null;
  readonly #queries = new Set<string>();
  readonly #finishReasons = new Set<string>();
  #overheadBytes = TYPICAL_OVERHEAD_BYTES;
  #deliveredCharacters = 0;
  #end: StreamEnd | null = null;

  constructor(sink: (bytes: Buffer) => void) {
    this.#sink = sink;
  }

  get error(): UpstreamErrorFacts | null {
    return this.#error;
  }

  /** Nothing but the end of the stream says that there will be no more. */
  get done(): boolean {
    return false;
  }

  push(chunk: Buffer): void {
    if (this.#error !== null || this.#end !== null || chunk.length === 0) return;
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
    if (rest !== null && this.#error === null) this.#finishRemainder(rest);
    const complete = this.#error === null && this.#finishReasons.size > 0;
    const last = this.#usageFrame === null ? null : objectOf(this.#usageFrame);
    const usage = last?.['usageMetadata'];
    return {
      complete,
      usage: readUsage(usage, billedSearches(this.#queries, this.#model ?? '')),
      servedModel: this.#model,
      serviceTier: readServiceTier(usage),
      error: this.#error,
      doneFrame: complete ? this.#held : null,
      deliveredCharacters: this.#deliveredCharacters,
      finishReasons: [...this.#finishReasons],
    };
  }

  /** Walks the complete frames; runs of frames that may go on are handed to the sink as one piece. */
  #forward(bytes: Buffer): void {
    let unsent = 0;
    let from = 0;
    for (let end = frameEnd(bytes, 0); end >= 0; end = frameEnd(bytes, from)) {
      const frame = from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end);
      if (mayBeError(bytes, from) || !this.committed || frame.indexOf(FINISH) >= 0 || frame.indexOf(QUERIES) >= 0) {
        this.#look(frame);
      } else {
        this.#count(frame);
      }
      if (frame.indexOf(USAGE) >= 0) this.#usageFrame = frame;
      if (this.#error !== null || this.#finishReasons.size > 0) {
        this.#send(bytes, unsent, from);
        unsent = end;
        this.#release();
        if (this.#error !== null) return;
        this.#held = frame;
      }
      from = end;
    }
    this.#send(bytes, unsent, from);
    if (from === bytes.length) return;
    this.#remainder = new PartialFrame(from === 0 ? bytes : bytes.subarray(from));
    this.#boundRemainder(this.#remainder);
  }

  #release(): void {
    if (this.#held !== null) this.#sink(this.#held);
    this.#held = null;
  }

  #boundRemainder(remainder: PartialFrame): void {
    if (remainder.length <= MAX_FRAME_BYTES) return;
    this.#remainder = null;
    this.#error = FRAME_TOO_LONG;
  }

  #send(bytes: Buffer, from: number, to: number): void {
    if (from < to) this.#sink(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
  }

  #look(frame: Buffer): void {
    const answer = objectOf(frame);
    if (answer === null) return;
    if (answer['error'] !== undefined && answer['error'] !== null) {
      this.#error ??= readErrorInside(answer);
      return;
    }
    if (typeof answer['modelVersion'] === 'string' && answer['modelVersion'] !== '')
      this.#model = answer['modelVersion'];
    const candidates = Array.isArray(answer['candidates']) ? answer['candidates'].filter(isRecord) : [];
    let characters = 0;
    for (const candidate of candidates) {
      const reason = candidate['finishReason'];
      if (typeof reason === 'string' && reason !== 'FINISH_REASON_UNSPECIFIED') this.#finishReasons.add(reason);
      collectQueries(this.#queries, candidate);
      characters += writtenCharacters(candidate['content']);
    }
    const feedback = answer['promptFeedback'];
    const blocked = isRecord(feedback) ? feedback['blockReason'] : null;
    if (typeof blocked === 'string') this.#finishReasons.add(blocked);
    if (characters === 0) return;
    if (!this.committed) this.#overheadBytes = frame.length - characters;
    this.committed = true;
    this.#deliveredCharacters += characters;
  }

  /** A frame shorter than the overhead shows that it was set too high: the first frame often says more than the rest. */
  #count(frame: Buffer): void {
    if (frame[0] === 58 || OPAQUE.some((mark) => frame.indexOf(mark) >= 0)) return;
    const { length } = frame;
    if (length < this.#overheadBytes + TYPICAL_DELTA_BYTES) this.#overheadBytes = length - TYPICAL_DELTA_BYTES;
    this.#deliveredCharacters += length - this.#overheadBytes;
  }

  /**
   * What stands behind the last empty line. A whole frame that only lacks its end is completed; half a frame is left out. Where
   * a server knows no events, the answer is a JSON array: the client gets the events that it has asked for.
   */
  #finishRemainder(rest: Buffer): void {
    const data = frameData(rest);
    if (data !== null) {
      if (parseJson(data) !== undefined) {
        this.#forward(Buffer.concat([rest, Buffer.from(rest.at(-1) === 10 ? '\n' : '\n\n')]));
      }
      return;
    }
    const parsed = parseJson(rest.toString());
    const objects = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
    const frames = objects.filter(isRecord).map((object) => `data: ${JSON.stringify(object)}\r\n\r\n`);
    if (frames.length > 0) this.#forward(Buffer.from(frames.join('')));
  }
}

function objectOf(frame: Buffer): JsonRecord | null {
  const data = frameData(frame);
  const parsed = data === null ? null : parseJson(data);
  const answer = Array.isArray(parsed) ? (parsed as readonly unknown[])[0] : parsed;
  return isRecord(answer) ? answer : null;
}

/** Texts and calls count by their length; that there are pictures, or code that was run, counts as one. */
function writtenCharacters(content: unknown): number {
  const parts = isRecord(content) && Array.isArray(content['parts']) ? content['parts'].filter(isRecord) : [];
  let sum = 0;
  for (const { text, functionCall, ...others } of parts) {
    if (typeof text === 'string') sum += text.length;
    else if (isRecord(functionCall)) sum += JSON.stringify(functionCall).length;
    else if (Object.keys(others).some((name) => name !== 'thoughtSignature' && name !== 'thought')) sum += 1;
  }
  return sum;
}
