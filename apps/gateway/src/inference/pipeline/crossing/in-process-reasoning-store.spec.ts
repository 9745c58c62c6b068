import { randomBytes } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import type { KeptReasoning } from '@tollgate/providers';

import { InProcessReasoningStore } from './in-process-reasoning-store.js';

const HOUR_MS = 3_600_000;

const kept = (...toolCallIds: string[]): KeptReasoning => ({
  toolCallIds,
  reasoning: [{ part: { kind: 'reasoning', text: 'x'.repeat(100), signature: 's', redacted: null }, callsBefore: 0 }],
});

describe('thoughts that wait for the next turn', () => {
  test('are found by any of their calls, by their own organization only, for an hour', () => {
    let now = 0;
    const store = new InProcessReasoningStore(randomBytes(32), () => now);
    store.put('org_a', kept('call_1', 'call_2'));
    expect([...store.find('org_a', ['call_2', 'call_9']).keys()]).toEqual(['call_2']);
    expect(store.find('org_a', ['call_1']).get('call_1')).toEqual(kept('call_1', 'call_2'));
    expect(store.find('org_b', ['call_1', 'call_2']).size).toBe(0);
    now = HOUR_MS - 1;
    expect(store.find('org_a', ['call_1']).size).toBe(1);
    now = HOUR_MS;
    expect(store.find('org_a', ['call_1']).size).toBe(0);
  });

  test('take no more memory than they may: the oldest go', () => {
    const store = new InProcessReasoningStore(randomBytes(32), () => 0, 1_000);
    for (let i = 0; i < 50; i++) store.put('org_a', kept(`call_${i}`));
    const found = store.find(
      'org_a',
      Array.from({ length: 50 }, (_, i) => `call_${i}`),
    );
    expect(found.size).toBeGreaterThan(0);
    expect(found.size).toBeLessThan(6);
    expect(found.has('call_49')).toBe(true);
  });
});
