import { ERRORS } from '@tollgate/domain';

import type { StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { EventReader, type EventReaderOptions, type EventTeller } from '../../streaming/event-reader.js';
import type { UpstreamErrorFacts } from '../../upstream-error.js';
import { isFailure, readFinishReason } from './finish-reasons.js';
import { isOfText, readCitation } from './read-citation.js';
import { readErrorInside, readFailure } from './read-error.js';
import { argumentsOf, planExtensions, readLogprobs, string, toolCallOf } from './read-response.js';
import { readUsage } from './read-usage.js';

const EVENTS: EventReaderOptions = {
  /** An event longer than this ends the stream with an error. */
  maxEventCharacters: 8_388_608,
  content: [
    'delta.message.content.text',
    'delta.message.content.thinking',
    'delta.message.tool_calls.function.arguments',
  ],
  typed: true,
  aside: [],
};
/** A chat has one answer. */
const choice = 0;

interface RunningCall {
  readonly index: number;
  hasInput: boolean;
}

/** Reads a streamed answer, cut anywhere, into parts. */
export class StreamReader implements EventTeller {
  readonly #events = new EventReader(this, EVENTS);
  #parts: StreamPart[] = [];
  #failed = false;
  #started = false;
  #over = false;
  #calls = 0;
  /** By the server's own number of the call. */
  readonly #running = new Map<number, RunningCall>();
  #toolPlan = '';

  push(chunk: Buffer): readonly StreamPart[] {
    return this.#failed ? [] : this.#events.push(chunk);
  }

  /** What is left when the upstream's stream is over. */
  end(): readonly StreamPart[] {
    return this.#failed ? [] : this.#events.end();
  }

  tooLong(parts: StreamPart[]): void {
    this.#parts = parts;
    this.#fail(TOO_LONG);
  }

  #fail(error: UpstreamErrorFacts): void {
    this.#failed = true;
    this.#parts.push({ kind: 'error', error });
  }

  /** The type stands in the data, and in older versions only in the event's name. */
  event(name: string | undefined, data: string, parts: StreamPart[]): void {
    const event = this.#failed ? undefined : parseJson(data);
    if (!isRecord(event)) return;
    this.#parts = parts;
    const type = string(event['type']) ?? name ?? '';
    const message = messageOf(event);
    switch (type) {
      case 'content-delta':
        this.#content(message['content']);
        this.#logprobs(event['logprobs']);
        break;
      case 'content-start':
        this.#parts.push({ kind: 'part', choice });
        this.#content(message['content']);
        break;
      case 'message-start':
        this.#start(string(event['id']) ?? '');
        break;
      case 'tool-plan-delta':
        this.#toolPlan += string(message['tool_plan']) ?? '';
        break;
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        this.#toolCall(type, event, message['tool_calls']);
        break;
      case 'citation-start':
        for (const citation of Array.isArray(message['citations']) ? message['citations'] : [message['citations']]) {
          if (isRecord(citation) && isOfText(citation))
            this.#parts.push({ kind: 'citation', choice, citation: readCitation(citation) });
        }
        break;
      case 'message-end':
        this.#end(isRecord(event['delta']) ? event['delta'] : {});
        break;
      case 'error':
        this.#fail(readErrorInside(event));
        break;
      default: // ends of contents and of citations, what is for debugging, and what later versions add
        if (type === '' && typeof event['message'] === 'string') this.#fail(readErrorInside(event));
    }
  }

  #start(id: string): void {
    if (this.#started) return;
    this.#started = true;
    this.#parts.push({ kind: 'start', dialect: 'cohere-chat', id, model: '', created: 0, usage: null });
  }

  #content(content: unknown): void {
    if (!isRecord(content)) return;
    const text = string(content['text']) ?? '';
    const thinking = string(content['thinking']) ?? '';
    if (thinking !== '')
      this.#parts.push({ kind: 'reasoning', choice, text: thinking, signature: null, redacted: null });
    if (text !== '') this.#parts.push({ kind: 'text', choice, text });
  }

  #logprobs(wire: unknown): void {
    const logprobs = readLogprobs(wire);
    if (logprobs !== null) this.#parts.push({ kind: 'logprobs', choice, logprobs });
  }

  #toolCall(type: string, event: JsonRecord, wire: unknown): void {
    const number = typeof event['index'] === 'number' ? event['index'] : 0;
    const call = isRecord(wire) ? wire : {};
    if (type === 'tool-call-start') {
      const running: RunningCall = { index: this.#calls++, hasInput: false };
      this.#running.set(number, running);
      this.#parts.push({ kind: 'part', choice });
      this.#parts.push({ kind: 'tool-call', choice, index: running.index, ...toolCallOf(call), custom: false });
    }
    const running = this.#running.get(number);
    if (running === undefined) return;
    const text = argumentsOf(call);
    if (text !== '') this.#input(running, text);
    if (type !== 'tool-call-end') return;
    this.#running.delete(number);
    this.#closeCall(running);
  }

  #input(call: RunningCall, text: string): void {
    call.hasInput = true;
    this.#parts.push({ kind: 'tool-input', choice, index: call.index, text });
  }

  /** A call without any input has an empty one. */
  #closeCall(call: RunningCall): void {
    if (!call.hasInput) this.#input(call, '{}');
  }

  #end(delta: JsonRecord): void {
    if (this.#over) return;
    this.#over = true;
    for (const call of this.#running.values()) this.#closeCall(call);
    const extensions = planExtensions(this.#toolPlan);
    if (Object.keys(extensions).length > 0) this.#parts.push({ kind: 'extensions', choice, extensions });
    const usage = readUsage(delta['usage']);
    if (usage !== null) this.#parts.push({ kind: 'usage', usage });
    if (isFailure(delta['finish_reason'])) {
      this.#fail(readFailure(delta['finish_reason'], delta['error']));
      return;
    }
    const reason = readFinishReason(delta['finish_reason']);
    if (reason !== null) this.#parts.push({ kind: 'finish', choice, reason, stopSequence: null });
    // not every server sends `[DONE]` behind it
    this.#parts.push({ kind: 'done' });
  }
}

const TOO_LONG: UpstreamErrorFacts = {
  ...readErrorInside({}),
  code: 'provider_invalid_response',
  message: ERRORS.provider_invalid_response.message,
  upstreamCode: 'frame_too_long',
};

function messageOf(event: JsonRecord): JsonRecord {
  const delta = isRecord(event['delta']) ? event['delta'] : {};
  return isRecord(delta['message']) ? delta['message'] : {};
}
