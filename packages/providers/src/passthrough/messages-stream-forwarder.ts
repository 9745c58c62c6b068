import { readErrorInside } from '../dialects/anthropic-messages/read-error.js';
import { readServiceTier } from '../dialects/anthropic-messages/read-service-tier.js';
import { readUsage } from '../dialects/anthropic-messages/read-usage.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';
import { type MessagesFrameKind, messagesFrameKind } from './messages-frames.js';
import { FrameWalker } from './frame-walker.js';
import { frameData } from './sse-frames.js';
import { MAX_REMAINDER_BYTES, type StreamEnd, type StreamForwarder } from './stream-forwarder.js';

/** Bytes of a frame around its content, until the first frame with content has shown how many there are. */
const TYPICAL_OVERHEAD_BYTES = 120;
const TYPICAL_DELTA_BYTES = 4;
/** Signatures come in one piece, and no text does at this length. */
const SIGNATURE_BYTES = 300;
const SIGNATURE = Buffer.from('"signature_delta"');
const MESSAGE_STOP = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');

/**
 * Forwards the frames of a stream of the Messages API as they are, and reads on the way what billing and the client's
 * status need. Which event a frame is shows in its first line; only the few that open and close the message are parsed,
 * and those before the first content. `sink` is called while `push` runs.
 */
export class MessagesStreamForwarder implements StreamForwarder {
  committed = false;

  readonly #walker: FrameWalker;
  #error: UpstreamErrorFacts | null = null;
  /** As `message_start` has told it: mostly of the input, with a placeholder for the output. */
  #opening: JsonRecord | null = null;
  /** As the last `message_delta` has told it: cumulative. */
  #closing: JsonRecord | null = null;
  #model: string | null = null;
  readonly #finishReasons = new Set<string>();
  #overheadBytes = TYPICAL_OVERHEAD_BYTES;
  #deliveredCharacters = 0;
  #end: StreamEnd | null = null;

  constructor(sink: (bytes: Buffer) => void) {
    this.#walker = new FrameWalker({
      maxFrameBytes: MAX_REMAINDER_BYTES,
      look: (bytes, from, end) => this.#judge(bytes, from, end),
      sink,
    });
  }

  get error(): UpstreamErrorFacts | null {
    return this.#walker.error;
  }

  get done(): boolean {
    return this.#walker.lastFrame !== null;
  }

  push(chunk: Buffer): void {
    this.#walker.push(chunk);
  }

  end(): StreamEnd {
    this.#end ??= this.#finish();
    return this.#end;
  }

  #finish(): StreamEnd {
    this.#walker.end();
    const { error, lastFrame } = this.#walker;
    const complete = error === null && (lastFrame !== null || this.#finishReasons.size > 0);
    const usage = this.#usage();
    return {
      complete,
      usage: readUsage(usage),
      servedModel: this.#model,
      serviceTier: readServiceTier(usage),
      error,
      // a message that has said why it stopped is whole, and SDKs wait for this event
      doneFrame: complete ? (lastFrame ?? MESSAGE_STOP) : null,
      deliveredCharacters: this.#deliveredCharacters,
      finishReasons: [...this.#finishReasons],
    };
  }

  /** What opened the message, with what closed it over it. */
  #usage(): JsonRecord | null {
    if (this.#closing === null) {
      if (this.#opening === null) return null;
      return { ...this.#opening, output_tokens: null };
    }
    const told = Object.entries(this.#closing).filter(([, value]) => value !== null);
    return { ...this.#opening, ...Object.fromEntries(told) };
  }

  #judge(bytes: Buffer, from: number, end: number): 'on' | 'last' | UpstreamErrorFacts {
    const kind = messagesFrameKind(bytes, from, end);
    if (kind === 'message_stop') return 'last';
    if (kind !== 'other') this.#look(kind, from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    return this.#error ?? 'on';
  }

  #look(kind: MessagesFrameKind, frame: Buffer): void {
    if (this.committed && kind === 'content_block_delta') {
      this.#count(frame);
      return;
    }
    if (this.committed && kind === 'content_block_start') return;
    const data = frameData(frame);
    const event = data === null ? null : parseJson(data);
    if (!isRecord(event)) {
      if (kind === 'error') this.#error ??= readErrorInside({});
      return;
    }
    switch (kind) {
      case 'message_start':
        return this.#open(event);
      case 'content_block_start':
        return this.#beginBlock(event, frame);
      case 'content_block_delta':
        return this.#firstDelta(event, frame);
      case 'message_delta':
        return this.#close(event);
      case 'error':
        this.#error ??= readErrorInside(event);
        return;
      case 'message_stop':
      case 'other':
    }
  }

  #open(event: JsonRecord): void {
    const message = isRecord(event['message']) ? event['message'] : {};
    if (typeof message['model'] === 'string' && message['model'] !== '') this.#model = message['model'];
    if (isRecord(message['usage'])) this.#opening = message['usage'];
  }

  #close(event: JsonRecord): void {
    const delta = isRecord(event['delta']) ? event['delta'] : {};
    if (typeof delta['stop_reason'] === 'string') this.#finishReasons.add(delta['stop_reason']);
    if (isRecord(event['usage'])) this.#closing = event['usage'];
  }

  /** Text and thoughts begin empty; whatever else a block is, it stands in its first event. */
  #beginBlock(event: JsonRecord, frame: Buffer): void {
    const block = isRecord(event['content_block']) ? event['content_block'] : {};
    const written = block['text'] ?? block['thinking'];
    if ((block['type'] === 'text' || block['type'] === 'thinking') && (written ?? '') === '') return;
    this.committed = true;
    this.#deliveredCharacters += typeof written === 'string' ? written.length : Math.min(frame.length, 40);
  }

  #firstDelta(event: JsonRecord, frame: Buffer): void {
    const delta = isRecord(event['delta']) ? event['delta'] : {};
    const written = delta['text'] ?? delta['thinking'] ?? delta['partial_json'];
    if (written === '') return;
    this.committed = true;
    if (typeof written !== 'string') return;
    this.#overheadBytes = frame.length - written.length;
    this.#deliveredCharacters += written.length;
  }

  #count(frame: Buffer): void {
    const { length } = frame;
    if (length > SIGNATURE_BYTES && frame.indexOf(SIGNATURE) >= 0) return;
    if (length < this.#overheadBytes + TYPICAL_DELTA_BYTES) this.#overheadBytes = length - TYPICAL_DELTA_BYTES;
    this.#deliveredCharacters += length - this.#overheadBytes;
  }
}
