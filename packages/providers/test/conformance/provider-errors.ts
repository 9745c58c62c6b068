import type { ProviderDialectId } from '../../src/dialect-id.js';

export interface WireError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `overflow` and `filter` are refusals with a status of 400. */
export type ErrorKind = 400 | 401 | 403 | 404 | 408 | 413 | 429 | 500 | 503 | 529 | 'overflow' | 'filter';

const TOO_LONG = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.";
const FILTERED = 'The response was filtered due to the prompt triggering the content management policy.';
const UNKNOWN_MODEL: Partial<Readonly<Record<ProviderDialectId, string>>> = {
  'anthropic-messages': 'model: claude-99',
  'google-generate': 'models/gemini-99 is not found for API version v1beta, or is not supported for generateContent.',
  'cohere-chat':
    "model 'command-99' not found, make sure the correct model ID was used and that you have access to the model.",
};
const OPENAI_TYPES: Readonly<Record<string, string>> = { 401: 'authentication_error', 429: 'rate_limit_error' };
const ANTHROPIC_TYPES: Readonly<Record<string, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'api_error',
  529: 'overloaded_error',
};
const GOOGLE_STATUSES: Readonly<Record<string, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  529: 'UNAVAILABLE',
};
const AWS_TYPES: Readonly<Record<string, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  413: 'RequestEntityTooLargeException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
  529: 'ServiceUnavailableException',
};

/** An error as the vendor of the dialect publishes it; `null` where it has no such error. */
export function providerError(dialect: ProviderDialectId, kind: ErrorKind): WireError | null {
  const status = typeof kind === 'number' ? kind : 400;
  const headers = { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': '7' }) };
  const error = (body: unknown, more = {}): WireError => ({
    status,
    headers: { ...headers, ...more },
    body: Buffer.from(JSON.stringify(body)),
  });
  const unknown = kind === 404 ? UNKNOWN_MODEL[dialect] : undefined;
  const message = unknown ?? (kind === 'overflow' ? TOO_LONG : kind === 'filter' ? FILTERED : `status ${status}`);
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses': {
      const code = { overflow: 'context_length_exceeded', filter: 'content_filter' }[String(kind)] ?? null;
      const given = kind === 401 ? 'invalid_api_key' : kind === 404 ? 'model_not_found' : code;
      return error({
        error: { message, type: OPENAI_TYPES[status] ?? 'invalid_request_error', param: null, code: given },
      });
    }
    case 'anthropic-messages':
      if (kind === 'filter') return null;
      return error({
        type: 'error',
        error: {
          type: ANTHROPIC_TYPES[status],
          message: kind === 'overflow' ? 'prompt is too long: 210000 tokens > 200000 maximum' : message,
        },
      });
    case 'google-generate':
      if (kind === 'filter') return null;
      return error({
        error: {
          code: status,
          status: GOOGLE_STATUSES[status],
          message:
            kind === 'overflow'
              ? 'The input token count (9000000) exceeds the maximum number of tokens allowed (1048576).'
              : message,
        },
      });
    case 'bedrock-converse':
      if (kind === 'filter') return null;
      return error(
        { message: kind === 'overflow' ? 'Input is too long for requested model.' : message },
        { 'x-amzn-errortype': AWS_TYPES[status] ?? '' },
      );
    case 'cohere-chat':
      if (kind === 'filter') return null;
      return error({
        message: kind === 'overflow' ? 'too many tokens: total number of tokens cannot exceed 128000' : message,
      });
  }
}
