import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';
import fc from 'fast-check';

import { readUsage } from './read-usage.js';
import { writeUsage } from './write-usage.js';

const usageOf = (raw: object): unknown => readUsage(raw)?.usage;
const problemOf = (raw: object): string | null | undefined => readUsage(raw)?.problem;

describe('disjoint meters', () => {
  test('cached, written, audio and image tokens leave the input; reasoning leaves the output', () => {
    const raw = {
      prompt_tokens: 1000,
      completion_tokens: 500,
      total_tokens: 1500,
      prompt_tokens_details: { cached_tokens: 300, cache_write_tokens: 100, audio_tokens: 50, image_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 200, audio_tokens: 30, accepted_prediction_tokens: 9 },
    };
    expect(usageOf(raw)).toEqual({
      input: 530,
      input_cache_read: 300,
      input_cache_write_5m: 100,
      input_audio: 50,
      input_image: 20,
      output: 270,
      output_reasoning: 200,
      output_audio: 30,
    });
  });

  test('cached audio is told apart where the provider does', () => {
    const details = { cached_tokens: 30, cached_tokens_details: { audio_tokens: 10 }, audio_tokens: 40 };
    expect(usageOf({ prompt_tokens: 100, completion_tokens: 0, prompt_tokens_details: details })).toEqual({
      input: 40,
      input_cache_read: 20,
      input_audio: 30,
      input_audio_cache_read: 10,
      output: 0,
    });
  });

  test('speech in and out of a chat is metered by modality', () => {
    const raw = {
      prompt_tokens: 119,
      completion_tokens: 272,
      total_tokens: 391,
      prompt_tokens_details: { text_tokens: 19, audio_tokens: 100, image_tokens: 0, cached_tokens: 0 },
      completion_tokens_details: { text_tokens: 52, audio_tokens: 220, reasoning_tokens: 0 },
    };
    expect(usageOf(raw)).toEqual({
      input: 19,
      input_audio: 100,
      input_cache_read: 0,
      output: 52,
      output_audio: 220,
      output_reasoning: 0,
    });
  });

  test('cached pictures are not taken off twice', () => {
    const details = { cached_tokens: 80, cached_tokens_details: { image_tokens: 60 }, image_tokens: 90 };
    expect(usageOf({ prompt_tokens: 120, completion_tokens: 0, prompt_tokens_details: details })).toEqual({
      input: 10,
      input_cache_read: 80,
      input_image: 30,
      output: 0,
    });
  });

  test('predictions are output, whether they came true or not', () => {
    const details = { accepted_prediction_tokens: 30, rejected_prediction_tokens: 10, audio_tokens: 0 };
    expect(
      usageOf({ prompt_tokens: 5, completion_tokens: 50, total_tokens: 55, completion_tokens_details: details }),
    ).toEqual({ input: 5, output: 50 });
  });

  test.each([
    ['DeepSeek', { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 6 }],
    ['Moonshot', { prompt_tokens: 10, completion_tokens: 1, cached_tokens: 4 }],
  ])('%s names cached tokens in its own way', (_name, raw) => {
    expect(usageOf(raw)).toEqual({ input: 6, input_cache_read: 4, output: 1 });
  });

  test('the searches of Perplexity’s deep research are billed apart from its tokens, and its cost is kept', () => {
    const raw = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      citation_tokens: 700,
      num_search_queries: 18,
      cost: { total_cost: 0.25 },
    };
    expect(readUsage(raw)).toEqual({
      usage: { input: 10, output: 5, web_search: 18 },
      reportedCost: '0.25',
      problem: null,
    });
  });

  test('reasoning beside the completion shows in the total', () => {
    const xai = {
      prompt_tokens: 12,
      completion_tokens: 2,
      total_tokens: 334,
      completion_tokens_details: { reasoning_tokens: 320 },
    };
    expect(usageOf(xai)).toEqual({ input: 12, output: 2, output_reasoning: 320 });
    expect(usageOf({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 })).toEqual({
      input: 10,
      output: 5,
      output_reasoning: 100,
    });
  });

  test('what is not reported is absent, not zero', () => {
    expect(usageOf({ prompt_tokens: 3, completion_tokens: 0 })).toEqual({ input: 3, output: 0 });
    expect(usageOf({ prompt_tokens: 3 })).toEqual({ input: 3 });
    expect(readUsage({})).toBeNull();
    expect(readUsage(null)).toBeNull();
    expect(readUsage([])).toBeNull();
    expect(readUsage({ prompt_tokens: null, completion_tokens: null })).toBeNull();
  });

  test('the sum of the parts is the total, also after writing', () => {
    const part = fc.nat(1_000_000);
    fc.assert(
      fc.property(
        fc.record({ text: part, cached: part, audio: part, out: part, reasoning: part, beside: fc.boolean() }),
        (n) => {
          const prompt = n.text + n.cached + n.audio;
          const completion = n.beside ? n.out : n.out + n.reasoning;
          const total = prompt + n.out + n.reasoning;
          const read = readUsage({
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: total,
            prompt_tokens_details: { cached_tokens: n.cached, audio_tokens: n.audio },
            completion_tokens_details: { reasoning_tokens: n.reasoning },
          });
          expect(read?.problem).toBeNull();
          expect(inputTokens(read?.usage ?? {})).toBe(prompt);
          expect(inputTokens(read?.usage ?? {}) + outputTokens(read?.usage ?? {})).toBe(total);
          if (read !== null) expect(readUsage(writeUsage(read))).toEqual(read);
        },
      ),
    );
  });
});

describe('reports that must not be billed', () => {
  test.each([
    [{ prompt_tokens: -1, completion_tokens: 1 }],
    [{ prompt_tokens: 1.5, completion_tokens: 1 }],
    [{ prompt_tokens: '12', completion_tokens: 1 }],
    [{ prompt_tokens: 1e15, completion_tokens: 1 }],
    [{ prompt_tokens: 1e300, completion_tokens: 1 }],
    [{ prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 6 } }],
    [{ prompt_tokens: 5, completion_tokens: 1, completion_tokens_details: { reasoning_tokens: 2 } }],
    [{ prompt_tokens: 5, completion_tokens: 1, completion_tokens_details: { audio_tokens: 2 } }],
    [{ prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 2, cached_tokens_details: { audio_tokens: 2 } } }],
    [{ prompt_tokens: 5, completion_tokens: 5, total_tokens: 9 }],
    [{ prompt_tokens: 5, completion_tokens: 5, total_tokens: 99, completion_tokens_details: { reasoning_tokens: 3 } }],
  ])('%j', (raw) => {
    expect(problemOf(raw)).toMatch(/./);
  });
});

describe('cost reported by the provider', () => {
  test.each([
    [0.000669, '0.000669'],
    [1.5e-9, '0.0000000015'],
    [12, '12'],
    [0, '0'],
    [{ total_cost: 0.006 }, '0.006'],
    [-1, null],
    ['0.1', null],
    [null, null],
  ])('%j is %s', (cost, expected) => {
    expect(readUsage({ prompt_tokens: 1, completion_tokens: 1, cost })?.reportedCost).toBe(expected);
  });
});
