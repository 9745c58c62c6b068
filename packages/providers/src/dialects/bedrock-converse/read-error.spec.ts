import { describe, expect, test } from '@jest/globals';

import { readErrorResponse } from './read-error.js';
import { readUsage } from './read-usage.js';

const errorOf = (status: number, type: string | null, message: string): ReturnType<typeof readErrorResponse> =>
  readErrorResponse(
    status,
    type === null ? {} : { 'x-amzn-errortype': type },
    Buffer.from(JSON.stringify({ message })),
  );

describe('errors', () => {
  test.each([
    [429, 'ThrottlingException:http://internal.amazon.com/x', 'Too many requests', 'provider_rate_limited'],
    [400, 'ThrottlingException', 'Too many tokens per day', 'provider_rate_limited'],
    [429, 'ModelNotReadyException', 'warming up', 'provider_overloaded'],
    [424, 'ModelNotReadyException', 'warming up', 'provider_overloaded'],
    [424, 'ModelErrorException', 'x', 'provider_failed'],
    [408, 'ModelTimeoutException', 'x', 'provider_timed_out'],
    [503, 'ServiceUnavailableException', 'x', 'provider_overloaded'],
    [500, 'InternalServerException', 'x', 'provider_failed'],
    [400, 'ValidationException', 'Input is too long for requested model.', 'provider_context_length_exceeded'],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'provider_model_not_found'],
    [400, 'ValidationException', 'messages: at least one message is required', 'provider_rejected_request'],
    [404, 'ResourceNotFoundException', 'Could not resolve the foundation model', 'provider_model_not_found'],
    [404, 'UnknownOperationException', 'x', 'provider_failed'],
    [413, null, 'x', 'provider_body_too_large'],
    [403, 'AccessDeniedException', "You don't have access to the model", 'provider_credentials_exhausted'],
  ])('%d %s: %s', (status, type, message, code) => {
    expect(errorOf(status, type, message)).toMatchObject({ code, credentialFault: false });
  });

  test.each([
    [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
    [403, 'InvalidSignatureException', 'The request signature we calculated does not match'],
    [403, 'ExpiredTokenException', 'The security token included in the request is expired'],
    [400, 'ExpiredToken', 'x'],
    [403, null, 'Bearer Token has expired'],
    [401, null, 'x'],
  ])('%d %s is the end of the credential', (status, type, message) => {
    expect(errorOf(status, type, message)).toMatchObject({
      code: 'provider_credentials_exhausted',
      credentialFault: true,
    });
  });

  test('a clock that is off is not', () => {
    const message = 'Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z';
    expect(errorOf(403, 'InvalidSignatureException', message).credentialFault).toBe(false);
  });

  test('the type may stand in the body', () => {
    const body = Buffer.from(JSON.stringify({ __type: 'com.amazon.coral#ThrottlingException', Message: 'x' }));
    expect(readErrorResponse(400, { 'retry-after': '2' }, body)).toMatchObject({
      code: 'provider_rate_limited',
      upstreamCode: 'ThrottlingException',
      retryAfterMs: 2000,
    });
  });

  test('no account and no ARN reaches a client', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x';
    const { message } = errorOf(400, 'ValidationException', `Bad ${arn} of 123456789012, sorry`);
    expect(message).toBe('Bad [account] of [account], sorry');
  });
});

describe('usage', () => {
  const plain = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };

  test('cached input stands beside the input, writes apart by time', () => {
    const raw = { ...plain, totalTokens: 22, cacheReadInputTokens: 4, cacheWriteInputTokens: 3 };
    const details = { cacheDetails: [{ ttl: '1h', inputTokens: 2 }] };
    expect(readUsage({ ...raw, ...details })).toMatchObject({
      usage: { input: 10, output: 5, input_cache_read: 4, input_cache_write_5m: 1, input_cache_write_1h: 2 },
      problem: null,
    });
  });

  test.each([
    [{ ...plain, totalTokens: 14 }],
    [{ ...plain, inputTokens: -1 }],
    [{ ...plain, outputTokens: 1.5 }],
    [{ ...plain, inputTokens: '10' }],
    [{ ...plain, totalTokens: 16, cacheWriteInputTokens: 1, cacheDetails: [{ ttl: '5m', inputTokens: 2 }] }],
    [{ inputTokens: 9e15, outputTokens: 1 }],
  ])('%j has a problem', (raw) => {
    expect(readUsage(raw)?.problem).not.toBeNull();
  });

  test('nothing is not zero', () => {
    expect(readUsage({})).toBeNull();
    expect(readUsage(null)).toBeNull();
    expect(readUsage(plain)?.usage).toEqual({ input: 10, output: 5 });
  });
});
