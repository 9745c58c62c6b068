import { describe, expect, test } from '@jest/globals';
import type { Strategy } from '@tollgate/domain';
import fc from 'fast-check';

import { Field, perMillion } from '../test/contenders.js';
import { chooseOrder } from './choose-order.js';
import type { Contender } from './contender.js';
import { Conversations } from './conversations.js';

const STICKING: Strategy[] = ['balanced', 'lowest-cost', 'lowest-latency', 'least-busy'];

/** A conversation with so much of it in the cache of `warm`; `cold` is what the strategy would take. */
function choose(tokens: number, prices: { warm: Contender['prices']; cold: Contender['prices'] }, strategy: Strategy) {
  const field = new Field();
  const cold = field.contender('cold', { prices: prices.cold });
  const warm = field.contender('warm', { prices: prices.warm });
  field.succeed(cold.health, { firstTokenMs: 400, totalMs: 2_900 });
  field.succeed(warm.health, { firstTokenMs: 700, totalMs: 3_200 });
  if (strategy === 'least-busy') warm.health.begin(field.now);
  field.conversations.remember(7, field.now, { target: warm.health, cachedTokens: tokens });
  const { order, reason } = chooseOrder(
    field.ballot([cold, warm], { strategy, sticky: true, conversation: 7, explore: true, random: () => 0 }),
  );
  return { first: order[0]?.health.deploymentId, reason };
}

describe('a sticky conversation', () => {
  const alike = { warm: perMillion(3, 15, 0.3), cold: perMillion(2.9, 14, 0.29) };

  test.each(STICKING)('%s: stays where much of it is cached, and explores nothing', (strategy) => {
    expect(choose(20_000, alike, strategy)).toEqual({ first: 'warm', reason: 'sticky' });
  });

  test.each(STICKING)('%s: goes where little of it is cached', (strategy) => {
    expect(choose(10, alike, strategy)).toEqual({ first: 'cold', reason: 'best' });
  });

  test.each<Strategy>(['priority', 'weighted'])('%s: is not kept', (strategy) => {
    const { reason } = choose(20_000, alike, strategy);
    expect(reason).toBe(strategy === 'priority' ? 'best' : 'weighted');
  });

  test('goes where even all of it anew costs less', () => {
    const elsewhere = { warm: perMillion(3, 15, 0.3), cold: perMillion(0.1, 1) };
    expect(choose(20_000, elsewhere, 'lowest-cost')).toEqual({ first: 'cold', reason: 'best' });
    expect(choose(20_000, elsewhere, 'balanced').first).toBe('cold');
  });

  test('a deployment whose cache nobody has got anything from has none', () => {
    const field = new Field();
    const contenders = [field.contender('cold'), field.contender('warm', { prices: perMillion(1.1, 4.4, 0.1) })];
    const warm = field.target('warm');
    field.conversations.remember(7, field.now, { target: warm, cachedTokens: 50_000 });
    const first = () => chooseOrder(field.ballot(contenders, { sticky: true, conversation: 7 })).order[0]?.health;
    expect(first()).toBe(warm);
    for (let i = 0; i < 200; i++) warm.learnCache(field.now, 0, 1_000);
    expect(first()).toBe(field.target('cold'));
  });

  test('nothing is known of a cache without prices', () => {
    expect(choose(20_000, { warm: null, cold: null }, 'least-busy').first).toBe('cold');
  });

  test('the longer its prefix, the more it stays; where a tenth of the price is saved, by the sum that is written down', () => {
    const anyPrice = fc.double({ min: 0.1, max: 50, noNaN: true });
    fc.assert(
      fc.property(anyPrice, anyPrice, fc.integer({ min: 0, max: 200_000 }), (ours, theirs, tokens) => {
        fc.pre(theirs < ours && theirs > ours / 10);
        const prices = { warm: perMillion(ours, ours, ours / 10), cold: perMillion(theirs, theirs, theirs) };
        const stays = choose(tokens, prices, 'lowest-cost').first === 'warm';
        const gain = 1_000 * (ours - theirs) + 250 * (ours - theirs);
        const loss = tokens * (theirs - ours / 10);
        if (Math.abs(gain - loss) > 1e-6 * gain) expect(stays).toBe(loss > gain);
        if (stays) expect(choose(tokens * 2, prices, 'lowest-cost').first).toBe('warm');
      }),
      { numRuns: 1_000 },
    );
  });

  test('does not stay where something is wrong', () => {
    const field = new Field();
    const contenders = [field.contender('cold'), field.contender('warm', { prices: perMillion(1.1, 4.4, 0.1) })];
    const warm = field.target('warm');
    field.conversations.remember(7, field.now, { target: warm, cachedTokens: 50_000 });
    const first = () =>
      chooseOrder(field.ballot(contenders, { sticky: true, conversation: 7 })).order[0]?.health.deploymentId;
    expect(first()).toBe('warm');
    field.fail(warm, 'rate-limited', 5_000);
    expect(first()).toBe('cold');
    field.now += 5_000;
    expect(first()).toBe('warm');
    field.fail(warm, 'credential');
    field.now += 60_000;
    expect(first()).toBe('cold');
  });
});

describe('the conversations that are remembered', () => {
  test('are forgotten after ten minutes without a request', () => {
    const field = new Field();
    const { conversations } = field;
    const target = field.target('a');
    conversations.remember(-5, 0, { target, cachedTokens: 10 });
    expect(conversations.targetOf(-5, 599_999)).toBe(target);
    expect(conversations.cachedTokens).toBe(10);
    expect(conversations.targetOf(-5, 600_000)).toBeNull();
    expect(conversations.targetOf(6, 0)).toBeNull();
    expect(conversations.cachedTokens).toBe(0);
  });

  test('the latest are kept when there are too many, and unsigned hashes mean the same as signed ones', () => {
    const target = new Field().target('a');
    const conversations = new Conversations();
    const hash = (i: number) => Math.imul(i, 0x9e3779b1) >>> 0;
    for (let i = 0; i < 100_000; i++) conversations.remember(hash(i), i, { target, cachedTokens: i });
    let kept = 0;
    for (let i = 0; i < 100_000; i++) if (conversations.targetOf(hash(i), 100_000) !== null) kept++;
    expect(kept).toBe(16_384);
    for (let i = 95_000; i < 100_000; i++) {
      expect(conversations.targetOf(hash(i) | 0, 100_000)).toBe(target);
      expect(conversations.cachedTokens).toBe(i);
    }
  });
});
