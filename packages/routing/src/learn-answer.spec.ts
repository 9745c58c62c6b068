import { describe, expect, test } from '@jest/globals';

import { Field, perMillion } from '../test/contenders.js';
import { chooseOrder } from './choose-order.js';
import { learnAnswer } from './learn-answer.js';
import type { GivenAnswer } from './learn-answer.js';
import { RouteMemory } from './route-memory.js';
import type { TargetHealth } from './target-health.js';

class Lessons extends Field {
  learn(target: TargetHealth, about: Partial<GivenAnswer> = {}, memory = this.memory): void {
    const answer = { target, inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 0, conversation: null, ...about };
    learnAnswer(this.now, { memory, conversations: this.conversations }, answer);
  }

  /** A conversation whose prompt doubles with each turn and is found in the cache as far as `cached` says. */
  converse(target: TargetHealth, { id, cached }: { id: number; cached: number }, memory = this.memory): void {
    for (let turn = 0, before = 0; turn < 5; turn++) {
      const inputTokens = 2_000 * 2 ** turn;
      this.learn(target, { inputTokens, cacheReadTokens: before * cached, conversation: id }, memory);
      before = inputTokens;
    }
  }
}

describe('what an answer teaches', () => {
  test('how long requests are, and where the conversation is', () => {
    const field = new Lessons();
    const target = field.target('a');
    for (let i = 0; i < 100; i++) field.learn(target, { inputTokens: 5_000, conversation: 3 });
    expect(field.memory.mix.inputTokens).toBeGreaterThan(4_800);
    expect(field.conversations.targetOf(3, field.now)).toBe(target);
    expect(field.conversations.cachedTokens).toBe(5_000);
  });

  test('how much of what a key sends could come from a cache, whoever it was sent to', () => {
    const field = new Lessons();
    const single = new RouteMemory();
    for (let id = 0; id < 40; id++) {
      field.converse(field.target(id % 2 === 0 ? 'a' : 'b'), { id, cached: 0 });
      field.learn(field.target('a'), { inputTokens: 30_000 }, single);
    }
    expect(field.memory.mix.cacheableShare).toBeCloseTo(30 / 62, 1);
    expect(single.mix.cacheableShare).toBe(0);
  });

  test('how well a cache keeps what it should: from conversations that went on there, and from nobody else', () => {
    const field = new Lessons();
    const [good, none, left] = [field.target('good'), field.target('none'), field.target('left')];
    expect(good.cacheYield).toBe(1);
    for (let id = 0; id < 20; id++) {
      field.converse(good, { id, cached: 0.9 });
      field.converse(none, { id: 1_000 + id, cached: 0 });
      field.converse(left, { id: 2_000 + id, cached: 0.9 });
    }
    for (let i = 0; i < 1_000; i++) field.learn(left);
    expect(good.cacheYield).toBeCloseTo(0.9, 1);
    expect(none.cacheYield).toBeLessThan(0.05);
    expect(left.cacheYield).toBe(good.cacheYield);
  });

  test('single requests do not go to a dear deployment for the discount of conversations', () => {
    const field = new Lessons();
    const talking = new RouteMemory();
    const prices = { dear: perMillion(2, 5, 0.2), plain: perMillion(1.2, 5) };
    const contenders = [
      field.contender('dear', { prices: prices.dear }),
      field.contender('plain', { prices: prices.plain }),
    ];
    for (let id = 0; id < 50; id++) {
      field.converse(field.target('dear'), { id, cached: 1 }, talking);
      field.learn(field.target('dear'));
    }
    const choose = (memory: RouteMemory) =>
      chooseOrder(field.ballot(contenders, { strategy: 'lowest-cost', memory })).order[0]?.health.deploymentId;
    expect(choose(talking)).toBe('dear');
    expect(choose(field.memory)).toBe('plain');
  });

  test('nothing of tokens that were not counted', () => {
    const field = new Lessons();
    field.learn(field.target('a'), { inputTokens: 0, outputTokens: 0, conversation: 1 });
    expect(field.memory.mix.cacheableShare).toBe(0);
    expect(field.conversations.targetOf(1, field.now)).toBeNull();
  });
});
