import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { AdmissionRequest, AdmissionStore, Hold, ScopeHandle, ScopeLimits, ScopeState } from '../src/index.js';
import { describeBalances } from './balances.conformance.js';
import { describeHistories } from './histories.conformance.js';
import { describeLadders } from './ladders.conformance.js';
import { describeRates } from './rates.conformance.js';
import { DOLLAR, LEASE_MS, NOON, holdOf, limitsOf, refusalOf, requestOf, scopeOf } from './store-under-test.js';
import type { CreateStore, StoreUnderTest } from './store-under-test.js';

/** What every admission store does, in one process or across many. */
export function describeAdmissionStore(name: string, create: CreateStore): void {
  describe(name, () => {
    describeMoney(create);
    describeMonths(create);
    describeBalances(create);
    describeLeases(create);
    describeConfiguration(create);
    describeRates(create);
    describeLadders(create);
    describeHistories(create);
  });
}

/** Opens a store before each test, with one API key and its organization. */
function withStore(create: CreateStore): {
  readonly current: () => StoreUnderTest;
  readonly store: () => AdmissionStore;
  readonly key: () => ScopeHandle;
  readonly organization: () => ScopeHandle;
  readonly limit: (scope: ScopeHandle, limits: Partial<ScopeLimits>) => Promise<void>;
  readonly admit: (parts: Partial<AdmissionRequest>) => Promise<Hold>;
  readonly inspect: (scope: ScopeHandle, at?: number) => Promise<ScopeState>;
} {
  let open: StoreUnderTest | undefined;
  const current = (): StoreUnderTest => {
    if (open === undefined) throw new Error('no store is open');
    return open;
  };
  beforeEach(async () => {
    open = await create({ leaseMs: LEASE_MS });
  });
  afterEach(async () => {
    await open?.close();
  });
  const store = (): AdmissionStore => current().store;
  const key = (): ScopeHandle => scopeOf(store(), 'api_key');
  const organization = (): ScopeHandle => scopeOf(store(), 'organization');
  return {
    current,
    store,
    key,
    organization,
    limit: async (scope, limits) => {
      await store().configure({ version: 1, limits: [limitsOf(scope, limits)] });
    },
    admit: async (parts) => holdOf(await store().admit(requestOf([key(), organization()], parts))),
    inspect: async (scope, at = NOON) => await store().inspect(scope, at),
  };
}

