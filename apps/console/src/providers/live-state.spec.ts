import { expect, test } from '@jest/globals';
import { liveStateOf } from './live-state.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const LIVE = {
  upstreamModel: 'gpt-4o',
  circuit: 'closed',
  benchedUntil: null,
  credentialDead: false,
  inFlight: 2,
  uptime: 1,
  firstTokenMs: 200,
  tokensPerSecond: 80,
  cacheShare: 0,
  probe: null,
} as const;

test.each([
  ['fine', LIVE],
  ['idle', { ...LIVE, uptime: null }],
  ['half-open', { ...LIVE, circuit: 'half-open' as const }],
  ['open', { ...LIVE, circuit: 'open' as const, benchedUntil: '2026-11-29T12:00:05Z' }],
  ['benched', { ...LIVE, benchedUntil: '2026-11-29T12:00:05Z' }],
  ['fine', { ...LIVE, benchedUntil: '2026-11-29T11:59:59Z' }],
  ['dead', { ...LIVE, credentialDead: true }],
])('%s', (word, live) => {
  expect(liveStateOf({ drained: false, live: [live] }, NOW)).toMatchObject({ word, inFlight: 2 });
});

test('of several models, as the worst of them; their requests together, the newest probe', () => {
  const probes = ['2026-11-29T11:00:00Z', '2026-11-29T11:59:00Z'].map((at) => ({ at, ok: true }));
  const live = probes.map((probe, index) => ({ ...LIVE, probe, circuit: index === 0 ? 'open' : 'closed' }) as const);
  expect(liveStateOf({ drained: false, live }, NOW)).toEqual({
    word: 'open',
    inFlight: 4,
    benchedUntil: null,
    probe: probes[1],
  });
});

test('drained once nothing runs any more; nothing is known where no inference is served', () => {
  expect(liveStateOf({ drained: true, live: [LIVE] }, NOW).word).toBe('draining');
  expect(liveStateOf({ drained: true, live: [{ ...LIVE, inFlight: 0 }] }, NOW).word).toBe('drained');
  expect(liveStateOf({ drained: false, live: null }, NOW).word).toBe('elsewhere');
  expect(liveStateOf({ drained: false, live: [] }, NOW).word).toBe('idle');
});
