import { describe, expect, test } from '@jest/globals';
import type { ModelPrice } from '@pydantic/genai-prices';
import { calcPrice } from '@pydantic/genai-prices';
import { inputTokens, outputTokens, parsePicos } from '@tollgate/domain';
import type { Meter, Usage } from '@tollgate/domain';
import fc from 'fast-check';

import { compilePriceSheet, rate } from '../src/index.js';
import type { Price, PriceSheet } from '../src/index.js';
import { AT_LIST, NOON, priceOf, requestOf } from './prices.js';

/** Text models with and without cached input, with cache writes, context tiers, audio, searches; one embedding model. */
const MODELS: readonly (readonly [provider: string, model: string, day: number])[] = [
  ...[
    'gpt-4o',
    'gpt-4o-mini',
    'gpt-4.1',
    'gpt-4.1-nano',
    'o3',
    'o4-mini',
    'gpt-5',
    'gpt-5-mini',
    'gpt-5-pro',
    'gpt-5.4',
    'gpt-5.5',
    'gpt-5.6-sol',
    'gpt-6-luna',
    'gpt-realtime',
    'text-embedding-3-small',
  ].map((model) => ['openai', model, NOON] as const),
  ...[
    'claude-fable-5-1',
    'claude-haiku-4-5',
    'claude-opus-4-1',
    'claude-opus-4-6',
    'claude-opus-5-5',
    'claude-sonnet-4-5-20250929',
    'claude-sonnet-5',
  ].map((model) => ['anthropic', model, NOON] as const),
  // long contexts cost more then
  ['anthropic', 'claude-opus-4-6', Date.UTC(2026, 1, 20)],
  ['anthropic', 'claude-sonnet-4-6', Date.UTC(2026, 2, 12, 23, 59)],
];

const METER_OF_KEY: Readonly<Record<string, Meter>> = {
  input_mtok: 'input',
  cache_read_mtok: 'input_cache_read',
  cache_write_mtok: 'input_cache_write_5m',
  cache_write_1h_mtok: 'input_cache_write_1h',
  input_audio_mtok: 'input_audio',
  cache_audio_read_mtok: 'input_audio_cache_read',
  output_mtok: 'output',
  output_audio_mtok: 'output_audio',
  web_searches_kcount: 'web_search',
  requests_kcount: 'request',
  output_reasoning_mtok: 'output_reasoning',
};

/** The other side multiplies and adds doubles: a handful of roundings of 2⁻⁵³ each. */
const FLOAT_ERROR = 16 * Number.EPSILON;

function pricesOf(provider: string, modelPrice: ModelPrice): Price[] {
  return Object.entries(METER_OF_KEY).flatMap(([key, meter]) => {
    const entry = modelPrice[key];
    if (entry === undefined) return [];
    const tiers = typeof entry === 'number' ? [] : entry.tiers;
    const base = typeof entry === 'number' ? entry : entry.base;
    const per = meter === 'web_search' || meter === 'request' ? 1_000 : 1_000_000;
    const row = (dollars: number, fromTokens: number): Price =>
      priceOf({ provider, meter, fromTokens, amountPicos: parsePicos(String(dollars)), per });
    // their tier begins after `start` tokens, ours at `fromTokens`
    return [row(base, 0), ...tiers.map((tier) => row(tier.price, tier.start + 1))];
  });
}

interface Listed {
  readonly sheet: PriceSheet;
  readonly has: (meter: Meter) => boolean;
}

function listed(provider: string, model: string, timestamp: Date): Listed {
  const probe = calcPrice({ input_tokens: 1 }, model, { providerId: provider, timestamp });
  if (probe === null) throw new Error(`${model} is not in the price data any more`);
  const prices = pricesOf(provider, probe.model_price);
  return {
    sheet: compilePriceSheet(prices, AT_LIST),
    has: (meter) => prices.some((price) => price.meter === meter),
  };
}

const amount = fc.oneof(fc.nat(2_000), fc.nat(600_000));

/** The same usage in the other side's words: parts there are inside the totals. */
function theirUsage(usage: Usage, has: Listed['has']): Parameters<typeof calcPrice>[0] {
  const written = usage.input_cache_write_5m ?? 0;
  const writtenForAnHour = usage.input_cache_write_1h ?? 0;
  return {
    input_tokens: inputTokens(usage),
    cache_read_tokens: (usage.input_cache_read ?? 0) + (usage.input_audio_cache_read ?? 0),
    ...(has('input_cache_write_5m') && { cache_write_tokens: written + writtenForAnHour }),
    ...(has('input_cache_write_1h') && { cache_write_5m_tokens: written, cache_write_1h_tokens: writtenForAnHour }),
    ...(has('input_audio') && {
      input_audio_tokens: (usage.input_audio ?? 0) + (usage.input_audio_cache_read ?? 0),
      cache_audio_read_tokens: usage.input_audio_cache_read ?? 0,
    }),
    ...(has('output') && { output_tokens: outputTokens(usage), output_audio_tokens: usage.output_audio ?? 0 }),
    ...(has('web_search') && { web_searches: usage.web_search ?? 0 }),
  };
}

describe('rating and genai-prices agree', () => {
  test.each(MODELS)('%s %s at %d', (provider, model, occurredAt) => {
    const timestamp = new Date(occurredAt);
    const { sheet, has } = listed(provider, model, timestamp);
    const usageOf = fc.record({
      input: amount,
      input_cache_read: amount,
      ...(has('input_cache_write_5m') && { input_cache_write_5m: amount }),
      ...(has('input_cache_write_1h') && { input_cache_write_1h: amount }),
      ...(has('output_audio') && { input_audio: amount, input_audio_cache_read: amount, output_audio: amount }),
      ...(has('output') && { output: amount, output_reasoning: amount }),
      ...(has('web_search') && { web_search: fc.nat(20) }),
    });
    fc.assert(
      fc.property(usageOf, (usage: Usage) => {
        const theirs = calcPrice(theirUsage(usage, has), model, { providerId: provider, timestamp });
        const ours = rate(sheet, requestOf({ usage, occurredAt }));
        expect(ours.unpriced).toEqual([]);
        const dollars = Number(ours.listCost) / 1e12;
        expect(Math.abs(dollars - (theirs?.total_price ?? Number.NaN))).toBeLessThanOrEqual(
          dollars * FLOAT_ERROR + 1e-12 * ours.lines.length,
        );
      }),
      { numRuns: 420 },
    );
  });
});
