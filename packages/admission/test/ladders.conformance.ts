import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LadderRung } from '@tollgate/domain';
import fc from 'fast-check';

import type { AdmissionRequest, AdmissionResult, Downgrade, Hold, ScopeHandle } from '../src/index.js';
import { DOLLAR, LEASE_MS, NOON, holdOf, limitsOf, refusalOf, requestOf, scopeOf } from './store-under-test.js';
import type { CreateStore, StoreUnderTest } from './store-under-test.js';

const LADDER: readonly LadderRung[] = [
  { percent: 50, action: 'notify' },
  { percent: 60, action: 'cheaper-model' },
  { percent: 80, action: 'throttle', requestsPerMinute: 6 },
];
const NEXT_MONTH = Date.UTC(2026, 11, 1);

/** What happens on the way to the end of a budget. */
export function describeLadders(create: CreateStore): void {
  describe('ladders', () => {
    let open: StoreUnderTest;
    let key: ScopeHandle;
    let organization: ScopeHandle;
    let version = 0;
    beforeEach(async () => {
      open = await create({ leaseMs: 600_000 });
      key = scopeOf(open.store, 'api_key');
      organization = scopeOf(open.store, 'organization');
      version = 0;
    });
    afterEach(async () => {
      await open.close();
    });
    const grant = async (grantedNanos: number | null, ladder = LADDER): Promise<void> => {
      version += 1;
      await open.store.configure({ version, limits: [limitsOf(organization, { grantedNanos, ladder })] });
    };
    const admit = async (parts: Partial<AdmissionRequest>): Promise<AdmissionResult | Downgrade> =>
      await open.store.admit(requestOf([key, organization], parts));
    const spend = async (nanos: number): Promise<void> => {
      await open.store.capture(holdOf(await admit({ holdNanos: nanos })), { nanos, tokens: 0 });
    };

    test('a request above the rung is asked for a cheaper model, and counts nothing anywhere', async () => {
      await grant(100);
      await spend(30);
      const before = [await open.store.inspect(key, NOON), await open.store.inspect(organization, NOON)];
      // what is spent, held and asked for decides together: 60 is not above 60
      await open.store.void(holdOf(await admit({ holdNanos: 30, mayDowngrade: true })));
      const downgrade = await admit({ holdNanos: 31, mayDowngrade: true });
      expect(downgrade).toEqual({ admitted: false, downgrade: true, scope: organization.scope });
      expect([await open.store.inspect(key, NOON), await open.store.inspect(organization, NOON)]).toEqual(before);
    });

    test('who asked already goes on, and what costs nothing needs nothing cheaper', async () => {
      await grant(100);
      holdOf(await admit({ holdNanos: 61, mayDowngrade: false }));
      holdOf(await admit({ holdNanos: 0, mayDowngrade: true }));
    });

    test('a cheaper model is wanted before the budget refuses: the cheaper request may fit', async () => {
      await grant(100);
      expect(await admit({ holdNanos: 101, mayDowngrade: true })).toMatchObject({ downgrade: true });
      expect(refusalOf(await admit({ holdNanos: 101 }))).toMatchObject({ limit: 'budget', available: 100 });
      holdOf(await admit({ holdNanos: 20 }));
    });

    test('above its rung a throttle lets so many requests a minute pass, and says so', async () => {
      await grant(100);
      await spend(80);
      for (let i = 0; i < 6; i++) await open.store.void(holdOf(await admit({ holdNanos: 1 })));
      expect(refusalOf(await admit({ holdNanos: 1 }))).toEqual({
        admitted: false,
        downgrade: false,
        scope: organization.scope,
        limit: 'throttle',
        limitValue: 6,
        spent: 6,
        held: 0,
        available: 0,
        resetsAt: NOON + 60_000,
        retryAfterMs: 10_000,
        rates: { requests: { limit: 6, remaining: 0, resetMs: 60_000 }, tokens: null },
      });
      await open.advance(10_000);
      const admitted = await admit({ holdNanos: 1 });
      holdOf(admitted);
      expect(admitted).toMatchObject({ rates: { requests: { limit: 6, remaining: 0, resetMs: 60_000 } } });
    });

    test('a throttle holds for nothing below its rung, for nothing free, and not in the next month', async () => {
      await grant(100);
      for (let i = 0; i < 20; i++) await open.store.void(holdOf(await admit({ holdNanos: 80 })));
      await spend(80);
      for (let i = 0; i < 20; i++) expect(await admit({ holdNanos: 0 })).toMatchObject({ rates: null });
      for (let i = 0; i < 20; i++) {
        const next = requestOf([key, organization], { holdNanos: 80, occurredAt: NEXT_MONTH });
        await open.store.void(holdOf(await open.store.admit(next)));
      }
      for (let i = 0; i < 6; i++) await open.store.void(holdOf(await admit({ holdNanos: 1 })));
      expect(refusalOf(await admit({ holdNanos: 1 })).limit).toBe('throttle');
    });

    test('what is held throttles as what is spent does', async () => {
      await grant(100);
      const hold = holdOf(await admit({ holdNanos: 80 }));
      for (let i = 0; i < 6; i++) await open.store.void(holdOf(await admit({ holdNanos: 1 })));
      expect(refusalOf(await admit({ holdNanos: 1 })).limit).toBe('throttle');
      await open.store.void(hold);
      holdOf(await admit({ holdNanos: 1 }));
    });

    test('a stricter rung higher up takes over, and is no fresh bucket', async () => {
      await grant(100, [
        { percent: 50, action: 'throttle', requestsPerMinute: 60 },
        { percent: 90, action: 'throttle', requestsPerMinute: 2 },
      ]);
      await spend(50);
      for (let i = 0; i < 59; i++) await open.store.void(holdOf(await admit({ holdNanos: 1 })));
      await open.store.void(holdOf(await admit({ holdNanos: 41 })));
      expect(refusalOf(await admit({ holdNanos: 41 }))).toMatchObject({ limitValue: 2, retryAfterMs: 30_000 });
      await open.advance(1_000);
      holdOf(await admit({ holdNanos: 1 }));
    });

    test('a throttle of nothing lets nothing pass that costs', async () => {
      await grant(100, [{ percent: 10, action: 'throttle', requestsPerMinute: 0 }]);
      await open.store.void(holdOf(await admit({ holdNanos: 10 })));
      expect(refusalOf(await admit({ holdNanos: 11 }))).toMatchObject({ limit: 'throttle', retryAfterMs: null });
    });

    test('a raise moves every rung, and its end moves them back', async () => {
      await grant(100);
      await spend(70);
      expect(await admit({ holdNanos: 5, mayDowngrade: true })).toMatchObject({ downgrade: true });
      await grant(200);
      const hold = holdOf(await admit({ holdNanos: 50, mayDowngrade: true }));
      await open.store.void(hold);
      await grant(100);
      expect(await admit({ holdNanos: 5, mayDowngrade: true })).toMatchObject({ downgrade: true });
      expect(refusalOf(await admit({ holdNanos: 31 }))).toMatchObject({ limit: 'budget', limitValue: 100, spent: 70 });
    });

    test('a lowered budget throttles and refuses at once, one without a ladder or an end does neither', async () => {
      await grant(1_000);
      await spend(90);
      await grant(110);
      for (let i = 0; i < 6; i++) await open.store.void(holdOf(await admit({ holdNanos: 1 })));
      expect(refusalOf(await admit({ holdNanos: 1 })).limit).toBe('throttle');
      expect(refusalOf(await admit({ holdNanos: 21 })).limit).toBe('budget');
      await grant(110, []);
      holdOf(await admit({ holdNanos: 1, mayDowngrade: true }));
      await grant(null);
      holdOf(await admit({ holdNanos: 500, mayDowngrade: true }));
    });

    test('a throttle that was taken away and given back is no fresh bucket', async () => {
      await grant(100);
      await spend(80);
      for (let i = 0; i < 6; i++) await open.store.void(holdOf(await admit({ holdNanos: 1 })));
      await grant(100, []);
      await grant(100);
      expect(refusalOf(await admit({ holdNanos: 1 })).limit).toBe('throttle');
    });

    test('percents of the largest budget are exact', async () => {
      const granted = Number.MAX_SAFE_INTEGER;
      await grant(granted, [{ percent: 99, action: 'cheaper-model' }]);
      const rung = Number((BigInt(granted) * 99n) / 100n);
      await open.store.void(holdOf(await admit({ holdNanos: rung, mayDowngrade: true })));
      expect(await admit({ holdNanos: rung + 1, mayDowngrade: true })).toMatchObject({ downgrade: true });
    });

    test.each([
      { percent: 0, action: 'notify' },
      { percent: 101, action: 'cheaper-model' },
      { percent: 1.5, action: 'notify' },
      { percent: 50, action: 'throttle', requestsPerMinute: -1 },
    ] as const)('a rung of $percent % is a mistake of the caller', async (rung) => {
      await expect((async () => await grant(100, [rung]))()).rejects.toThrow(RangeError);
    });

    test('a thousand at once against a dollar with a ladder: never above it, and at least 95 cents of it used', async () => {
      await grant(DOLLAR, [
        { percent: 70, action: 'cheaper-model' },
        { percent: 90, action: 'throttle', requestsPerMinute: 10_000 },
      ]);
      let above = 0;
      let downgrades = 0;
      const look = async (): Promise<void> => {
        const { spentNanos, heldNanos } = await open.store.inspect(organization, NOON);
        above = Math.max(above, spentNanos + heldNanos - DOLLAR);
      };
      const client = async (index: number): Promise<void> => {
        const dear = 3_000_000 + (index % 5) * 1_000_000;
        for (let attempt = 0; attempt < 40; attempt++) {
          let result = await admit({ holdNanos: dear, mayDowngrade: true });
          if (!result.admitted && result.downgrade) {
            downgrades += 1;
            result = await admit({ holdNanos: dear / 4 });
          }
          await look();
          await new Promise((resolve) => setImmediate(resolve));
          if (result.admitted) {
            const nanos = Math.floor(result.hold.nanos * (0.3 + (index % 4) / 10));
            await open.store.capture(result.hold, { nanos, tokens: 0 });
          }
        }
      };
      await Promise.all(Array.from({ length: 1_000 }, async (_, index) => await client(index)));
      const { spentNanos, heldNanos } = await open.store.inspect(organization, NOON);
      expect({ above, heldNanos }).toEqual({ above: 0, heldNanos: 0 });
      expect(downgrades).toBeGreaterThan(0);
      expect(spentNanos).toBeLessThanOrEqual(DOLLAR);
      expect(spentNanos).toBeGreaterThanOrEqual(0.95 * DOLLAR);
    });

    test('by any history, rungs hold exactly above their percents and nothing is overspent', async () => {
      await fc.assert(
        fc.asyncProperty(HISTORY, async ({ granted, cheaper, throttle, requestsPerMinute, steps }) => {
          const another = await create({ leaseMs: LEASE_MS * 100 });
          const scope = scopeOf(another.store, 'organization');
          const ladder: readonly LadderRung[] = [
            { percent: cheaper, action: 'cheaper-model' },
            { percent: throttle, action: 'throttle', requestsPerMinute },
          ];
          await another.store.configure({ version: 1, limits: [limitsOf(scope, { grantedNanos: granted, ladder })] });
          const model = new LadderModel(granted, { cheaper, throttle, requestsPerMinute });
          for (const { wait, nanos, mayDowngrade, share } of steps) {
            await another.advance(wait);
            model.advance(wait);
            const result = await another.store.admit(requestOf([scope], { holdNanos: nanos, mayDowngrade }));
            expect(answerOf(result)).toBe(model.admit(nanos, mayDowngrade));
            if (result.admitted) model.holds.push({ hold: result.hold, nanos });
            const settled = share === null ? undefined : model.holds.shift();
            if (settled !== undefined && share !== null) {
              const spent = Math.floor((settled.nanos * share) / 100);
              await another.store.capture(settled.hold, { nanos: spent, tokens: 0 });
              model.spent += spent;
            }
            const { spentNanos, heldNanos } = await another.store.inspect(scope, NOON);
            expect(spentNanos + heldNanos).toBe(model.committed);
            expect(model.committed).toBeLessThanOrEqual(granted);
          }
          await another.close();
        }),
        { numRuns: 1_000 },
      );
    });
  });
}

