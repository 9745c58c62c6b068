import { answerName } from '../../answer-name.js';
import type { Extensions, FinishReason, StreamPart } from '../../conversation.js';
import type { AnswerOptions } from '../../dialect.js';
import type { DialectId } from '../../dialect-id.js';
import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import { ContentFrame } from '../../streaming/content-frame.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { surelyToolCallId } from '../../tool-call-ids.js';
import { writeStopReason } from './stop-reasons.js';
import { writeErrorBody } from './write-error.js';
import { ID_PREFIX, refusalDetails, writeThought } from './write-response.js';
import { countsOf, writeUsage } from './write-usage.js';

const DIALECT = 'anthropic-messages';

interface RunningToolUse {
  readonly block: number;
  readonly custom: boolean;
  /** Of a custom tool, whose free text has to be wrapped, and so waits for its end. */
  text: string;
  begun: boolean;
  open: boolean;
}

type DeltaType = 'text' | 'thinking' | 'input_json';

type Part<K extends StreamPart['kind']> = Extract<StreamPart, { kind: K }>;

/**
 * Writes the parts of an answer as the events of a streamed message. Why and with which usage it ended is one event here, so
 * both wait for the end.
 */
export class StreamWriter {
  #own = false;
  #dialect: DialectId = 'openai-chat';
  #started = false;
  #blocks = 0;
  /** The text or thinking that is being written, and its number. */
  #open: 'text' | 'thinking' | null = null;
  #openBlock = 0;
  /** The frame of deltas of this type for this block. */
  #frame: { readonly block: number; readonly type: DeltaType; readonly frame: ContentFrame } | null = null;
  /** By their number in the choice. */
  readonly #toolUses = new Map<number, RunningToolUse>();
  #finish: FinishReason | null = null;
  #stopSequence: string | null = null;
  #refusal = '';
  #usage: ReadUsage | null = null;
  #end: Extensions = {};

  constructor(private readonly options: Partial<AnswerOptions> = {}) {}

  /** The events for one part; empty when the part says nothing that this dialect sends now. */
  write(part: StreamPart): string {
    switch (part.kind) {
      case 'text':
        return part.choice === 0 ? this.#text(part.text) : '';
      case 'tool-input':
        return part.choice === 0 ? this.#toolInput(part) : '';
      case 'reasoning':
        return part.choice === 0 ? this.#reasoning(part) : '';
      case 'start':
        return this.#start(part);
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'service-tier':
        return '';
      case 'error':
        return frame('error', writeErrorBody({ ...part.error, requestId: null }));
      case 'done':
        return this.#done();
      case 'extensions':
        if (this.#own && part.choice === 0) this.#end = { ...this.#end, ...part.extensions };
        return '';
      default:
        return part.choice === 0 ? this.#seldom(part) : '';
    }
  }

  writePiece(piece: ContentPiece): Buffer | null {
    const { kind, choice, text } = piece;
    if (choice !== 0 || text === '') return null;
    if (kind === 'tool-input') {
      const call = this.#toolUses.get(piece.index);
      if (call === undefined || call.custom) return null;
      call.begun = true;
      return this.#frameOf(call.block, 'input_json').bytes(text);
    }
    const type = kind === 'reasoning' ? 'thinking' : 'text';
    return kind === 'refusal' || this.#open !== type ? null : this.#frameOf(this.#openBlock, type).bytes(text);
  }

  #frameOf(block: number, type: DeltaType): ContentFrame {
    if (this.#frame?.block !== block || this.#frame.type !== type) {
      this.#frame = { block, type, frame: new ContentFrame(deltaAhead(block, type), DELTA_BEHIND) };
    }
    return this.#frame.frame;
  }

