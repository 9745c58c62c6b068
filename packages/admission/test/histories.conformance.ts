import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Hold, ScopeHandle, ScopeState } from '../src/index.js';
import { LEASE_MS, NOON, limitsOf, requestOf, scopeOf } from './store-under-test.js';
import type { CreateStore, StoreUnderTest } from './store-under-test.js';

const KINDS = ['api_key', 'project', 'organization'] as const;
const MONTHS = [NOON, Date.UTC(2026, 11, 5)];
const ORGANIZATION = 2;
/** Between the two: what expires pays for requests of the first month only. */
const EXPIRES_AT = Date.UTC(2026, 11, 1);

type Step =
  | { readonly do: 'admit'; readonly scopes: readonly number[]; readonly nanos: number; readonly month: number }
  | { readonly do: 'extend' | 'transfer' | 'capture'; readonly pick: number; readonly nanos: number }
  | { readonly do: 'void' | 'renew'; readonly pick: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'configure'; readonly granted: readonly (number | null)[]; readonly concurrency: number | null }
  | { readonly do: 'fund'; readonly funded: number | null; readonly expiring: number };

const pick = fc.nat(1_000);
const nanos = fc.nat(60);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('admit' as const),
      scopes: fc.subarray([0, 1, 2], { minLength: 1 }),
      nanos,
      month: fc.constantFrom(0, 0, 0, 1),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('extend', 'transfer', 'capture', 'capture'), pick, nanos }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('void', 'renew'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(LEASE_MS) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('configure' as const),
      granted: fc.tuple(...KINDS.map(() => fc.option(fc.nat(200)))),
      concurrency: fc.option(fc.nat(4)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fund' as const),
      funded: fc.option(fc.integer({ min: -20, max: 400 })),
      expiring: fc.nat(100),
    }),
  },
);

interface ModelHold {
  readonly hold: Hold;
  readonly scopes: readonly number[];
  readonly month: number;
  nanos: number;
  expiresAt: number;
  state: 'live' | 'expired' | 'settled';
}

/** The rules, as plainly as they can be written: nothing is stored but the holds, all sums are made anew. */
class Model {
  now = 0;
  granted: readonly (number | null)[] = [null, null, null];
  concurrency: number | null = null;
  /** What the organization may spend, in each month. */
  funded: readonly number[] | null = null;
  readonly holds: ModelHold[] = [];
  readonly captures: { readonly scopes: readonly number[]; readonly month: number; readonly nanos: number }[] = [];

  spent(scope: number, month: number): number {
    return this.captures
      .filter((capture) => capture.scopes.includes(scope) && capture.month === month)
      .reduce((sum, capture) => sum + capture.nanos, 0);
  }

  live(scope: number): ModelHold[] {
    return this.holds.filter((hold) => hold.state === 'live' && hold.scopes.includes(scope));
  }

  held(scope: number, month: number): number {
    return this.live(scope)
      .filter((hold) => hold.month === month)
      .reduce((sum, hold) => sum + hold.nanos, 0);
  }

  hasMoney(scopes: readonly number[], month: number, more: number): boolean {
    if (more <= 0) return true;
    if (scopes.includes(ORGANIZATION) && this.funded !== null) {
      if (this.everSpent() + this.everHeld() + more > (this.funded[month] ?? 0)) return false;
    }
    return scopes.every((scope) => {
      const granted = this.granted[scope] ?? Number.POSITIVE_INFINITY;
      return this.spent(scope, month) + this.held(scope, month) + more <= granted;
    });
  }

  everSpent(): number {
    return MONTHS.reduce((sum, _, month) => sum + this.spent(ORGANIZATION, month), 0);
  }

  everHeld(): number {
    return MONTHS.reduce((sum, _, month) => sum + this.held(ORGANIZATION, month), 0);
  }

  hasPlace(scopes: readonly number[]): boolean {
    return scopes.every((scope) => this.live(scope).length < (this.concurrency ?? Number.POSITIVE_INFINITY));
  }

