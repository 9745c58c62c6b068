import type { FinishReason, StreamPart } from '../../conversation.js';
import type { StreamWriterOptions } from '../../dialect.js';
import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import type { UpstreamErrorFacts } from '../../upstream-error.js';
import { EventSequence } from './event-sequence.js';
import { ItemIds, responseName } from './output-items.js';
import { OutputStreamWriter } from './output-stream-writer.js';
import { ended, responseBase, type ResponseState, tierOf } from './response-object.js';
import { failureOf, writeErrorEvent } from './write-error.js';
import { writeUsage } from './write-usage.js';

type Part<K extends StreamPart['kind']> = Extract<StreamPart, { kind: K }>;

/** What every event that holds the response repeats, and the items that it has so far. */
interface Begun {
  readonly base: JsonRecord;
  readonly output: OutputStreamWriter;
}

const BEGUN: ResponseState = { status: 'in_progress', output: [], incomplete_details: null, error: null, usage: null };

/**
 * Writes the parts of an answer as the events of a streamed response. The last event repeats the whole answer, and says why
 * it ended and what it used, so both wait for the end.
 */
export class StreamWriter {
  readonly #options: StreamWriterOptions;
  readonly #events = new EventSequence();
  #begun: Begun | null = null;
  #finish: FinishReason = 'stop';
  #usage: ReadUsage | null = null;
  #serviceTier: string | null = null;

  constructor(options: StreamWriterOptions) {
    this.#options = options;
  }

  /** The events for one part; empty when the part says nothing that this dialect sends now. */
  write(part: StreamPart): string {
    switch (part.kind) {
      case 'start':
        return this.#begun === null ? this.#start(part) : '';
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'service-tier':
        this.#serviceTier = part.serviceTier;
        return '';
      case 'finish':
        if (part.choice === 0) this.#finish = part.reason;
        return '';
      case 'extensions': // a response says of itself what the request said
        return '';
      case 'error':
        return this.#fail(part.error);
      case 'done':
        return this.#done();
      default:
        return part.choice === 0 ? this.#grow(part) : '';
    }
  }

  writePiece(piece: ContentPiece): Buffer | null {
    return piece.choice === 0 && this.#begun !== null ? this.#begun.output.more(piece) : null;
  }

  #start(part: Part<'start'>): string {
    const { dialect, created } = part;
    const name = responseName(part, this.#options);
    const base = responseBase({ ...name, created }, this.#options);
    this.#begun = { base, output: new OutputStreamWriter(this.#events, new ItemIds(name.id), dialect) };
    const response = { ...base, ...BEGUN };
    return (
      this.#events.event('response.created', { response }) + this.#events.event('response.in_progress', { response })
    );
  }

  #grow(part: Exclude<StreamPart, { kind: 'start' | 'usage' | 'service-tier' | 'finish' | 'error' | 'done' }>): string {
    // some servers do not say who they are before they answer
    if (this.#begun === null) return this.#start(NOBODY) + this.#grow(part);
    const { output } = this.#begun;
    switch (part.kind) {
      case 'text':
      case 'refusal':
        return output.text(part.kind, part.text);
      case 'tool-input':
        return output.input(part.index, part.text);
      case 'reasoning':
        return output.reasoning(part);
      case 'part':
        return output.endPart();
      case 'tool-call':
        return output.call(part);
      case 'audio':
        return part.audio.transcript === null ? '' : output.text('text', part.audio.transcript);
      case 'image':
        return output.picture(part.image.url);
      case 'opaque':
        return output.opaque(part.part);
      case 'citation':
        return output.cite(part.citation);
      case 'annotations':
        return part.annotations.filter(isRecord).reduce((events, citation) => events + output.cite(citation), '');
      case 'logprobs':
        output.addLogprobs(part.logprobs.content ?? []);
        return '';
      case 'extensions':
        return '';
    }
  }

  #done(): string {
    if (this.#begun === null) return this.#start(NOBODY) + this.#done();
    const { base, output } = this.#begun;
    const { status } = ended(this.#finish, [], {});
    const events = output.end(status === 'completed' ? 'completed' : 'incomplete');
    const state = ended(this.#finish, output.items, writeUsage(this.#usage));
    const response = { ...base, ...tierOf(this.#serviceTier), ...state };
    return events + this.#events.event(`response.${status}`, { response });
  }

  /** OpenAI says it twice: as an error, and as the response that failed. */
  #fail(error: UpstreamErrorFacts): string {
    const event = writeErrorEvent(error, this.#events.take());
    if (this.#begun === null) return event;
    const { base, output } = this.#begun;
    const usage = this.#usage === null ? null : writeUsage(this.#usage);
    const state: ResponseState = { ...BEGUN, status: 'failed', output: output.items.filter(isRecord), usage };
    const response = { ...base, ...state, error: failureOf(error) };
    return event + this.#events.event('response.failed', { response });
  }
}

const NOBODY: Part<'start'> = { kind: 'start', dialect: 'openai-chat', id: '', model: '', created: 0, usage: null };
