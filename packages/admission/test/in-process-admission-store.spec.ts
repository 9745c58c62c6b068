import { describe, expect, test } from '@jest/globals';

import { InProcessAdmissionStore } from '../src/index.js';
import type { ExpiredHold } from '../src/index.js';
import { describeAdmissionStore } from './admission-store.conformance.js';
import { NOON, holdOf, limitsOf, requestOf, scopeOf } from './store-under-test.js';

describeAdmissionStore('in-process admission store', ({ leaseMs }) => {
  let now = 1_000;
  const expired: ExpiredHold[] = [];
  const store = new InProcessAdmissionStore({ clock: () => now, leaseMs, onExpired: (hold) => expired.push(hold) });
  return {
    store,
    expired,
    advance: (ms) => {
      now += ms;
    },
    close: () => undefined,
  };
});

describe('memory of the in-process admission store', () => {
  let now = 0;
  const openStore = (): InProcessAdmissionStore =>
    new InProcessAdmissionStore({
      clock: () => now,
      onExpired: () => undefined,
      idleMs: 10_000,
      maxIdleScopes: 1_000,
      leaseMs: 1_000_000,
    });

  test('end users without number are forgotten, the organization and users with requests or limits are not', () => {
    const store = openStore();
    const organization = scopeOf(store, 'organization');
    const running = scopeOf(store, 'end_user', 'running');
    const limited = scopeOf(store, 'end_user', 'limited');
    store.configure({ version: 1, limits: [limitsOf(limited, { grantedNanos: 100 })] });
    const hold = holdOf(store.admit(requestOf([organization, running], { holdNanos: 9 })));
    store.capture(holdOf(store.admit(requestOf([organization, limited], { holdNanos: 50 }))), { nanos: 50, tokens: 0 });
    for (let i = 0; i < 100_000; i++) {
      const user = scopeOf(store, 'end_user', `user_${i}`);
      store.capture(holdOf(store.admit(requestOf([organization, user]))), { nanos: 1, tokens: 1 });
    }
    expect(store.rememberedScopes).toBeLessThan(2_000);
    expect(store.inspect(organization, NOON)).toMatchObject({ spentNanos: 100_050, heldNanos: 9, inFlight: 1 });
    expect(store.inspect(running, NOON)).toMatchObject({ heldNanos: 9, inFlight: 1 });
    expect(store.inspect(limited, NOON)).toMatchObject({ spentNanos: 50, availableNanos: 50 });
    store.capture(hold, { nanos: 9, tokens: 0 });
    expect(store.inspect(running, NOON)).toMatchObject({ spentNanos: 9, heldNanos: 0 });
  });

  test('a handle that is kept stays good when its scope was forgotten, and finds the counters of its other handles', () => {
    const store = openStore();
    const kept = scopeOf(store, 'tag', 'kept');
    store.admit(requestOf([kept]));
    store.void(holdOf(store.admit(requestOf([kept], { holdNanos: 1 }))));
    const expiredUser = scopeOf(store, 'end_user', 'expired');
    const late = holdOf(store.admit(requestOf([expiredUser], { holdNanos: 5 })));
    now += 2_000_000;
    for (let i = 0; i < 10_000; i++) {
      const user = scopeOf(store, 'end_user', `user_${i}`);
      store.void(holdOf(store.admit(requestOf([user]))));
    }
    const other = scopeOf(store, 'tag', 'kept');
    expect(other).not.toBe(kept);
    store.capture(holdOf(store.admit(requestOf([other], { holdNanos: 7 }))), { nanos: 7, tokens: 0 });
    store.capture(holdOf(store.admit(requestOf([kept], { holdNanos: 7 }))), { nanos: 4, tokens: 0 });
    expect(store.inspect(kept, NOON)).toMatchObject({ spentNanos: 11, inFlight: 0 });
    expect(store.inspect(other, NOON)).toMatchObject({ spentNanos: 11, inFlight: 0 });
    expect(store.capture(late, { nanos: 3, tokens: 0 })).toBe(true);
    expect(store.inspect(expiredUser, NOON)).toMatchObject({ spentNanos: 3, heldNanos: 0, inFlight: 0 });
  });

  test('handles and holds of another store are refused, and so is a request of two organizations', () => {
    const store = openStore();
    const own = scopeOf(store, 'api_key');
    const foreign = store.handleOf({ organizationId: 'org_2', kind: 'api_key', id: '2' }, 'UTC');
    expect(() => store.admit(requestOf([own, foreign]))).toThrow(RangeError);
    expect(() => store.admit(requestOf([]))).toThrow(RangeError);
    expect(() => store.admit(requestOf([{ scope: own.scope }]))).toThrow(TypeError);
    expect(() => store.void({ requestId: 'req', nanos: 0 })).toThrow(TypeError);
  });
});
