import { answerName } from '../../answer-name.js';
import type { StreamPart } from '../../conversation.js';
import type { StreamWriterOptions } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';
import { ContentFrame } from '../../streaming/content-frame.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { writeErrorBody } from '../openai-chat/write-error.js';
import { writeUsage } from '../openai-chat/write-usage.js';
import { finishReason, writeLogprobs } from './write-choice.js';
import { ID_PREFIX } from './write-response.js';

/** What was told of a choice. */
interface Told {
  /** Probabilities say where their tokens stand. */
  characters: number;
  /** That of its next pieces. */
  frame: ContentFrame | null;
}

/** Writes the texts of an answer as the events of a streamed completion. */
export class StreamWriter {
  readonly #options: StreamWriterOptions;
  readonly #lastFields: string;
  readonly #behindText: string;
  #head: JsonRecord = {};
  #open = '';
  readonly #told = new Map<number, Told>();

  constructor(options: StreamWriterOptions) {
    this.#options = options;
    this.#lastFields = options.includeUsage ? ',"usage":null}\n\n' : '}\n\n';
    this.#behindText = `,"logprobs":null,"finish_reason":null}]${this.#lastFields}`;
    this.#begin({ id: '', model: '', created: 0 });
  }

  /** The events for one part; empty when the part says nothing that this dialect sends. */
  write(part: StreamPart): string {
    switch (part.kind) {
      case 'start':
        this.#begin(part);
        return '';
      case 'text':
      case 'refusal':
        return this.#text(part.choice, part.text);
      case 'audio':
        return part.audio.transcript === null ? '' : this.#text(part.choice, part.audio.transcript);
      case 'logprobs': {
        const offset = this.#told.get(part.choice)?.characters ?? 0;
        const length = (part.logprobs.content ?? []).reduce<number>((sum, token) => sum + tokenLength(token), 0);
        const logprobs = writeLogprobs(part.logprobs, Math.max(0, offset - length));
        return logprobs === null ? '' : this.#choice(part.choice, { text: '', logprobs, finish_reason: null });
      }
      case 'finish':
        return this.#choice(part.choice, { text: '', logprobs: null, finish_reason: finishReason(part.reason) });
      case 'usage':
        return this.#options.includeUsage ? frame({ ...this.#head, choices: [], usage: writeUsage(part.usage) }) : '';
      case 'error':
        return frame(writeErrorBody(part.error));
      case 'done':
        return 'data: [DONE]\n\n';
      default: // thoughts, tools and pictures have no place in a text
        return '';
    }
  }

  writePiece({ kind, choice, text }: ContentPiece): Buffer | null {
    if (kind !== 'text' && kind !== 'refusal') return null;
    const told = this.#grow(choice, text);
    told.frame ??= new ContentFrame(`${this.#open}${choice},"text":`, this.#behindText);
    return told.frame.bytes(text);
  }

  #begin(head: { readonly id: string; readonly model: string; readonly created: number }): void {
    const at = head.created === 0 ? this.#options.createdAt : head.created;
    const { id, model } = answerName(head, this.#options, ID_PREFIX);
    this.#head = { id, object: 'text_completion', created: at, model };
    this.#open = `data: ${JSON.stringify(this.#head).slice(0, -1)},"choices":[{"index":`;
    for (const told of this.#told.values()) told.frame = null;
  }

  #text(choice: number, text: string): string {
    this.#grow(choice, text);
    return `${this.#open}${choice},"text":${JSON.stringify(text)}${this.#behindText}`;
  }

  #grow(choice: number, text: string): Told {
    let told = this.#told.get(choice);
    if (told === undefined) this.#told.set(choice, (told = { characters: 0, frame: null }));
    told.characters += text.length;
    return told;
  }

  #choice(choice: number, fields: JsonRecord): string {
    return `${this.#open}${choice},${JSON.stringify(fields).slice(1)}]${this.#lastFields}`;
  }
}

function tokenLength(wire: unknown): number {
  const { token } = (wire ?? {}) as { readonly token?: unknown };
  return typeof token === 'string' ? token.length : 0;
}

function frame(data: JsonRecord): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
