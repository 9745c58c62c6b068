import { describe, expect, test } from '@jest/globals';

import { readErrorInside, readErrorResponse, retryAfterMs } from './read-error.js';

const read = (status: number, body: unknown, headers = {}): ReturnType<typeof readErrorResponse> =>
  readErrorResponse(status, headers, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const openai = (message: string, code: string | null = null, more: object = {}): object => ({
  error: { message, type: 'invalid_request_error', param: null, code, ...more },
});

describe('what a status and a code mean', () => {
  test.each([
    [400, openai('Unknown parameter: x', 'unknown_parameter'), 'provider_rejected_request'],
    [400, openai('too long', 'context_length_exceeded'), 'provider_context_length_exceeded'],
    [
      400,
      { object: 'error', message: "This model's maximum context length is 4096 tokens.", code: 400 },
      'provider_context_length_exceeded',
    ],
    [
      400,
      { error: { code: 400, message: 'too large', type: 'exceed_context_size_error' } },
      'provider_context_length_exceeded',
    ],
    [400, openai('filtered', 'content_filter'), 'provider_content_filtered'],
    [
      400,
      { error: { message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      'provider_content_filtered',
    ],
    [
      400,
      { object: 'error', message: 'Invalid model: x', type: 'invalid_model', code: '1500' },
      'provider_model_not_found',
    ],
    [401, openai('Incorrect API key provided: sk-abc', 'invalid_api_key'), 'provider_credentials_exhausted'],
    [402, openai('Insufficient Balance'), 'provider_credentials_exhausted'],
    [403, openai('Country not supported'), 'provider_credentials_exhausted'],
    [403, { error: { message: 'Your input was flagged', code: 403 } }, 'provider_content_filtered'],
    [404, openai('The model `x` does not exist', 'model_not_found'), 'provider_model_not_found'],
    [404, { error: "model 'x' not found" }, 'provider_model_not_found'],
    [404, '<html>Not Found</html>', 'provider_failed'],
    [404, openai("Vector store with id ['vs_1'] not found."), 'provider_rejected_request'],
    [404, openai("Item with id 'rs_1' not found. Items are not persisted."), 'provider_rejected_request'],
    [404, openai('No such File object: file-1'), 'provider_rejected_request'],
    [408, '', 'provider_timed_out'],
    [409, '', 'provider_failed'],
    [413, '', 'provider_body_too_large'],
    [422, { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] }, 'provider_rejected_request'],
    [422, { detail: [{ loc: [{ toString: 1 }, 'messages'], msg: 'x' }] }, 'provider_rejected_request'],
    [422, `{"detail":[{"loc":${'['.repeat(30_000)}${']'.repeat(30_000)},"msg":"x"}]}`, 'provider_rejected_request'],
    [429, openai('Rate limit', 'rate_limit_exceeded', { type: 'tokens' }), 'provider_rate_limited'],
    [
      429,
      openai('You exceeded your current quota', 'insufficient_quota', { type: 'insufficient_quota' }),
      'provider_credentials_exhausted',
    ],
    [500, openai('oops'), 'provider_failed'],
    [502, '<html>Bad Gateway</html>', 'provider_failed'],
    [503, '', 'provider_overloaded'],
    [504, '', 'provider_timed_out'],
    [529, '', 'provider_overloaded'],
    [302, '', 'provider_failed'],
  ])('%i %j', (status, body, code) => {
    expect(read(status, body).code).toBe(code);
  });

  test('only a dead credential is the fault of the credential', () => {
    expect(read(401, '').credentialFault).toBe(true);
    expect(read(403, openai('x', 'account_deactivated')).credentialFault).toBe(true);
    expect(read(403, openai('x')).credentialFault).toBe(false);
    expect(read(429, openai('x', 'insufficient_quota')).credentialFault).toBe(false);
    expect(read(500, openai('x')).credentialFault).toBe(false);
  });

  test('the fault of the request, with its field', () => {
    const facts = read(400, openai("Invalid value for 'temperature'", 'invalid_value', { param: 'temperature' }));
    expect(facts).toMatchObject({
      requestFault: true,
      param: 'temperature',
      message: "Invalid value for 'temperature'",
    });
    expect(read(429, openai('x')).requestFault).toBe(false);
    expect(read(404, openai('x', 'model_not_found')).requestFault).toBe(false);
  });

  test('errors with a status of success', () => {
    expect(readErrorInside({ error: { message: 'x', type: 'server_error' } }).code).toBe('provider_failed');
    expect(readErrorInside({ error: { code: 429, message: 'x' } }).code).toBe('provider_rate_limited');
    expect(readErrorInside({ error: { code: 'rate_limit_exceeded' } }).code).toBe('provider_rate_limited');
    expect(readErrorInside({ error: 'over_capacity' }).code).toBe('provider_failed');
    expect(readErrorInside({ error: { type: 'overloaded_error' } }).code).toBe('provider_overloaded');
    expect(readErrorInside({ message: 'maximum context length', type: 'BadRequestError', code: 400 }).code).toBe(
      'provider_context_length_exceeded',
    );
  });
});

describe('what clients must not see', () => {
  const secrets = [
    'sk-proj-abcDEF123456',
    'org-abcdef123456',
    'https://10.1.2.3:8080/internal',
    '10.1.2.3:8080',
    'Bearer abc.def',
    'ops@example.com',
    '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    'gateway.internal:9000',
    'AIzaSyA1234567890abcdef',
  ];
  test.each(secrets)('%s', (secret) => {
    for (const status of [400, 401, 429, 500]) {
      const facts = read(
        status,
        openai(`Something about ${secret} failed`, `x ${secret}`, { type: 'y', param: secret }),
      );
      expect(JSON.stringify(facts)).not.toContain(secret);
    }
    expect(read(400, openai(`Something about ${secret} failed`)).message).toMatch(/^Something about .+ failed$/);
  });

  test.each([
    "'temperature' does not support 0.2 with gpt-4o-mini-realtime-preview-2024-12-17. Only the default (1).",
    'The user-provided image of user_message has a token_count above the limit; see api_key_name.',
    "Invalid 'messages[1].content[0].image_url.url': expected a base64-encoded data URL.",
    'Please reduce your prompt; it has 130012 tokens (3 in tools), but the maximum is 128000.',
  ])('stays readable: %s', (message) => {
    expect(read(400, openai(message)).message).toBe(message);
  });
});

describe('how long to wait', () => {
  test.each([
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': ['3'] }, 3000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:05 GMT' }, 4000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    [{ 'retry-after': '99999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-1' }, null],
    [{}, null],
  ])('%j: %s ms', (headers, expected) => {
    expect(retryAfterMs(headers, 1000)).toBe(expected);
  });
});
