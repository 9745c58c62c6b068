import { readErrorInside } from '../dialects/openai-responses/read-error.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';
import { FrameWalker } from './frame-walker.js';
import { responseFacts } from './read-responses-answer.js';
import { deltaCharacters, responsesFrameKind } from './responses-frames.js';
import { frameData } from './sse-frames.js';
import type { AnswerFacts, StreamEnd, StreamForwarder } from './stream-forwarder.js';

/** The first and the last events repeat the request's instructions and tools, the last one all that was written. */
const MAX_FRAME_BYTES = 33_554_432;

/**
 * Forwards the frames of a streamed response as they are, and reads on the way what billing and the client's status need.
 * Which event a frame is shows in its first line; only the first, the last, and those that begin an item before anything
 * was written are parsed. `sink` is called while `push` runs.
 */
export class ResponsesStreamForwarder implements StreamForwarder {
  committed = false;

  readonly #walker: FrameWalker;
  #facts: AnswerFacts | null = null;
  #model: string | null = null;
  #finishReason: string | null = null;
  #deliveredCharacters = 0;
  #end: StreamEnd | null = null;

  constructor(sink: (bytes: Buffer) => void) {
    this.#walker = new FrameWalker({
      maxFrameBytes: MAX_FRAME_BYTES,
      look: (bytes, from, end) => this.#look(bytes, from, end),
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
    return {
      complete: error === null && lastFrame !== null,
      usage: this.#facts?.usage ?? null,
      servedModel: this.#facts?.servedModel ?? this.#model,
      serviceTier: this.#facts?.serviceTier ?? null,
      error,
      doneFrame: error === null ? lastFrame : null,
      deliveredCharacters: this.#deliveredCharacters,
      finishReasons: this.#finishReason === null ? [] : [this.#finishReason],
    };
  }

  #look(bytes: Buffer, from: number, end: number): 'on' | 'last' | UpstreamErrorFacts {
    const kind = responsesFrameKind(bytes, from, end);
    switch (kind) {
      case 'delta': {
        const characters = deltaCharacters(bytes, from, end);
        this.#deliveredCharacters += characters;
        if (characters > 0) this.committed = true;
        return 'on';
      }
      case 'other':
        return 'on';
      case 'item':
        if (!this.committed) this.#item(eventOf(bytes, from, end));
        return 'on';
      case 'begin':
        this.#model = responseFacts(eventOf(bytes, from, end)['response'], 0).servedModel;
        return 'on';
      case 'end': {
        const { response } = eventOf(bytes, from, end);
        if (!isRecord(response)) return 'on';
        this.#close(response);
        return 'last';
      }
      case 'failed': {
        const { response } = eventOf(bytes, from, end);
        this.#facts = responseFacts(response, 0);
        return readErrorInside(isRecord(response) ? response['error'] : null);
      }
      case 'error':
        return readErrorInside(eventOf(bytes, from, end));
    }
  }

  /** Texts and thoughts begin empty; whatever else an item is, it stands in its first event. */
  #item({ item, type }: JsonRecord): void {
    if (!isRecord(item)) return;
    const grows = item['type'] === 'message' || item['type'] === 'reasoning';
    if (!grows || type === 'response.output_item.done') this.committed = true;
  }

  #close(response: JsonRecord): void {
    this.#facts = responseFacts(response, 0);
    const details = response['incomplete_details'];
    const reason = isRecord(details) ? details['reason'] : null;
    const { status } = response;
    this.#finishReason = typeof reason === 'string' ? reason : typeof status === 'string' ? status : 'completed';
  }
}

function eventOf(bytes: Buffer, from: number, end: number): JsonRecord {
  const data = frameData(bytes.subarray(from, end));
  const event = data === null ? null : parseJson(data);
  return isRecord(event) ? event : {};
}
