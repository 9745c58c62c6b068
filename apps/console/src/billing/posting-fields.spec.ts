import { describe, expect, test } from '@jest/globals';

import { bodyOf, EMPTY_POSTING, picosOf } from './posting-fields.js';

const fields = { ...EMPTY_POSTING, amount: '12.5', reason: 'Transfer' };

describe('bodyOf', () => {
  test('sends nothing that the kind does not have', () => {
    const filled = { ...fields, grantId: 'grant_1', expiresAt: '2030-01-31', priority: '5' };
    expect(bodyOf({ ...filled, kind: 'refund' }, 'UTC')).toEqual({
      ...{ kind: 'refund', amount: '12.5', currency: 'USD', reason: 'Transfer' },
    });
    expect(bodyOf({ ...filled, kind: 'revocation' }, 'UTC')).toMatchObject({ grantId: 'grant_1' });
  });

  test('lets credit expire with the end of the day, in the zone that is looked at', () => {
    const expiring = { ...fields, expiresAt: '2030-01-31', priority: '5' };
    expect(bodyOf(expiring, 'UTC')).toMatchObject({ expiresAt: '2030-02-01T00:00:00.000Z', priority: 5 });
    expect(bodyOf(expiring, 'Europe/Berlin')).toMatchObject({ expiresAt: '2030-01-31T23:00:00.000Z' });
    // where it is the next day already at noon of UTC
    expect(bodyOf(expiring, 'Pacific/Auckland')).toMatchObject({ expiresAt: '2030-01-31T11:00:00.000Z' });
    expect(bodyOf(expiring, 'Pacific/Kiritimati')).toMatchObject({ expiresAt: '2030-01-31T10:00:00.000Z' });
  });

  test('charges what is against the organization', () => {
    const against = { ...fields, kind: 'adjustment', direction: 'against', expiresAt: '2030-01-31' } as const;
    expect(bodyOf(against, 'UTC')).toEqual({
      kind: 'adjustment',
      amount: '-12.5',
      currency: 'USD',
      reason: 'Transfer',
    });
    expect(picosOf(against)).toBe(-12_500_000_000_000n);
  });
});

test.each(['', '0', '-1', '0.00', 'x', '1e3', '1234567890'])('%j is no amount', (amount) => {
  expect(picosOf({ ...fields, amount })).toBeNull();
});