function describeMoney(create: CreateStore): void {
  describe('money', () => {
    const it = withStore(create);

    test('a hold is held until it is captured, and then what it really took is spent', async () => {
      await it.limit(it.organization(), { grantedNanos: DOLLAR });
      const hold = await it.admit({ holdNanos: 400 });
      expect(await it.inspect(it.organization())).toMatchObject({
        heldNanos: 400,
        spentNanos: 0,
        availableNanos: DOLLAR - 400,
        inFlight: 1,
      });
      expect(await it.store().capture(hold, { nanos: 150, tokens: 0 })).toBe(true);
      expect(await it.inspect(it.organization())).toMatchObject({
        heldNanos: 0,
        spentNanos: 150,
        availableNanos: DOLLAR - 150,
        inFlight: 0,
      });
    });

    test('money is counted for scopes without a budget too, and found when one is set', async () => {
      await it.store().capture(await it.admit({ holdNanos: 10 }), { nanos: 7, tokens: 0 });
      await it.limit(it.key(), { grantedNanos: 8 });
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 7, availableNanos: 1 });
      const result = await it.store().admit(requestOf([it.key()], { holdNanos: 2 }));
      expect(refusalOf(result)).toMatchObject({ limit: 'budget', limitValue: 8, spent: 7, held: 0, available: 1 });
    });

    test('a hold is settled once, whatever is tried afterwards', async () => {
      const hold = await it.admit({ holdNanos: 10 });
      expect(await it.store().capture(hold, { nanos: 3, tokens: 0 })).toBe(true);
      expect(await it.store().capture(hold, { nanos: 9, tokens: 0 })).toBe(false);
      expect(await it.store().void(hold)).toBe(false);
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 3, heldNanos: 0, inFlight: 0 });
    });

    test('a voided hold spends nothing', async () => {
      expect(await it.store().void(await it.admit({ holdNanos: 10 }))).toBe(true);
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 0, heldNanos: 0, inFlight: 0 });
    });

    test('a refusal names the scope and the numbers, and changes nothing anywhere', async () => {
      await it.limit(it.organization(), { grantedNanos: 100 });
      const first = await it.admit({ holdNanos: 60 });
      const refused = await it.store().admit(requestOf([it.key(), it.organization()], { holdNanos: 41 }));
      expect(refused).toEqual({
        admitted: false,
        downgrade: false,
        scope: { organizationId: 'org_1', kind: 'organization', id: '1' },
        limit: 'budget',
        limitValue: 100,
        spent: 0,
        held: 60,
        available: 40,
        resetsAt: Date.UTC(2026, 11, 1),
        retryAfterMs: expect.any(Number),
        rates: null,
      });
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 60, inFlight: 1 });
      await it.store().capture(first, { nanos: 60, tokens: 0 });
      const hopeless = await it.store().admit(requestOf([it.key(), it.organization()], { holdNanos: 41 }));
      expect(refusalOf(hopeless).retryAfterMs).toBeNull();
    });

    test('what costs nothing passes a used-up budget', async () => {
      await it.limit(it.key(), { grantedNanos: 0 });
      await it.admit({ holdNanos: 0 });
    });

    test('a hold may be extended up to the budget, and stays as it was when refused', async () => {
      await it.limit(it.key(), { grantedNanos: 100 });
      const hold = await it.admit({ holdNanos: 40 });
      expect((await it.store().extend(hold, 60)).admitted).toBe(true);
      expect(refusalOf(await it.store().extend(hold, 1))).toMatchObject({ limit: 'budget', held: 100, available: 0 });
      expect(hold.nanos).toBe(100);
      expect(await it.inspect(it.organization())).toMatchObject({ heldNanos: 100 });
    });

    test('a hold may move to a cheaper or a dearer attempt', async () => {
      await it.limit(it.key(), { grantedNanos: 100 });
      const hold = await it.admit({ holdNanos: 40 });
      await it.store().transfer(hold, 10);
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 10 });
      expect((await it.store().transfer(hold, 101)).admitted).toBe(false);
      expect((await it.store().transfer(hold, 100)).admitted).toBe(true);
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 100, inFlight: 1 });
    });

    test('an overrun counts in full', async () => {
      await it.limit(it.key(), { grantedNanos: 100 });
      await it.store().capture(await it.admit({ holdNanos: 100 }), { nanos: 130, tokens: 0 });
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 130, availableNanos: -30 });
    });

    test('a scope that is given twice counts once', async () => {
      const hold = holdOf(await it.store().admit(requestOf([it.key(), it.key()], { holdNanos: 10 })));
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 10, inFlight: 1 });
      await it.store().capture(hold, { nanos: 10, tokens: 0 });
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 10, inFlight: 0 });
    });

    test.each([-1, 0.5, Number.NaN, 2 ** 53])(
      'a hold of %d nanounits is a mistake of the caller',
      async (holdNanos) => {
        await expect((async () => await it.admit({ holdNanos }))()).rejects.toThrow(RangeError);
      },
    );

    test('a thousand requests at once against a dollar: never above it, and at least 95 cents of it used', async () => {
      await it.limit(it.organization(), { grantedNanos: DOLLAR });
      const captured = await Promise.all(
        Array.from({ length: 1_000 }, async (_, i) => {
          let spent = 0;
          // a client that is refused because of others' holds tries again
          for (let attempt = 0; attempt < 20; attempt++) {
            const holdNanos = 2_000_000 + (i % 7) * 1_000_000;
            const result = await it.store().admit(requestOf([it.key(), it.organization()], { holdNanos }));
            await new Promise((resolve) => setImmediate(resolve));
            if (!result.admitted) continue;
            const nanos = Math.floor(holdNanos * (0.2 + (i % 5) / 10));
            await it.store().capture(result.hold, { nanos, tokens: 0 });
            spent += nanos;
          }
          return spent;
        }),
      );
      const total = captured.reduce((sum, nanos) => sum + nanos, 0);
      expect(await it.inspect(it.organization())).toMatchObject({ spentNanos: total, heldNanos: 0, inFlight: 0 });
      expect(total).toBeLessThanOrEqual(DOLLAR);
      expect(total).toBeGreaterThanOrEqual(0.95 * DOLLAR);
    });
  });
}

