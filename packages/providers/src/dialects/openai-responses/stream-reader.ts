import { ERRORS } from '@tollgate/domain';

import type { StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { EventReader, type EventReaderOptions, type EventTeller } from '../../streaming/event-reader.js';
import { string } from '../openai-chat/read-answer-fields.js';
import { OutputReader } from './output-reader.js';
import { readErrorInside } from './read-error.js';
import { endOf, startOf } from './read-response.js';

const EVENTS: EventReaderOptions = {
  /** An event longer than this ends the stream with an error: the last one repeats the whole answer. */
  maxEventCharacters: 33_554_432,
  content: ['delta'],
  typed: true,
  aside: ['sequence_number', 'obfuscation'],
};

/** Reads a streamed response, cut anywhere, into parts. */
export class StreamReader implements EventTeller {
  readonly #events = new EventReader(this, EVENTS);
  readonly #output = new OutputReader();
  #parts: StreamPart[] = [];
  #started = false;
  /** Nothing that comes behind the end, or an error, belongs to the answer. */
  #over = false;

  push(chunk: Buffer): readonly StreamPart[] {
    return this.#over ? [] : this.#events.push(chunk);
  }

  /** What is left when the upstream's stream is over. */
  end(): readonly StreamPart[] {
    return this.#over ? [] : this.#events.end();
  }

  tooLong(parts: StreamPart[]): void {
    this.#over = true;
    const error = { ...readErrorInside({ code: 'frame_too_long' }), code: 'provider_invalid_response' } as const;
    parts.push({ kind: 'error', error: { ...error, message: ERRORS[error.code].message } });
  }

  event(_name: string | undefined, data: string, parts: StreamPart[]): void {
    const event = this.#over ? undefined : parseJson(data);
    if (!isRecord(event)) return;
    this.#parts = parts;
    this.#event(event);
  }

  again({ text }: ContentPiece): void {
    this.#output.grew(text.length);
  }

  #tell(part: StreamPart): void {
    this.#parts.push(part);
  }

  #event(event: JsonRecord): void {
    const { type } = event;
    if (type === 'error' || (type === undefined && isRecord(event['error']))) {
      this.#over = true;
      this.#tell({ kind: 'error', error: readErrorInside(event) });
    } else if (isRecord(event['response'])) {
      this.#response(type, event['response']);
    } else {
      this.#grow(event, numberOf(event['output_index']));
      for (const part of this.#output.take()) this.#tell(part);
    }
  }

  #response(type: unknown, response: JsonRecord): void {
    if (!this.#started) {
      this.#started = true;
      for (const part of startOf(response)) this.#tell(part);
    }
    if (type === 'response.failed') {
      this.#over = true;
      this.#tell({ kind: 'error', error: readErrorInside(response['error']) });
    } else if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.cancelled') {
      this.#over = true;
      for (const part of endOf(response, this.#output)) this.#tell(part);
      this.#tell({ kind: 'done' });
    }
  }

  /** What is not listed tells nothing that the completed item does not: steps of tools that the provider runs. */
  #grow(event: JsonRecord, index: number): void {
    const at = numberOf(event['content_index'] ?? event['summary_index']);
    const item = isRecord(event['item']) ? event['item'] : {};
    const delta = string(event['delta']) ?? '';
    switch (event['type']) {
      case 'response.output_text.delta':
        return this.#output.addText(index, at, { kind: 'text', text: delta });
      case 'response.refusal.delta':
        return this.#output.addText(index, at, { kind: 'refusal', text: delta });
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.#output.addInput(index, delta);
      case 'response.reasoning_summary_text.delta':
        return this.#output.addThought(index, at, { kind: 'summary', text: delta });
      case 'response.reasoning_text.delta':
        return this.#output.addThought(index, at, { kind: 'content', text: delta });
      case 'response.output_item.added':
        this.#output.begin(index, item);
        return;
      case 'response.output_item.done':
        return this.#output.complete(index, item);
      case 'response.output_text.annotation.added':
        if (isRecord(event['annotation'])) this.#output.cite(index, at, event['annotation']);
        return;
      default:
        return this.#completed(event, index, at);
    }
  }

  #completed(event: JsonRecord, index: number, at: number): void {
    const text = string(event['text']) ?? '';
    switch (event['type']) {
      case 'response.output_text.done':
        return this.#output.completeText(index, at, { type: 'output_text', text });
      case 'response.refusal.done':
        return this.#output.completeText(index, at, { type: 'refusal', refusal: event['refusal'] });
      case 'response.content_part.done': {
        const part = isRecord(event['part']) ? event['part'] : {};
        if (part['type'] === 'output_text' || part['type'] === 'refusal') this.#output.completeText(index, at, part);
        return;
      }
      case 'response.function_call_arguments.done':
      case 'response.custom_tool_call_input.done':
        return this.#output.completeInput(index, event);
      case 'response.reasoning_summary_text.done':
        return this.#output.completeThought(index, at, { kind: 'summary', text });
      case 'response.reasoning_text.done':
        return this.#output.completeThought(index, at, { kind: 'content', text });
      default:
    }
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
