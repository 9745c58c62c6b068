import { describe, expect, test } from '@jest/globals';
import type { RouteDecision } from '@tollgate/domain';
import { HealthRegistry } from '@tollgate/routing';
import fc from 'fast-check';

import { decisionHead, decisionJson } from './decision-json.js';
import type { Candidate, Route, RouteContender } from './route.js';

const registry = new HealthRegistry({ clock: () => 0 });
let made = 0;

function candidate(upstreamModel: string): Candidate {
  const target = { deploymentId: `dep_${++made}`, provider: 'openai', upstreamModel, region: '*' };
  const named = { deploymentId: target.deploymentId, upstreamModel };
  const health = registry.targetOf({ ...named, credentialId: 'cred', credentialVersion: 1 });
  return { target, health, decisionHead: decisionHead(target as never) } as unknown as Candidate;
}

const figure = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });

describe('a decision as text', () => {
  test('says what it says, whatever models are called and however large figures are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ model: fc.string({ unit: 'binary' }), score: figure, price: figure }), { maxLength: 20 }),
        fc.array(fc.string(), { maxLength: 3 }),
        (asked, others) => {
          const order = asked.map(({ model }) => ({ candidate: candidate(model) }) as unknown as RouteContender);
          const leftOut = others.map((model) => ({ candidate: candidate(model), exclusion: 'region' as const }));
          const route = { routeId: 'route_1', definition: { strategy: 'balanced' } } as unknown as Route;
          const [scores, prices] = [asked.map(({ score }) => score), asked.map(({ price }) => price)];
          const choice = { order, scores, prices, reason: 'best' as const };
          const told = JSON.parse(decisionJson(route, { choice, leftOut, reason: 'best', now: 0 })) as RouteDecision;
          expect(told).toMatchObject({ routeId: 'route_1', strategy: 'balanced', reason: 'best' });
          expect(told.candidates).toHaveLength(Math.min(12, asked.length + others.length));
          told.candidates.forEach((each, i) => {
            const expected = i < asked.length ? asked[i]?.model : others[i - asked.length];
            expect(each.upstreamModel).toBe(
              (expected as string).toWellFormed() === expected ? expected : each.upstreamModel,
            );
            expect(each.excluded).toBe(i < asked.length ? null : 'region');
            expect(each).toMatchObject({
              uptime: 1,
              firstTokenMs: null,
              tokensPerSecond: null,
              cacheShare: 0,
              inFlight: 0,
            });
            const { score = null, price = null } = asked[i] ?? {};
            expect(Math.abs((each.score ?? 0) - (score ?? 0))).toBeLessThanOrEqual(1e-9);
            expect(Math.abs((each.price ?? 0) - (price ?? 0))).toBeLessThanOrEqual(1e-9);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('has each figure at its deployment, and why it may not be asked', () => {
    const [busy, dead] = [candidate('busy'), candidate('dead')];
    const attempt = busy.health.begin(0);
    attempt.succeeded(1_200, {
      firstTokenMs: 200,
      totalMs: 1_200,
      inputTokens: 1_000,
      cacheReadTokens: 0,
      outputTokens: 250,
    });
    busy.health.begin(1_200);
    dead.health.begin(0).failed(0, 'refused', null);
    const order = [busy, dead].map((each) => ({ candidate: each }) as unknown as RouteContender);
    const choice = { order, scores: [0.000_079_1, null], prices: [0.011_25, null], reason: 'best' as const };
    const route = { routeId: null, definition: { strategy: 'lowest-cost' } } as unknown as Route;
    const told = JSON.parse(decisionJson(route, { choice, leftOut: [], reason: 'kept', now: 1_200 })) as RouteDecision;
    expect(told).toMatchObject({
      routeId: null,
      reason: 'kept',
      candidates: [
        { score: 0.000_079_1, price: 0.011_25, firstTokenMs: 200, tokensPerSecond: 250, inFlight: 1, excluded: null },
        { score: null, price: null, inFlight: 0, excluded: 'benched' },
      ],
    });
  });
});
