import { describe, expect, test } from '@jest/globals';
import type { ModelPrice } from '@pydantic/genai-prices';
import { calcPrice } from '@pydantic/genai-prices';
import { inputTokens, outputTokens, parsePicos } from '@tollgate/domain';
import type { Meter, Usage } from '@tollgate/domain';
import fc from 'fast-check';

import { compilePriceSheet, rate } from '../src/index.js';
import type { Price, PriceSheet } from '../src/index.js';
import { AT_LIST, NOON, priceOf, requestOf } from './prices.js';

/** Text models with and without cached input, with reasoning, with context tiers, with audio; one embedding model. */
const MODELS = [
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
  'gpt-realtime',
  'text-embedding-3-small',
];

const METER_OF_KEY: Readonly<Record<string, Meter>> = {
  input_mtok: 'input',
  cache_read_mtok: 'input_cache_read',
  input_audio_mtok: 'input_audio',
  cache_audio_read_mtok: 'input_audio_cache_read',
  output_mtok: 'output',
  output_audio_mtok: 'output_audio',
};

/** The other side multiplies and adds doubles: a handful of roundings of 2⁻⁵³ each. */
const FLOAT_ERROR = 16 * Number.EPSILON;

function pricesOf(modelPrice: ModelPrice): Price[] {
  return Object.entries(METER_OF_KEY).flatMap(([key, meter]) => {
    const entry = modelPrice[key];
    if (entry === undefined) return [];
    const tiers = typeof entry === 'number' ? [] : entry.tiers;
    const base = typeof entry === 'number' ? entry : entry.base;
    const row = (dollars: number, fromTokens: number): Price =>
      priceOf({ meter, fromTokens, amountPicos: parsePicos(String(dollars)) });
    // their tier begins after `start` tokens, ours at `fromTokens`
    return [row(base, 0), ...tiers.map((tier) => row(tier.price, tier.start + 1))];
  });
}

interface Listed {
  readonly model: string;
  readonly sheet: PriceSheet;
  readonly audio: boolean;
  readonly output: boolean;
}

function listed(model: string): Listed {
  const probe = calcPrice({ input_tokens: 1 }, model, { providerId: 'openai', timestamp: new Date(NOON) });
  if (probe === null) throw new Error(`${model} is not in the price data any more`);
  const prices = pricesOf(probe.model_price);
  const has = (meter: Meter): boolean => prices.some((price) => price.meter === meter);
  return { model, sheet: compilePriceSheet(prices, AT_LIST), audio: has('output_audio'), output: has('output') };
}

const amount = fc.oneof(fc.nat(2_000), fc.nat(600_000));

describe('rating and genai-prices agree', () => {
  test.each(MODELS)('%s', (model) => {
    const { sheet, audio, output } = listed(model);
    const usageOf = fc.record({
      input: amount,
      input_cache_read: amount,
      ...(audio && { input_audio: amount, input_audio_cache_read: amount, output_audio: amount }),
      ...(output && { output: amount, output_reasoning: amount }),
    });
    fc.assert(
      fc.property(usageOf, (usage: Usage) => {
        const theirs = calcPrice(
          {
            input_tokens: inputTokens(usage),
            cache_read_tokens: (usage.input_cache_read ?? 0) + (usage.input_audio_cache_read ?? 0),
            input_audio_tokens: (usage.input_audio ?? 0) + (usage.input_audio_cache_read ?? 0),
            cache_audio_read_tokens: usage.input_audio_cache_read ?? 0,
            ...(output && { output_tokens: outputTokens(usage), output_audio_tokens: usage.output_audio ?? 0 }),
          },
          model,
          { providerId: 'openai', timestamp: new Date(NOON) },
        );
        const ours = rate(sheet, requestOf({ usage, occurredAt: NOON }));
        expect(ours.unpriced).toEqual([]);
        const dollars = Number(ours.listCost) / 1e12;
        expect(Math.abs(dollars - (theirs?.total_price ?? Number.NaN))).toBeLessThanOrEqual(
          dollars * FLOAT_ERROR + 1e-12 * ours.lines.length,
        );
      }),
      { numRuns: 250 },
    );
  });
});
