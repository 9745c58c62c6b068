import type {
  AudioPart,
  Choice,
  Completion,
  Extensions,
  FinishReason,
  Logprobs,
  Part,
  ReasoningPart,
  RefusalPart,
  StreamPart,
  TextPart,
  ToolCallPart,
} from './conversation.js';
import type { DialectId } from './dialect-id.js';

import type { ReadUsage } from './reported-usage.js';
import type { UpstreamErrorFacts } from './upstream-error.js';

/** What a stream came to. */
export interface CollectedStream {
  readonly completion: Completion;
  readonly error: UpstreamErrorFacts | null;
  /** The stream said that it was over. */
  readonly done: boolean;
}

interface Head {
  readonly dialect: DialectId;
  readonly id: string;
  readonly model: string;
  readonly created: number;
}

/** Puts the parts of a stream together: the same answer as if it had not been streamed. */
export function collectCompletion(parts: Iterable<StreamPart>): CollectedStream {
  let head: Head = { dialect: 'openai-chat', id: '', model: '', created: 0 };
  let usage: ReadUsage | null = null;
  let serviceTier: string | null = null;
  let extensions: Extensions = {};
  let error: UpstreamErrorFacts | null = null;
  let done = false;
  const choices = new Map<number, ChoiceCollector>();
  for (const part of parts) {
    if (part.kind === 'start') {
      head = { dialect: part.dialect, id: part.id, model: part.model, created: part.created };
      usage = part.usage;
    } else if (part.kind === 'usage') usage = part.usage;
    else if (part.kind === 'service-tier') serviceTier = part.serviceTier;
    else if (part.kind === 'error') error ??= part.error;
    else if (part.kind === 'done') done = true;
    else if (part.choice !== null) {
      const collector = choices.get(part.choice) ?? new ChoiceCollector(part.choice);
      choices.set(part.choice, collector);
      collector.add(part);
    } else if (part.kind === 'extensions') {
      extensions = { ...extensions, ...part.extensions };
    }
  }
  const collected = [...choices.values()].map((choice) => choice.collect()).sort((a, b) => a.index - b.index);
  return { completion: { ...head, choices: collected, usage, serviceTier, extensions }, error, done };
}

/** Where dialects tell no order, parts come in this one. */
const ORDER: readonly Part['kind'][] = ['reasoning', 'text', 'refusal', 'image', 'audio', 'tool-call', 'opaque'];

type Growing = { -readonly [K in keyof ToolCallPart]: ToolCallPart[K] };

class ChoiceCollector {
  /** In the order in which they began. */
  readonly #parts: Part[] = [];
  /** Where in `#parts` the part of each kind stands that deltas of this kind continue. */
  readonly #open = new Map<Part['kind'], number>();
  readonly #calls = new Map<number, Growing>();
  #ordered = false;
  #finish: FinishReason | null = null;
  #stopSequence: string | null = null;
  #logprobs: Logprobs | null = null;
  #extensions: Extensions = {};
  readonly #annotations: unknown[] = [];

  constructor(private readonly index: number) {}

  add(part: StreamPart): void {
    switch (part.kind) {
      case 'part':
        this.#ordered = true;
        this.#open.clear();
        break;
      case 'text':
      case 'refusal':
        this.#append(part.kind, part.text);
        break;
      case 'reasoning':
        this.#think(part);
        break;
      case 'citation':
        this.#cite(part.citation);
        break;
      case 'opaque':
        this.#parts.push(part.part);
        break;
      case 'image':
        this.#parts.push(part.image);
        break;
      case 'audio':
        this.#change('audio', SILENCE, (before) => joinAudio(before, part.audio));
        break;
      case 'tool-call':
        this.#call(part);
        break;
      case 'tool-input': {
        const call = this.#calls.get(part.index);
        if (call !== undefined) call.input += part.text;
        break;
      }
      default:
        this.#note(part);
    }
  }