  #seldom(part: StreamPart): string {
    switch (part.kind) {
      case 'part':
        return this.#close();
      case 'refusal':
        if (this.#own) return '';
        this.#refusal += part.text;
        return this.#text(part.text);
      case 'tool-call':
        return this.#toolUse(part);
      case 'audio':
        return part.audio.transcript === null ? '' : this.#text(part.audio.transcript);
      case 'citation':
        if (!this.#own) return '';
        return this.#openText() + delta(this.#openBlock, { type: 'citations_delta', citation: part.citation });
      case 'opaque':
        return part.part.dialect === DIALECT ? this.#whole(part.part.wire) : '';
      case 'finish':
        this.#finish = part.reason;
        this.#stopSequence = part.stopSequence;
        return '';
      default: // a message holds no pictures and no probabilities
        return '';
    }
  }

  #start(part: Part<'start'>): string {
    if (this.#started) return '';
    const { dialect, usage } = part;
    const { id, model } = answerName(part, this.options, ID_PREFIX);
    this.#started = true;
    this.#dialect = dialect;
    this.#own = dialect === DIALECT;
    const message = {
      id,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: writeUsage(usage, null),
    };
    return frame('message_start', { type: 'message_start', message });
  }

  /** Some servers do not say who they are before they answer. */
  #begin(): string {
    if (this.#started) return '';
    return this.#start({ kind: 'start', dialect: 'openai-chat', id: '', model: '', created: 0, usage: null });
  }

  #text(text: string): string {
    const open = this.#openText();
    return open + deltaAhead(this.#openBlock, 'text') + JSON.stringify(text) + DELTA_BEHIND;
  }

  #openText(): string {
    if (this.#open === 'text') return '';
    const events = this.#close() + this.#openNext({ type: 'text', text: '', citations: null });
    this.#open = 'text';
    return events;
  }

  #reasoning(part: Part<'reasoning'>): string {
    const { text } = part;
    const written = writeThought(part, this.#dialect);
    if (written === null) return '';
    const { signature, redacted } = written;
    if (redacted !== null) return this.#whole({ type: 'redacted_thinking', data: redacted });
    let events = '';
    if (this.#open !== 'thinking') {
      events = this.#close() + this.#openNext({ type: 'thinking', thinking: '', signature: '' });
      this.#open = 'thinking';
    }
    if (text !== '') events += delta(this.#openBlock, { type: 'thinking_delta', thinking: text });
    return signature === null ? events : events + delta(this.#openBlock, { type: 'signature_delta', signature });
  }

  /** A call ends the one before, unless nothing came of that yet: some servers announce all calls before they fill them. */
  #toolUse({ index, id, name, custom, extensions }: Part<'tool-call'>): string {
    let events = this.#closeBlock();
    for (const call of this.#toolUses.values()) if (call.begun) events += closeToolUse(call);
    events += this.#openNext({
      type: 'tool_use',
      id: surelyToolCallId(id),
      name,
      input: {},
      ...(this.#own && extensions),
    });
    this.#toolUses.set(index, { block: this.#openBlock, custom, text: '', begun: false, open: true });
    return events;
  }

  /** Also where the block is closed, since a server mixed its calls: clients add what they get to the block of that number. */
  #toolInput({ index, text }: Part<'tool-input'>): string {
    const call = this.#toolUses.get(index);
    if (call === undefined) return '';
    call.begun = true;
    if (call.custom) {
      call.text += text;
      return '';
    }
    return deltaAhead(call.block, 'input_json') + JSON.stringify(text) + DELTA_BEHIND;
  }

  #openNext(block: JsonRecord): string {
    this.#openBlock = this.#blocks++;
    const start = { type: 'content_block_start', index: this.#openBlock, content_block: block };
    return this.#begin() + frame('content_block_start', start);
  }

  /** A block that comes at once. */
  #whole(block: JsonRecord): string {
    return this.#close() + this.#openNext(block) + stop(this.#openBlock);
  }

  #closeBlock(): string {
    if (this.#open === null) return '';
    this.#open = null;
    return stop(this.#openBlock);
  }

  #close(): string {
    let events = this.#closeBlock();
    for (const call of this.#toolUses.values()) events += closeToolUse(call);
    return events;
  }

  #done(): string {
    const details = this.#refusal === '' ? null : refusalDetails(this.#refusal);
    const ended = {
      stop_reason: writeStopReason(this.#finish ?? 'stop', this.#toolUses.size > 0),
      stop_sequence: this.#stopSequence,
      stop_details: details,
      ...this.#end,
    };
    const event = { type: 'message_delta', delta: ended, usage: countsOf(this.#usage?.usage ?? {}) };
    const last = frame('message_delta', event) + frame('message_stop', { type: 'message_stop' });
    return this.#begin() + this.#close() + last;
  }
}

function frame(event: string, data: JsonRecord): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function delta(index: number, change: JsonRecord): string {
  return frame('content_block_delta', { type: 'content_block_delta', index, delta: change });
}

/** What stands ahead of the text of most deltas. */
function deltaAhead(index: number, type: DeltaType): string {
  const field = type === 'input_json' ? 'partial_json' : type;
  const event = 'event: content_block_delta\ndata: {"type":"content_block_delta"';
  return `${event},"index":${index},"delta":{"type":"${type}_delta","${field}":`;
}

const DELTA_BEHIND = '}}\n\n';

function closeToolUse(call: RunningToolUse): string {
  if (!call.open) return '';
  call.open = false;
  const input = { type: 'input_json_delta', partial_json: JSON.stringify({ input: call.text }) };
  return (call.custom ? delta(call.block, input) : '') + stop(call.block);
}

function stop(index: number): string {
  return `event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`;
}
