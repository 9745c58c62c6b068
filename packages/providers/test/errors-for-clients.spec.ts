import { ERRORS, type ErrorCode } from '@tollgate/domain';
import { describe, expect, test } from '@jest/globals';

import { clientDialects } from '../src/dialects/registry.js';
import { openAiErrorCode } from '../src/dialects/openai-chat/write-error.js';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  502: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};
const GOOGLE_WORDS: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

describe.each(CODES)('%s', (code) => {
  const { status, openaiType } = ERRORS[code];
  const error = { code, message: 'What went wrong.', param: null, requestId: 'req_1' };

  test('is one that SDKs of every dialect understand', () => {
    for (const dialect of ['openai-chat', 'openai-completions', 'openai-responses'] as const) {
      const body = clientDialects[dialect].writeError(error);
      expect(body).toMatchObject({ error: { message: 'What went wrong.', type: openaiType, param: null } });
      expect(typeof (body['error'] as { code: unknown }).code).toBe('string');
    }
    expect(clientDialects['anthropic-messages'].writeError(error)).toMatchObject({
      type: 'error',
      error: {
        type: ANTHROPIC_TYPES[status] ?? 'invalid_request_error',
        message: expect.stringContaining('What went'),
      },
      request_id: 'req_1',
    });
    expect(clientDialects['google-generate'].writeError(error)).toMatchObject({
      error: { code: status, message: 'What went wrong.', status: GOOGLE_WORDS[status] ?? 'INVALID_ARGUMENT' },
    });
  });
});

test('a prompt that is too long is called so in every dialect, whatever the provider called it', () => {
  const error = {
    code: 'provider_context_length_exceeded',
    message: 'Too many.',
    param: null,
    requestId: null,
  } as const;
  expect(clientDialects['openai-chat'].writeError(error)).toMatchObject({ error: { code: 'context_length_exceeded' } });
  expect(clientDialects['anthropic-messages'].writeError(error)).toMatchObject({
    error: { type: 'invalid_request_error', message: 'prompt is too long: Too many.' },
  });
  expect(clientDialects['google-generate'].writeError(error)).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  expect(openAiErrorCode('provider_context_length_exceeded', 'ValidationException')).toBe('context_length_exceeded');
});

test('other dialects’ kinds of errors are no codes for clients of OpenAI, and OpenAI’s own stay', () => {
  for (const kind of ['ThrottlingException', 'RESOURCE_EXHAUSTED', 'rate_limit_error']) {
    expect(openAiErrorCode('provider_rate_limited', kind)).toBe('rate_limit_exceeded');
  }
  expect(openAiErrorCode('provider_content_filtered', 'content_policy_violation')).toBe('content_policy_violation');
  expect(openAiErrorCode('provider_content_filtered', null)).toBe('content_filter');
  expect(openAiErrorCode('provider_rejected_request', 'unsupported_value')).toBe('unsupported_value');
});
