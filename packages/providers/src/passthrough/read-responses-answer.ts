import { readErrorInside } from '../dialects/openai-responses/read-error.js';
import { readUsage } from '../dialects/openai-responses/read-usage.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { AnswerFacts } from './stream-forwarder.js';
import { TopLevelScanner } from './top-level-scanner.js';

const KEYS = ['output', 'usage', 'model', 'service_tier', 'status', 'error'] as const;
type Key = (typeof KEYS)[number];
const scanner = new TopLevelScanner(KEYS);
/** What stands around the content of one message. */
const MESSAGE_OVERHEAD_BYTES = 200;
/** Steps that are billed by the piece: then every item has to be looked at. */
const SEARCH = Buffer.from('web_search_call');

/** Reads only the small top-level values of a response; an unusual one is parsed as a whole. */
export function readResponsesAnswer(body: Buffer): AnswerFacts {
  const usual = scanner.scan(body, 0, body.length) === null && body.indexOf(SEARCH) < 0;
  const output = usual ? spanOf('output') : null;
  if (output === null || body[output.from] !== 91) return responseFacts(parseJson(body.toString()), null);
  const small: Record<string, unknown> = { output: [] };
  for (const key of KEYS) {
    const span = key === 'output' ? null : spanOf(key);
    if (span !== null) small[key] = parseJson(body.toString('utf8', span.from, span.to));
  }
  return responseFacts(small, Math.max(0, output.to - output.from - MESSAGE_OVERHEAD_BYTES));
}

/** @param outputBytes how long the output is, where it is not at hand. */
export function responseFacts(document: unknown, outputBytes: number | null): AnswerFacts {
  const response: JsonRecord = isRecord(document) ? document : {};
  const failed = response['status'] === 'failed' || (response['error'] !== undefined && response['error'] !== null);
  const { output } = response;
  return {
    valid: !failed && Array.isArray(output),
    usage: readUsage(response),
    servedModel: nonEmpty(response['model']),
    serviceTier: nonEmpty(response['service_tier']),
    error: failed ? readErrorInside(response['error']) : null,
    deliveredCharacters: outputBytes ?? (Array.isArray(output) ? JSON.stringify(output).length : 0),
  };
}

function spanOf(key: Key): { readonly from: number; readonly to: number } | null {
  const slot = KEYS.indexOf(key);
  const from = scanner.start[slot] as number;
  return from < 0 ? null : { from, to: scanner.end[slot] as number };
}

const nonEmpty = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
