import { readErrorInside } from '../dialects/openai-chat/read-error.js';
import { readUsage } from '../dialects/openai-chat/read-usage.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import { chatChunkFacts } from './chat-chunk-facts.js';
import type { AnswerFacts } from './stream-forwarder.js';
import { TopLevelScanner } from './top-level-scanner.js';

const KEYS = ['choices', 'usage', 'model', 'service_tier', 'error', 'x_groq'] as const;
type Key = (typeof KEYS)[number];
const scanner = new TopLevelScanner(KEYS);
/** What stands around the content of one choice. */
const CHOICE_OVERHEAD_BYTES = 110;

/** Up to here parsing everything is the cheaper way. */
const SMALL_BODY_BYTES = 2048;

/** Reads only the small top-level values of a long answer; one that is unusual in any way is parsed as a whole. */
export function readChatCompletion(body: Buffer): AnswerFacts {
  if (body.length <= SMALL_BODY_BYTES) return fromDocument(parseJson(body.toString()));
  const usual = scanner.scan(body, 0, body.length) === null && spanOf('choices') !== null && spanOf('usage') !== null;
  if (!usual) return fromDocument(parseJson(body.toString()));
  const small: Record<string, unknown> = {};
  for (const key of KEYS) {
    const span = key === 'choices' ? null : spanOf(key);
    if (span === null) continue;
    small[key] = parseJson(body.toString('utf8', span.from, span.to));
    if (small[key] === undefined) return fromDocument(undefined);
  }
  const choices = spanOf('choices') ?? { from: 0, to: 0 };
  const startsAsArray = body[choices.from] === 91;
  const usage = readUsage(small['usage']);
  if (!startsAsArray || usage === null || (small['error'] ?? null) !== null)
    return fromDocument(parseJson(body.toString()));
  const facts = chatChunkFacts(small);
  return {
    valid: true,
    usage,
    servedModel: facts.model,
    serviceTier: facts.serviceTier,
    error: null,
    deliveredCharacters: Math.max(0, choices.to - choices.from - CHOICE_OVERHEAD_BYTES),
  };
}

function fromDocument(document: unknown): AnswerFacts {
  const answer: JsonRecord = isRecord(document) ? document : {};
  const facts = chatChunkFacts(answer);
  const failed = facts.error !== null && facts.error !== undefined;
  return {
    valid: !failed && Array.isArray(answer['choices']),
    usage: readUsage(facts.usage),
    servedModel: facts.model,
    serviceTier: facts.serviceTier,
    error: failed ? readErrorInside({ error: facts.error }) : null,
    deliveredCharacters: facts.characters,
  };
}

function spanOf(key: Key): { readonly from: number; readonly to: number } | null {
  const slot = KEYS.indexOf(key);
  const from = scanner.start[slot] as number;
  return from < 0 ? null : { from, to: scanner.end[slot] as number };
}
