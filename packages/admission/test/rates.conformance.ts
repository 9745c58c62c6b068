import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type {
  AdmissionRequest,
  AdmissionResult,
  Downgrade,
  RateLevels,
  ScopeHandle,
  ScopeLimits,
} from '../src/index.js';
import { LEASE_MS, NOON, holdOf, limitsOf, refusalOf, requestOf, scopeOf } from './store-under-test.js';
import type { CreateStore, StoreUnderTest } from './store-under-test.js';

/** Requests and tokens per minute, and requests in flight. */
export function describeRates(create: CreateStore): void {
  describe('rates', () => {
    let open: StoreUnderTest;
    let key: ScopeHandle;
    let version = 0;
    beforeEach(async () => {
      open = await create({ leaseMs: LEASE_MS });
      key = scopeOf(open.store, 'api_key');
      version = 0;
    });
    afterEach(async () => {
      await open.close();
    });
    const limit = async (limits: Partial<ScopeLimits>): Promise<void> => {
      version += 1;
      await open.store.configure({ version, limits: [limitsOf(key, limits)] });
    };
    const admit = async (parts: Partial<AdmissionRequest> = {}): Promise<AdmissionResult | Downgrade> =>
      await open.store.admit(requestOf([key], parts));

    test('so many requests at once, then one for each share of a minute', async () => {
      await limit({ requestsPerMinute: 6 });
      for (let i = 0; i < 6; i++) await open.store.void(holdOf(await admit()));
      expect(refusalOf(await admit())).toMatchObject({
        limit: 'requests',
        limitValue: 6,
        spent: 6,
        held: 0,
        available: 0,
        resetsAt: NOON + 60_000,
        retryAfterMs: 10_000,
      });
      await open.advance(9_999);
      expect(refusalOf(await admit()).retryAfterMs).toBe(1);
      await open.advance(1);
      holdOf(await admit());
      expect((await admit()).admitted).toBe(false);
    });

    test('tokens are charged by their bound and corrected by what was taken', async () => {
      await limit({ tokensPerMinute: 1_000 });
      const hold = holdOf(await admit({ tokensBound: 900 }));
      expect(refusalOf(await admit({ tokensBound: 200 }))).toMatchObject({
        limit: 'tokens',
        spent: 900,
        available: 100,
        retryAfterMs: 6_000,
      });
      await open.store.capture(hold, { nanos: 0, tokens: 300 });
      expect(await open.store.inspect(key, NOON)).toMatchObject({ tokensAvailable: 700 });
      await open.store.void(holdOf(await admit({ tokensBound: 700 })));
      expect(await open.store.inspect(key, NOON)).toMatchObject({ tokensAvailable: 700 });
    });

    test('more tokens than the bound are a debt that time pays', async () => {
      await limit({ tokensPerMinute: 600 });
      await open.store.capture(holdOf(await admit({ tokensBound: 100 })), { nanos: 0, tokens: 900 });
      expect(await open.store.inspect(key, NOON)).toMatchObject({ tokensAvailable: -300 });
      expect(refusalOf(await admit({ tokensBound: 10 })).retryAfterMs).toBe(31_000);
      await open.advance(31_000);
      holdOf(await admit({ tokensBound: 10 }));
    });

    test('a debt is taken from the level of its own instant', async () => {
      await limit({ tokensPerMinute: 600 });
      const hold = holdOf(await admit({ tokensBound: 100 }));
      await open.advance(20_000);
      await open.store.capture(hold, { nanos: 0, tokens: 400 });
      expect(await open.store.inspect(key, NOON)).toMatchObject({ tokensAvailable: 300 });
    });

    test('a loose bound above the whole bucket passes when the bucket is full', async () => {
      const organization = scopeOf(open.store, 'organization');
      await limit({ tokensPerMinute: 1_000 });
      const scopes = [key, organization];
      const hold = holdOf(await open.store.admit(requestOf(scopes, { tokensBound: 50_000 })));
      expect(refusalOf(await admit({ tokensBound: 1 })).available).toBe(0);
      await open.store.capture(hold, { nanos: 0, tokens: 400 });
      expect(await open.store.inspect(key, NOON)).toMatchObject({ tokensAvailable: 600 });
      expect(refusalOf(await admit({ tokensBound: 50_000 })).retryAfterMs).toBe(24_000);
    });

    test('a limit of zero lets nothing pass, and waiting does not help', async () => {
      for (const zero of [{ requestsPerMinute: 0 }, { tokensPerMinute: 0 }, { concurrency: 0 }]) {
        await limit(zero);
        expect(refusalOf(await admit({ tokensBound: 1 }))).toMatchObject({ limitValue: 0, retryAfterMs: null });
      }
    });

    test('requests in flight are counted until they are settled', async () => {
      await limit({ concurrency: 2 });
      const first = holdOf(await admit());
      holdOf(await admit());
      expect(refusalOf(await admit())).toMatchObject({ limit: 'concurrency', limitValue: 2, held: 2, available: 0 });
      await open.store.void(first);
      await open.store.void(first);
      expect(await open.store.inspect(key, NOON)).toMatchObject({ inFlight: 1 });
      holdOf(await admit());
      expect((await admit()).admitted).toBe(false);
    });

    test('a changed limit is no fresh bucket', async () => {
      await limit({ requestsPerMinute: 10 });
      for (let i = 0; i < 8; i++) holdOf(await admit());
      await limit({ requestsPerMinute: 9 });
      expect(await open.store.inspect(key, NOON)).toMatchObject({ requestsPerMinute: 9, requestsAvailable: 1 });
      await limit({ requestsPerMinute: 20 });
      expect(await open.store.inspect(key, NOON)).toMatchObject({ requestsAvailable: 12 });
    });

    test('a refusal by any scope takes nothing from the others', async () => {
      const organization = scopeOf(open.store, 'organization');
      await open.store.configure({
        version: 1,
        limits: [
          limitsOf(key, { requestsPerMinute: 10, tokensPerMinute: 100, grantedNanos: 100, concurrency: 10 }),
          limitsOf(organization, { concurrency: 0 }),
        ],
      });
      const before = await open.store.inspect(key, NOON);
      const refused = await open.store.admit(requestOf([key, organization], { tokensBound: 50, holdNanos: 50 }));
      expect(refusalOf(refused).scope.kind).toBe('organization');
      expect(await open.store.inspect(key, NOON)).toEqual(before);
    });

    describe('levels', () => {
      const ratesOf = (result: AdmissionResult | Downgrade): RateLevels | null => {
        if (!result.admitted && result.downgrade) throw new Error('a cheaper model is wanted');
        return result.rates;
      };

      test('none are told where no scope has a limit per minute', async () => {
        await limit({ concurrency: 5, grantedNanos: 100 });
        expect(ratesOf(await admit({ tokensBound: 7, holdNanos: 5 }))).toBeNull();
      });

      test('they stand as the request leaves them, and as a refusal finds them', async () => {
        await limit({ requestsPerMinute: 6, tokensPerMinute: 600 });
        expect(ratesOf(await admit({ tokensBound: 120 }))).toEqual({
          requests: { limit: 6, remaining: 5, resetMs: 10_000 },
          tokens: { limit: 600, remaining: 480, resetMs: 12_000 },
        });
        await open.advance(5_000);
        expect(ratesOf(await admit({ tokensBound: 599 }))).toEqual({
          requests: { limit: 6, remaining: 5, resetMs: 5_000 },
          tokens: { limit: 600, remaining: 530, resetMs: 7_000 },
        });
      });

      test('of several scopes, each bucket of the one that has the least left in proportion', async () => {
        const organization = scopeOf(open.store, 'organization');
        await open.store.configure({
          version: 1,
          limits: [
            limitsOf(key, { requestsPerMinute: 4, tokensPerMinute: 1_000 }),
            limitsOf(organization, { requestsPerMinute: 100, tokensPerMinute: 600 }),
          ],
        });
        const result = await open.store.admit(requestOf([organization, key], { tokensBound: 100 }));
        expect(ratesOf(result)).toMatchObject({ requests: { limit: 4, remaining: 3 }, tokens: { limit: 600 } });
      });

      test('one kind alone, a debt, and a limit of zero', async () => {
        await limit({ tokensPerMinute: 600 });
        const first = await admit({ tokensBound: 100 });
        expect(ratesOf(first)?.requests).toBeNull();
        await open.store.capture(holdOf(first), { nanos: 0, tokens: 900 });
        const rates = { requests: null, tokens: { limit: 600, remaining: 0, resetMs: 90_000 } };
        expect(ratesOf(await admit({ tokensBound: 10 }))).toEqual(rates);
        await limit({ requestsPerMinute: 0 });
        expect(ratesOf(await admit())?.requests).toEqual({ limit: 0, remaining: 0, resetMs: 0 });
      });

      test('a hold that moves tells them too, and takes nothing', async () => {
        await limit({ requestsPerMinute: 6, grantedNanos: 100 });
        const hold = holdOf(await admit({ holdNanos: 10 }));
        const rates = { requests: { limit: 6, remaining: 5, resetMs: 10_000 }, tokens: null };
        expect(ratesOf(await open.store.transfer(hold, 20))).toEqual(rates);
        expect(ratesOf(await open.store.extend(hold, 81))).toEqual(rates);
      });
    });

    test('no span of time lets more pass than the bucket and its refill', async () => {
      const arrivals = fc.array(fc.record({ wait: fc.nat(4_000), tokens: fc.nat(60) }), { maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(
          arrivals,
          fc.integer({ min: 1, max: 20 }),
          fc.integer({ min: 60, max: 200 }),
          async (all, rpm, tpm) => {
            const another = await create({ leaseMs: 600_000 });
            const { store } = another;
            const scope = scopeOf(store, 'api_key');
            const limits = [limitsOf(scope, { requestsPerMinute: rpm, tokensPerMinute: tpm })];
            await store.configure({ version: 1, limits });
            let elapsed = 0;
            const passed: { at: number; tokens: number }[] = [];
            for (const { wait, tokens } of all) {
              await another.advance(wait);
              elapsed += wait;
              const result = await store.admit(requestOf([scope], { tokensBound: tokens }));
              if (result.admitted) passed.push({ at: elapsed, tokens });
            }
            for (const [from, first] of passed.entries()) {
              let sum = 0;
              for (const [index, { at, tokens }] of passed.slice(from).entries()) {
                sum += tokens;
                const minutes = (at - first.at) / 60_000;
                expect(index + 1).toBeLessThanOrEqual(rpm * (1 + minutes) + 1e-5);
                expect(sum).toBeLessThanOrEqual(tpm * (1 + minutes) + 1e-5);
              }
            }
            await another.close();
          },
        ),
        { numRuns: 300 },
      );
    });
  });
}
