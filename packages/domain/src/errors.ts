/**
 * The closed vocabulary of errors, by who has to act: the caller, the policy of the organization, the provider, or the
 * gateway's operator. Each dialect renders an entry in its own shape; no other error leaves the gateway.
 */
interface ErrorDefinition {
  readonly status: number;
  /** Whether the same request may succeed when it is sent again unchanged. */
  readonly retryable: boolean;
  /** The `error.type` under which OpenAI's own API files this kind. */
  readonly openaiType: string;
  readonly message: string;
}

const define = <T extends Record<string, ErrorDefinition>>(table: T): T => table;
const entry = (...[status, retryable, openaiType, message]: [number, boolean, string, string]): ErrorDefinition => ({
  status,
  retryable,
  openaiType,
  message,
});

const INVALID = 'invalid_request_error';

export const ERRORS = define({
  caller_missing_key: entry(401, false, INVALID, 'No API key was sent. Send it as "Authorization: Bearer tg_…".'),
  caller_invalid_key: entry(401, false, INVALID, 'The API key is not valid.'),
  caller_expired_key: entry(401, false, INVALID, 'The API key has expired.'),
  caller_invalid_json: entry(400, false, INVALID, 'The body is not valid JSON.'),
  caller_invalid_request: entry(400, false, INVALID, 'The request is not valid.'),
  caller_unsupported_parameter: entry(400, false, INVALID, 'The target model does not support a parameter.'),
  caller_body_too_large: entry(413, false, INVALID, 'The body is too large.'),
  caller_unsupported_media_type: entry(415, false, INVALID, 'The body must be application/json.'),
  caller_headers_too_large: entry(431, false, INVALID, 'The request headers are too large.'),
  caller_body_too_slow: entry(408, true, INVALID, 'The body did not arrive in time.'),
  caller_route_not_found: entry(404, false, INVALID, 'There is no such endpoint.'),
  caller_method_not_allowed: entry(405, false, INVALID, 'The endpoint does not take this method.'),
  caller_model_not_found: entry(404, false, INVALID, 'The model does not exist or this key may not use it.'),
  caller_request_not_found: entry(404, false, INVALID, 'There is no such request.'),

  policy_address_refused: entry(403, false, INVALID, 'This key may not be used from this address.'),
  policy_rate_limited: entry(429, true, 'rate_limit_error', 'The rate limit is reached.'),
  policy_concurrency_limited: entry(429, true, 'rate_limit_error', 'Too many requests are running at once.'),
  policy_budget_exceeded: entry(402, false, 'insufficient_quota', 'The budget is used up.'),
  policy_balance_exhausted: entry(402, false, 'insufficient_quota', 'The prepaid balance is used up.'),
  policy_model_unpriced: entry(403, false, INVALID, 'The model has no price, and money is limited for this key.'),
  policy_constraints_unmet: entry(400, false, INVALID, 'No deployment of the model meets the constraints.'),

  provider_rejected_request: entry(400, false, INVALID, 'The provider rejected the request.'),
  provider_content_filtered: entry(400, false, INVALID, 'The provider refused the content.'),
  provider_context_length_exceeded: entry(400, false, INVALID, 'The input is longer than the model allows.'),
  provider_model_not_found: entry(404, false, INVALID, 'The provider does not serve this model.'),
  provider_body_too_large: entry(413, false, INVALID, 'The body is too large for the provider.'),
  provider_rate_limited: entry(429, true, 'rate_limit_error', 'The provider is rate limiting.'),
  provider_credentials_exhausted: entry(502, false, 'api_error', 'No credential for this provider works.'),
  provider_overloaded: entry(503, true, 'api_error', 'The provider is overloaded.'),
  provider_unreachable: entry(502, true, 'api_error', 'The provider could not be reached.'),
  provider_failed: entry(502, true, 'api_error', 'The provider failed.'),
  provider_invalid_response: entry(502, true, 'api_error', 'The answer of the provider could not be read.'),
  provider_stream_cut: entry(502, true, 'api_error', 'The provider ended the stream before it was complete.'),
  provider_timed_out: entry(504, true, 'api_error', 'The provider did not answer in time.'),

  gateway_internal: entry(500, true, 'api_error', 'The gateway failed.'),
  gateway_keys_unavailable: entry(503, true, 'api_error', 'The key cannot be verified at the moment.'),
  gateway_journal_unavailable: entry(503, true, 'api_error', 'Usage cannot be recorded at the moment.'),
  gateway_books_unavailable: entry(503, true, 'api_error', 'The books cannot be read at the moment.'),
  gateway_deployments_drained: entry(503, true, 'api_error', 'Every deployment of the model is being drained.'),
  gateway_shutting_down: entry(503, true, 'api_error', 'The gateway is shutting down.'),
});

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
