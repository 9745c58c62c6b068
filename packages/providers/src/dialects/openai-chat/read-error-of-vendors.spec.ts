import { describe, expect, test } from '@jest/globals';

import { readChatCompletion } from '../../passthrough/read-chat-completion.js';
import { readZhipuError } from '../../providers/zhipu/read-error.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';
import { readErrorResponse, retryAfterMs } from './read-error.js';

const bytes = (body: unknown): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
const read = (status: number, body: unknown): ReturnType<typeof readErrorResponse> =>
  readErrorResponse(status, {}, bytes(body));

const MISTRAL = {
  object: 'error',
  message: {
    detail: [{ type: 'extra_forbidden', loc: ['body', 'logit_bias'], msg: 'Extra inputs are not permitted' }],
  },
  type: 'invalid_request_error',
};

describe('errors in the words of each vendor', () => {
  test.each<[string, number, unknown, string]>([
    [
      'DeepSeek',
      402,
      { error: { message: 'Insufficient Balance', type: 'unknown_error' } },
      'provider_credentials_exhausted',
    ],
    ['OpenRouter', 402, { error: { code: 402, message: 'Insufficient credits' } }, 'provider_credentials_exhausted'],
    [
      'OpenRouter',
      403,
      { error: { code: 403, message: 'Input was flagged by moderation' } },
      'provider_content_filtered',
    ],
    [
      'Moonshot',
      429,
      { error: { type: 'exceeded_current_quota_error', message: 'suspended' } },
      'provider_credentials_exhausted',
    ],
    ['Moonshot', 429, { error: { type: 'engine_overloaded_error', message: 'busy' } }, 'provider_overloaded'],
    ['Moonshot', 429, { error: { type: 'rate_limit_reached_error', message: 'slow' } }, 'provider_rate_limited'],
    ['Groq flex', 498, { error: { message: 'capacity', code: 'capacity_exceeded' } }, 'provider_overloaded'],
    [
      'Groq',
      400,
      { error: { message: 'Please reduce the length of the messages' } },
      'provider_context_length_exceeded',
    ],
    ['Mistral', 422, MISTRAL, 'provider_rejected_request'],
    ['DashScope', 400, { code: 'DataInspectionFailed', message: 'inappropriate' }, 'provider_content_filtered'],
    ['DashScope', 429, { code: 'Throttling.RateQuota', message: 'x' }, 'provider_rate_limited'],
    ['DashScope', 400, { code: 'Arrearage', message: 'overdue' }, 'provider_credentials_exhausted'],
    [
      'DashScope',
      400,
      { error: { code: 'InvalidParameter', message: 'Range of input length should be [1, 30720]' } },
      'provider_context_length_exceeded',
    ],
    ['Hugging Face', 404, { error: 'Model x/y does not exist' }, 'provider_model_not_found'],
    [
      'Cloudflare',
      400,
      { success: false, errors: [{ code: 5006, message: 'bad input' }] },
      'provider_rejected_request',
    ],
    ['an engine', 400, { detail: 'prompt is too long' }, 'provider_context_length_exceeded'],
    ['an engine', 400, 'prompt is too long for this model', 'provider_context_length_exceeded'],
    ['a proxy', 503, 'upstream connect error', 'provider_overloaded'],
    ['NVIDIA', 422, { detail: [{ loc: ['body', 'n'], msg: 'must be 1' }] }, 'provider_rejected_request'],
  ])('%s, %i %j', (_vendor, status, body, code) => {
    const error = read(status, body);
    expect(error.code).toBe(code);
    expect(error.credentialFault).toBe(false);
  });

  test('the field that Mistral found at fault is the client’s', () => {
    expect(read(422, MISTRAL)).toMatchObject({
      param: 'logit_bias',
      message: 'logit_bias: Extra inputs are not permitted',
      requestFault: true,
    });
  });

  test.each([
    ['1113', 429, 'provider_credentials_exhausted'],
    ['1302', 429, 'provider_rate_limited'],
    ['1305', 429, 'provider_overloaded'],
    ['1312', 429, 'provider_overloaded'],
    ['1310', 429, 'provider_credentials_exhausted'],
    ['1112', 429, 'provider_credentials_exhausted'],
    ['1301', 400, 'provider_content_filtered'],
    ['1261', 400, 'provider_context_length_exceeded'],
    ['1211', 400, 'provider_model_not_found'],
    ['toString', 400, 'provider_rejected_request'],
  ])('Zhipu’s number %s', (code, status, meaning) => {
    expect(readZhipuError(status, {}, bytes({ error: { code, message: 'x' } })).code).toBe(meaning);
  });

  test.each([
    [1008, 'provider_credentials_exhausted'],
    [1002, 'provider_rate_limited'],
    [1026, 'provider_content_filtered'],
    [1041, 'provider_overloaded'],
    [2013, 'provider_rejected_request'],
    [1000, 'provider_failed'],
  ])('MiniMax’s number %i inside a success', (number, meaning) => {
    const answer = readChatCompletion(
      bytes({ id: 'x', choices: null, base_resp: { status_code: number, status_msg: 'x' } }),
    );
    expect(answer).toMatchObject({ valid: false, error: { code: meaning } });
  });

  test.each([
    [1008, 'provider_credentials_exhausted'],
    [1001, 'provider_timed_out'],
    [2045, 'provider_rate_limited'],
    [2056, 'provider_credentials_exhausted'],
    [1042, 'provider_rejected_request'],
  ])('MiniMax’s number %i is no empty answer when it is translated, streamed or not', (number, meaning) => {
    const body = { id: 'x', choices: [], base_resp: { status_code: number, status_msg: 'x' } };
    expect(readResponse(body)).toBeNull();
    const reader = new StreamReader();
    const parts = [...reader.push(bytes(`data: ${JSON.stringify(body)}\n\n`)), ...reader.end()];
    expect(parts).toEqual([{ kind: 'error', error: expect.objectContaining({ code: meaning }) }]);
    expect(readChatCompletion(bytes(body))).toMatchObject({ valid: false, error: { code: meaning } });
  });

  test('zero is MiniMax’s success', () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }];
    expect(readChatCompletion(bytes({ choices, base_resp: { status_code: 0, status_msg: '' } }))).toMatchObject({
      valid: true,
      error: null,
    });
  });
});

describe('when a used-up limit is renewed', () => {
  test.each([
    ['1m2.5s', 62_500],
    ['250ms', 250],
    ['2h', 7_200_000],
    ['7', 7000],
    ['soon', null],
    ['1'.repeat(40), null],
  ])('%s', (reset, expected) => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': reset };
    expect(retryAfterMs(headers, 0)).toBe(expected);
    expect(retryAfterMs({ ...headers, 'retry-after': '3' }, 0)).toBe(3000);
    expect(retryAfterMs({ ...headers, 'x-ratelimit-remaining-tokens': '5' }, 0)).toBeNull();
  });
});
