import { describe, expect, test } from '@jest/globals';

import { readChatCompletion } from './read-chat-completion.js';

const read = (body: unknown): ReturnType<typeof readChatCompletion> =>
  readChatCompletion(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }];
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

describe('answers that were not streamed', () => {
  test('a usual one', () => {
    expect(read({ id: 'x', model: 'm', choices, usage, service_tier: 'flex' })).toMatchObject({
      valid: true,
      usage: { usage: { input: 3, output: 2 }, problem: null },
      servedModel: 'm',
      serviceTier: 'flex',
      error: null,
    });
  });

  test('a long one, beyond what is scanned byte by byte', () => {
    const long = [
      { index: 0, message: { role: 'assistant', content: 'He said "usage": {"prompt_tokens": 9} \\ '.repeat(5000) } },
    ];
    const facts = read({ choices: long, usage });
    expect(facts.usage?.usage).toEqual({ input: 3, output: 2 });
    expect(facts.deliveredCharacters).toBeGreaterThan(190_000);
  });

  test('one without usage has its characters counted', () => {
    expect(read({ choices })).toMatchObject({ valid: true, usage: null, deliveredCharacters: 11 });
    expect(read({ choices, usage: null })).toMatchObject({ valid: true, usage: null, deliveredCharacters: 11 });
  });

  test.each([0, 5000])('unusual but readable: escaped and doubled keys, with %i bytes more', (bytes) => {
    const more = `"choices":[],"more":"${'x'.repeat(bytes)}"`;
    const counts = JSON.stringify(usage);
    expect(read(`{${more},"\\u0075sage":${counts}}`).usage?.usage).toEqual({ input: 3, output: 2 });
    expect(read(`{${more},"usage":null,"usage":${counts}}`).usage?.usage).toEqual({ input: 3, output: 2 });
    expect(read(`{${more},"usage":${counts}}x`)).toMatchObject({ valid: false, usage: null });
    expect(read(`{${more},"usage":${counts},"error":{"code":"insufficient_quota"}}`)).toMatchObject({
      valid: false,
      error: { code: 'provider_credentials_exhausted' },
    });
  });

  test('an error with a status of success', () => {
    expect(read({ error: { message: 'x', code: 'rate_limit_exceeded' } })).toMatchObject({
      valid: false,
      error: { code: 'provider_rate_limited' },
    });
    expect(read({ choices, usage, error: { message: 'x' } })).toMatchObject({
      valid: false,
      error: { code: 'provider_failed' },
    });
    expect(read({ choices, usage, error: null })).toMatchObject({ valid: true, error: null });
  });

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '<html></html>',
    '{"choices":{}}',
    '{"choices":[',
    '{"choices":[]} x',
    'data: {}\n\n',
  ])('no chat completion: %j', (body) => {
    expect(read(body)).toMatchObject({ valid: false, usage: null, error: null });
  });
});
