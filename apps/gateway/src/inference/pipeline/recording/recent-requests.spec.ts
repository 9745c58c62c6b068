import { describe, expect, test } from '@jest/globals';

import { RecentRequests } from './recent-requests.js';

describe('recent requests', () => {
  test('gives a record to its organization, byte for byte', () => {
    const recent = new RecentRequests();
    const record = '{"endUser":"Zoë 😀"}';
    recent.put('a', 'org_1', record);
    recent.put('b', 'org_1', '{}');
    expect(recent.find('a', 'org_1')).toBe(record);
    expect(recent.find('a', 'org_2')).toBeNull();
    expect(recent.find('c', 'org_1')).toBeNull();
  });

  test('remembers the latest, whole or not at all', () => {
    const recent = new RecentRequests();
    const recordOf = (n: number): string => JSON.stringify({ n, tags: 'é'.repeat((n * 7_919) % 9_000) });
    const total = 20_000;
    for (let n = 0; n < total; n++) recent.put(`request ${n}`, 'org_1', recordOf(n));
    let known = 0;
    for (let n = 0; n < total; n++) {
      const found = recent.find(`request ${n}`, 'org_1');
      if (found === null) continue;
      known += 1;
      expect(found).toBe(recordOf(n));
    }
    expect(known).toBeGreaterThan(1_000);
    expect(recent.find(`request ${total - 1}`, 'org_1')).not.toBeNull();
    expect(recent.find('request 0', 'org_1')).toBeNull();
  });
});
