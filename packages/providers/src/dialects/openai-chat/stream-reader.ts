import { ERRORS } from '@tollgate/domain';

import type { Extensions, StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import { baseRespError } from './base-resp.js';
import { EventReader, type EventReaderOptions, type EventTeller } from '../../streaming/event-reader.js';
import { readFinishReason } from './finish-reasons.js';
import {
  answerExtensions,
  choiceExtensions,
  readAudio,
  readImages,
  readLogprobs,
  readText,
  records,
  string,
} from './read-answer-fields.js';
import { readErrorInside } from './read-error.js';
import { toolInput } from './read-response.js';
import { readUsage } from './read-usage.js';

const EVENTS: EventReaderOptions = {
  /** An event longer than this ends the stream with an error. */
  maxEventCharacters: 8_388_608,
  content: [
    'choices[].delta.content',
    'choices[].delta.content[].text',
    'choices[].delta.content[].thinking',
    'choices[].delta.content[].thinking[].text',
    'choices[].delta.reasoning_content',
    'choices[].delta.reasoning',
    'choices[].delta.refusal',
    'choices[].delta.tool_calls[].function.arguments',
    'choices[].delta.tool_calls[].custom.input',
    'choices[].delta.function_call.arguments',
  ],
  // of `usage` the last one holds
  aside: ['created', 'obfuscation', 'p', 'usage'],
};

/** Where a tool call of a choice stands in the stream. */
interface RunningCall {
  readonly index: number;
  readonly id: string;
}

/** Reads a streamed answer, cut anywhere, into parts. Liberal: it takes what servers of this dialect are known to send. */
export class StreamReader implements EventTeller {
  readonly #events = new EventReader(this, EVENTS);
  #parts: StreamPart[] = [];
  #started = false;
  #usage: ReadUsage | null = null;
  #serviceTier: string | null = null;
  /** By choice, then by the server's own number of the call. */
  readonly #calls = new Map<number, Map<number, RunningCall>>();
  readonly #callCount = new Map<number, number>();
  readonly #finished = new Set<number>();
  /** Extensions as they were last told: servers repeat most of them in every chunk. */
  readonly #told = new Map<string, unknown>();

  push(chunk: Buffer): readonly StreamPart[] {
    return this.#events.push(chunk);
  }

  /** What is left when the upstream's stream is over. */
  end(): readonly StreamPart[] {
    this.#parts = this.#events.end();
    this.#flushUsage();
    return this.#parts;
  }

  tooLong(parts: StreamPart[]): void {
    const error = { ...readErrorInside({ code: 'frame_too_long' }), code: 'provider_invalid_response' } as const;
    parts.push({ kind: 'error', error: { ...error, message: ERRORS[error.code].message } });
  }

  event(name: string | undefined, data: string, parts: StreamPart[]): void {
    this.#parts = parts;
    if (data.startsWith('[DONE')) {
      this.#flushUsage();
      this.#parts.push({ kind: 'done' });
      return;
    }
    const chunk = parseJson(data);
    if (!isRecord(chunk)) return;
    const error = chunk['error'] ?? baseRespError(chunk) ?? (name === 'error' ? chunk : null);
    if (error !== null) this.#parts.push({ kind: 'error', error: readErrorInside({ ...chunk, error }) });
    else this.#chunk(chunk);
  }

  settle(data: string): void {
    const chunk = parseJson(data);
    if (isRecord(chunk)) this.#readUsage(chunk);
  }

  #chunk(chunk: JsonRecord): void {
    const id = string(chunk['id']) ?? '';
    const model = string(chunk['model']) ?? '';
    if (!this.#started && (id !== '' || model !== '')) {
      this.#started = true;
      const created = typeof chunk['created'] === 'number' ? Math.floor(chunk['created']) : 0;
      this.#parts.push({ kind: 'start', dialect: 'openai-chat', id, model, created, usage: null });
    }
    const tier = string(chunk['service_tier']);
    if (tier !== null && tier !== this.#serviceTier) {
      this.#serviceTier = tier;
      this.#parts.push({ kind: 'service-tier', serviceTier: tier });
    }
    this.#tell(null, answerExtensions(chunk));
    for (const [position, choice] of records(chunk['choices']).entries()) this.#choice(choice, position);
    this.#readUsage(chunk);
  }

  #readUsage(chunk: JsonRecord): void {
    const groq = isRecord(chunk['x_groq']) ? chunk['x_groq'] : {};
    this.#usage = readUsage(chunk['usage']) ?? readUsage(groq['usage']) ?? this.#usage;
  }

  #choice(wire: JsonRecord, position: number): void {
    const choice = typeof wire['index'] === 'number' ? wire['index'] : position;
    const delta = isRecord(wire['delta']) ? wire['delta'] : {};
    const { text, reasoning, signature } = readText(delta);
    if (reasoning !== '' || signature !== null)
      this.#parts.push({ kind: 'reasoning', choice, text: reasoning, signature, redacted: null });
    if (text !== '') this.#parts.push({ kind: 'text', choice, text });
    const refusal = string(delta['refusal']);
    if (refusal !== null && refusal !== '') this.#parts.push({ kind: 'refusal', choice, text: refusal });
    for (const image of readImages(delta)) this.#parts.push({ kind: 'image', choice, image });
    const audio = readAudio(delta['audio']);
    if (audio !== null) this.#parts.push({ kind: 'audio', choice, audio });
    for (const [i, call] of records(delta['tool_calls']).entries()) this.#toolCall(choice, call, i);
    if (isRecord(delta['function_call'])) this.#toolCall(choice, { function: delta['function_call'] }, 0);
    const annotations = delta['annotations'];
    if (Array.isArray(annotations) && annotations.length > 0) {
      this.#parts.push({ kind: 'annotations', choice, annotations: annotations as readonly unknown[] });
    }
    const logprobs = readLogprobs(wire['logprobs']);
    if (logprobs !== null) this.#parts.push({ kind: 'logprobs', choice, logprobs });
    this.#tell(choice, choiceExtensions(wire, delta));
    const reason = readFinishReason(wire['finish_reason']);
    if (reason !== null && !this.#finished.has(choice)) {
      this.#finished.add(choice);
      this.#parts.push({ kind: 'finish', choice, reason, stopSequence: null });
    }
  }

  /** A new id under a known number is a new call: some servers number every call 0, some do not number them at all. */
  #toolCall(choice: number, wire: JsonRecord, position: number): void {
    const calls = this.#calls.get(choice) ?? new Map<number, RunningCall>();
    this.#calls.set(choice, calls);
    const wireIndex = typeof wire['index'] === 'number' ? wire['index'] : position;
    const custom = isRecord(wire['custom']);
    const call = isRecord(wire['custom']) ? wire['custom'] : isRecord(wire['function']) ? wire['function'] : {};
    const id = string(wire['id']) ?? '';
    let running = calls.get(wireIndex);
    if (running === undefined || (id !== '' && id !== running.id && string(call['name']) !== null)) {
      const index = this.#callCount.get(choice) ?? 0;
      this.#callCount.set(choice, index + 1);
      running = { index, id };
      calls.set(wireIndex, running);
      this.#parts.push({ kind: 'tool-call', choice, index, id, name: string(call['name']) ?? '', custom });
    }
    const text = toolInput(call[custom ? 'input' : 'arguments']);
    if (text !== '') this.#parts.push({ kind: 'tool-input', choice, index: running.index, text });
  }

  #tell(choice: number | null, extensions: Extensions): void {
    let news: Record<string, unknown> | null = null;
    for (const name in extensions) {
      const key = `${choice ?? ''} ${name}`;
      const said = extensions[name];
      const value = typeof said === 'object' ? JSON.stringify(said) : said;
      if (this.#told.get(key) === value) continue;
      this.#told.set(key, value);
      news ??= {};
      news[name] = said;
    }
    if (news !== null) this.#parts.push({ kind: 'extensions', choice, extensions: news });
  }

  /** Usage is told once, at the end: some servers send it with every chunk, counting up. */
  #flushUsage(): void {
    if (this.#usage !== null) this.#parts.push({ kind: 'usage', usage: this.#usage });
    this.#usage = null;
  }
}
