import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';
import fc from 'fast-check';

import type { ReadUsage } from '../../reported-usage.js';
import { readUsage } from './read-usage.js';
import { writeUsage } from './write-usage.js';

const text = (tokenCount: number): object[] => [{ modality: 'TEXT', tokenCount }];

describe('usage as Google reports it', () => {
  test.each([
    ['nothing', {}, null],
    ['the input alone', { promptTokenCount: 9, totalTokenCount: 9 }, { input: 9, output: 0 }],
    ['no total', { promptTokenCount: 9 }, { input: 9 }],
    [
      'thoughts beside the candidates',
      { promptTokenCount: 5, candidatesTokenCount: 1, thoughtsTokenCount: 100, totalTokenCount: 106 },
      { input: 5, output: 1, output_reasoning: 100 },
    ],
    [
      'thoughts inside the candidates',
      { promptTokenCount: 5, candidatesTokenCount: 101, thoughtsTokenCount: 100, totalTokenCount: 106 },
      { input: 5, output: 1, output_reasoning: 100 },
    ],
    [
      'thoughts that only the total shows',
      { promptTokenCount: 5, candidatesTokenCount: 1, totalTokenCount: 106 },
      { input: 5, output: 1, output_reasoning: 100 },
    ],
    [
      'what tools read, beside the prompt',
      { promptTokenCount: 5, toolUsePromptTokenCount: 7, candidatesTokenCount: 1, totalTokenCount: 13 },
      { input: 12, output: 1 },
    ],
    [
      'what tools read, inside the prompt',
      { promptTokenCount: 12, toolUsePromptTokenCount: 7, candidatesTokenCount: 1, totalTokenCount: 13 },
      { input: 12, output: 1 },
    ],
    [
      'pictures and sound, of the cache, too',
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 50,
        candidatesTokenCount: 10,
        totalTokenCount: 110,
        promptTokensDetails: [
          ...text(20),
          { modality: 'AUDIO', tokenCount: 30 },
          { modality: 'IMAGE', tokenCount: 50 },
        ],
        cacheTokensDetails: [...text(10), { modality: 'AUDIO', tokenCount: 10 }, { modality: 'IMAGE', tokenCount: 30 }],
      },
      { input: 10, input_cache_read: 40, input_audio: 20, input_audio_cache_read: 10, input_image: 20, output: 10 },
    ],
  ])('%s', (_name, raw, usage) => {
    const read = readUsage(raw, 0);
    expect(read?.usage ?? null).toEqual(usage);
    expect(read?.problem ?? null).toBeNull();
  });

  test.each([
    { promptTokenCount: 5, candidatesTokenCount: 1, thoughtsTokenCount: 3, totalTokenCount: 100 },
    { promptTokenCount: 5, candidatesTokenCount: 10, totalTokenCount: 9 },
    { promptTokenCount: -1, totalTokenCount: 9 },
    { promptTokenCount: 1.5 },
    { promptTokenCount: '5' },
    { promptTokenCount: 5, cachedContentTokenCount: 6 },
    { promptTokenCount: 5, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 6 }] },
    { promptTokenCount: 9e15 },
    { promptTokenCount: 5, candidatesTokenCount: 1, candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 2 }] },
  ])('%j contradicts itself', (raw) => {
    expect(readUsage(raw, 0)?.problem).not.toBeNull();
  });

  test('what is written is read again', () => {
    const n = fc.nat(100_000);
    const meters = {
      input: n,
      input_cache_read: n,
      input_audio: n,
      input_audio_cache_read: n,
      input_image: n,
      output: n,
      output_reasoning: n,
      output_audio: n,
      output_image: n,
    };
    fc.assert(
      fc.property(fc.record(meters), (usage) => {
        const written = writeUsage({ usage, reportedCost: null, problem: null }, null);
        const again = readUsage(written, 0) as ReadUsage;
        expect(again.problem).toBeNull();
        const given = Object.fromEntries(Object.entries(usage).filter(([, quantity]) => quantity !== 0));
        const back = Object.fromEntries(Object.entries(again.usage).filter(([, quantity]) => quantity !== 0));
        expect(back).toEqual(given);
        expect(written['totalTokenCount']).toBe(inputTokens(usage) + outputTokens(usage));
      }),
    );
  });
});
