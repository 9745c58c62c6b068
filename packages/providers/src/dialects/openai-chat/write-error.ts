import { ERRORS, type ErrorCode } from '@tollgate/domain';

import type { WritableError } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';

/** OpenAI's own words, where SDKs and programs look for them. */
const CODES: Readonly<Partial<Record<ErrorCode, string>>> = {
  caller_missing_key: 'invalid_api_key',
  caller_invalid_key: 'invalid_api_key',
  caller_expired_key: 'invalid_api_key',
  caller_model_not_found: 'model_not_found',
  policy_rate_limited: 'rate_limit_exceeded',
  policy_concurrency_limited: 'rate_limit_exceeded',
  policy_budget_exceeded: 'insufficient_quota',
  policy_balance_exhausted: 'insufficient_quota',
  provider_rate_limited: 'rate_limit_exceeded',
  provider_context_length_exceeded: 'context_length_exceeded',
  provider_content_filtered: 'content_filter',
};
/** Not `ValidationException`, `INVALID_ARGUMENT` or `invalid_request_error`: those are other dialects' kinds of errors. */
const LIKE_OPENAI = /^[a-z][a-z0-9_]*(?<!_error)$/;

/** @param upstreamCode what the upstream called it: kept where it may be a word of OpenAI's, which says more than ours. */
export function openAiErrorCode(code: ErrorCode, upstreamCode: string | null): string {
  const word = CODES[code] ?? null;
  if (code === 'provider_context_length_exceeded' && word !== null) return word;
  return upstreamCode !== null && LIKE_OPENAI.test(upstreamCode) ? upstreamCode : (word ?? upstreamCode ?? code);
}

/** An error in the shape that OpenAI's SDKs understand, as a body or as a frame of a stream. */
export function writeErrorBody({ code, message, param }: Omit<WritableError, 'requestId'>): JsonRecord {
  return { error: { message, type: ERRORS[code].openaiType, param, code: openAiErrorCode(code, null) } };
}
