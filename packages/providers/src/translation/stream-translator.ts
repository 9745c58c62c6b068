import type { FinishReason, StreamPart } from '../conversation.js';
import type { StreamReader, StreamWriter } from '../dialect.js';
import type { StreamEnd, StreamForwarder } from '../passthrough/stream-forwarder.js';
import { type ContentPiece, isContentPiece } from '../streaming/content-piece.js';
import type { ReadUsage } from '../reported-usage.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';

export interface StreamTranslatorParts {
  /** Of the upstream's dialect. */
  readonly reader: StreamReader;
  /** Of the client's dialect. */
  readonly writer: StreamWriter;
  /** Sees each part on its way. */
  onPart?(part: StreamPart): void;
}

/** Turns an upstream's stream into the client's dialect, part by part. All that one chunk says goes out as one piece. */
export class StreamTranslator implements StreamForwarder {
  committed = false;
  error: UpstreamErrorFacts | null = null;

  readonly #parts: StreamTranslatorParts;
  readonly #sink: (bytes: Buffer) => void;
  #doneFrame: Buffer | null = null;
  #usage: ReadUsage | null = null;
  #model: string | null = null;
  #serviceTier: string | null = null;
  readonly #finishReasons = new Set<FinishReason>();
  #deliveredCharacters = 0;
  #end: StreamEnd | null = null;

  constructor(parts: StreamTranslatorParts, sink: (bytes: Buffer) => void) {
    this.#parts = parts;
    this.#sink = sink;
  }

  get done(): boolean {
    return this.#doneFrame !== null;
  }

  push(chunk: Buffer): void {
    if (this.error !== null || this.#end !== null || this.#doneFrame !== null) return;
    this.#write(this.#parts.reader.push(chunk));
  }

  end(): StreamEnd {
    this.#end ??= this.#finish();
    return this.#end;
  }

  #finish(): StreamEnd {
    if (this.error === null && this.#doneFrame === null) this.#write(this.#parts.reader.end());
    const complete = this.error === null && (this.#doneFrame !== null || this.#finishReasons.size > 0);
    // some servers end without their last frame; what has said why it stopped is whole
    if (complete) this.#doneFrame ??= Buffer.from(this.#parts.writer.write({ kind: 'done' }));
    return {
      complete,
      usage: this.#usage,
      servedModel: this.#model,
      serviceTier: this.#serviceTier,
      error: this.error,
      doneFrame: complete ? this.#doneFrame : null,
      deliveredCharacters: this.#deliveredCharacters,
      finishReasons: [...this.#finishReasons],
    };
  }

  #write(parts: readonly StreamPart[]): void {
    const first = parts[0];
    if (parts.length === 1 && first !== undefined && isContentPiece(first)) this.#writePiece(first);
    else this.#writeAll(parts);
  }

  /** Nearly all chunks say no more than this. */
  #writePiece(piece: ContentPiece): void {
    this.#parts.onPart?.(piece);
    this.#learn(piece);
    const bytes = this.#parts.writer.writePiece(piece) ?? Buffer.from(this.#parts.writer.write(piece));
    if (bytes.length > 0) this.#sink(bytes);
  }

  #writeAll(parts: readonly StreamPart[]): void {
    let text = '';
    for (const part of parts) {
      this.#parts.onPart?.(part);
      if (part.kind === 'error') {
        this.error ??= part.error;
        break;
      }
      if (part.kind === 'done') {
        this.#doneFrame ??= Buffer.from(this.#parts.writer.write(part));
        break;
      }
      this.#learn(part);
      text += this.#parts.writer.write(part);
    }
    if (text !== '') this.#sink(Buffer.from(text));
  }

  #learn(part: StreamPart): void {
    switch (part.kind) {
      case 'start':
        if (part.model !== '') this.#model = part.model;
        this.#usage = part.usage;
        return;
      case 'text':
      case 'refusal':
        return this.#deliver(part.text.length);
      case 'reasoning':
        return this.#deliver(part.text.length);
      case 'tool-input':
        this.#deliveredCharacters += part.text.length;
        return;
      case 'tool-call':
        return this.#deliver(part.name.length);
      case 'image':
      case 'audio':
      case 'opaque':
        return this.#deliver(1);
      case 'finish':
        this.#finishReasons.add(part.reason);
        return;
      case 'usage':
        this.#usage = part.usage;
        return;
      case 'service-tier':
        this.#serviceTier = part.serviceTier;
        return;
      case 'part':
      case 'citation':
      case 'annotations':
      case 'logprobs':
      case 'extensions':
      case 'error':
      case 'done':
    }
  }

  #deliver(characters: number): void {
    this.committed = true;
    this.#deliveredCharacters += characters;
  }
}
