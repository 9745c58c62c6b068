import { ERRORS, type ErrorCode } from '@tollgate/domain';
import { openAiErrorCode } from '@tollgate/providers';

/** Facts of a refusal by a limit or a budget; a caller can act on every one of them. */
export interface RefusalFacts {
  readonly scope: string;
  readonly scopeId: string;
  readonly limit: string;
  readonly limitValue: string;
  readonly spent: string | null;
  readonly held: string | null;
  readonly available: string | null;
  /** What this request could take, by which it was measured. */
  readonly needed: string;
  readonly resetsAt: string | null;
}

/** Everything that is said to a client about a failure. Nothing else about it may leave the gateway. */
export interface InferenceError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param: string | null;
  /** What the upstream called it, when the caller's own SDK may know that word (`context_length_exceeded`). */
  readonly upstreamCode: string | null;
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly refusal: RefusalFacts | null;
}

interface ErrorDetails {
  readonly message?: string;
  readonly param?: string | null;
  readonly upstreamCode?: string | null;
  readonly retryAfterMs?: number | null;
  readonly refusal?: RefusalFacts;
}

export function inferenceError(code: ErrorCode, details: ErrorDetails = {}): InferenceError {
  return {
    code,
    message: details.message ?? ERRORS[code].message,
    param: details.param ?? null,
    upstreamCode: details.upstreamCode ?? null,
    status: ERRORS[code].status,
    retryAfterMs: details.retryAfterMs ?? null,
    refusal: details.refusal ?? null,
  };
}

/**
 * The error in the shape that OpenAI's SDKs read: `error.{message,type,param,code}`. `code` keeps OpenAI's own word
 * where SDKs and programs look for it, and `tollgate` adds ours.
 */
export function openAiErrorBody(error: InferenceError, requestId: string): string {
  return JSON.stringify({
    error: {
      message: error.message,
      type: ERRORS[error.code].openaiType,
      param: error.param,
      code: openAiErrorCode(error.code, error.upstreamCode),
      tollgate: { code: error.code, requestId, ...(error.refusal === null ? {} : { refusal: error.refusal }) },
    },
  });
}

/** The same inside a stream that has begun: OpenAI's SDKs throw when a frame carries `error`. */
export function openAiErrorFrame(error: InferenceError, requestId: string): Buffer {
  return Buffer.from(`data: ${openAiErrorBody(error, requestId)}\n\n`);
}

/** Headers that tell SDKs whether to send the request again: OpenAI's and Anthropic's obey `x-should-retry`. */
export function retryHeaders(error: InferenceError): Record<string, string> {
  const headers: Record<string, string> = { 'x-should-retry': ERRORS[error.code].retryable ? 'true' : 'false' };
  if (error.retryAfterMs !== null) headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  return headers;
}
