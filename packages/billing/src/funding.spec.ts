import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { allocate, bySpendingOrder, isLiveAt, reallocate, sumsByAccount } from './funding.js';
import type { Allocation, SpendableGrant } from './funding.js';

const instant = fc.integer({ min: 0, max: 20 });
const grants: fc.Arbitrary<SpendableGrant[]> = fc
  .array(
    fc.record({
      account: fc.constantFrom('prepaid' as const, 'promo' as const),
      priority: fc.constantFrom(50, 100),
      effectiveFrom: instant,
      lifetime: fc.option(fc.integer({ min: 1, max: 12 })),
      remaining: fc.bigInt({ min: 0n, max: 12n }),
    }),
    { maxLength: 6 },
  )
  .map((rows) =>
    rows
      .map(({ lifetime, ...row }, index) => ({
        ...row,
        id: `grant_${index}`,
        expiresAt: lifetime === null ? null : row.effectiveFrom + lifetime,
      }))
      .sort(bySpendingOrder),
  );
const amount = fc.bigInt({ min: 0n, max: 40n });

const sum = (allocations: readonly Allocation[]): bigint => allocations.reduce((total, { picos }) => total + picos, 0n);

function after(before: readonly SpendableGrant[], allocations: readonly Allocation[]): SpendableGrant[] {
  return before.map((grant) => ({
    ...grant,
    remaining: grant.remaining - sum(allocations.filter((each) => each.grant.id === grant.id)),
  }));
}

describe('allocate', () => {
  test('pays from what was live, in order, and owes only what nothing live covers', () => {
    fc.assert(
      fc.property(amount, instant, grants, (charge, occurredAt, all) => {
        const allocations = allocate(charge, occurredAt, all);
        const live = all.filter((grant) => isLiveAt(grant, occurredAt));
        const covered = live.reduce((total, { remaining }) => total + remaining, 0n);
        expect(sum(allocations)).toBe(charge < covered ? charge : covered);
        const used = allocations.map(({ grant }) => grant);
        expect(used).toEqual([...used].sort(bySpendingOrder));
        // a grant is touched only when everything before it is used up
        const last = used.at(-1);
        for (const grant of live) {
          const taken = sum(allocations.filter((each) => each.grant === grant));
          expect(taken >= 0n && taken <= grant.remaining).toBe(true);
          if (last !== undefined && bySpendingOrder(grant, last) < 0) expect(taken).toBe(grant.remaining);
        }
        expect(used.every((grant) => live.includes(grant))).toBe(true);
      }),
    );
  });

  test('spends what expires sooner first, what never expires last', () => {
    const grant = (id: string, changes: Partial<SpendableGrant> = {}): SpendableGrant => ({
      id,
      account: 'prepaid',
      priority: 100,
      effectiveFrom: 0,
      expiresAt: null,
      remaining: 1n,
      ...changes,
    });
    const all = [
      grant('for ever, younger', { effectiveFrom: 1 }),
      grant('for ever'),
      grant('b later', { expiresAt: 90 }),
      grant('a later', { expiresAt: 90 }),
      grant('sooner', { expiresAt: 80 }),
      grant('preferred', { priority: 50 }),
      grant('expired', { expiresAt: 5, priority: 1 }),
      grant('to come', { effectiveFrom: 6, priority: 1 }),
    ].sort(bySpendingOrder);
    const order = allocate(10n, 5, all).map((allocation) => allocation.grant.id);
    expect(order).toEqual(['preferred', 'sooner', 'a later', 'b later', 'for ever', 'for ever, younger']);
  });

  test('refuses a charge below zero', () => {
    expect(() => allocate(-1n, 0, [])).toThrow(RangeError);
  });
});

describe('reallocate', () => {
  test('through any corrections, what is allocated and owed is what is charged, and every grant is whole', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 2, maxLength: 8 }), instant, grants, (charges, occurredAt, start) => {
        let all = start;
        let billed = 0n;
        const recorded: Allocation[] = [];
        for (const charge of charges) {
          const owedBefore = billed - sum(recorded);
          const added = reallocate({ billed, allocations: recorded }, charge, { occurredAt, grants: all });
          recorded.push(...added);
          all = after(all, added);
          const owed = charge - sum(recorded);
          expect(owed >= 0n).toBe(true);
          // what is owed was taken last, and is given back before any grant is
          if (charge < billed && sum(added) < 0n) expect(owed).toBe(0n);
          if (charge < billed && owedBefore >= billed - charge) expect(added).toEqual([]);
          for (const grant of all) {
            const first = start.find(({ id }) => id === grant.id)?.remaining ?? 0n;
            expect(grant.remaining >= 0n && grant.remaining <= first).toBe(true);
          }
          billed = charge;
        }
        // to nothing: everything is back where it came from
        const rest = reallocate({ billed, allocations: recorded }, 0n, { occurredAt, grants: all });
        expect(after(all, rest)).toEqual(start);
      }),
    );
  });

  test('gives back in reverse order, also to what has expired since', () => {
    const [a, b] = ['a', 'b'].map((id): SpendableGrant => {
      return { id, account: 'prepaid', priority: 100, effectiveFrom: 0, expiresAt: 10, remaining: 0n };
    }) as [SpendableGrant, SpendableGrant];
    const allocations = [
      { grant: a, picos: 5n },
      { grant: b, picos: 3n },
    ];
    const correct = (charge: bigint) =>
      reallocate({ billed: 10n, allocations }, charge, { occurredAt: 5, grants: [] }).map(({ grant, picos }) => [
        grant.id,
        picos,
      ]);
    expect(correct(9n)).toEqual([]);
    expect(correct(8n)).toEqual([]);
    expect(correct(7n)).toEqual([['b', -1n]]);
    expect(correct(1n)).toEqual([
      ['b', -3n],
      ['a', -4n],
    ]);
  });

  test('what was charged before grants were kept is given back as what is owed', () => {
    expect(reallocate({ billed: 9n, allocations: [] }, 4n, { occurredAt: 0, grants: [] })).toEqual([]);
  });
});

test('sums by account', () => {
  const grant = (account: 'prepaid' | 'promo'): SpendableGrant => {
    return { id: account, account, priority: 1, effectiveFrom: 0, expiresAt: null, remaining: 0n };
  };
  const allocations = [
    { grant: grant('promo'), picos: 5n },
    { grant: grant('prepaid'), picos: 2n },
    { grant: grant('promo'), picos: -1n },
  ];
  expect(sumsByAccount(allocations)).toEqual({ prepaid: 2n, promo: 4n });
});
