import { describe, expect, test } from '@jest/globals';

import { readErrorInside, readErrorResponse } from './read-error.js';
import { writeErrorBody } from './write-error.js';

const TYPE = 'type.googleapis.com/google.rpc.';

function body(status: string, message: string, details: readonly object[] = []): object {
  return { error: { code: 0, message, status, details } };
}

describe('errors of Google', () => {
  test.each([
    [400, 'INVALID_ARGUMENT', 'Please use a valid role: user, model.', 'provider_rejected_request', false],
    [
      400,
      'INVALID_ARGUMENT',
      'API key not valid. Please pass a valid API key.',
      'provider_credentials_exhausted',
      true,
    ],
    [400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', 'provider_credentials_exhausted', true],
    [
      400,
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      'provider_context_length_exceeded',
      false,
    ],
    [
      400,
      'INVALID_ARGUMENT',
      'Request payload size exceeds the limit: 20971520 bytes.',
      'provider_body_too_large',
      false,
    ],
    [
      400,
      'FAILED_PRECONDITION',
      'User location is not supported for the API use.',
      'provider_credentials_exhausted',
      false,
    ],
    [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.', 'provider_credentials_exhausted', true],
    [403, 'PERMISSION_DENIED', 'Permission denied on resource project x.', 'provider_credentials_exhausted', false],
    [403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.', 'provider_credentials_exhausted', true],
    [
      403,
      'PERMISSION_DENIED',
      'You do not have permission to access the File abc.',
      'provider_rejected_request',
      false,
    ],
    [404, 'NOT_FOUND', 'models/x is not found for API version v1beta', 'provider_model_not_found', false],
    [404, 'NOT_FOUND', 'Publisher Model `projects/p/x` was not found', 'provider_model_not_found', false],
    [404, 'NOT_FOUND', 'Requested entity was not found.', 'provider_failed', false],
    [429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota', 'provider_rate_limited', false],
    [429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.', 'provider_credentials_exhausted', false],
    [499, 'CANCELLED', 'The operation was cancelled.', 'provider_failed', false],
    [500, 'INTERNAL', 'An internal error has occurred.', 'provider_failed', false],
    [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.', 'provider_overloaded', false],
    [504, 'DEADLINE_EXCEEDED', 'Deadline expired.', 'provider_timed_out', false],
  ])('%i %s: %s', (status, word, message, code, credentialFault) => {
    const plain = body(word, message);
    for (const document of [plain, [plain]]) {
      const facts = readErrorResponse(status, {}, Buffer.from(JSON.stringify(document)));
      expect(facts).toMatchObject({ code, credentialFault, upstreamCode: word, retryAfterMs: null });
      expect(facts.requestFault).toBe(!/exhausted|not_found|failed|limited|overloaded|timed/.test(code));
      expect(readErrorInside(document).code).toBe(code);
    }
  });

  test('what the details say', () => {
    const details = [
      { '@type': `${TYPE}ErrorInfo`, reason: 'RATE_LIMIT_EXCEEDED' },
      { '@type': `${TYPE}RetryInfo`, retryDelay: '12.5s' },
    ];
    const facts = readErrorInside(body('RESOURCE_EXHAUSTED', 'slow', details));
    expect(facts).toMatchObject({ retryAfterMs: 12_500, upstreamCode: 'RATE_LIMIT_EXCEEDED' });
    const violations = [
      { '@type': `${TYPE}BadRequest`, fieldViolations: [{ field: 'contents[0].role', description: 'x' }] },
    ];
    expect(readErrorInside(body('INVALID_ARGUMENT', 'bad', violations)).param).toBe('contents[0].role');
    const unknown = 'Invalid JSON payload received. Unknown name "x" at \'generation_config\': Cannot find field.';
    expect(readErrorInside(body('INVALID_ARGUMENT', unknown)).param).toBe('generation_config');
    const dead = [{ '@type': `${TYPE}ErrorInfo`, reason: 'API_KEY_INVALID' }];
    const key = Buffer.from(JSON.stringify(body('INVALID_ARGUMENT', 'no', dead)));
    expect(readErrorResponse(400, {}, key)).toMatchObject({ credentialFault: true, requestFault: false });
  });

  test.each([
    '',
    'null',
    '[]',
    '[null]',
    '"x"',
    '{"error":"no"}',
    '{"error":{"details":[{"retryDelay":"1e9s"}]}}',
    '<html>',
  ])('%s is read without a throw', (text) => {
    expect(readErrorResponse(500, { 'retry-after': '3' }, Buffer.from(text))).toMatchObject({
      code: 'provider_failed',
      retryAfterMs: 3000,
    });
  });

  test('are written with Google’s words and read back', () => {
    const error = { code: 'caller_invalid_request', message: 'bad', param: 'contents', requestId: 'req_1' } as const;
    const wire = writeErrorBody(error);
    expect(wire).toMatchObject({ error: { code: 400, message: 'bad', status: 'INVALID_ARGUMENT' } });
    expect(readErrorInside(wire)).toMatchObject({ message: 'bad', param: 'contents' });
    const limited = writeErrorBody({ ...error, code: 'policy_rate_limited', param: null });
    expect(limited).toMatchObject({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } });
  });
});