  advance(ms: number): void {
    this.now += ms;
    for (const hold of this.holds) {
      if (hold.state === 'live' && hold.expiresAt <= this.now) hold.state = 'expired';
    }
  }
}

/** Random histories of one store beside the model. */
export function describeHistories(create: CreateStore): void {
  describe('histories', () => {
    test('spent is the sum of captures, held the sum of live holds, and only what the limits allow passes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const open = await create({ leaseMs: LEASE_MS });
          const history = new History(open);
          for (const each of steps) {
            await history.take(each);
            await history.compare();
          }
          await open.close();
        }),
        { numRuns: 1_500 },
      );
    });

    test('while captures stay within their holds and ceilings are not lowered, nothing is ever overspent', async () => {
      const tame = step.filter((each) => !['configure', 'fund', 'advance'].includes(each.do));
      await fc.assert(
        fc.asyncProperty(fc.array(tame, { maxLength: 80 }), fc.nat(150), async (steps, granted) => {
          const open = await create({ leaseMs: LEASE_MS });
          const history = new History(open, { withinHolds: true });
          await history.take({ do: 'configure', granted: [granted, granted * 2, granted * 3], concurrency: null });
          await history.take({ do: 'fund', funded: Math.floor(granted * 2.5), expiring: 0 });
          for (const each of steps) {
            await history.take(each);
            await history.expectNothingOverspent();
          }
          await open.close();
        }),
        { numRuns: 1_000 },
      );
    });
  });
}

class History {
  readonly #model = new Model();
  readonly #handles: readonly ScopeHandle[];
  #version = 0;

