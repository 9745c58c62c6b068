import type { IncomingMessage } from 'node:http';

import { describe, expect, test } from '@jest/globals';

import { readWishes } from './request-wishes.js';

const read = (headers: Readonly<Record<string, string>>) =>
  readWishes({ headers, rawHeaders: Object.entries(headers).flat() } as unknown as IncomingMessage);

describe('what a request wishes by headers', () => {
  test('nothing, where none of them is ours', () => {
    expect(read({ authorization: 'Bearer x', 'x-stainless-lang': 'js', 'x-tollgate': 'no' })).toBeNull();
  });

  test('every one of them', () => {
    expect(
      read({
        'x-tollgate-providers': 'openai, anthropic',
        'x-tollgate-regions': 'eu',
        'x-tollgate-residency': 'local-only',
        'x-tollgate-modalities': 'image,text',
        'x-tollgate-min-context': '32000',
        'x-tollgate-max-price': 'input=2.5, output=10',
        'x-tollgate-models': 'gpt-4o, sonnet',
        'x-tollgate-tags': 'team:a',
        'x-tollgate-conversation': 'c1',
      }),
    ).toEqual({
      constraints: {
        providers: ['openai', 'anthropic'],
        regions: ['eu'],
        residency: 'local-only',
        inputModalities: ['image', 'text'],
        minContext: 32_000,
        maxPrice: { input: '2.5', output: '10' },
      },
      models: ['gpt-4o', 'sonnet'],
      tags: ['team:a'],
      conversation: 'c1',
    });
    expect(read({ 'x-tollgate-max-price': '3' })).toMatchObject({
      constraints: { maxPrice: { input: '3', output: '3' } },
    });
  });

  test.each([
    ['x-tollgate-providers', 'openai,,x'],
    ['x-tollgate-providers', 'opanai'],
    ['x-tollgate-residence', 'local-only'],
    ['x-tollgate-provider', 'openai'],
    ['x-tollgate-regions', ''],
    ['x-tollgate-residency', 'local'],
    ['x-tollgate-modalities', 'smell'],
    ['x-tollgate-min-context', '-1'],
    ['x-tollgate-max-price', '1e3'],
    ['x-tollgate-max-price', 'input=1, speed=2'],
    ['x-tollgate-models', Array.from({ length: 33 }, String).join(',')],
    ['x-tollgate-tags', 'x'.repeat(257)],
  ])('%s: %s is refused by its name', (name, value) => {
    expect(read({ [name]: value })).toMatchObject({ code: 'caller_invalid_request', param: name });
  });
});
