import type { Completion, Conversation, Message, Part, ReasoningPart, StreamPart } from './conversation.js';

/** A thought with its place: how many calls of tools the answer had made before it. */
interface PlacedReasoning {
  readonly part: ReasoningPart;
  readonly callsBefore: number;
}

/**
 * What a client cannot carry back of an answer that called tools: the thoughts before the calls, with their proofs. Plain
 * data, to be stored under each of the ids of the calls, and with the model that thought: no other one takes it back.
 */
export interface KeptReasoning {
  readonly toolCallIds: readonly string[];
  /** Empty when the model called tools without thinking, which is not the same as thoughts that are gone. */
  readonly reasoning: readonly PlacedReasoning[];
}

/** Keeps the reasoning of an answer while it streams by. */
export class ReasoningCollector {
  readonly #toolCallIds: string[] = [];
  readonly #reasoning: PlacedReasoning[] = [];
  #open: ReasoningPart | null = null;

  add(part: StreamPart): void {
    if (part.kind === 'part') this.#close();
    else if (part.kind === 'tool-call') {
      this.#close();
      this.#toolCallIds.push(part.id);
    } else if (part.kind === 'reasoning') {
      const before = this.#open;
      const provenBy = part.provenBy ?? before?.provenBy;
      this.#open = {
        kind: 'reasoning',
        text: (before?.text ?? '') + part.text,
        signature: part.signature ?? before?.signature ?? null,
        redacted: part.redacted ?? before?.redacted ?? null,
        ...(provenBy !== undefined && { provenBy }),
      };
    }
  }

  /** `null` when no tool was called: thoughts of a finished turn are not asked for again. */
  kept(): KeptReasoning | null {
    this.#close();
    if (this.#toolCallIds.length === 0) return null;
    return { toolCallIds: [...this.#toolCallIds], reasoning: [...this.#reasoning] };
  }

  #close(): void {
    if (this.#open !== null) this.#reasoning.push({ part: this.#open, callsBefore: this.#toolCallIds.length });
    this.#open = null;
  }
}

/** The same of an answer that was not streamed. */
export function keepFromCompletion(completion: Completion): KeptReasoning | null {
  const toolCallIds: string[] = [];
  const reasoning: PlacedReasoning[] = [];
  for (const part of completion.choices[0]?.parts ?? []) {
    if (part.kind === 'tool-call') toolCallIds.push(part.id);
    else if (part.kind === 'reasoning') reasoning.push({ part, callsBefore: toolCallIds.length });
  }
  return toolCallIds.length === 0 ? null : { toolCallIds, reasoning };
}

/** The calls whose reasoning is needed for the next turn, one for each answer of the running tool loop. */
export function reasoningLookups({ messages }: Conversation): readonly string[] {
  const start = loopStart(messages);
  return messages.slice(start).flatMap((message) => firstCallId(message) ?? []);
}

/**
 * Puts kept reasoning back where it was; `found` is by the ids of `reasoningLookups`. What clients send as reasoning is left
 * out: they cannot prove it. Where something of the running loop is gone, `reasoning.lost` says so.
 */
export function attachReasoning(conversation: Conversation, found: ReadonlyMap<string, KeptReasoning>): Conversation {
  const start = loopStart(conversation.messages);
  let lost = false;
  let isFirst = true;
  const messages = conversation.messages.map((message, i) => {
    if (message.role !== 'assistant') return message;
    const parts = message.parts.filter((part) => part.kind !== 'reasoning');
    const id = firstCallId(message);
    if (i < start || id === null) return { ...message, parts };
    const kept = found.get(id);
    // a loop that began without a thought cannot go on with one
    if (kept === undefined || (isFirst && kept.reasoning.length === 0)) lost = true;
    isFirst = false;
    return { ...message, parts: kept === undefined ? parts : withReasoning(parts, kept) };
  });
  return { ...conversation, messages, reasoning: { ...conversation.reasoning, lost } };
}

/** Where the answers begin that belong to what the user said last. */
function loopStart(messages: readonly Message[]): number {
  return 1 + messages.findLastIndex(({ role, parts }) => role === 'user' && parts.some(isSaid));
}

function isSaid(part: Part): boolean {
  return part.kind !== 'tool-result' && part.kind !== 'cache-marker';
}

function firstCallId({ role, parts }: Message): string | null {
  const call = role === 'assistant' ? parts.find((part) => part.kind === 'tool-call') : undefined;
  return call?.id ?? null;
}

function withReasoning(parts: readonly Part[], { reasoning }: KeptReasoning): readonly Part[] {
  const before = (calls: number): Part[] =>
    reasoning.filter(({ callsBefore }) => callsBefore === calls).map(({ part }) => part);
  const attached = before(0);
  let calls = 0;
  for (const part of parts) {
    if (part.kind === 'tool-call' && calls > 0) attached.push(...before(calls));
    if (part.kind === 'tool-call') calls++;
    attached.push(part);
  }
  return attached;
}
