import { describe, expect, test } from '@jest/globals';

import { readErrorInside, readErrorResponse } from './read-error.js';
import { writeErrorBody } from './write-error.js';

const body = (type: string, message: string): Buffer =>
  Buffer.from(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_011' }));

describe('errors of Anthropic', () => {
  test.each([
    [400, 'invalid_request_error', 'messages.0.content: Field required', 'provider_rejected_request'],
    [
      400,
      'invalid_request_error',
      'prompt is too long: 208310 tokens > 200000 maximum',
      'provider_context_length_exceeded',
    ],
    [
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 1 + 2 > 3',
      'provider_context_length_exceeded',
    ],
    [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'provider_content_filtered'],
    [
      400,
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API.',
      'provider_credentials_exhausted',
    ],
    [
      400,
      'invalid_request_error',
      'You have reached your specified API usage limits.',
      'provider_credentials_exhausted',
    ],
    [401, 'authentication_error', 'invalid x-api-key', 'provider_credentials_exhausted'],
    [402, 'billing_error', 'pay', 'provider_credentials_exhausted'],
    [403, 'permission_error', 'no', 'provider_credentials_exhausted'],
    [404, 'not_found_error', 'model: claude-x', 'provider_model_not_found'],
    [404, 'not_found_error', 'Not found', 'provider_failed'],
    [404, 'not_found_error', 'File not found: file_1', 'provider_rejected_request'],
    [404, 'not_found_error', 'Container not found: container_1', 'provider_rejected_request'],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'provider_body_too_large'],
    [429, 'rate_limit_error', 'slow', 'provider_rate_limited'],
    [500, 'api_error', 'Internal server error', 'provider_failed'],
    [504, 'timeout_error', 'slow', 'provider_timed_out'],
    [529, 'overloaded_error', 'Overloaded', 'provider_overloaded'],
  ])('%i %s: %s', (status, type, message, code) => {
    const facts = readErrorResponse(status, { 'retry-after': '2' }, body(type, message));
    expect(facts).toMatchObject({ code, credentialFault: status === 401, retryAfterMs: 2000, upstreamCode: type });
    const shown = [
      'provider_body_too_large',
      'provider_rejected_request',
      'provider_content_filtered',
      'provider_context_length_exceeded',
    ];
    if (shown.includes(code)) expect(facts.message).toBe(message);
    else expect(facts.message).not.toContain(message);
    if (status !== 404 && !message.includes('limits') && !message.includes('credit')) {
      expect(readErrorInside(JSON.parse(body(type, message).toString())).code).toBe(code);
    }
  });

  test('the field at fault is named', () => {
    const facts = readErrorResponse(400, {}, body('invalid_request_error', 'messages.0.content: Field required'));
    expect(facts.param).toBe('messages.0.content');
  });

  test('what is no error of Anthropic is a failure', () => {
    expect(readErrorResponse(502, {}, Buffer.from('<html>')).code).toBe('provider_failed');
    expect(readErrorInside('nonsense').code).toBe('provider_failed');
  });

  test.each([
    ['caller_missing_key', 'authentication_error'],
    ['caller_route_not_found', 'not_found_error'],
    ['caller_body_too_large', 'request_too_large'],
    ['caller_unsupported_media_type', 'invalid_request_error'],
    ['policy_budget_exceeded', 'billing_error'],
    ['policy_rate_limited', 'rate_limit_error'],
    ['provider_overloaded', 'overloaded_error'],
    ['provider_timed_out', 'timeout_error'],
    ['gateway_internal', 'api_error'],
  ] as const)('%s is an %s', (code, type) => {
    expect(writeErrorBody({ code, message: 'M', param: 'n', requestId: 'req_1' })).toEqual({
      type: 'error',
      error: { type, message: 'n: M' },
      request_id: 'req_1',
    });
  });
});
