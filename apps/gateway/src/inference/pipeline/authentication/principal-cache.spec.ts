import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type { Principal } from '../../control-plane/principal.js';
import { PrincipalCache } from './principal-cache.js';

/** Only its identity matters here. */
const principal = (apiKeyId: string): Principal => ({ apiKeyId }) as Principal;
const STALENESS_MS = 1_000;

/** Stands for Postgres: what it answers, and when, is up to the test. */
class Keys {
  readonly asked: string[][] = [];
  readonly stored = new Map<string, Principal>();
  private gate: Promise<void> = Promise.resolve();

  /** Answers wait, with what is stored now, until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }

  readonly load = async (hashes: readonly string[]): Promise<ReadonlyMap<string, Principal>> => {
    this.asked.push([...hashes]);
    const found = new Map([...this.stored].filter(([hash]) => hashes.includes(hash)));
    await this.gate;
    return found;
  };
}

describe('principal cache', () => {
  let keys: Keys;
  let cache: PrincipalCache;

  beforeEach(() => {
    keys = new Keys();
    keys.stored.set('a', principal('key_a')).set('b', principal('key_b'));
    cache = new PrincipalCache({ load: keys.load, reload: keys.load, maxStalenessMs: STALENESS_MS });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  test('asks once for all unknown keys of one turn, and never again for known ones', async () => {
    expect(cache.known('a', Date.now())).toBeUndefined();
    const loaded = await Promise.all(['a', 'b', 'a', 'c'].map((hash) => cache.load(hash)));
    expect(loaded.map((each) => each?.apiKeyId)).toEqual(['key_a', 'key_b', 'key_a', undefined]);
    expect(keys.asked).toEqual([['a', 'b', 'c']]);
    expect(cache.known('a', Date.now())?.apiKeyId).toBe('key_a');
  });

  test('remembers for a second that a key does not exist', async () => {
    await cache.load('c');
    const now = Date.now();
    expect(cache.known('c', now)).toBeNull();
    expect(cache.known('c', now + 1_100)).toBeUndefined();
  });

  test('a failure reaches everybody who waits, and is not remembered', async () => {
    let fails = true;
    cache = new PrincipalCache({
      load: (hashes) => (fails ? Promise.reject(new Error('away')) : keys.load(hashes)),
      reload: keys.load,
      maxStalenessMs: STALENESS_MS,
    });
    const results = await Promise.allSettled([cache.load('a'), cache.load('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(cache.known('a', Date.now())).toBeUndefined();
    fails = false;
    expect((await cache.load('a'))?.apiKeyId).toBe('key_a');
  });

  test('freshening replaces what changed and drops what is gone', async () => {
    await Promise.all([cache.load('a'), cache.load('b'), cache.load('c')]);
    keys.stored.delete('b');
    keys.stored.set('a', principal('changed')).set('c', principal('key_c'));
    await cache.freshen();
    expect(cache.known('a', Date.now())?.apiKeyId).toBe('changed');
    // neither in the cache nor among those that do not exist: they are asked for
    expect(cache.known('b', Date.now())).toBeUndefined();
    expect(cache.known('c', Date.now())).toBeUndefined();
    expect(cache.size).toBe(1);
  });

  test('what was read before a change and arrives after it serves its request and nobody else', async () => {
    const answer = keys.hold();
    const late = cache.load('a');
    const unknown = cache.load('c');
    await new Promise((resolve) => setImmediate(resolve));
    keys.stored.delete('a');
    await cache.freshen();
    answer();
    expect((await late)?.apiKeyId).toBe('key_a');
    expect(await unknown).toBeNull();
    expect(cache.known('a', Date.now())).toBeUndefined();
    expect(cache.known('c', Date.now())).toBeUndefined();
    expect(await cache.load('a')).toBeNull();
  });

  test('a key that arrives while others are freshened is found again', async () => {
    await cache.load('a');
    const answer = keys.hold();
    const freshened = cache.freshen();
    const load = cache.load('b');
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    await freshened;
    expect((await load)?.apiKeyId).toBe('key_b');
    expect(cache.known('a', Date.now())?.apiKeyId).toBe('key_a');
    const known = cache.known('b', Date.now());
    expect(known === undefined || known?.apiKeyId === 'key_b').toBe(true);
  });

  test('known keys work for so long without word from Postgres, and no longer', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    await cache.load('a');
    cache.confirm();
    jest.advanceTimersByTime(STALENESS_MS - 1);
    expect(cache.known('a', Date.now())?.apiKeyId).toBe('key_a');
    jest.advanceTimersByTime(2);
    expect(cache.known('a', Date.now())).toBeUndefined();
    cache.confirm();
    expect(cache.known('a', Date.now())?.apiKeyId).toBe('key_a');
  });
});
