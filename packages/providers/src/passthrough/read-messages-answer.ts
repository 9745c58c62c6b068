import { readErrorInside } from '../dialects/anthropic-messages/read-error.js';
import { readServiceTier } from '../dialects/anthropic-messages/read-service-tier.js';
import { readUsage } from '../dialects/anthropic-messages/read-usage.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { AnswerFacts } from './stream-forwarder.js';
import { TopLevelScanner } from './top-level-scanner.js';

const KEYS = ['type', 'content', 'usage', 'model', 'error'] as const;
type Key = (typeof KEYS)[number];
const scanner = new TopLevelScanner(KEYS);
/** What stands around the content of one block. */
const BLOCK_OVERHEAD_BYTES = 30;

/** Reads only the small top-level values of an answer of the Messages API; an unusual one is parsed as a whole. */
export function readMessagesAnswer(body: Buffer): AnswerFacts {
  const content = scanner.scan(body, 0, body.length) === null ? spanOf('content') : null;
  if (content === null || body[content.from] !== 91) return factsOf(parseJson(body.toString()), null);
  const small: Record<string, unknown> = { content: [] };
  for (const key of KEYS) {
    const span = key === 'content' ? null : spanOf(key);
    if (span !== null) small[key] = parseJson(body.toString('utf8', span.from, span.to));
  }
  return factsOf(small, Math.max(0, content.to - content.from - BLOCK_OVERHEAD_BYTES));
}

function factsOf(document: unknown, contentBytes: number | null): AnswerFacts {
  const answer: JsonRecord = isRecord(document) ? document : {};
  const failed = answer['type'] === 'error' || (answer['error'] !== undefined && answer['error'] !== null);
  return {
    valid: !failed && answer['type'] === 'message' && Array.isArray(answer['content']),
    usage: readUsage(answer['usage']),
    servedModel: nonEmpty(answer['model']),
    serviceTier: readServiceTier(answer['usage']),
    error: failed ? readErrorInside(answer) : null,
    deliveredCharacters: contentBytes ?? 0,
  };
}

function spanOf(key: Key): { readonly from: number; readonly to: number } | null {
  const slot = KEYS.indexOf(key);
  const from = scanner.start[slot] as number;
  return from < 0 ? null : { from, to: scanner.end[slot] as number };
}

const nonEmpty = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