function describeMonths(create: CreateStore): void {
  describe('months', () => {
    const it = withStore(create);
    const lastNight = Date.UTC(2026, 10, 30, 23, 59, 59, 999);
    const nextMorning = Date.UTC(2026, 11, 1);

    test('a budget is whole again in the millisecond in which the next month begins', async () => {
      await it.limit(it.key(), { grantedNanos: 100 });
      await it.store().capture(await it.admit({ holdNanos: 100, occurredAt: lastNight }), { nanos: 100, tokens: 0 });
      const late = await it.store().admit(requestOf([it.key()], { holdNanos: 1, occurredAt: lastNight }));
      expect(refusalOf(late)).toMatchObject({ spent: 100, resetsAt: nextMorning });
      await it.admit({ holdNanos: 100, occurredAt: nextMorning });
    });

    test('a request that began in the old month is captured there, even when it is settled in the new one', async () => {
      await it.limit(it.key(), { grantedNanos: 100 });
      const old = await it.admit({ holdNanos: 60, occurredAt: lastNight });
      const fresh = await it.admit({ holdNanos: 80, occurredAt: nextMorning });
      await it.store().extend(old, 10);
      expect(await it.inspect(it.key(), lastNight)).toMatchObject({ heldNanos: 70, resetsAt: nextMorning });
      await it.store().capture(old, { nanos: 65, tokens: 0 });
      await it.store().capture(fresh, { nanos: 5, tokens: 0 });
      expect(await it.inspect(it.key(), lastNight)).toMatchObject({ spentNanos: 65, heldNanos: 0 });
      expect(await it.inspect(it.key(), nextMorning)).toMatchObject({
        spentNanos: 5,
        heldNanos: 0,
        startsAt: nextMorning,
      });
    });

    test('a hold that outlives its month and the next changes no other month', async () => {
      const old = await it.admit({ holdNanos: 50, occurredAt: NOON });
      await it.admit({ holdNanos: 1, occurredAt: nextMorning });
      const january = Date.UTC(2027, 0, 15);
      await it.admit({ holdNanos: 2, occurredAt: january });
      expect(await it.inspect(it.key(), january)).toMatchObject({ heldNanos: 2, spentNanos: 0, inFlight: 3 });
      expect(await it.store().capture(old, { nanos: 50, tokens: 0 })).toBe(true);
      expect(await it.inspect(it.key(), nextMorning)).toMatchObject({ heldNanos: 1, spentNanos: 0 });
      expect(await it.inspect(it.key(), january)).toMatchObject({ heldNanos: 2, spentNanos: 0, inFlight: 2 });
    });

    test('the month is the one of the organization’s time zone', async () => {
      const scope = it.store().handleOf({ organizationId: 'org_2', kind: 'organization', id: 'org_2' }, 'Asia/Tokyo');
      const midnightInTokyo = Date.UTC(2026, 10, 30, 15);
      const before = holdOf(
        await it.store().admit(requestOf([scope], { holdNanos: 1, occurredAt: midnightInTokyo - 1 })),
      );
      const after = holdOf(await it.store().admit(requestOf([scope], { holdNanos: 2, occurredAt: midnightInTokyo })));
      expect(await it.inspect(scope, midnightInTokyo - 1)).toMatchObject({ heldNanos: 1, resetsAt: midnightInTokyo });
      expect(await it.inspect(scope, midnightInTokyo)).toMatchObject({ heldNanos: 2, startsAt: midnightInTokyo });
      await it.store().void(before);
      await it.store().void(after);
    });

    test('a change of the time zone takes effect with the next month, without gap or overlap', async () => {
      await it.admit({ holdNanos: 1, occurredAt: NOON });
      const moved = it.store().handleOf(it.key().scope, 'America/New_York');
      expect(await it.inspect(moved)).toMatchObject({ heldNanos: 1, resetsAt: nextMorning });
      const december = await it.inspect(moved, nextMorning);
      expect(december).toMatchObject({ startsAt: nextMorning, resetsAt: Date.UTC(2027, 0, 1, 5), heldNanos: 0 });
    });

    describe('whose bounds the books have fixed', () => {
      const organizationId = 'org_3';
      // January in Tokyo, which begins in December everywhere west of it
      const january = { startsAt: Date.UTC(2026, 11, 31, 15), endsAt: Date.UTC(2027, 0, 31, 15) };
      const restarted = (timeZone: string): ScopeHandle =>
        it.store().handleOf({ organizationId, kind: 'organization', id: organizationId }, timeZone);

      test.each(['UTC', 'America/Los_Angeles', 'Pacific/Kiritimati'])(
        'keep them after a restart in %s, and the next month begins where they end',
        async (timeZone) => {
          const seeds = [{ organizationId, timeZone, ...january }];
          await it.store().seedPeriods(seeds);
          const scope = restarted(timeZone);
          await it.store().configure({ version: 1, limits: [limitsOf(scope, { grantedNanos: 100 })] });
          await it.store().seedSpent([{ scope, occurredAt: january.startsAt, nanos: 100 }]);
          await it.store().seedPeriods(seeds);
          for (const occurredAt of [january.startsAt, Date.UTC(2027, 0, 15), january.endsAt - 1]) {
            const refused = await it.store().admit(requestOf([scope], { holdNanos: 1, occurredAt }));
            expect(refusalOf(refused)).toMatchObject({ spent: 100, resetsAt: january.endsAt });
          }
          const next = requestOf([scope], { holdNanos: 100, occurredAt: january.endsAt });
          holdOf(await it.store().admit(next));
          expect(await it.inspect(scope, january.endsAt)).toMatchObject({ startsAt: january.endsAt, spentNanos: 0 });
        },
      );

      test('a month that has ended fixes where the running one began', async () => {
        await it.store().seedPeriods([{ organizationId, timeZone: 'America/New_York', ...january }]);
        const february = { startsAt: january.endsAt, resetsAt: Date.UTC(2027, 2, 1, 5) };
        const scope = restarted('America/New_York');
        expect(await it.inspect(scope, Date.UTC(2027, 1, 10))).toMatchObject(february);
        expect(await it.inspect(scope, january.endsAt)).toMatchObject(february);
      });

      test('two of them in their order: the elder takes what is late', async () => {
        const february = { startsAt: january.endsAt, endsAt: Date.UTC(2027, 2, 1, 5) };
        const timeZone = 'America/New_York';
        await it.store().seedPeriods([january, february].map((period) => ({ organizationId, timeZone, ...period })));
        const scope = restarted(timeZone);
        await it.store().seedSpent([{ scope, occurredAt: january.endsAt - 1, nanos: 9 }]);
        expect(await it.inspect(scope, january.startsAt)).toMatchObject({
          startsAt: january.startsAt,
          resetsAt: january.endsAt,
          spentNanos: 9,
        });
        expect(await it.inspect(scope, february.startsAt)).toMatchObject({ resetsAt: february.endsAt, spentNanos: 0 });
      });

      test('a month that has counted already keeps its own', async () => {
        const scope = restarted('UTC');
        holdOf(await it.store().admit(requestOf([scope], { holdNanos: 3, occurredAt: Date.UTC(2027, 0, 10) })));
        await it.store().seedPeriods([{ organizationId, timeZone: 'UTC', ...january }]);
        const inJanuary = await it.inspect(scope, Date.UTC(2027, 0, 10));
        expect(inJanuary).toMatchObject({
          heldNanos: 3,
          startsAt: Date.UTC(2027, 0, 1),
          resetsAt: Date.UTC(2027, 1, 1),
        });
      });

      test('a period without a length is a mistake of the caller', async () => {
        const empty = { organizationId, timeZone: 'UTC', startsAt: 5, endsAt: 5 };
        await expect((async () => await it.store().seedPeriods([empty]))()).rejects.toThrow(RangeError);
      });
    });

    test('looking at a month fixes nothing: it follows the time zone until something counts in it', async () => {
      expect(await it.inspect(it.key())).toMatchObject({ resetsAt: nextMorning });
      const moved = it.store().handleOf(it.key().scope, 'Asia/Tokyo');
      expect(await it.inspect(moved)).toMatchObject({ resetsAt: Date.UTC(2026, 10, 30, 15) });
      await it.admit({ holdNanos: 1, occurredAt: NOON });
      expect(await it.inspect(it.store().handleOf(it.key().scope, 'UTC'))).toMatchObject({ heldNanos: 1 });
    });

    test('months that nobody used are stepped over', async () => {
      await it.store().capture(await it.admit({ holdNanos: 1 }), { nanos: 1, tokens: 0 });
      const later = Date.UTC(2027, 4, 10);
      expect(await it.inspect(it.key(), later)).toMatchObject({
        spentNanos: 0,
        startsAt: Date.UTC(2027, 4, 1),
        resetsAt: Date.UTC(2027, 5, 1),
      });
    });
  });
}

