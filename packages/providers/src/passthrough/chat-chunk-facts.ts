import { baseRespError } from '../dialects/openai-chat/base-resp.js';
import { isRecord, type JsonRecord } from '../json.js';

/** What the gateway wants to know of one parsed chunk of a chat completion stream. */
export interface ChatChunkFacts {
  /** Characters of content, reasoning, refusal, tool calls; more than zero is what commits a stream. */
  readonly characters: number;
  readonly model: string | null;
  readonly serviceTier: string | null;
  readonly finishReasons: readonly string[];
  readonly usage: unknown;
  readonly error: unknown;
  /** It has no choices and usage: what a client that did not ask for usage never expects. */
  readonly usageOnly: boolean;
}

export function chatChunkFacts(chunk: JsonRecord): ChatChunkFacts {
  const choices = Array.isArray(chunk['choices']) ? (chunk['choices'] as readonly unknown[]) : null;
  const groq = isRecord(chunk['x_groq']) ? chunk['x_groq'] : {};
  const usage = chunk['usage'] ?? groq['usage'] ?? null;
  const finishReasons: string[] = [];
  let characters = 0;
  let choiceError: unknown = null;
  for (const choice of choices ?? []) {
    if (!isRecord(choice)) continue;
    if (typeof choice['finish_reason'] === 'string') finishReasons.push(choice['finish_reason']);
    choiceError ??= choice['error'] ?? null;
    characters += deliveredCharacters(choice['delta'] ?? choice['message'] ?? choice['text']);
  }
  return {
    characters,
    model: nonEmpty(chunk['model']),
    serviceTier: nonEmpty(chunk['service_tier']),
    finishReasons,
    usage,
    error: chunk['error'] ?? groq['error'] ?? baseRespError(chunk) ?? choiceError,
    usageOnly: choices?.length === 0 && isRecord(usage),
  };
}

/** No server nests what a model has written deeper than a few levels. */
const MAX_DEPTH = 64;

/** Characters of what a model has written into a message or delta: all of its strings but role, ids, types and names. */
function deliveredCharacters(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (depth === MAX_DEPTH) return value == null ? 0 : 1; // that there is something matters, not how much
  if (Array.isArray(value)) {
    let sum = 0;
    for (const item of value) sum += deliveredCharacters(item, depth + 1);
    return sum;
  }
  if (!isRecord(value)) return 0;
  let sum = 0;
  for (const key in value) {
    const field = value[key];
    if (OPAQUE.has(key)) sum += typeof field === 'string' && field !== '' ? 1 : 0;
    else if (!UNWRITTEN.has(key) && !(key === 'reasoning_details' && value['reasoning'] != null))
      sum += deliveredCharacters(field, depth + 1);
  }
  return sum;
}

/** Sound and pictures: that they are there matters, their encoded length does not. */
const OPAQUE = new Set(['data', 'url', 'b64_json']);
const UNWRITTEN = new Set([
  'role',
  'id',
  'type',
  'index',
  'channel',
  'format',
  'signature',
  'annotations',
  'citations',
]);

const nonEmpty = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