  /** What is said of the choice beside its parts. */
  #note(part: StreamPart): void {
    switch (part.kind) {
      case 'annotations':
        for (const annotation of part.annotations) this.#annotations.push(annotation);
        break;
      case 'logprobs':
        this.#logprobs = joinLogprobs(this.#logprobs, part.logprobs);
        break;
      case 'finish':
        this.#finish = part.reason;
        this.#stopSequence = part.stopSequence;
        break;
      case 'extensions':
        this.#extensions = { ...this.#extensions, ...part.extensions };
        break;
      default:
    }
  }

  #append(kind: 'text' | 'refusal', text: string): void {
    this.#change<TextPart | RefusalPart>(kind, { kind, text: '' }, (before) => ({
      ...before,
      text: before.text + text,
    }));
  }

  #think({ text, signature, redacted, provenBy }: Extract<StreamPart, { kind: 'reasoning' }>): void {
    this.#change<ReasoningPart>(
      'reasoning',
      { kind: 'reasoning', text: '', signature: null, redacted: null },
      (before) => ({
        kind: 'reasoning',
        text: before.text + text,
        signature: signature ?? before.signature,
        redacted: redacted ?? before.redacted,
        ...provenance(provenBy ?? before.provenBy),
      }),
    );
  }

  #cite(citation: Extensions): void {
    this.#change<TextPart>('text', { kind: 'text', text: '' }, (before) => {
      const citations = (before.extensions?.['citations'] ?? []) as readonly unknown[];
      return { ...before, extensions: { ...before.extensions, citations: [...citations, citation] } };
    });
  }

  #call({ index, id, name, custom, extensions }: Extract<StreamPart, { kind: 'tool-call' }>): void {
    const call: Growing = { kind: 'tool-call', id, name, input: '', custom, ...(extensions && { extensions }) };
    this.#calls.set(index, call);
    this.#parts.push(call);
  }

  /** Changes the part of this kind that is being written, which begins as `fresh`. */
  #change<P extends Part>(kind: P['kind'], fresh: P, change: (before: P) => P): void {
    let at = this.#open.get(kind);
    if (at === undefined) {
      at = this.#parts.length;
      this.#open.set(kind, at);
    }
    this.#parts[at] = change((this.#parts[at] ?? fresh) as P);
  }

  collect(): Choice {
    const parts = this.#parts.filter(
      (part) => part.kind !== 'text' || part.text !== '' || part.extensions !== undefined,
    );
    if (!this.#ordered) parts.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    return {
      index: this.index,
      parts: parts.map((part) => (part.kind === 'tool-call' ? { ...part } : part)),
      finish: this.#finish,
      stopSequence: this.#stopSequence,
      annotations: this.#annotations,
      logprobs: this.#logprobs,
      extensions: this.#extensions,
    };
  }
}

function provenance(provenBy: DialectId | undefined): Pick<ReasoningPart, 'provenBy'> {
  return provenBy === undefined ? {} : { provenBy };
}

const SILENCE: AudioPart = {
  kind: 'audio',
  id: null,
  data: null,
  format: null,
  transcript: null,
  expiresAt: null,
};

function joinAudio(before: AudioPart, next: AudioPart): AudioPart {
  return {
    kind: 'audio',
    id: next.id ?? before.id,
    data: joinText(before.data, next.data),
    format: next.format ?? before.format,
    transcript: joinText(before.transcript, next.transcript),
    expiresAt: next.expiresAt ?? before.expiresAt,
  };
}

function joinText(before: string | null, next: string | null): string | null {
  return before === null || next === null ? (before ?? next) : before + next;
}

function joinLogprobs(before: Logprobs | null, next: Logprobs): Logprobs {
  if (before === null) return next;
  const join = (a: readonly unknown[] | null, b: readonly unknown[] | null): readonly unknown[] | null =>
    a === null || b === null ? (a ?? b) : [...a, ...b];
  return { content: join(before.content, next.content), refusal: join(before.refusal, next.refusal) };
}
