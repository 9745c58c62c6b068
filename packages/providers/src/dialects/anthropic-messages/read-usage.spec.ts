import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';
import fc from 'fast-check';

import { readUsage } from './read-usage.js';
import { writeUsage } from './write-usage.js';

describe('usage of Anthropic', () => {
  test('the cache stands beside the input, by the time that it is kept', () => {
    const raw = {
      input_tokens: 10,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 150,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 50 },
      output_tokens: 30,
      output_tokens_details: { thinking_tokens: 20 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
    };
    expect(readUsage(raw)).toEqual({
      usage: {
        input: 10,
        input_cache_read: 1000,
        input_cache_write_5m: 100,
        input_cache_write_1h: 50,
        output: 10,
        output_reasoning: 20,
        web_search: 2,
      },
      reportedCost: null,
      problem: null,
    });
  });

  test.each([
    [
      { input_tokens: 1, output_tokens: 2 },
      { input: 1, output: 2 },
    ],
    [
      { input_tokens: 1, cache_creation_input_tokens: 5 },
      { input: 1, input_cache_write_5m: 5 },
    ],
    [{ output_tokens: 2, cache_creation: null, server_tool_use: null }, { output: 2 }],
    [
      { input_tokens: 1, cache_creation_input_tokens: 7, cache_creation: { ephemeral_1h_input_tokens: 5 } },
      { input: 1, input_cache_write_5m: 2, input_cache_write_1h: 5 },
    ],
  ])('%j', (raw, usage) => {
    expect(readUsage(raw)).toEqual({ usage, reportedCost: null, problem: null });
  });

  test('compacting the conversation is billed beside what the totals say, the other iterations are in them', () => {
    const compaction = {
      type: 'compaction',
      input_tokens: 180_000,
      cache_creation_input_tokens: 7,
      cache_creation: { ephemeral_1h_input_tokens: 7 },
      output_tokens: 3_500,
    };
    const message = { type: 'message', input_tokens: 23_000, output_tokens: 1_000 };
    const totals = { input_tokens: 23_000, output_tokens: 1_000 };
    expect(readUsage({ ...totals, iterations: [compaction, message] })).toMatchObject({
      usage: { input: 203_000, input_cache_write_1h: 7, output: 4_500 },
      problem: null,
    });
    expect(readUsage({ ...totals, iterations: [message] })?.usage).toEqual({ input: 23_000, output: 1_000 });
    expect(readUsage({ ...totals, iterations: [{ ...compaction, output_tokens: -1 }] })?.problem).toMatch(/./);
  });

  test.each([
    [{ input_tokens: -1 }],
    [{ input_tokens: 1.5 }],
    [{ input_tokens: 'many' }],
    [{ input_tokens: 1, output_tokens: 2, output_tokens_details: { thinking_tokens: 3 } }],
    [{ input_tokens: 1, cache_creation_input_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 5 } }],
    [{ input_tokens: 1e15 }],
  ])('cannot be billed: %j', (raw) => {
    expect(readUsage(raw)?.problem).toMatch(/./);
  });

  test('nothing reported is nothing', () => {
    for (const raw of [null, {}, { cache_read_input_tokens: 1 }, 'x']) expect(readUsage(raw)).toBeNull();
  });

  test('what is written means the same, and adds up to the provider’s totals', () => {
    const count = fc.nat(1_000_000);
    const usage = fc.record({
      input: count,
      input_cache_read: count,
      input_cache_write_5m: count.map((n) => n + 1),
      input_cache_write_1h: count.map((n) => n + 1),
      output: count,
      output_reasoning: count,
      web_search: count.map((n) => n + 1),
    });
    fc.assert(
      fc.property(usage, (meters) => {
        const wire = writeUsage({ usage: meters, reportedCost: null, problem: null }, 'default') as Record<
          string,
          number
        >;
        expect(readUsage(wire)?.usage).toEqual(meters);
        const { input_tokens = 0, cache_read_input_tokens = 0, cache_creation_input_tokens = 0, output_tokens } = wire;
        expect(inputTokens(meters)).toBe(input_tokens + cache_read_input_tokens + cache_creation_input_tokens);
        expect(outputTokens(meters)).toBe(output_tokens);
      }),
    );
  });
});
