import { describe, expect, test } from '@jest/globals';

import { Field, perMillion } from '../test/contenders.js';
import { chooseOrder } from './choose-order.js';
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

describe('the cache as a key uses it', () => {
  test('is as others use it before anything is known', () => {
    expect(new TrafficMix().cacheShareAt(0.6)).toBe(0.6);
  });

  test('is nothing where each request is another one, and more where conversations are long', () => {
    const [single, long] = [new TrafficMix(), new TrafficMix()];
    for (let i = 0; i < 50; i++) {
      single.recordCache(0, 600);
      long.recordCache(900, 600);
    }
    expect(single.cacheShareAt(0.6)).toBeLessThan(0.05);
    expect(long.cacheShareAt(0.6)).toBeGreaterThan(0.85);
    expect(long.cacheShareAt(0.9)).toBe(1);
  });

  test('single requests do not go to a dear deployment for the discount of conversations', () => {
    const field = new Field();
    const contenders = [
      field.contender('dear', { prices: perMillion(3, 5, 0.3) }),
      field.contender('plain', { prices: perMillion(1, 5) }),
    ];
    const dear = field.target('dear');
    for (let i = 0; i < 50; i++) field.succeed(dear, { inputTokens: 10_000, cacheReadTokens: 9_500 });
    const choose = () => chooseOrder(field.ballot(contenders, { strategy: 'lowest-cost' })).order[0]?.health;
    expect(choose()).toBe(dear);
    for (let i = 0; i < 20; i++) {
      field.now += 1_000;
      field.memory.answered(field.now, dear, { inputTokens: 3_000, outputTokens: 100, cacheReadTokens: 0 });
      choose();
    }
    expect(choose()).toBe(field.target('plain'));
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
