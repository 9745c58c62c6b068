import type { StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { type ContentPiece, isContentPiece, withText } from '../../streaming/content-piece.js';
import { type FrameVariety, RepeatedFrame } from '../../streaming/repeated-frame.js';
import type { UpstreamErrorFacts } from '../../upstream-error.js';
import { EventStreamDecoder, type EventStreamMessage } from './event-stream.js';
import { readErrorInside, unreadable } from './read-error.js';
import {
  answerExtensions,
  endExtensions,
  readCitation,
  readImage,
  readServiceTier,
  stopSequenceOf,
  string,
  toolUseOf,
} from './read-response.js';
import { readUsage } from './read-usage.js';
import { readStopReason } from './stop-reasons.js';

/** A message has one choice. */
const choice = 0;
const VARIETY: FrameVariety = {
  content: ['delta.text', 'delta.toolUse.input', 'delta.reasoningContent.text'],
  aside: ['p'],
};

interface OpenBlock {
  /** Number of the call, where the block is one. */
  readonly call: number | null;
  hasInput: boolean;
}

/** Reads a streamed answer, cut anywhere, into parts. */
export class StreamReader {
  readonly #decoder = new EventStreamDecoder();
  readonly #frame = new RepeatedFrame(VARIETY);
  /** What the frame that is known came to, and its headers. */
  #known: { readonly piece: ContentPiece; readonly headers: EventStreamMessage['headers'] } | null = null;
  #parts: StreamPart[] = [];
  #failed = false;
  #started = false;
  #stopped = false;
  #over = false;
  #calls = 0;
  readonly #blocks = new Map<number, OpenBlock>();

  push(chunk: Buffer): readonly StreamPart[] {
    if (this.#failed) return [];
    this.#decoder.push(chunk, this.#read);
    if (!this.#failed && this.#decoder.fault !== null) this.#fail(unreadable(this.#decoder.fault));
    return this.#take();
  }

  /** What is left when the upstream's stream is over: the end of one whose last event did not come. */
  end(): readonly StreamPart[] {
    if (!this.#failed && this.#stopped && !this.#decoder.isInsideFrame) this.#done();
    return this.#take();
  }

  #take(): readonly StreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #fail(error: UpstreamErrorFacts): void {
    this.#failed = true;
    this.#parts.push({ kind: 'error', error });
  }

  readonly #read = (message: EventStreamMessage): void => {
    if (!this.#failed && !this.#repeats(message)) this.#message(message);
  };

  #message(message: EventStreamMessage): void {
    const { headers, bytes, text, from, end } = message;
    const told = this.#parts.length;
    this.#frame.forget();
    this.#tell(headers, bytes.toString('utf8', from, end));
    const piece = this.#parts[told];
    if (this.#parts.length !== told + 1 || piece === undefined || !isContentPiece(piece)) return;
    if (headers.get(':event-type') !== 'contentBlockDelta') return;
    this.#known = { piece, headers };
    const jsonFrom = message.textFrom;
    const jsonEnd = jsonFrom + end - from;
    this.#frame.learn({ text, from: jsonFrom, end: jsonEnd, jsonFrom, jsonEnd }, piece.text);
  }

  /** Whether the message is the one before with other content. */
  #repeats({ headers, bytes, from, end, text, textFrom }: EventStreamMessage): boolean {
    if (this.#known?.headers !== headers || this.#frame.match(text, textFrom) !== textFrom + end - from) return false;
    const content = this.#frame.content(text, bytes, from - textFrom);
    if (content === null) return false;
    this.#parts.push(withText(this.#known.piece, content));
    return true;
  }

  #tell(headers: EventStreamMessage['headers'], payload: string): void {
    const kind = headers.get(':message-type') ?? 'event';
    const document = parseJson(payload);
    if (kind === 'exception') {
      this.#fail(readErrorInside(document, headers.get(':exception-type') ?? null));
    } else if (kind === 'error') {
      const message = headers.get(':error-message') ?? '';
      this.#fail(readErrorInside({ message }, headers.get(':error-code') ?? null));
    } else if (isRecord(document)) {
      this.#event(headers.get(':event-type') ?? '', document);
    }
  }

  #event(type: string, event: JsonRecord): void {
    if (!this.#started) this.#start();
    switch (type) {
      case 'contentBlockDelta':
        if (isRecord(event['delta'])) this.#delta(this.#block(event), event['delta']);
        break;
      case 'contentBlockStart':
        this.#open(numberOf(event), isRecord(event['start']) ? event['start'] : {});
        break;
      case 'contentBlockStop':
        this.#close(numberOf(event));
        break;
      case 'messageStop':
        this.#stop(event);
        break;
      case 'metadata':
        this.#metadata(event);
        break;
      default: // the start of the message says only that it is the assistant's; others are of later versions
    }
  }

  #start(): void {
    this.#started = true;
    this.#parts.push({ kind: 'start', dialect: 'bedrock-converse', id: '', model: '', created: 0, usage: null });
  }

  #open(index: number, { toolUse, image }: JsonRecord): OpenBlock {
    const call = isRecord(toolUse) ? this.#calls++ : null;
    const block: OpenBlock = { call, hasInput: false };
    this.#blocks.set(index, block);
    this.#parts.push({ kind: 'part', choice });
    if (call !== null && isRecord(toolUse)) {
      this.#parts.push({ kind: 'tool-call', choice, index: call, ...toolUseOf(toolUse), custom: false });
    }
    if (isRecord(image)) this.#image(image);
    return block;
  }

  /** Blocks of text and of thoughts begin with their first piece. */
  #block(event: JsonRecord): OpenBlock {
    const index = numberOf(event);
    return this.#blocks.get(index) ?? this.#open(index, {});
  }

  #delta(block: OpenBlock, delta: JsonRecord): void {
    const { text, toolUse, reasoningContent, citation, image } = delta;
    if (typeof text === 'string') {
      if (text !== '') this.#parts.push({ kind: 'text', choice, text });
    } else if (isRecord(toolUse)) {
      const input = string(toolUse['input']) ?? '';
      if (input === '' || block.call === null) return;
      block.hasInput = true;
      this.#parts.push({ kind: 'tool-input', choice, index: block.call, text: input });
    } else if (isRecord(reasoningContent)) {
      this.#think(reasoningContent);
    } else if (isRecord(citation)) {
      this.#parts.push({ kind: 'citation', choice, citation: readCitation(citation) });
    } else if (isRecord(image)) {
      this.#image(image);
    }
  }

  #think(content: JsonRecord): void {
    const text = string(content['text']) ?? '';
    const signature = string(content['signature']) ?? '';
    const redacted = string(content['redactedContent']);
    if (text === '' && signature === '' && redacted === null) return;
    this.#parts.push({ kind: 'reasoning', choice, text, signature: signature === '' ? null : signature, redacted });
  }

  #image(wire: JsonRecord): void {
    const image = readImage(wire);
    if (image?.kind === 'image') this.#parts.push({ kind: 'image', choice, image });
  }

  /** A call without any input has an empty one. */
  #close(index: number): void {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    if (block === undefined || block.call === null || block.hasInput) return;
    this.#parts.push({ kind: 'tool-input', choice, index: block.call, text: '{}' });
  }

  #stop(event: JsonRecord): void {
    if (this.#stopped) return;
    for (const index of [...this.#blocks.keys()]) this.#close(index);
    const extensions = endExtensions(event);
    if (Object.keys(extensions).length > 0) this.#parts.push({ kind: 'extensions', choice, extensions });
    const reason = readStopReason(event['stopReason']);
    if (reason === null) return;
    this.#stopped = true;
    this.#parts.push({ kind: 'finish', choice, reason, stopSequence: stopSequenceOf(event) });
  }

  /** The last event: usage comes behind the reason for the end. */
  #metadata(event: JsonRecord): void {
    const extensions = answerExtensions(event);
    if (Object.keys(extensions).length > 0) this.#parts.push({ kind: 'extensions', choice: null, extensions });
    const serviceTier = readServiceTier(event);
    if (serviceTier !== null) this.#parts.push({ kind: 'service-tier', serviceTier });
    const usage = readUsage(event['usage']);
    if (usage !== null) this.#parts.push({ kind: 'usage', usage });
    if (this.#stopped) this.#done();
  }

  #done(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.push({ kind: 'done' });
  }
}

function numberOf(event: JsonRecord): number {
  const index = event['contentBlockIndex'];
  return typeof index === 'number' ? index : 0;
}
