import { describe, expect, test } from '@jest/globals';

import { collectCompletion } from '../../collect-completion.js';
import { readAnswer } from './read-answer.js';
import { readErrorResponse } from './read-error.js';
import { readUsage } from './read-usage.js';
import { StreamReader } from './stream-reader.js';

describe('errors', () => {
  test.each([
    [400, 'invalid request: prompt must be at least 1 token long.', 'provider_rejected_request', false],
    [
      400,
      'too many tokens: total number of tokens in the prompt cannot exceed 4081',
      'provider_context_length_exceeded',
      false,
    ],
    [400, 'too many tokens: max tokens must be less than or equal to 4096', 'provider_rejected_request', false],
    [401, 'invalid api token', 'provider_credentials_exhausted', true],
    [402, 'Please add or update your payment method', 'provider_credentials_exhausted', false],
    [404, "model 'x' not found, make sure the correct model ID was used", 'provider_model_not_found', false],
    [404, 'page not found', 'provider_failed', false],
    [422, 'x', 'provider_rejected_request', false],
    [429, 'You are using a Trial key, which is limited to 40 API calls / minute.', 'provider_rate_limited', false],
    [
      429,
      'You are using a Trial key, which is limited to 1000 API calls / month.',
      'provider_credentials_exhausted',
      false,
    ],
    [498, 'blocked output: please rephrase', 'provider_content_filtered', false],
    [498, 'invalid token', 'provider_credentials_exhausted', true],
    [499, 'request cancelled', 'provider_failed', false],
    [500, 'x', 'provider_failed', false],
    [501, 'x', 'provider_failed', false],
    [503, 'x', 'provider_overloaded', false],
    [504, 'x', 'provider_timed_out', false],
  ])('%d %s', (status, message, code, credentialFault) => {
    const body = Buffer.from(JSON.stringify({ id: 'i', message }));
    expect(readErrorResponse(status, {}, body)).toMatchObject({ code, credentialFault });
  });

  test('whatever is no error object', () => {
    for (const body of ['', 'null', '<html>', '[1]', '{"message":{"message":"x"}}', '{"data":"bad"}']) {
      expect(readErrorResponse(500, {}, Buffer.from(body)).code).toBe('provider_failed');
    }
  });
});

describe('answers that failed', () => {
  test.each([
    ['ERROR', 'provider_failed'],
    ['TIMEOUT', 'provider_timed_out'],
  ])('%s', (finish_reason, code) => {
    const usage = { billed_units: { input_tokens: 3, output_tokens: 1 } };
    const whole = readAnswer(Buffer.from(JSON.stringify({ message: { content: [] }, finish_reason, usage })));
    expect(whole).toMatchObject({ valid: false, error: { code }, usage: { usage: { input: 3, output: 1 } } });
    const reader = new StreamReader();
    const end = { type: 'message-end', delta: { finish_reason, error: 'at https://inside', usage } };
    const parts = [
      ...reader.push(Buffer.from(`event: message-end\r\ndata: ${JSON.stringify(end)}\r\n\r\n`)),
      ...reader.end(),
    ];
    expect(collectCompletion(parts)).toMatchObject({
      done: false,
      error: { code },
      completion: { usage: whole.usage },
    });
  });
});

describe('usage', () => {
  test('what is billed, not what the model saw; nothing is off for what was cached', () => {
    const billed_units = { input_tokens: 2406, output_tokens: 2, search_units: 1 };
    const raw = { billed_units, tokens: { input_tokens: 2935, output_tokens: 4 }, cached_tokens: 2928 };
    expect(readUsage(raw)).toEqual({
      usage: { input: 2406, output: 2, search_unit: 1 },
      reportedCost: null,
      problem: null,
    });
  });

  test('without a word on billing, all tokens', () => {
    expect(readUsage({ tokens: { input_tokens: 5, output_tokens: 4 } })?.usage).toEqual({ input: 5, output: 4 });
  });

  test.each([
    [{ billed_units: { input_tokens: -1 } }],
    [{ billed_units: { input_tokens: 1.5 } }],
    [{ billed_units: { input_tokens: '5' } }],
    [{ billed_units: { input_tokens: 9, output_tokens: 1 }, tokens: { input_tokens: 5, output_tokens: 1 } }],
    [{ billed_units: { input_tokens: 9e15, output_tokens: 1 } }],
  ])('%j has a problem', (raw) => {
    expect(readUsage(raw)?.problem).not.toBeNull();
  });

  test('nothing is not zero', () => {
    expect(readUsage({})).toBeNull();
    expect(readUsage({ billed_units: {}, tokens: null })).toBeNull();
  });
});
