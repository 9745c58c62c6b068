import type { Extensions, OpaquePart, StreamPart } from '../../conversation.js';
import type { DialectId } from '../../dialect-id.js';
import type { JsonRecord } from '../../json.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { surelyToolCallId } from '../../tool-call-ids.js';
import { type Delta, deltaOf, type EventSequence } from './event-sequence.js';
import {
  annotations,
  callItem,
  type ItemIds,
  type ItemStatus,
  messageItem,
  pictureItem,
  reasoningItem,
  refusalContent,
  textContent,
} from './output-items.js';

type Part<K extends StreamPart['kind']> = Extract<StreamPart, { kind: K }>;

interface Place {
  readonly id: string;
  readonly index: number;
}

interface OpenMessage extends Place {
  readonly content: JsonRecord[];
}

/** The text or refusal that is being written, at the end of the open message. */
interface OpenContent {
  readonly kind: 'text' | 'refusal';
  readonly delta: Delta;
  text: string;
  readonly citations: Extensions[];
  readonly logprobs: unknown[];
}

interface OpenReasoning extends Place {
  readonly delta: Delta;
  text: string;
  signature: string | null;
  redacted: string | null;
  provenBy: DialectId | undefined;
}

interface OpenCall extends Place {
  readonly delta: Delta;
  readonly callId: string;
  readonly name: string;
  readonly custom: boolean;
  input: string;
}

/** Writes the items of a streamed response: each is announced, grows, and is repeated as a whole when it is complete. */
export class OutputStreamWriter {
  /** The complete ones, by their place in the output. */
  readonly #items: JsonRecord[] = [];
  #count = 0;
  #message: OpenMessage | null = null;
  #content: OpenContent | null = null;
  #reasoning: OpenReasoning | null = null;
  /** By their number in the choice: some servers fill several at once. */
  readonly #calls = new Map<number, OpenCall>();

  constructor(
    private readonly events: EventSequence,
    private readonly ids: ItemIds,
    /** Who answers. */
    private readonly dialect: DialectId,
  ) {}

  get items(): readonly JsonRecord[] {
    return this.#items;
  }

  /** More of the text, or of the refusal, that is being written; it begins one where none is. */
  text(kind: 'text' | 'refusal', text: string): string {
    if (this.#content?.kind === kind) {
      this.#content.text += text;
      return this.events.delta(this.#content.delta, text);
    }
    const begun = this.#closeContent() + this.#closeReasoning('completed') + this.#openMessage();
    return begun + this.#openContent(kind) + this.text(kind, text);
  }

  /** More of what is being written; `null` when that is something else, or nothing has been written of it yet. */
  more(piece: ContentPiece): Buffer | null {
    const { kind, text } = piece;
    if (kind === 'tool-input') {
      const call = this.#calls.get(piece.index);
      if (call === undefined) return null;
      call.input += text;
      return this.events.deltaBytes(call.delta, text);
    }
    const open = kind === 'reasoning' ? this.#reasoning : this.#content?.kind === kind ? this.#content : null;
    if (open === null || open.text === '' || text === '') return null;
    open.text += text;
    return this.events.deltaBytes(open.delta, text);
  }

  cite(citation: Extensions): string {
    const begun = this.#content?.kind === 'text' ? '' : this.text('text', '');
    this.#content?.citations.push(citation);
    return begun;
  }

  addLogprobs(logprobs: readonly unknown[]): void {
    if (this.#content?.kind === 'text') this.#content.logprobs.push(...logprobs);
  }

  reasoning({ text, signature, redacted, provenBy }: Part<'reasoning'>): string {
    let events = '';
    if (this.#reasoning === null) {
      events = this.#closeMessage('completed');
      const place = this.#place('rs');
      const at = { item_id: place.id, output_index: place.index, summary_index: 0 };
      const delta = deltaOf('response.reasoning_summary_text.delta', at);
      this.#reasoning = { ...place, delta, text: '', signature: null, redacted: null, provenBy };
      events += this.#added(place.index, { id: place.id, type: 'reasoning', summary: [] });
    }
    const open = this.#reasoning;
    open.signature = signature ?? open.signature;
    open.redacted = redacted ?? open.redacted;
    open.provenBy = provenBy ?? open.provenBy;
    if (text === '') return events;
    if (open.text === '') {
      const part = { type: 'summary_text', text: '' };
      events += this.events.event('response.reasoning_summary_part.added', { ...summaryPlace(open), part });
    }
    open.text += text;
    return events + this.events.delta(open.delta, text);
  }

  call({ index, id, name, custom }: Part<'tool-call'>): string {
    const events = this.#closeReasoning('completed') + this.#closeMessage('completed');
    const place = this.#place(custom ? 'ctc' : 'fc');
    const type = custom ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta';
    const delta = deltaOf(type, { item_id: place.id, output_index: place.index });
    const call = { ...place, delta, callId: surelyToolCallId(id), name, custom, input: '' };
    this.#calls.set(index, call);
    return events + this.#added(place.index, callItem(place.id, 'in_progress', { ...call, id: call.callId }));
  }

  input(index: number, text: string): string {
    const call = this.#calls.get(index);
    if (call === undefined) return '';
    call.input += text;
    return this.events.delta(call.delta, text);
  }

  picture(url: string | null): string {
    const item = pictureItem(this.ids.next('ig'), url);
    return item === null ? '' : this.#whole(item);
  }

  opaque({ dialect, wire }: OpaquePart): string {
    return dialect === 'openai-responses' ? this.#whole(wire) : '';
  }

  /** What comes now is a new part: only another text goes on in the same message. */
  endPart(): string {
    return this.#closeContent() + this.#closeReasoning('completed') + this.#closeCalls('completed');
  }

  /** @param status of what was being written when the answer ended. */
  end(status: ItemStatus): string {
    return this.#closeReasoning(status) + this.#closeMessage(status) + this.#closeCalls(status);
  }

  #place(prefix: Parameters<ItemIds['next']>[0]): Place {
    return { id: this.ids.next(prefix), index: this.#count++ };
  }

  #added(index: number, item: JsonRecord): string {
    return this.events.event('response.output_item.added', { output_index: index, item });
  }

  #done(index: number, item: JsonRecord): string {
    this.#items[index] = item;
    return this.events.event('response.output_item.done', { output_index: index, item });
  }

