import { describe, expect, test } from '@jest/globals';
import { METERS, OUTCOMES } from '@tollgate/domain';
import type { Outcome, Target, UsageSource } from '@tollgate/domain';
import fc from 'fast-check';

import { estimateTokens, settle, settlementOf } from './settlement.js';
import type { SettlementFacts } from './settlement.js';

const TARGET: Target = {
  deploymentId: 'dep_1',
  provider: 'openai',
  upstreamModel: 'gpt-4o-2024-08-06',
  pricedModel: 'gpt-4o',
  region: '*',
  credentialOwner: 'operator',
  simulated: false,
};

const factsOf = (outcome: Outcome, parts: Partial<SettlementFacts> = {}): SettlementFacts => ({
  outcome,
  usage: {},
  usageSource: 'none',
  deliveredCharacters: 0,
  inputTokensBound: 401,
  target: TARGET,
  ...parts,
});

const REPORTED = { usage: { input: 90, output: 10 }, usageSource: 'reported' as const };
const INPUT_ESTIMATE = { usage: { input: 101 }, usageSource: 'estimated', charge: 'customer' };
const NOTHING = { usage: {}, usageSource: 'none', charge: 'none' };

describe('settlement table', () => {
  test.each<[Outcome, string, object]>([
    ['success', 'customer', INPUT_ESTIMATE],
    ['client_left_mid_stream', 'customer', INPUT_ESTIMATE],
    ['client_left_before_first_token', 'customer', NOTHING],
    ['gateway_timeout', 'customer', INPUT_ESTIMATE],
    ['upstream_failed', 'waste', NOTHING],
    ['upstream_cut_mid_stream', 'customer', INPUT_ESTIMATE],
    ['refused', 'none', NOTHING],
    ['output_guardrail_blocked', 'customer', INPUT_ESTIMATE],
    ['cache_hit', 'none', NOTHING],
    ['idempotent_replay', 'waste', NOTHING],
    ['hedge_loser', 'waste', NOTHING],
    ['shadow_copy', 'waste', { ...INPUT_ESTIMATE, charge: 'waste' }],
    ['detached', 'customer', INPUT_ESTIMATE],
    ['gateway_crashed', 'customer', INPUT_ESTIMATE],
  ])('%s: reported usage goes to %s, unreported is settled', (outcome, charge, unreported) => {
    expect(settle(factsOf(outcome, REPORTED))).toEqual({ ...REPORTED, charge });
    expect(settle(factsOf(outcome))).toEqual(unreported);
    expect(settlementOf(outcome).charge).toBe(charge);
  });

  test('what is sold by the piece is billed so, also where the answer broke off', () => {
    for (const usage of [{ character: 20 }, { audio_ms: 3000 }, { image: 1 }]) {
      const sound = { usage, usageSource: 'reported' as const };
      const cut = factsOf('client_left_mid_stream', { ...sound, deliveredCharacters: 900_000 });
      expect(settle(cut)).toEqual({ ...sound, charge: 'customer' });
    }
  });

  test('what was delivered is estimated at four characters a token, rounded up', () => {
    const cut = factsOf('upstream_cut_mid_stream', { deliveredCharacters: 9 });
    expect(settle(cut)).toEqual({ usage: { input: 101, output: 3 }, usageSource: 'estimated', charge: 'customer' });
    expect([0, 1, 4, 5].map(estimateTokens)).toEqual([0, 1, 1, 2]);
  });

  test('a stream that reported its input only is completed by what was delivered', () => {
    const early = { usage: { input: 90 }, usageSource: 'reported' as const, deliveredCharacters: 40 };
    const completed = { usage: { input: 90, output: 10 }, usageSource: 'estimated', charge: 'customer' };
    expect(settle(factsOf('client_left_mid_stream', early))).toEqual(completed);
    expect(settle(factsOf('upstream_cut_mid_stream', early))).toEqual(completed);
    expect(settle(factsOf('success', early))).toMatchObject({ usage: { input: 90 }, usageSource: 'reported' });
  });

  test('zeros that open a stream do not make what follows free', () => {
    const opening = { input: 90, output: 0, output_reasoning: 0 };
    const zero = { usage: opening, usageSource: 'reported' as const, deliveredCharacters: 40 };
    const completed = { usage: { ...opening, output: 10 }, usageSource: 'estimated', charge: 'customer' };
    expect(settle(factsOf('upstream_cut_mid_stream', zero))).toEqual(completed);
    expect(settle(factsOf('client_left_mid_stream', zero))).toEqual(completed);
    const nothing = { ...zero, deliveredCharacters: 0 };
    expect(settle(factsOf('upstream_cut_mid_stream', nothing))).toMatchObject({ usage: { input: 90, output: 0 } });
    expect(settle(factsOf('success', zero))).toMatchObject({ usage: opening, usageSource: 'reported' });
  });

  test('without a target nothing was sent, so nothing is charged', () => {
    for (const outcome of OUTCOMES) expect(settle(factsOf(outcome, { target: null })).charge).toBe('none');
  });
});

describe('settle', () => {
  const anyFacts: fc.Arbitrary<SettlementFacts> = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    usage: fc.dictionary(fc.constantFrom(...METERS), fc.nat(1_000), { maxKeys: 4 }),
    usageSource: fc.constantFrom<UsageSource>('reported', 'recovered', 'estimated', 'none'),
    deliveredCharacters: fc.nat(1_000),
    inputTokensBound: fc.nat(1_000),
    target: fc.constantFrom(TARGET, null),
  });

  test('settling twice changes nothing', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const once = settle(facts);
        expect(settle({ ...facts, ...once })).toEqual(once);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a stream that the client left is never free, nor charged beyond what was known', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }), (bound, characters) => {
        const facts = factsOf('client_left_mid_stream', { inputTokensBound: bound, deliveredCharacters: characters });
        const { usage, charge } = settle(facts);
        expect(charge).toBe('customer');
        expect((usage.input ?? 0) > 0 && (usage.input ?? 0) <= bound).toBe(true);
        expect((usage.output ?? 0) > 0 && (usage.output ?? 0) <= characters).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
