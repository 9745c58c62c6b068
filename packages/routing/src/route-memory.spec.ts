import { describe, expect, test } from '@jest/globals';
import type { Strategy } from '@tollgate/domain';
import fc from 'fast-check';

import { ANSWER, Field, perMillion, seededRandom } from '../test/contenders.js';
import { chooseOrder } from './choose-order.js';
import { RouteMemory } from './route-memory.js';
import type { TargetHealth } from './target-health.js';

/** Decisions among scores, with everybody at hand unless their score is null. */
class Race {
  readonly memory = new RouteMemory();
  readonly changes: number[] = [];
  private readonly runners: TargetHealth[];

  constructor(count: number) {
    const field = new Field();
    this.runners = Array.from({ length: count }, (_, index) => field.target(String(index)));
  }

  decide(now: number, scores: readonly (number | null)[]): void {
    const standing = this.runners.flatMap((runner, index) => {
      const score = scores[index] ?? null;
      return score === null ? [] : [{ runner, score }];
    });
    const [best] = standing.toSorted((a, b) => a.score - b.score);
    if (best === undefined) return;
    const before = this.memory.leader;
    const leaderScore = standing.find(({ runner }) => runner === before)?.score ?? null;
    this.memory.keepsLeader(now, { best: best.runner, bestScore: best.score, leaderScore });
    if (before !== null && this.memory.leader !== before) this.changes.push(now);
  }
}

describe('the leader of a route', () => {
  test('noise of 5 % changes it only towards who is better: at most once for each of the others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1.3, noNaN: true }), { minLength: 2, maxLength: 4 }),
        fc.constantFrom(20, 1_000, 60_000),
        fc.integer(),
        (scores, stepMs, seed) => {
          const random = seededRandom(seed);
          const race = new Race(scores.length);
          for (let i = 0; i < 5_000; i++)
            race.decide(
              i * stepMs,
              scores.map((score) => score * (0.95 + 0.1 * random())),
            );
          expect(race.changes.length).toBeLessThan(scores.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('leads for ten seconds at least, whatever comes', () => {
    const anyScore = fc.option(fc.double({ min: 0, max: 1_000, noNaN: true }), { freq: 6 });
    const anyDecision = fc.record({
      stepMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 20_000 })),
      scores: fc.array(anyScore, { minLength: 3, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(anyDecision, { maxLength: 200 }), (decisions) => {
        const race = new Race(3);
        let now = 0;
        for (const { stepMs, scores } of decisions) race.decide((now += stepMs), scores);
        race.changes.forEach((at, index) => {
          expect(at - (race.changes[index - 1] ?? -10_000)).toBeGreaterThanOrEqual(10_000);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('gives way to who is a fifth better after ten seconds, to who is three times better at once', () => {
    const race = new Race(2);
    race.decide(0, [1, 2]);
    for (let now = 60_000; now < 70_000; now += 1_000) race.decide(now, [1.2, 1]);
    expect(race.changes).toEqual([]);
    race.decide(70_000, [1.2, 1]);
    expect(race.changes).toEqual([70_000]);
    race.decide(90_000, [1, 3]);
    expect(race.changes).toEqual([70_000, 90_000]);
  });

  test('that is away for a moment leads when it is back; away for longer, somebody else does', () => {
    const race = new Race(2);
    race.decide(0, [1, 1.05]);
    race.decide(1_000, [null, 1.05]);
    race.decide(9_000, [null, 1.05]);
    race.decide(9_500, [1.05, 1]);
    expect(race.changes).toEqual([]);
    race.decide(160_000, [null, 1]);
    race.decide(161_000, [1, 1.05]);
    expect(race.changes).toEqual([]);
    for (const now of [180_000, 239_900, 240_000]) race.decide(now, [null, 1]);
    race.decide(240_100, [1, 1.05]);
    expect(race.changes).toEqual([240_000]);
  });

  // few requests teach little of those that are asked once in half an hour: then a lucky answer looks like a better deployment
  test.each<[Strategy, number, number]>([
    ['lowest-cost', 4_320, 1],
    ['lowest-cost', 100, 1],
    ['balanced', 4_320, 24],
    ['balanced', 100, 1],
    ['lowest-latency', 4_320, 36],
    ['lowest-latency', 100, 1],
  ])(
    '%s: 20,000 answers that vary by half, of deployments that are alike, one in %i ms, change it at most %i times',
    (strategy, stepMs, most) => {
      const random = seededRandom(11);
      const field = new Field(random);
      const contenders = ['a', 'b', 'c'].map((name) => field.contender(name));
      let changes = 0;
      for (let i = 0; i < 20_000; i++) {
        field.now += stepMs;
        const before = field.memory.leader;
        const { order } = chooseOrder(field.ballot(contenders, { strategy, explore: true }));
        if (before !== null && before !== field.memory.leader) changes++;
        const firstTokenMs = 300 * (0.5 + random());
        const totalMs = firstTokenMs + 2_000 * (0.5 + random());
        const inputTokens = Math.round(1_000 * (0.5 + random()));
        const figures = { ...ANSWER, firstTokenMs, totalMs, inputTokens };
        const target = order[0]?.health ?? field.target('none');
        field.memory.mix.record(field.now, inputTokens, 250);
        field.succeed(target, figures);
      }
      expect(changes).toBeLessThanOrEqual(most);
    },
  );

  test('one that is half-open is asked first, and leads only when it has answered', () => {
    const field = new Field();
    const [good, back] = [field.contender('good', { prices: perMillion(9, 36) }), field.contender('back')];
    chooseOrder(field.ballot([good]));
    field.memory.keepsLeader(field.now, { best: good.health, bestScore: 1, leaderScore: null });
    for (let i = 0; i < 5; i++) field.fail(back.health, 'broken');
    field.now += 60_000;
    expect(chooseOrder(field.ballot([good, back])).order[0]).toBe(back);
    expect(field.memory.leader).toBe(good.health);
    for (let i = 0; i < 40; i++) field.succeed(back.health);
    expect(chooseOrder(field.ballot([good, back])).order[0]).toBe(back);
    expect(field.memory.leader).toBe(back.health);
  });

  test('a copy decides without a trace', () => {
    const field = new Field();
    const contenders = [field.contender('a', { prices: perMillion(9, 9) }), field.contender('b')];
    chooseOrder(field.ballot(contenders.slice(0, 1)));
    const before = { ...field.memory };
    const copy = field.memory.copy();
    chooseOrder(field.ballot(contenders, { memory: copy }));
    field.now += 60_000;
    chooseOrder(field.ballot(contenders, { memory: copy }));
    expect({ ...field.memory }).toEqual(before);
    expect(copy.leader?.deploymentId).toBe('b');
  });
});
