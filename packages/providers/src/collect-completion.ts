import type {
  AudioPart,
  Choice,
  Completion,
  Extensions,
  FinishReason,
  Logprobs,
  Part,
  StreamPart,
  ToolCallPart,
} from './conversation.js';
import type { ReadUsage } from './reported-usage.js';
import type { UpstreamErrorFacts } from './upstream-error.js';

/** What a stream came to. */
export interface CollectedStream {
  readonly completion: Completion;
  readonly error: UpstreamErrorFacts | null;
  /** The stream said that it was over. */
  readonly done: boolean;
}

/** Puts the parts of a stream together: the same answer as if it had not been streamed. */
export function collectCompletion(parts: Iterable<StreamPart>): CollectedStream {
  let head = { id: '', model: '', created: 0 };
  let usage: ReadUsage | null = null;
  let serviceTier: string | null = null;
  let extensions: Extensions = {};
  let error: UpstreamErrorFacts | null = null;
  let done = false;
  const choices = new Map<number, ChoiceCollector>();
  for (const part of parts) {
    if (part.kind === 'start') head = { id: part.id, model: part.model, created: part.created };
    else if (part.kind === 'usage') usage = part.usage;
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

class ChoiceCollector {
  #text = '';
  #reasoning = '';
  #signature: string | null = null;
  #refusal = '';
  #audio: AudioPart | null = null;
  #finish: FinishReason | null = null;
  #logprobs: Logprobs | null = null;
  #extensions: Extensions = {};
  readonly #annotations: unknown[] = [];
  readonly #images: Part[] = [];
  readonly #calls = new Map<number, ToolCallPart>();

  constructor(private readonly index: number) {}

  add(part: StreamPart): void {
    switch (part.kind) {
      case 'text':
        this.#text += part.text;
        break;
      case 'refusal':
        this.#refusal += part.text;
        break;
      case 'reasoning':
        this.#reasoning += part.text;
        this.#signature = part.signature ?? this.#signature;
        break;
      case 'image':
        this.#images.push(part.image);
        break;
      case 'audio':
        this.#audio = joinAudio(this.#audio, part.audio);
        break;
      case 'tool-call':
        this.#calls.set(part.index, {
          kind: 'tool-call',
          id: part.id,
          name: part.name,
          input: '',
          custom: part.custom,
        });
        break;
      case 'tool-input': {
        const call = this.#calls.get(part.index);
        if (call !== undefined) this.#calls.set(part.index, { ...call, input: call.input + part.text });
        break;
      }
      case 'annotations':
        for (const annotation of part.annotations) this.#annotations.push(annotation);
        break;
      case 'logprobs':
        this.#logprobs = joinLogprobs(this.#logprobs, part.logprobs);
        break;
      case 'finish':
        this.#finish = part.reason;
        break;
      case 'extensions':
        this.#extensions = { ...this.#extensions, ...part.extensions };
        break;
      case 'start':
      case 'usage':
      case 'service-tier':
      case 'error':
      case 'done':
        break;
    }
  }

  collect(): Choice {
    const parts: Part[] = [];
    if (this.#reasoning !== '' || this.#signature !== null) {
      parts.push({ kind: 'reasoning', text: this.#reasoning, signature: this.#signature });
    }
    if (this.#text !== '') parts.push({ kind: 'text', text: this.#text });
    if (this.#refusal !== '') parts.push({ kind: 'refusal', text: this.#refusal });
    for (const image of this.#images) parts.push(image);
    if (this.#audio !== null) parts.push(this.#audio);
    for (const [, call] of [...this.#calls.entries()].sort(([a], [b]) => a - b)) parts.push(call);
    return {
      index: this.index,
      parts,
      finish: this.#finish,
      annotations: this.#annotations,
      logprobs: this.#logprobs,
      extensions: this.#extensions,
    };
  }
}

function joinAudio(before: AudioPart | null, next: AudioPart): AudioPart {
  if (before === null) return next;
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
