import { billedSearches, collectQueries } from '../dialects/google-generate/read-grounding.js';
import { readErrorInside } from '../dialects/google-generate/read-error.js';
import { isAnswer } from '../dialects/google-generate/read-response.js';
import { readUsage } from '../dialects/google-generate/read-usage.js';
import { readServiceTier } from '../dialects/google-generate/service-tiers.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import { mayHideLetters } from './may-exceed-its-bytes.js';
import type { AnswerFacts } from './stream-forwarder.js';
import { TopLevelScanner } from './top-level-scanner.js';

const KEYS = ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'error'] as const;
type Key = (typeof KEYS)[number];
const scanner = new TopLevelScanner(KEYS);
/** What stands around the content of one candidate. */
const CANDIDATE_OVERHEAD_BYTES = 80;
/** With this a candidate tells what was searched for. */
const QUERIES = Buffer.from('SearchQueries"');

/** Reads only the small top-level values of an answer; one that searched, and an unusual one, is parsed as a whole. */
export function readGenerateAnswer(body: Buffer): AnswerFacts {
  const candidates = scanner.scan(body, 0, body.length) === null ? spanOf('candidates') : null;
  if (candidates === null || body[candidates.from] !== 91) return factsOf(parseJson(body.toString()), 0);
  const written = Math.max(0, candidates.to - candidates.from - CANDIDATE_OVERHEAD_BYTES);
  const list = body.subarray(candidates.from, candidates.to);
  if (list.indexOf(QUERIES) >= 0 || mayHideLetters(list)) return factsOf(parseJson(body.toString()), written);
  const small: Record<string, unknown> = { candidates: [] };
  for (const key of KEYS) {
    const span = key === 'candidates' ? null : spanOf(key);
    if (span !== null) small[key] = parseJson(body.toString('utf8', span.from, span.to));
  }
  return factsOf(small, written);
}

function factsOf(document: unknown, deliveredCharacters: number): AnswerFacts {
  const answer: JsonRecord = isRecord(document) ? document : {};
  const first: unknown = Array.isArray(document) ? (document as readonly unknown[])[0] : null;
  const failing = isRecord(first) ? first : answer;
  const failed = failing['error'] !== undefined && failing['error'] !== null;
  const model = typeof answer['modelVersion'] === 'string' ? answer['modelVersion'] : '';
  const queries = new Set<string>();
  const candidates = Array.isArray(answer['candidates']) ? answer['candidates'].filter(isRecord) : [];
  for (const candidate of candidates) collectQueries(queries, candidate);
  return {
    valid: !failed && isAnswer(answer),
    usage: readUsage(answer['usageMetadata'], billedSearches(queries, model)),
    servedModel: model === '' ? null : model,
    serviceTier: readServiceTier(answer['usageMetadata']),
    error: failed ? readErrorInside(failing) : null,
    deliveredCharacters,
  };
}

function spanOf(key: Key): { readonly from: number; readonly to: number } | null {
  const slot = KEYS.indexOf(key);
  const from = scanner.start[slot] as number;
  return from < 0 ? null : { from, to: scanner.end[slot] as number };
}
