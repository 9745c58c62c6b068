import { describe, expect, test } from '@jest/globals';
import type { Strategy } from '@tollgate/domain';
import fc from 'fast-check';

import { Field, perMillion } from '../test/contenders.js';
import { chooseOrder } from './choose-order.js';
import type { Choice } from './contender.js';

interface Deployment {
  readonly price: number;
  readonly cacheYield: number;
  readonly firstTokenMs: number;
  readonly msPerToken: number;
  readonly faults: number;
  readonly inFlight: number;
}

const anyDeployment: fc.Arbitrary<Deployment> = fc.record({
  price: fc.double({ min: 0.01, max: 100, noNaN: true }),
  cacheYield: fc.double({ min: 0, max: 1, noNaN: true }),
  firstTokenMs: fc.double({ min: 20, max: 20_000, noNaN: true }),
  msPerToken: fc.double({ min: 1, max: 200, noNaN: true }),
  faults: fc.integer({ min: 0, max: 4 }),
  inFlight: fc.integer({ min: 0, max: 20 }),
});
const anyField = fc.array(anyDeployment, { minLength: 2, maxLength: 5 });
const anyGain = fc.double({ min: 0, max: 1, noNaN: true });
const anyStrategy = fc.constantFrom<Strategy>('balanced', 'lowest-cost', 'lowest-latency', 'least-busy');

function improvements(deployment: Deployment, gain: number): Deployment[] {
  const less = 1 - gain;
  return [
    { ...deployment, price: deployment.price * less },
    { ...deployment, cacheYield: deployment.cacheYield + (1 - deployment.cacheYield) * gain },
    { ...deployment, firstTokenMs: deployment.firstTokenMs * less },
    { ...deployment, msPerToken: Math.max(deployment.msPerToken * less, 0.1) },
    { ...deployment, faults: Math.floor(deployment.faults * less) },
    { ...deployment, inFlight: Math.floor(deployment.inFlight * less) },
  ];
}

/** Who is asked first: at once, and after the strategy has had time to change its mind about the first leader. */
function winners(deployments: readonly Deployment[], leader: number, strategy: Strategy): string[] {
  const field = new Field();
  field.memory.mix.recordCacheable(8_000, 10_000);
  const contenders = deployments.map((deployment, index) => {
    const prices = perMillion(deployment.price, deployment.price, deployment.price / 10);
    const contender = field.contender(String(index), { prices, position: index });
    for (let i = 0; i < deployment.faults; i++) field.fail(contender.health, 'broken');
    const { firstTokenMs, msPerToken, cacheYield } = deployment;
    const totalMs = firstTokenMs + 250 * msPerToken;
    field.succeed(contender.health, { firstTokenMs, totalMs });
    contender.health.learnCache(field.now, 10_000 * cacheYield, 10_000);
    for (let i = 0; i < deployment.inFlight; i++) contender.health.begin(field.now);
    return contender;
  });
  const leading = contenders[leader % contenders.length];
  if (leading !== undefined) chooseOrder(field.ballot([leading], { strategy }));
  if (leading !== undefined)
    field.memory.keepsLeader(field.now, { best: leading.health, bestScore: 1, leaderScore: null });
  return Array.from({ length: 20 }, () => {
    field.now += 1_000;
    return firstOf(chooseOrder(field.ballot(contenders, { strategy })));
  });
}

const firstOf = ({ order }: Choice): string => order[0]?.health.deploymentId ?? '';

describe('doing better never costs a deployment a request', () => {
  test('by any strategy, in any figure, with any leader before', () => {
    fc.assert(
      fc.property(anyField, fc.nat(), anyGain, anyStrategy, (deployments, leader, gain, strategy) => {
        const before = winners(deployments, leader, strategy);
        deployments.forEach((deployment, index) => {
          for (const better of improvements(deployment, gain)) {
            const after = winners(deployments.with(index, better), leader, strategy);
            before.forEach((winner, round) => {
              if (winner === String(index)) expect(after[round]).toBe(winner);
            });
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  test('also where others have no price', () => {
    const anyPrices = fc.array(fc.option(fc.double({ min: 0, max: 50, noNaN: true })), { minLength: 2, maxLength: 5 });
    const winnerOf = (prices: readonly (number | null)[], strategy: Strategy): string => {
      const field = new Field();
      const contenders = prices.map((price, position) =>
        field.contender(String(position), { position, prices: price === null ? null : perMillion(price, price) }),
      );
      return firstOf(chooseOrder(field.ballot(contenders, { strategy })));
    };
    fc.assert(
      fc.property(
        anyPrices,
        anyGain,
        fc.constantFrom<Strategy>('balanced', 'lowest-cost'),
        (prices, gain, strategy) => {
          const winner = Number(winnerOf(prices, strategy));
          const price = prices[winner];
          if (price == null) return;
          expect(winnerOf(prices.with(winner, price * (1 - gain)), strategy)).toBe(String(winner));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a deployment that is better in everything is asked first, and wins from a leader within 30 seconds', () => {
    fc.assert(
      fc.property(anyDeployment, anyStrategy, (deployment, strategy) => {
        const much = { price: 0.3, cacheYield: 0, firstTokenMs: 0.3, msPerToken: 0.3 };
        const better = {
          ...deployment,
          price: deployment.price * much.price,
          firstTokenMs: deployment.firstTokenMs * much.firstTokenMs,
          msPerToken: deployment.msPerToken * much.msPerToken,
          faults: 0,
          inFlight: 0,
        };
        expect(winners([deployment, better], 0, strategy).at(-1)).toBe('1');
      }),
      { numRuns: 300 },
    );
  });
});