function describeLeases(create: CreateStore): void {
  describe('leases', () => {
    const it = withStore(create);

    test('a hold that nobody renews expires, is reported, and holds nothing any more', async () => {
      await it.limit(it.key(), { grantedNanos: 100, concurrency: 1 });
      const hold = await it.admit({ holdNanos: 100 });
      await it.current().advance(LEASE_MS - 1);
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 100, inFlight: 1 });
      await it.current().advance(1);
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 0, inFlight: 0, spentNanos: 0 });
      expect(it.current().expired).toEqual([
        { requestId: hold.requestId, nanos: 100, occurredAt: NOON, scopes: [it.key().scope, it.organization().scope] },
      ]);
      await it.admit({ holdNanos: 100 });
    });

    test('a renewed hold lives on, one that was settled is not reported', async () => {
      const renewed = await it.admit({ holdNanos: 1 });
      await it.store().void(await it.admit({ holdNanos: 2 }));
      const idle = await it.admit({ holdNanos: 4 });
      await it.current().advance(LEASE_MS - 1);
      expect(await it.store().renew([renewed])).toEqual([]);
      await it.current().advance(LEASE_MS - 1);
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 1, inFlight: 1 });
      expect(it.current().expired.map((hold) => hold.nanos)).toEqual([4]);
      expect(await it.store().renew([renewed, idle])).toEqual([idle]);
    });

    test('what an expired hold really took still counts, once', async () => {
      const hold = await it.admit({ holdNanos: 10 });
      await it.current().advance(LEASE_MS);
      expect(await it.store().capture(hold, { nanos: 6, tokens: 0 })).toBe(true);
      expect(await it.store().capture(hold, { nanos: 6, tokens: 0 })).toBe(false);
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 6, heldNanos: 0, inFlight: 0 });
    });

    test('an expired hold is placed anew by its extension, if the budget still has room for all of it', async () => {
      await it.limit(it.key(), { grantedNanos: 100 });
      const hold = await it.admit({ holdNanos: 60 });
      await it.current().advance(LEASE_MS);
      const rival = await it.admit({ holdNanos: 50 });
      expect((await it.store().extend(hold, 1)).admitted).toBe(false);
      await it.store().void(rival);
      expect((await it.store().extend(hold, 1)).admitted).toBe(true);
      expect(await it.inspect(it.key())).toMatchObject({ heldNanos: 61, inFlight: 1 });
    });
  });
}