  constructor(
    private readonly open: StoreUnderTest,
    private readonly options: { readonly withinHolds?: boolean } = {},
  ) {
    this.#handles = KINDS.map((kind) => scopeOf(open.store, kind));
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'admit':
        return await this.#admit(step);
      case 'advance':
        this.#model.advance(step.ms);
        return await this.open.advance(step.ms);
      case 'configure':
        return await this.#configure(step.granted, step.concurrency);
      case 'fund':
        return await this.#fund(step);
      case 'extend':
      case 'transfer':
      case 'capture':
      case 'void':
      case 'renew': {
        const { holds } = this.#model;
        const target = holds[step.pick % Math.max(1, holds.length)];
        if (target !== undefined) await this.#change(target, step);
      }
    }
  }

  async #admit(step: Extract<Step, { do: 'admit' }>): Promise<void> {
    const model = this.#model;
    const passes = model.hasMoney(step.scopes, step.month, step.nanos) && model.hasPlace(step.scopes);
    const result = await this.open.store.admit(
      requestOf(
        this.#handles.filter((_, index) => step.scopes.includes(index)),
        { holdNanos: step.nanos, occurredAt: MONTHS[step.month] ?? NOON },
      ),
    );
    expect(result.admitted).toBe(passes);
    if (!result.admitted) return;
    const { scopes, month } = step;
    model.holds.push({
      hold: result.hold,
      scopes,
      month,
      nanos: step.nanos,
      expiresAt: model.now + LEASE_MS,
      state: 'live',
    });
  }

  async #configure(granted: readonly (number | null)[], concurrency: number | null): Promise<void> {
    this.#version += 1;
    this.#model.granted = granted;
    this.#model.concurrency = concurrency;
    const limits = this.#handles.map((scope, index) =>
      limitsOf(scope, { grantedNanos: granted[index] ?? null, concurrency }),
    );
    await this.open.store.configure({ version: this.#version, limits });
  }

  async #fund({ funded, expiring }: Extract<Step, { do: 'fund' }>): Promise<void> {
    this.#version += 1;
    this.#model.funded = funded === null ? null : [funded, funded - expiring];
    const scope = this.#handles[ORGANIZATION];
    if (scope === undefined) throw new Error('the organization is one of the scopes');
    const expiries = [{ at: EXPIRES_AT, nanos: expiring }];
    const fundings = funded === null ? [] : [{ scope, fundedNanos: funded, expiries }];
    await this.open.store.fund({ version: this.#version, fundings });
  }

  async #change(target: ModelHold, step: Extract<Step, { pick: number }>): Promise<void> {
    switch (step.do) {
      case 'extend':
      case 'transfer':
        return await this.#resize(target, step.do, step.nanos);
      case 'capture': {
        const nanos = this.options.withinHolds === true ? Math.min(step.nanos, target.nanos) : step.nanos;
        const counted = await this.open.store.capture(target.hold, { nanos, tokens: 0 });
        expect(counted).toBe(target.state !== 'settled');
        if (counted) this.#model.captures.push({ scopes: target.scopes, month: target.month, nanos });
        target.state = 'settled';
        return;
      }
      case 'void':
        expect(await this.open.store.void(target.hold)).toBe(target.state !== 'settled');
        target.state = 'settled';
        return;
      case 'renew':
        expect(await this.open.store.renew([target.hold])).toEqual(target.state === 'live' ? [] : [target.hold]);
        if (target.state === 'live') target.expiresAt = this.#model.now + LEASE_MS;
    }
  }

  async #resize(target: ModelHold, how: 'extend' | 'transfer', amount: number): Promise<void> {
    const call = async (): Promise<boolean> => (await this.open.store[how](target.hold, amount)).admitted;
    if (target.state === 'settled') {
      await expect(call()).rejects.toThrow('is settled');
      return;
    }
    const wanted = how === 'extend' ? target.nanos + amount : amount;
    const live = target.state === 'live';
    const passes = this.#model.hasMoney(target.scopes, target.month, wanted - (live ? target.nanos : 0));
    expect(await call()).toBe(passes);
    if (!passes) return;
    target.nanos = wanted;
    target.state = 'live';
    if (!live) target.expiresAt = this.#model.now + LEASE_MS;
  }

  async compare(): Promise<void> {
    for (const [scope, handle] of this.#handles.entries()) {
      for (const [month, at] of MONTHS.entries()) {
        const state = await this.open.store.inspect(handle, at);
        expect(state).toMatchObject({
          spentNanos: this.#model.spent(scope, month),
          heldNanos: this.#model.held(scope, month),
          inFlight: this.#model.live(scope).length,
          grantedNanos: this.#model.granted[scope] ?? null,
        });
        if (scope === ORGANIZATION) this.#expectBalance(state, month);
      }
    }
    const expired = this.#model.holds.filter((each) => each.state === 'expired').map((each) => each.hold.requestId);
    expect(this.open.expired.map((each) => each.requestId)).toEqual(expect.arrayContaining(expired));
  }

  #expectBalance({ balance }: ScopeState, month: number): void {
    const { funded } = this.#model;
    const [spentNanos, heldNanos] = [this.#model.everSpent(), this.#model.everHeld()];
    const fundedNanos = funded?.[month] ?? 0;
    const availableNanos = fundedNanos - spentNanos - heldNanos;
    expect(balance).toEqual(funded === null ? null : { fundedNanos, spentNanos, heldNanos, availableNanos });
  }

  async expectNothingOverspent(): Promise<void> {
    const organization = this.#handles[ORGANIZATION];
    if (organization !== undefined) {
      const { balance } = await this.open.store.inspect(organization, NOON);
      expect(balance?.availableNanos).toBeGreaterThanOrEqual(0);
    }
    for (const handle of this.#handles) {
      for (const at of MONTHS) {
        const { spentNanos, heldNanos, grantedNanos } = await this.open.store.inspect(handle, at);
        expect(spentNanos + heldNanos).toBeLessThanOrEqual(grantedNanos ?? Number.POSITIVE_INFINITY);
      }
    }
  }
}
