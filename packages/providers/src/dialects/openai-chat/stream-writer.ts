import type { Extensions, StreamPart } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import { writeFinishReason } from './finish-reasons.js';
import { writeErrorBody } from './write-error.js';
import { writeAudio } from './write-response.js';
import { writeUsage } from './write-usage.js';

export interface StreamWriterOptions {
  /** The client asked for usage: it gets a frame with it, and `usage: null` in every other one. */
  readonly includeUsage: boolean;
}

/** Writes the parts of an answer as the events of a streamed chat completion. */
export class StreamWriter {
  readonly #includeUsage: boolean;
  #head: JsonRecord = { id: '', object: 'chat.completion.chunk', created: 0, model: '' };
  readonly #begun = new Set<number>();

  constructor(options: StreamWriterOptions) {
    this.#includeUsage = options.includeUsage;
  }

  /** The events for one part; empty when the part says nothing that this dialect sends. */
  write(part: StreamPart): string {
    switch (part.kind) {
      case 'start': {
        const { id, created, model } = part;
        this.#head = { ...this.#head, id, object: 'chat.completion.chunk', created, model };
        return '';
      }
      case 'service-tier':
        this.#head = { ...this.#head, service_tier: part.serviceTier };
        return '';
      case 'usage':
        return this.#includeUsage ? frame({ ...this.#head, choices: [], usage: writeUsage(part.usage) }) : '';
      case 'error':
        return frame(writeErrorBody(part.error));
      case 'done':
        return 'data: [DONE]\n\n';
      case 'extensions':
        return this.#extensions(part.choice, part.extensions);
      default:
        return this.#begin(part.choice) + this.#choice(part);
    }
  }

  #choice(
    part: Exclude<StreamPart, { kind: 'start' | 'service-tier' | 'usage' | 'error' | 'done' | 'extensions' }>,
  ): string {
    const { choice } = part;
    switch (part.kind) {
      case 'text':
        return this.#delta(choice, { content: part.text });
      case 'refusal':
        return this.#delta(choice, { refusal: part.text });
      case 'reasoning':
        return this.#delta(choice, {
          reasoning_content: part.text,
          ...(part.signature !== null && { reasoning_signature: part.signature }),
        });
      case 'image':
        return this.#delta(choice, { images: [{ type: 'image_url', image_url: { url: part.image.url } }] });
      case 'audio':
        return this.#delta(choice, { audio: writeAudio(part.audio) });
      case 'annotations':
        return this.#delta(choice, { annotations: part.annotations });
      case 'tool-call': {
        const { index, id, name, custom } = part;
        const call = custom
          ? { type: 'custom', custom: { name, input: '' } }
          : { type: 'function', function: { name, arguments: '' } };
        this.#custom.set(`${choice} ${index}`, custom);
        return this.#delta(choice, { tool_calls: [{ index, id, ...call }] });
      }
      case 'tool-input': {
        const { index, text } = part;
        const custom = this.#custom.get(`${choice} ${index}`) === true;
        return this.#delta(choice, {
          tool_calls: [{ index, ...(custom ? { custom: { input: text } } : { function: { arguments: text } }) }],
        });
      }
      case 'logprobs':
        return this.#frame({ index: choice, delta: {}, logprobs: part.logprobs, finish_reason: null });
      case 'finish':
        return this.#frame({ index: choice, delta: {}, logprobs: null, finish_reason: writeFinishReason(part.reason) });
    }
  }

  readonly #custom = new Map<string, boolean>();

  /** A choice opens with the role, as OpenAI's own streams do. */
  #begin(choice: number): string {
    if (this.#begun.has(choice)) return '';
    this.#begun.add(choice);
    return this.#delta(choice, { role: 'assistant', content: '', refusal: null });
  }

  /** What concerns the whole answer is said in every frame from now on; what concerns a choice, once. */
  #extensions(choice: number | null, extensions: Extensions): string {
    if (choice === null) {
      this.#head = { ...extensions, ...this.#head };
      return '';
    }
    const { message, ...outer } = extensions;
    const delta = (message as Extensions | undefined) ?? {};
    return this.#begin(choice) + this.#frame({ ...outer, index: choice, delta, logprobs: null, finish_reason: null });
  }

  #delta(choice: number, delta: JsonRecord): string {
    return this.#frame({ index: choice, delta, logprobs: null, finish_reason: null });
  }

  #frame(choice: JsonRecord): string {
    return frame({ ...this.#head, choices: [choice], ...(this.#includeUsage && { usage: null }) });
  }
}

function frame(data: JsonRecord): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
