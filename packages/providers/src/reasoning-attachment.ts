import type { Completion, Conversation, Message, Part, ReasoningPart, StreamPart } from './conversation.js';
import type { DialectId } from './dialect-id.js';
import { startOfLoop } from './running-loop.js';

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
  #dialect: DialectId = 'openai-chat';

  add(part: StreamPart): void {
    if (part.kind === 'start') this.#dialect = part.dialect;
    else if (part.kind === 'part') this.#close();
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
    const callsBefore = this.#toolCallIds.length;
    if (this.#open !== null) this.#reasoning.push(...placed(this.#open, this.#dialect, callsBefore));
    this.#open = null;
  }
}

/** The same of an answer that was not streamed. */
export function keepFromCompletion(completion: Completion): KeptReasoning | null {
  const toolCallIds: string[] = [];
  const reasoning: PlacedReasoning[] = [];
  for (const part of completion.choices[0]?.parts ?? []) {
    if (part.kind === 'tool-call') toolCallIds.push(part.id);
    else if (part.kind === 'reasoning') reasoning.push(...placed(part, completion.dialect, toolCallIds.length));
  }
  return toolCallIds.length === 0 ? null : { toolCallIds, reasoning };
}

/** With whose proof it is, since it goes into a conversation of another dialect; what has none nobody takes back. */
function placed(part: ReasoningPart, dialect: DialectId, callsBefore: number): readonly PlacedReasoning[] {
  if (part.signature === null && part.redacted === null) return [];
  return [{ part: { ...part, provenBy: part.provenBy ?? dialect }, callsBefore }];
}

/** The calls whose reasoning is needed for the next turn, one for each answer of the running tool loop. */
export function reasoningLookups({ messages }: Conversation): readonly string[] {
  const start = startOfLoop(messages);
  return messages.slice(start).flatMap((message) => firstCallId(message) ?? []);
}

/**
 * Puts kept reasoning back where it was; `found` is by the ids of `reasoningLookups`. What clients send as reasoning is left
 * out: they cannot prove it. Where something of the running loop is gone, `reasoning.lost` says so.
 */
export function attachReasoning(conversation: Conversation, found: ReadonlyMap<string, KeptReasoning>): Conversation {
  const start = startOfLoop(conversation.messages);
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

function firstCallId({ role, parts }: Message): string | null {
  const call = role === 'assistant' ? parts.find((part) => part.kind === 'tool-call') : undefined;
  return call?.id ?? null;
}

/** What comes before the first call leads the answer, but for proofs of the call itself: Google has those. */
function withReasoning(parts: readonly Part[], { reasoning }: KeptReasoning): readonly Part[] {
  const attached: Part[] = reasoning.filter((placed) => isLeading(placed)).map(({ part }) => part);
  let calls = 0;
  for (const part of parts) {
    if (part.kind === 'tool-call') {
      const before = reasoning.filter((placed) => placed.callsBefore === calls && !isLeading(placed));
      attached.push(...before.map((placed) => placed.part));
      calls++;
    }
    attached.push(part);
  }
  return attached;
}

function isLeading({ part, callsBefore }: PlacedReasoning): boolean {
  return callsBefore === 0 && !(part.provenBy === 'google-generate' && part.text === '');
}
