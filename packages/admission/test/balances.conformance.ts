import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { AdmissionStore, FundingExpiry, Hold, ScopeHandle, ScopeState } from '../src/index.js';
import { DOLLAR, LEASE_MS, NOON, holdOf, limitsOf, refusalOf, requestOf, scopeOf } from './store-under-test.js';
import type { CreateStore, StoreUnderTest } from './store-under-test.js';

const NEXT_MONTH = Date.UTC(2026, 11, 5);

/** What a prepaid organization has is a ceiling without a period. */
export function describeBalances(create: CreateStore): void {
  describe('balances', () => {
    let open: StoreUnderTest;
    let version = 0;
    beforeEach(async () => {
      open = await create({ leaseMs: LEASE_MS });
    });
    afterEach(async () => {
      await open.close();
    });
    const store = (): AdmissionStore => open.store;
    const organization = (): ScopeHandle => scopeOf(store(), 'organization');
    const key = (): ScopeHandle => scopeOf(store(), 'api_key');
    const fund = async (fundedNanos: number, expiries: readonly FundingExpiry[] = []): Promise<void> => {
      version += 1;
      await store().fund({ version, fundings: [{ scope: organization(), fundedNanos, expiries }] });
    };
    const ask = (holdNanos: number, occurredAt = NOON): ReturnType<AdmissionStore['admit']> =>
      store().admit(requestOf([key(), organization()], { holdNanos, occurredAt }));
    const admit = async (holdNanos: number, occurredAt = NOON): Promise<Hold> =>
      holdOf(await ask(holdNanos, occurredAt));
    const state = async (at = NOON): Promise<ScopeState> => await store().inspect(organization(), at);

    test('a refusal names the balance and its numbers, and changes nothing anywhere', async () => {
      await fund(100);
      await store().capture(await admit(30), { nanos: 25, tokens: 0 });
      const running = await admit(50);
      expect(await ask(26)).toEqual({
        admitted: false,
        downgrade: false,
        scope: { organizationId: 'org_1', kind: 'organization', id: '1' },
        limit: 'balance',
        limitValue: 100,
        spent: 25,
        held: 50,
        available: 25,
        resetsAt: null,
        retryAfterMs: expect.any(Number),
        rates: null,
      });
      expect(await store().inspect(key(), NOON)).toMatchObject({ heldNanos: 50, inFlight: 1, balance: null });
      await store().capture(running, { nanos: 50, tokens: 0 });
      expect(refusalOf(await ask(26)).retryAfterMs).toBeNull();
      await admit(25);
    });

    test('what costs nothing passes an empty balance, and one below zero', async () => {
      await fund(0);
      await admit(0);
      await fund(-5);
      await admit(0);
      expect(refusalOf(await ask(1))).toMatchObject({ limit: 'balance', limitValue: -5, available: -5 });
    });

    test('money counts whatever its month', async () => {
      await fund(100);
      await store().capture(await admit(60), { nanos: 60, tokens: 0 });
      await admit(30, NEXT_MONTH);
      expect(refusalOf(await ask(11, NEXT_MONTH))).toMatchObject({
        limit: 'balance',
        spent: 60,
        held: 30,
        available: 10,
      });
      const balance = { fundedNanos: 100, spentNanos: 60, heldNanos: 30, availableNanos: 10 };
      expect(await state(NEXT_MONTH)).toMatchObject({ balance, spentNanos: 0, heldNanos: 30 });
    });

    test('a hold that outlives its month and the next is still taken off when it ends', async () => {
      await fund(1_000);
      const old = await admit(50);
      await admit(1, NEXT_MONTH);
      const january = Date.UTC(2027, 0, 15);
      await admit(2, january);
      await store().capture(old, { nanos: 40, tokens: 0 });
      expect((await state(january)).balance).toMatchObject({ spentNanos: 40, heldNanos: 3 });
    });

    test('a top-up helps at once and forgets nothing; an older reading is ignored', async () => {
      await fund(10);
      await store().capture(await admit(10), { nanos: 10, tokens: 0 });
      const refused = refusalOf(await ask(5));
      expect(refused.available).toBe(0);
      await fund(20);
      const running = await admit(5);
      await store().fund({ version: 0, fundings: [] });
      expect((await state()).balance).toEqual({ fundedNanos: 20, spentNanos: 10, heldNanos: 5, availableNanos: 5 });
      await store().void(running);
      expect((await state()).balance).toMatchObject({ spentNanos: 10, heldNanos: 0 });
    });

    test('credit that is taken back refuses at once', async () => {
      await fund(100);
      await admit(60);
      await fund(40);
      expect(refusalOf(await ask(1))).toMatchObject({ limit: 'balance', available: -20 });
    });

    test('without a balance money is counted all the same, so that one that begins knows it', async () => {
      await store().capture(await admit(30), { nanos: 30, tokens: 0 });
      expect((await state()).balance).toBeNull();
      await fund(50);
      expect((await state()).balance).toMatchObject({ spentNanos: 30, availableNanos: 20 });
      await store().fund({ version: 1_000_000, fundings: [] });
      await admit(1_000);
    });

    test('a part expires for what is parsed at that instant or later, and stays for what was parsed before', async () => {
      const expiries = [
        { at: NOON + 1_000, nanos: 60 },
        { at: NOON + 2_000, nanos: 30 },
      ];
      await fund(100, expiries);
      const before = await admit(40, NOON + 999);
      expect(refusalOf(await ask(1, NOON + 1_000))).toMatchObject({ limit: 'balance', limitValue: 40, available: 0 });
      // its time was before: it may still grow
      expect((await store().extend(before, 60)).admitted).toBe(true);
      await store().capture(before, { nanos: 5, tokens: 0 });
      const later = await admit(35, NOON + 1_999);
      expect((await store().extend(later, 1)).admitted).toBe(false);
      expect((await state(NOON + 2_000)).balance).toMatchObject({ fundedNanos: 10, availableNanos: -30 });
    });

    test('an extension or a transfer beyond the balance is refused, and the hold stays', async () => {
      await fund(100);
      const hold = await admit(40);
      expect(refusalOf(await store().extend(hold, 61))).toMatchObject({ limit: 'balance', held: 40 });
      expect(refusalOf(await store().transfer(hold, 101))).toMatchObject({ limit: 'balance' });
      expect((await store().transfer(hold, 100)).admitted).toBe(true);
      expect((await state()).balance).toMatchObject({ heldNanos: 100, availableNanos: 0 });
    });

    test('an overrun counts in full', async () => {
      await fund(100);
      await store().capture(await admit(100), { nanos: 130, tokens: 0 });
      expect((await state()).balance).toMatchObject({ spentNanos: 130, heldNanos: 0, availableNanos: -30 });
    });

    test('a hold that expired holds nothing; what it took still counts, once', async () => {
      await fund(100);
      const hold = await admit(100);
      await open.advance(LEASE_MS);
      expect((await state()).balance).toMatchObject({ spentNanos: 0, heldNanos: 0 });
      expect(await store().capture(hold, { nanos: 70, tokens: 0 })).toBe(true);
      expect(await store().capture(hold, { nanos: 70, tokens: 0 })).toBe(false);
      expect((await state()).balance).toMatchObject({ spentNanos: 70, heldNanos: 0 });
    });

    test('an expired hold is placed anew only if the balance has room for all of it', async () => {
      await fund(100);
      const hold = await admit(60);
      await open.advance(LEASE_MS);
      const rival = await admit(50);
      expect(refusalOf(await store().extend(hold, 1)).limit).toBe('balance');
      await store().void(rival);
      expect((await store().extend(hold, 1)).admitted).toBe(true);
      expect((await state()).balance).toMatchObject({ heldNanos: 61 });
    });

    test('what was captured before the start is seeded, and seeding twice changes nothing', async () => {
      await store().seedCaptured([{ scope: organization(), nanos: 70 }]);
      await fund(100);
      await store().capture(await admit(5), { nanos: 5, tokens: 0 });
      await store().seedCaptured([{ scope: organization(), nanos: 70 }]);
      expect((await state()).balance).toMatchObject({ spentNanos: 75, availableNanos: 25 });
      expect(await state()).toMatchObject({ spentNanos: 5 });
    });

    test('the month’s budget refuses before the balance does, and each bounds by itself', async () => {
      const limits = [limitsOf(organization(), { grantedNanos: 50 })];
      await store().configure({ version: 1, limits });
      await fund(80);
      expect(refusalOf(await ask(90)).limit).toBe('budget');
      await store().capture(await admit(50), { nanos: 50, tokens: 0 });
      expect(refusalOf(await ask(31, NEXT_MONTH)).limit).toBe('balance');
      await admit(30, NEXT_MONTH);
    });

    test.each([0.5, Number.NaN, 2 ** 53])('a balance of %d nanounits is a mistake of the caller', async (nanos) => {
      await expect(fund(nanos)).rejects.toThrow(RangeError);
    });

    test('expiries out of their order are a mistake of the caller', async () => {
      const expiries = [
        { at: 2, nanos: 1 },
        { at: 1, nanos: 1 },
      ];
      await expect(fund(2, expiries)).rejects.toThrow(RangeError);
    });

    test('a thousand requests at once against a dollar that is topped up in the middle', async () => {
      await fund(DOLLAR / 2);
      const captured = await Promise.all(
        Array.from({ length: 1_000 }, async (_, i) => {
          let spent = 0;
          for (let attempt = 0; attempt < 20; attempt++) {
            if (i === 500 && attempt === 3) await fund(DOLLAR);
            const holdNanos = 2_000_000 + (i % 7) * 1_000_000;
            const result = await ask(holdNanos);
            await new Promise((resolve) => setImmediate(resolve));
            if (!result.admitted) continue;
            const nanos = Math.floor(holdNanos * (0.2 + (i % 5) / 10));
            await store().capture(result.hold, { nanos, tokens: 0 });
            spent += nanos;
          }
          return spent;
        }),
      );
      const total = captured.reduce((sum, nanos) => sum + nanos, 0);
      expect((await state()).balance).toMatchObject({ spentNanos: total, heldNanos: 0 });
      expect(total).toBeLessThanOrEqual(DOLLAR);
      expect(total).toBeGreaterThanOrEqual(0.95 * DOLLAR);
    });
  });
}