function describeConfiguration(create: CreateStore): void {
  describe('configuration', () => {
    const it = withStore(create);

    test('limits are replaced as a whole, and counters stay', async () => {
      await it.limit(it.key(), { grantedNanos: 100, concurrency: 5 });
      await it.admit({ holdNanos: 30 });
      await it.store().capture(await it.admit({ holdNanos: 30 }), { nanos: 20, tokens: 0 });
      const limits = [limitsOf(it.organization(), { grantedNanos: 40 })];
      await it.store().configure({ version: 2, limits });
      await it.store().configure({ version: 2, limits });
      const counters = { spentNanos: 20, heldNanos: 30, inFlight: 1 };
      expect(await it.inspect(it.key())).toMatchObject({ ...counters, grantedNanos: null, concurrency: null });
      expect(await it.inspect(it.organization())).toMatchObject({ ...counters, availableNanos: -10 });
    });

    test('an older configuration than the last one is ignored', async () => {
      await it.store().configure({ version: 2, limits: [limitsOf(it.key(), { grantedNanos: 2 })] });
      await it.store().configure({ version: 1, limits: [limitsOf(it.key(), { grantedNanos: 1 })] });
      expect(await it.inspect(it.key())).toMatchObject({ grantedNanos: 2 });
    });

    test('a lowered budget refuses at once, a raised one lets pass at once', async () => {
      await it.limit(it.key(), { grantedNanos: 10 });
      await it.admit({ holdNanos: 10 });
      await it.limit(it.key(), { grantedNanos: 5 });
      expect(refusalOf(await it.store().admit(requestOf([it.key()], { holdNanos: 1 }))).available).toBe(-5);
      await it.limit(it.key(), { grantedNanos: 11 });
      await it.admit({ holdNanos: 1 });
    });

    test('what was spent before the start is seeded, and seeding twice changes nothing', async () => {
      const october = Date.UTC(2026, 9, 5);
      const seeds = [
        { scope: it.key(), occurredAt: NOON, nanos: 70 },
        { scope: it.key(), occurredAt: october, nanos: 9 },
      ];
      await it.store().seedSpent(seeds);
      await it.store().seedSpent(seeds);
      await it.store().capture(await it.admit({ holdNanos: 5 }), { nanos: 5, tokens: 0 });
      await it.store().seedSpent(seeds);
      expect(await it.inspect(it.key())).toMatchObject({ spentNanos: 75 });
      expect(await it.inspect(it.key(), october)).toMatchObject({ spentNanos: 9 });
    });

    test('the same id of another kind or another organization is another scope', async () => {
      const store = it.store();
      const tag = scopeOf(store, 'tag');
      const foreign = store.handleOf({ organizationId: 'org_2', kind: 'api_key', id: '1' }, 'UTC');
      await it.admit({ holdNanos: 3 });
      for (const other of [tag, foreign]) expect(await it.inspect(other)).toMatchObject({ heldNanos: 0, inFlight: 0 });
    });
  });
}