const HISTORY = fc.record({
  granted: fc.integer({ min: 0, max: 300 }),
  cheaper: fc.integer({ min: 1, max: 100 }),
  throttle: fc.integer({ min: 1, max: 100 }),
  requestsPerMinute: fc.integer({ min: 1, max: 6 }),
  steps: fc.array(
    fc.record({
      // whole shares of a minute, so that the model counts without fractions of its own
      wait: fc.constantFrom(0, 0, 0, 10_000, 60_000),
      nanos: fc.nat(40),
      mayDowngrade: fc.boolean(),
      share: fc.option(fc.nat(100)),
    }),
    { maxLength: 80 },
  ),
});

type Answer = 'admitted' | 'downgrade' | 'budget' | 'throttle';

function answerOf(result: AdmissionResult | Downgrade): Answer {
  if (result.admitted) return 'admitted';
  if (result.downgrade) return 'downgrade';
  if (result.limit === 'budget' || result.limit === 'throttle') return result.limit;
  throw new Error(`refused by ${result.limit}`);
}

interface Rungs {
  readonly cheaper: number;
  readonly throttle: number;
  readonly requestsPerMinute: number;
}

/** One budget with its ladder; the bucket is counted in milliseconds of refill. */
class LadderModel {
  spent = 0;
  readonly holds: { readonly hold: Hold; readonly nanos: number }[] = [];
  #fill: number;

  constructor(
    private readonly granted: number,
    private readonly rungs: Rungs,
  ) {
    this.#fill = 60_000;
  }

  get committed(): number {
    return this.spent + this.holds.reduce((sum, { nanos }) => sum + nanos, 0);
  }

  advance(ms: number): void {
    this.#fill = Math.min(60_000, this.#fill + ms);
  }

  admit(nanos: number, mayDowngrade: boolean): Answer {
    const wanted = this.committed + nanos;
    const isAbove = (percent: number): boolean =>
      nanos > 0 && wanted * 100 > Math.floor((this.granted * percent) / 100) * 100;
    if (mayDowngrade && isAbove(this.rungs.cheaper)) return 'downgrade';
    if (nanos > 0 && wanted > this.granted) return 'budget';
    if (!isAbove(this.rungs.throttle)) return 'admitted';
    const each = 60_000 / this.rungs.requestsPerMinute;
    if (this.#fill + 0.01 < each) return 'throttle';
    this.#fill -= each;
    return 'admitted';
  }
}
