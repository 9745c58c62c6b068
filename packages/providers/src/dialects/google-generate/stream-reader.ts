import { ERRORS } from '@tollgate/domain';

import type { StreamPart } from '../../conversation.js';
import { isRecord, parseJson } from '../../json.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { EventReader, type EventReaderOptions, type EventTeller } from '../../streaming/event-reader.js';
import { AnswerReader } from './answer-reader.js';
import { JsonObjects } from './json-objects.js';
import { readErrorInside } from './read-error.js';

const EVENTS: EventReaderOptions = {
  /** An event longer than this ends the stream with an error: pictures come in one. */
  maxEventCharacters: 33_554_432,
  content: ['candidates[].content.parts[].text'],
  // of `usageMetadata` the last one holds
  aside: ['usageMetadata', 'createTime'],
};
/** White space, and the bytes of a byte order mark. */
const BLANK = new Set([9, 10, 11, 12, 13, 32, 0xef, 0xbb, 0xbf]);

/**
 * Reads a streamed answer, cut anywhere, into parts: events that are whole objects, or the JSON array that Google sends when
 * nobody asks for events.
 */
export class StreamReader implements EventTeller {
  readonly #events = new EventReader(this, EVENTS);
  readonly #decoder = new TextDecoder();
  readonly #objects = new JsonObjects(EVENTS.maxEventCharacters);
  readonly #answer = new AnswerReader();
  /** Not known before the first character that is not blank. */
  #form: 'events' | 'json' | null = null;
  #failed = false;
  #done = false;

  push(chunk: Buffer): readonly StreamPart[] {
    if (this.#failed) return [];
    if (this.#form !== null) return this.#read(chunk);
    const start = chunk.findIndex((byte) => !BLANK.has(byte));
    if (start < 0) return [];
    this.#form = chunk[start] === 91 || chunk[start] === 123 ? 'json' : 'events';
    return this.#read(chunk.subarray(start));
  }

  /** What is left when the upstream's stream is over. */
  end(): readonly StreamPart[] {
    if (this.#failed) return [];
    const parts = this.#form === 'json' ? this.#readObjects(this.#decoder.decode()) : this.#events.end();
    this.#finish(parts);
    return parts;
  }

  #read(chunk: Buffer): StreamPart[] {
    if (this.#form === 'events') return this.#events.push(chunk);
    return this.#readObjects(this.#decoder.decode(chunk, { stream: true }));
  }

  #readObjects(text: string): StreamPart[] {
    const parts: StreamPart[] = [];
    for (const object of this.#objects.push(text)) this.event(undefined, object, parts);
    if (this.#objects.overflown) this.tooLong(parts);
    return parts;
  }

  event(name: string | undefined, data: string, parts: StreamPart[]): void {
    if (this.#done) return;
    if (data.startsWith('[DONE')) {
      this.#finish(parts);
      return;
    }
    const parsed = parseJson(data);
    // errors come in an array of their own where a server had begun one
    const answer = Array.isArray(parsed) ? (parsed as readonly unknown[])[0] : parsed;
    if (!isRecord(answer)) return;
    const failed = (answer['error'] !== undefined && answer['error'] !== null) || name === 'error';
    if (failed) parts.push({ kind: 'error', error: readErrorInside(answer) });
    else for (const part of this.#answer.read(answer)) parts.push(part);
  }

  again(piece: ContentPiece): void {
    this.#answer.grew(piece);
  }

  settle(data: string): void {
    const answer = parseJson(data);
    if (isRecord(answer)) this.#answer.count(answer);
  }

  tooLong(parts: StreamPart[]): void {
    this.#failed = true;
    const error = {
      ...readErrorInside({}),
      code: 'provider_invalid_response',
      upstreamCode: 'frame_too_long',
    } as const;
    parts.push({ kind: 'error', error: { ...error, message: ERRORS[error.code].message } });
  }

  /** Google's streams just end; one that has not said why is not whole. */
  #finish(parts: StreamPart[]): void {
    if (this.#done || this.#failed) return;
    this.#done = true;
    for (const part of this.#answer.end()) parts.push(part);
    if (this.#answer.finished) parts.push({ kind: 'done' });
  }
}
