import { describe, expect, test } from '@jest/globals';

import { perMillion } from '../test/contenders.js';
import { effectivePrice } from './effective-price.js';
import { TrafficMix } from './traffic-mix.js';

describe('the traffic of a key', () => {
  test('is a thousand tokens in and 250 out before anything is known', () => {
    const mix = new TrafficMix();
    expect([mix.inputTokens, mix.outputTokens]).toEqual([1_000, 250]);
  });

  test('becomes what it is, and forgets what it was', () => {
    const mix = new TrafficMix();
    for (let i = 0; i < 100; i++) mix.record(i * 1_000, 20_000, 10);
    expect(mix.inputTokens).toBeGreaterThan(19_000);
    for (let i = 0; i < 20; i++) mix.record(7_200_000 + i * 1_000, 100, 10);
    expect(mix.inputTokens).toBeLessThan(300);
  });

  test('no odd request turns the order of prices alone', () => {
    const mix = new TrafficMix();
    for (let i = 0; i < 30; i++) mix.record(i, 1_000, 250);
    mix.record(31, 30_000, 250);
    expect(mix.inputTokens).toBeLessThan(2_000);
  });
});

describe('the effective price', () => {
  test('counts what comes from the cache at its own price', () => {
    const prices = { ...perMillion(3, 15, 0.3), request: 0.001 };
    const size = { inputTokens: 10_000, outputTokens: 100 };
    expect(effectivePrice(prices, size, 0)).toBeCloseTo(0.001 + 0.03 + 0.0015, 12);
    expect(effectivePrice(prices, size, 1)).toBeCloseTo(0.001 + 0.003 + 0.0015, 12);
    expect(effectivePrice(prices, size, 0.5)).toBeCloseTo(0.001 + 0.0165 + 0.0015, 12);
  });
});
