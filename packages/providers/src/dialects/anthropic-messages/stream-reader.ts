import { ERRORS } from '@tollgate/domain';

import type { StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { EventReader, type EventReaderOptions, type EventTeller } from '../../streaming/event-reader.js';
import { readUsage } from './read-usage.js';
import { citationsOf, signatureOf, string, toolUseOf } from './read-block.js';
import { readErrorInside } from './read-error.js';
import { endExtensions, messageExtensions, refusalOf } from './read-response.js';
import { readServiceTier } from './read-service-tier.js';
import { readStopReason } from './stop-reasons.js';

const EVENTS: EventReaderOptions = {
  /** An event longer than this ends the stream with an error. */
  maxEventCharacters: 8_388_608,
  content: ['delta.text', 'delta.thinking', 'delta.partial_json'],
  typed: true,
  aside: [],
};
/** One message has one choice. */
const choice = 0;

/** The content block that is being read. */
type OpenBlock =
  | { readonly kind: 'text' | 'thinking' }
  | { readonly kind: 'tool'; readonly index: number; readonly input: unknown; hasInput: boolean }
  | { readonly kind: 'opaque'; readonly wire: Record<string, unknown>; input: string };

/** Reads a streamed message, cut anywhere, into parts. */
export class StreamReader implements EventTeller {
  readonly #events = new EventReader(this, EVENTS);
  #parts: StreamPart[] = [];
  #usage: Record<string, unknown> = {};
  #hasOutput = false;
  #serviceTier: string | null = null;
  #finished = false;
  #calls = 0;
  readonly #blocks = new Map<number, OpenBlock>();

  push(chunk: Buffer): readonly StreamPart[] {
    return this.#events.push(chunk);
  }

  /** What is left when the upstream's stream is over: of one that was cut, what is known of its usage. */
  end(): readonly StreamPart[] {
    this.#parts = this.#events.end();
    this.#tellUsage();
    return this.#parts;
  }

  tooLong(parts: StreamPart[]): void {
    const error = { ...readErrorInside({ type: 'frame_too_long' }), code: 'provider_invalid_response' } as const;
    parts.push({ kind: 'error', error: { ...error, message: ERRORS[error.code].message } });
  }

  event(_name: string | undefined, data: string, parts: StreamPart[]): void {
    this.#parts = parts;
    const event = parseJson(data);
    if (!isRecord(event)) return;
    switch (event['type']) {
      case 'content_block_delta':
        if (isRecord(event['delta'])) this.#delta(numberOf(event['index']), event['delta']);
        break;
      case 'content_block_start':
        if (isRecord(event['content_block'])) this.#open(numberOf(event['index']), event['content_block']);
        break;
      case 'content_block_stop':
        this.#close(numberOf(event['index']));
        break;
      case 'message_start':
        if (isRecord(event['message'])) this.#start(event['message']);
        break;
      case 'message_delta':
        this.#end(event);
        break;
      case 'message_stop':
        this.#tellUsage();
        this.#parts.push({ kind: 'done' });
        break;
      case 'error':
        this.#parts.push({ kind: 'error', error: readErrorInside(event) });
        break;
      default: // pings, and events that later versions add
    }
  }

  #start(message: JsonRecord): void {
    this.#mergeUsage(message['usage']);
    const [id, model] = [string(message['id']) ?? '', string(message['model']) ?? ''];
    const usage = this.#inputUsage();
    this.#parts.push({ kind: 'start', dialect: 'anthropic-messages', id, model, created: 0, usage });
    const extensions = messageExtensions(message);
    if (Object.keys(extensions).length > 0) this.#parts.push({ kind: 'extensions', choice: null, extensions });
  }

  #open(index: number, block: JsonRecord): void {
    switch (block['type']) {
      case 'text': {
        this.#blocks.set(index, { kind: 'text' });
        this.#parts.push({ kind: 'part', choice });
        const text = string(block['text']) ?? '';
        if (text !== '') this.#parts.push({ kind: 'text', choice, text });
        for (const citation of citationsOf(block)) this.#parts.push({ kind: 'citation', choice, citation });
        break;
      }
      case 'thinking':
        this.#blocks.set(index, { kind: 'thinking' });
        this.#parts.push({ kind: 'part', choice });
        this.#think(string(block['thinking']) ?? '', signatureOf(block));
        break;
      case 'redacted_thinking':
        this.#parts.push({ kind: 'part', choice });
        this.#parts.push({
          kind: 'reasoning',
          choice,
          text: '',
          signature: null,
          redacted: string(block['data']) ?? '',
        });
        break;
      case 'tool_use': {
        const call = this.#calls++;
        this.#blocks.set(index, { kind: 'tool', index: call, input: block['input'], hasInput: false });
        this.#parts.push({ kind: 'part', choice });
        this.#parts.push({ kind: 'tool-call', choice, index: call, ...toolUseOf(block), custom: false });
        break;
      }
      default:
        this.#blocks.set(index, { kind: 'opaque', wire: { ...block }, input: '' });
    }
  }

  #think(text: string, signature: string | null): void {
    this.#parts.push({ kind: 'reasoning', choice, text, signature, redacted: null });
  }

  #delta(index: number, delta: JsonRecord): void {
    const block = this.#blocks.get(index);
    if (block?.kind === 'opaque') {
      growOpaque(block, delta);
      return;
    }
    const { text, thinking, partial_json: json } = delta;
    if (typeof text === 'string') {
      if (text !== '') this.#parts.push({ kind: 'text', choice, text });
    } else if (typeof json === 'string') {
      if (json === '' || block?.kind !== 'tool') return;
      block.hasInput = true;
      this.#parts.push({ kind: 'tool-input', choice, index: block.index, text: json });
    } else if (typeof thinking === 'string') {
      if (thinking !== '') this.#think(thinking, null);
    } else if (delta['type'] === 'signature_delta') {
      this.#think('', signatureOf(delta));
    } else if (isRecord(delta['citation'])) {
      this.#parts.push({ kind: 'citation', choice, citation: delta['citation'] });
    }
  }

  /** A call without any input has an empty one; some servers send it whole at the start. */
  #close(index: number): void {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    if (block?.kind === 'tool' && !block.hasInput) {
      const text = isRecord(block.input) ? JSON.stringify(block.input) : '{}';
      this.#parts.push({ kind: 'tool-input', choice, index: block.index, text });
    } else if (block?.kind === 'opaque') {
      const input = block.input === '' ? {} : { input: parseJson(block.input) ?? block.input };
      const wire = { ...block.wire, ...input };
      this.#parts.push({ kind: 'opaque', choice, part: { kind: 'opaque', dialect: 'anthropic-messages', wire } });
    }
  }

  #end(event: JsonRecord): void {
    this.#mergeUsage(event['usage']);
    this.#hasOutput = true;
    const delta = isRecord(event['delta']) ? event['delta'] : {};
    const extensions = endExtensions(delta);
    if (Object.keys(extensions).length > 0) this.#parts.push({ kind: 'extensions', choice, extensions });
    const refusal = refusalOf(delta['stop_details']);
    if (refusal !== null) this.#parts.push({ kind: 'refusal', choice, text: refusal });
    const reason = readStopReason(delta['stop_reason']);
    if (reason === null || this.#finished) return;
    this.#finished = true;
    this.#parts.push({ kind: 'finish', choice, reason, stopSequence: string(delta['stop_sequence']) });
  }

  /** Counts are cumulative, and what a later report leaves out still holds. */
  #mergeUsage(usage: unknown): void {
    if (!isRecord(usage)) return;
    for (const name in usage) if (usage[name] !== null) this.#usage[name] = usage[name];
  }

  #inputUsage(): ReturnType<typeof readUsage> {
    // what `message_start` says of the output is a placeholder
    return readUsage({ ...this.#usage, output_tokens: null });
  }

  /** Usage is told once, at the end. */
  #tellUsage(): void {
    const tier = readServiceTier(this.#usage);
    if (tier !== null && tier !== this.#serviceTier) this.#parts.push({ kind: 'service-tier', serviceTier: tier });
    this.#serviceTier = tier;
    const usage = this.#hasOutput ? readUsage(this.#usage) : this.#inputUsage();
    if (usage !== null) this.#parts.push({ kind: 'usage', usage });
    this.#usage = {};
  }
}

/** Inputs come as pieces of JSON, other fields as pieces of text under their own names. */
function growOpaque(block: Extract<OpenBlock, { kind: 'opaque' }>, delta: JsonRecord): void {
  for (const name in delta) {
    const value = delta[name];
    if (name === 'partial_json' && typeof value === 'string') block.input += value;
    else if (name !== 'type') {
      const before = block.wire[name];
      block.wire[name] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
    }
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