  /** An item that comes at once. */
  #whole(item: JsonRecord): string {
    const events = this.#closeReasoning('completed') + this.#closeMessage('completed');
    const index = this.#count++;
    return events + this.#added(index, item) + this.#done(index, item);
  }

  #openMessage(): string {
    if (this.#message !== null) return '';
    const place = this.#place('msg');
    this.#message = { ...place, content: [] };
    return this.#added(place.index, messageItem(place.id, 'in_progress', []));
  }

  #openContent(kind: 'text' | 'refusal'): string {
    const at = this.#contentPlace();
    const delta =
      kind === 'text'
        ? deltaOf('response.output_text.delta', { ...at, logprobs: [] })
        : deltaOf('response.refusal.delta', at);
    this.#content = { kind, delta, text: '', citations: [], logprobs: [] };
    const part = kind === 'text' ? textContent('') : refusalContent('');
    return this.events.event('response.content_part.added', { ...at, part });
  }

  #contentPlace(): JsonRecord {
    const { id, index, content } = this.#message ?? { id: '', index: 0, content: [] };
    return { item_id: id, output_index: index, content_index: content.length };
  }

  #closeContent(): string {
    const open = this.#content;
    if (open === null) return '';
    this.#content = null;
    const at = this.#contentPlace();
    const part = open.kind === 'text' ? this.#textOf(open) : refusalContent(open.text);
    let events = '';
    if (open.kind === 'text') {
      const { text, annotations: told, logprobs } = part;
      for (const [i, citation] of (told as readonly JsonRecord[]).entries()) {
        const fields = { ...at, annotation_index: i, annotation: citation };
        events += this.events.event('response.output_text.annotation.added', fields);
      }
      events += this.events.event('response.output_text.done', { ...at, text, logprobs });
    } else {
      events = this.events.event('response.refusal.done', { ...at, refusal: open.text });
    }
    this.#message?.content.push(part);
    return events + this.events.event('response.content_part.done', { ...at, part });
  }

  #textOf({ text, citations, logprobs }: OpenContent): JsonRecord {
    const told = citations.flatMap((citation) => annotations(citation, text.length));
    return textContent(text, told, logprobs);
  }

  #closeMessage(status: ItemStatus): string {
    const events = this.#closeContent();
    const open = this.#message;
    if (open === null) return events;
    this.#message = null;
    return events + this.#done(open.index, messageItem(open.id, status, open.content));
  }

  #closeReasoning(status: ItemStatus): string {
    const open = this.#reasoning;
    if (open === null) return '';
    this.#reasoning = null;
    const { id, index, text, signature, redacted, provenBy } = open;
    let events = '';
    if (text !== '') {
      const at = summaryPlace(open);
      const done = status === 'completed' ? {} : { status };
      const part = { type: 'summary_text', text };
      events += this.events.event('response.reasoning_summary_text.done', { ...at, text });
      events += this.events.event('response.reasoning_summary_part.done', { ...at, part, ...done });
    }
    const thought = { kind: 'reasoning', text, signature, redacted, ...(provenBy && { provenBy }) } as const;
    return events + this.#done(index, reasoningItem(id, thought, this.dialect));
  }

  #closeCalls(status: ItemStatus): string {
    let events = '';
    for (const call of this.#calls.values()) {
      const { id, index, callId, name, custom, input } = call;
      const at = { item_id: id, output_index: index };
      events += custom
        ? this.events.event('response.custom_tool_call_input.done', { ...at, input })
        : this.events.event('response.function_call_arguments.done', { ...at, name, arguments: input });
      events += this.#done(index, callItem(id, status, { id: callId, name, input, custom }));
    }
    this.#calls.clear();
    return events;
  }
}

function summaryPlace({ id, index }: Place): JsonRecord {
  return { item_id: id, output_index: index, summary_index: 0 };
}
