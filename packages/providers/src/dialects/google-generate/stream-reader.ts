import { ERRORS } from '@tollgate/domain';
import { createParser, type EventSourceParser } from 'eventsource-parser';

import type { StreamPart } from '../../conversation.js';
import { isRecord, parseJson } from '../../json.js';
import { frameEnd } from '../../passthrough/sse-frames.js';
import { AnswerReader } from './answer-reader.js';
import { JsonObjects } from './json-objects.js';
import { readErrorInside } from './read-error.js';

/** An event longer than this ends the stream with an error: pictures come in one. */
const MAX_EVENT_CHARACTERS = 33_554_432;
const DATA = Buffer.from('data: ');
const BLANK = /^[\s\uFEFF]*/;

/**
 * Reads a streamed answer, cut anywhere, into parts: events that are whole objects, or the JSON array that Google sends when
 * nobody asks for events.
 */
export class StreamReader {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  readonly #objects = new JsonObjects(MAX_EVENT_CHARACTERS);
  readonly #answer = new AnswerReader();
  /** Not known before the first character that is not blank. */
  #form: 'events' | 'json' | null = null;
  /** All that came before was whole events. */
  #betweenEvents = true;
  #parts: StreamPart[] = [];
  #failed = false;
  #done = false;

  constructor() {
    this.#parser = createParser({
      onEvent: ({ event, data }) => {
        this.#event(event, data);
      },
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') this.#fail();
      },
      maxBufferSize: MAX_EVENT_CHARACTERS,
    });
  }

  push(chunk: Buffer): readonly StreamPart[] {
    if (this.#failed) return this.#take();
    const plain = this.#betweenEvents && isOneEvent(chunk);
    if (plain) {
      this.#form = 'events';
      this.#event(undefined, chunk.toString('utf8', DATA.length).trimEnd());
    } else {
      this.#betweenEvents = frameEnd(chunk, Math.max(0, chunk.length - 4)) === chunk.length;
      this.#feed(this.#decoder.decode(chunk, { stream: true }));
    }
    return this.#take();
  }

  /** What is left when the upstream's stream is over. */
  end(): readonly StreamPart[] {
    if (!this.#failed) this.#feed(`${this.#decoder.decode()}${this.#form === 'json' ? '' : '\n\n'}`);
    this.#finish();
    return this.#take();
  }

  #take(): readonly StreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #feed(text: string): void {
    const rest = this.#form === null ? text.replace(BLANK, '') : text;
    if (rest === '') return;
    this.#form ??= rest.startsWith('[') || rest.startsWith('{') ? 'json' : 'events';
    if (this.#form === 'events') {
      this.#parser.feed(rest);
      return;
    }
    for (const object of this.#objects.push(rest)) this.#event(undefined, object);
    if (this.#objects.overflown) this.#fail();
  }

  #event(name: string | undefined, data: string): void {
    if (this.#done) return;
    if (data.startsWith('[DONE')) {
      this.#finish();
      return;
    }
    const parsed = parseJson(data);
    // errors come in an array of their own where a server had begun one
    const answer = Array.isArray(parsed) ? (parsed as readonly unknown[])[0] : parsed;
    if (!isRecord(answer)) return;
    const failed = (answer['error'] !== undefined && answer['error'] !== null) || name === 'error';
    if (failed) this.#parts.push({ kind: 'error', error: readErrorInside(answer) });
    else for (const part of this.#answer.read(answer)) this.#parts.push(part);
  }

  /** Google's streams just end; one that has not said why is not whole. */
  #finish(): void {
    if (this.#done || this.#failed) return;
    this.#done = true;
    for (const part of this.#answer.end()) this.#parts.push(part);
    if (this.#answer.finished) this.#parts.push({ kind: 'done' });
  }

  #fail(): void {
    this.#failed = true;
    const error = {
      ...readErrorInside({}),
      code: 'provider_invalid_response',
      upstreamCode: 'frame_too_long',
    } as const;
    this.#parts.push({ kind: 'error', error: { ...error, message: ERRORS[error.code].message } });
  }
}

/** Google sends each event in a piece of its own, with its data in one line: such a one needs no parser. */
function isOneEvent(chunk: Buffer): boolean {
  if (chunk[0] !== 100 || chunk[DATA.length] !== 123 || chunk.indexOf(DATA) !== 0) return false;
  const line = chunk.indexOf(10);
  return line > 0 && chunk.length - line <= 3 && frameEnd(chunk, line) === chunk.length;
}
