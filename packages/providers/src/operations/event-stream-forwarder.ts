import type { Meter } from '@tollgate/domain';

import { readErrorInside } from '../dialects/openai-chat/read-error.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import { PartialFrame } from '../passthrough/partial-frame.js';
import { frameData, frameEnd, isDoneFrame } from '../passthrough/sse-frames.js';
import {
  FRAME_TOO_LONG,
  MAX_DONE_BYTES,
  type StreamEnd,
  type StreamForwarder,
} from '../passthrough/stream-forwarder.js';
import type { ReadUsage } from '../reported-usage.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';

/** A frame with a picture in it is as long as the picture. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** What one event of an operation's stream says. */
export interface OperationEvent {
  readonly commits: boolean;
  /** The answer, or one of several that belong to it, is complete. */
  readonly completes: boolean;
  readonly usage: ReadUsage | null;
  readonly serviceTier: string | null;
  readonly characters: number;
  /** What the client is sent instead of the frame; `null` for the frame itself. */
  readonly instead: Buffer | null;
}

export type ReadOperationEvent = (type: string, event: JsonRecord) => OperationEvent;

/** Forwards the events of a stream of pictures, speech or transcript, and reads on the way what billing needs. */
export class EventStreamForwarder implements StreamForwarder {
  committed = false;
  #remainder: PartialFrame | null = null;
  #doneFrame: Buffer | null = null;
  #error: UpstreamErrorFacts | null = null;
  #complete = false;
  #usage: ReadUsage | null = null;
  #model: string | null = null;
  #serviceTier: string | null = null;
  #characters = 0;
  #end: StreamEnd | null = null;

  constructor(
    private readonly read: ReadOperationEvent,
    private readonly sink: (bytes: Buffer) => void,
  ) {}

  get error(): UpstreamErrorFacts | null {
    return this.#error;
  }

  get done(): boolean {
    return this.#doneFrame !== null;
  }

  push(chunk: Buffer): void {
    if (this.#error !== null || this.#end !== null || chunk.length === 0) return;
    if (this.#doneFrame !== null) {
      if (this.#doneFrame.length < MAX_DONE_BYTES) this.#doneFrame = Buffer.concat([this.#doneFrame, chunk]);
      return;
    }
    const whole = this.#remainder === null ? chunk : this.#remainder.add(chunk);
    if (whole !== null) {
      this.#remainder = null;
      this.#walk(whole);
    }
    if ((this.#remainder?.length ?? 0) > MAX_FRAME_BYTES) {
      this.#remainder = null;
      this.#error = FRAME_TOO_LONG;
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
    return {
      complete: this.#error === null && this.#complete,
      usage: this.#usage,
      servedModel: this.#model,
      serviceTier: this.#serviceTier,
      error: this.#error,
      doneFrame: this.#error === null ? this.#doneFrame : null,
      deliveredCharacters: this.#characters,
      finishReasons: this.#complete ? ['stop'] : [],
    };
  }

  #walk(bytes: Buffer): void {
    let from = 0;
    for (let end = frameEnd(bytes, 0); end >= 0; end = frameEnd(bytes, from)) {
      if (isDoneFrame(bytes, from)) {
        this.#doneFrame = bytes.subarray(from);
        return;
      }
      const frame = bytes.subarray(from, end);
      const sent = this.#learn(frame);
      if (this.#error !== null) return;
      if (sent.length > 0) this.sink(sent);
      from = end;
    }
    if (from < bytes.length) this.#remainder = new PartialFrame(bytes.subarray(from));
  }

  /** What the client is to be sent for a frame. */
  #learn(frame: Buffer): Buffer {
    const data = frameData(frame);
    const event = data === null ? null : parseJson(data);
    if (!isRecord(event)) return frame;
    const type = typeof event['type'] === 'string' ? event['type'] : '';
    const error = event['error'] ?? (type === 'error' ? event : null);
    if (error !== null) {
      this.#error = readErrorInside({ error });
      return frame;
    }
    const facts = this.read(type, event);
    this.committed ||= facts.commits;
    this.#complete ||= facts.completes;
    this.#characters += facts.characters;
    this.#serviceTier = facts.serviceTier ?? this.#serviceTier;
    if (typeof event['model'] === 'string') this.#model ??= event['model'];
    if (facts.usage !== null) this.#usage = this.#usage === null ? facts.usage : sum(this.#usage, facts.usage);
    return facts.instead ?? frame;
  }

  /** A last frame that only lacks its empty line is completed; half a frame is not forwarded. */
  #finishRemainder(rest: Buffer): void {
    if (isDoneFrame(rest, 0)) {
      this.#doneFrame = rest;
      return;
    }
    const data = frameData(rest);
    if (data !== null && parseJson(data) !== undefined) {
      this.#walk(Buffer.concat([rest, Buffer.from(rest.at(-1) === 10 ? '\n' : '\n\n')]));
    } else if (data === null) {
      const answer = parseJson(rest.toString());
      if (isRecord(answer) && (answer['error'] ?? null) !== null)
        this.#learn(Buffer.from(`data: ${JSON.stringify(answer)}\n\n`));
    }
  }
}

/** Each picture of several reports its own. */
function sum(a: ReadUsage, b: ReadUsage): ReadUsage {
  const usage: Partial<Record<Meter, number>> = { ...a.usage };
  for (const [meter, quantity] of Object.entries(b.usage) as [Meter, number][]) {
    usage[meter] = (usage[meter] ?? 0) + quantity;
  }
  return { usage, reportedCost: null, problem: a.problem ?? b.problem };
}
