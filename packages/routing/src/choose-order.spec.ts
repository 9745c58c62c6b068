import { describe, expect, test } from '@jest/globals';
import { STRATEGIES } from '@tollgate/domain';

import { Field, perMillion, seededRandom } from '../test/contenders.js';
import { chooseOrder } from './choose-order.js';
import type { Choice, Contender } from './contender.js';
import { RouteMemory } from './route-memory.js';

const namesOf = ({ order }: Choice): string[] => order.map(({ health }) => health.deploymentId);

describe('chooseOrder', () => {
  test.each(STRATEGIES)('%s: the only one is asked, with its price', (strategy) => {
    const field = new Field();
    const choice = chooseOrder(field.ballot([field.contender('a')], { strategy }));
    expect(choice).toMatchObject({ reason: 'only', prices: [0.002] });
    expect(namesOf(choice)).toEqual(['a']);
  });

  test('priority goes by position, whatever the figures', () => {
    const field = new Field();
    const dear = field.contender('dear', { position: 0, prices: perMillion(100, 100) });
    const cheap = field.contender('cheap', { position: 1 });
    const choice = chooseOrder(field.ballot([cheap, dear], { strategy: 'priority' }));
    expect(namesOf(choice)).toEqual(['dear', 'cheap']);
    expect(choice).toMatchObject({ reason: 'best', scores: [null, null] });
  });

  test('lowest-cost goes by what a request costs with the cache that it really has', () => {
    const field = new Field();
    const cached = field.contender('cached', { prices: perMillion(10, 10, 1) });
    const plain = field.contender('plain', { prices: perMillion(5, 10) });
    const choose = () => chooseOrder(field.ballot([cached, plain], { strategy: 'lowest-cost' }));
    expect(namesOf(choose())).toEqual(['plain', 'cached']);
    const memory = new RouteMemory();
    for (let i = 0; i < 200; i++) memory.mix.recordCacheable(9_000, 10_000);
    for (let i = 0; i < 200; i++) cached.health.learnCache(field.now, 8_000, 10_000);
    const choice = chooseOrder(field.ballot([cached, plain], { strategy: 'lowest-cost', memory }));
    expect(namesOf(choice)).toEqual(['cached', 'plain']);
    const fromCache = memory.mix.cacheableShare * cached.health.cacheYield;
    expect(fromCache).toBeCloseTo(0.9 * 0.8, 1);
    expect(choice.prices[0]).toBeCloseTo((1_000 * (10 - 9 * fromCache) + 250 * 10) / 1e6, 12);
  });

  test('lowest-cost asks those without a price last', () => {
    const field = new Field();
    const unpriced = field.contender('unpriced', { prices: null });
    const choice = chooseOrder(
      field.ballot([unpriced, field.contender('dear', { prices: perMillion(99, 99) })], { strategy: 'lowest-cost' }),
    );
    expect(namesOf(choice)).toEqual(['dear', 'unpriced']);
    expect(choice).toMatchObject({ scores: [expect.any(Number), null], prices: [expect.any(Number), null] });
  });

  test('lowest-latency tries who is not known, and goes by time and uptime then', () => {
    const field = new Field();
    const [slow, fresh] = [field.contender('slow'), field.contender('fresh')];
    field.succeed(slow.health, { firstTokenMs: 2_000, totalMs: 9_000 });
    const choose = () => chooseOrder(field.ballot([slow, fresh], { strategy: 'lowest-latency' }));
    expect(namesOf(choose())).toEqual(['fresh', 'slow']);
  });

  test('least-busy goes by load for each weight, and by speed where loads are equal', () => {
    const field = new Field();
    const [small, large] = [field.contender('small'), field.contender('large', { weight: 4 })];
    field.succeed(small.health);
    field.succeed(large.health, { totalMs: 9_000 });
    const choose = () => namesOf(chooseOrder(field.ballot([small, large], { strategy: 'least-busy' })));
    expect(choose()).toEqual(['small', 'large']);
    small.health.begin(field.now);
    for (let i = 0; i < 3; i++) large.health.begin(field.now);
    expect(choose()).toEqual(['large', 'small']);
    large.health.begin(field.now);
    expect(choose()).toEqual(['small', 'large']);
  });

  test('weighted draws by weight, and the rest by weight again', () => {
    const random = seededRandom(7);
    const field = new Field(random);
    const contenders = [1, 2, 5].map((weight) => field.contender(`w${weight}`, { weight }));
    const firsts: Record<string, number> = { w1: 0, w2: 0, w5: 0 };
    let secondIsW2 = 0;
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const choice = chooseOrder(field.ballot(contenders, { strategy: 'weighted' }));
      const [first = '', second = ''] = namesOf(choice);
      expect(choice.reason).toBe('weighted');
      firsts[first] = (firsts[first] ?? 0) + 1;
      if (first === 'w5' && second === 'w2') secondIsW2++;
    }
    for (const weight of [1, 2, 5]) expect((firsts[`w${weight}`] ?? 0) / draws).toBeCloseTo(weight / 8, 1.7);
    expect(secondIsW2 / (firsts['w5'] ?? 1)).toBeCloseTo(2 / 3, 1.7);
  });

  test('a strategy chooses within the lowest tier; later tiers and who may not be asked follow', () => {
    const field = new Field();
    const own = field.contender('own', { tier: 0, prices: perMillion(50, 50) });
    const ownToo = field.contender('own-too', { tier: 0, prices: perMillion(60, 60) });
    const cheap = field.contender('cheap', { tier: 1, prices: perMillion(1, 1) });
    const choose = () => chooseOrder(field.ballot([cheap, ownToo, own]));
    expect(namesOf(choose())).toEqual(['own', 'own-too', 'cheap']);
    field.fail(own.health, 'rate-limited', 20_000);
    expect(namesOf(choose())).toEqual(['own-too', 'cheap', 'own']);
    field.fail(ownToo.health, 'refused');
    expect(namesOf(choose())).toEqual(['cheap', 'own', 'own-too']);
    expect(choose().reason).toBe('only');
  });

  test('where none may be asked, the one that is back soonest comes first and dead credentials come last', () => {
    const field = new Field();
    const [dead, late, soon] = [field.contender('dead'), field.contender('late'), field.contender('soon')];
    field.fail(dead.health, 'credential');
    field.fail(late.health, 'rate-limited', 500_000);
    field.fail(soon.health, 'rate-limited', 2_000);
    const choice = chooseOrder(field.ballot([dead, late, soon]));
    expect(namesOf(choice)).toEqual(['soon', 'late', 'dead']);
    expect(choice.reason).toBe('last-resort');
    const excluded = choice.order.map(({ health }) => health.exclusion(field.now));
    expect(excluded).toEqual(['benched', 'benched', 'credential-dead']);
  });

  test('one of a hundred explores: never whom something is wrong with, nor for twice the price', () => {
    const random = seededRandom(3);
    const field = new Field(random);
    const cheap = field.contender('cheap');
    const contenders: Contender[] = [
      cheap,
      field.contender('other', { prices: perMillion(1.5, 6) }),
      field.contender('dear', { prices: perMillion(9, 36) }),
      field.contender('open'),
    ];
    for (let i = 0; i < 5; i++) field.fail(field.target('open'), 'broken');
    field.now += 400_000; // half-open
    const explored: Record<string, number> = {};
    const rounds = 60_000;
    for (let i = 0; i < rounds; i++) {
      const choice = chooseOrder(field.ballot(contenders, { explore: true }));
      if (choice.reason !== 'explored') continue;
      const [first = ''] = namesOf(choice);
      explored[first] = (explored[first] ?? 0) + 1;
    }
    expect(Object.keys(explored)).toEqual(['other']);
    expect((explored['other'] ?? 0) / rounds).toBeCloseTo(0.01 / 3, 2);
  });
});
