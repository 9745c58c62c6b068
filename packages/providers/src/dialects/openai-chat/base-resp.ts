import { isRecord, type JsonRecord } from '../../json.js';

/** The numbers of MiniMax in words of OpenAI's; source: platform.minimax.io/docs/api-reference/errorcode. */
const CODES: Readonly<Record<number, string>> = {
  1001: 'timeout',
  1002: 'rate_limit_exceeded',
  1004: 'invalid_api_key',
  1008: 'insufficient_balance',
  1026: 'content_filter',
  1027: 'content_filter',
  1039: 'rate_limit_exceeded',
  1041: 'overloaded_error',
  2045: 'rate_limit_exceeded',
  2049: 'invalid_api_key',
  // the plan's quota for the next hours
  2056: 'quota_exceeded',
};
/** Of the request: too many invisible characters, or invalid parameters. */
const REQUEST_FAULTS: ReadonlySet<number> = new Set([1042, 2013]);

/** An error that MiniMax puts beside an empty answer with status 200, as OpenAI would have said it; else `null`. */
export function baseRespError(document: JsonRecord): JsonRecord | null {
  const base = document['base_resp'];
  if (!isRecord(base) || typeof base['status_code'] !== 'number' || base['status_code'] === 0) return null;
  const known = CODES[base['status_code']];
  const type = REQUEST_FAULTS.has(base['status_code']) ? 'invalid_request_error' : 'api_error';
  return { code: known ?? `base_resp_${base['status_code']}`, type, message: base['status_msg'] };
}
