import { beforeEach, describe, expect, test } from '@jest/globals';
import { ERRORS, type ErrorCode } from '@tollgate/domain';
import type { UpstreamErrorFacts } from '@tollgate/providers';

import type { Candidate } from '../routing/route.js';
import { anotherAttempt, type FailedAttempt, fallbackCause, sameAgain } from './retry-plan.js';
import { connectionFailure, failureFacts, isWorthRetrying } from './upstream-failure.js';

const failure = (changes: Partial<UpstreamErrorFacts> = {}): UpstreamErrorFacts => ({
  ...failureFacts('provider_overloaded', 'busy'),
  ...changes,
});

describe('what is tried after a failure', () => {
  const away = new Set<string>();
  const candidate = (deploymentId: string): Candidate =>
    ({
      target: { deploymentId, upstreamModel: 'm' },
      health: { mayAsk: () => !away.has(deploymentId) },
    }) as unknown as Candidate;
  const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
  beforeEach(() => away.clear());

  function after(order: readonly Candidate[], tried: string, changes: Partial<FailedAttempt> = {}) {
    const failed: FailedAttempt = {
      facts: failure(),
      order: order.map((each) => ({ candidate: each })),
      attempts: [...tried].map((deploymentId) => ({ deploymentId, upstreamModel: 'm' })),
      now: 0,
      fits: () => true,
      ...changes,
    };
    const another = anotherAttempt(failed);
    return another === null ? sameAgain(failed) : { candidate: another, delayMs: 0 };
  }

  test('another deployment, at once and in order', () => {
    expect(after([a, b, c], 'a')).toEqual({ candidate: b, delayMs: 0 });
    expect(after([a, b, c], 'ab')).toEqual({ candidate: c, delayMs: 0 });
  });

  test('three attempts at most', () => {
    expect(after([a, b, c], 'abb')).toBeNull();
  });

  test('the only one again, after a pause that grows and is never the same', () => {
    const pauses = ['a', 'aa'].map((tried) =>
      Array.from({ length: 50 }, () => {
        const next = after([a], tried);
        expect(next?.candidate).toBe(a);
        return next?.delayMs ?? 0;
      }),
    );
    const [first = [], second = []] = pauses;
    expect([Math.min(...first) >= 200, Math.max(...first) <= 400]).toEqual([true, true]);
    expect([Math.min(...second) >= 400, Math.max(...second) <= 800]).toEqual([true, true]);
    expect(new Set(first).size).toBeGreaterThan(10);
  });

  test('the only one again although it is out of service by now', () => {
    away.add('a');
    expect(after([a], 'a')?.candidate).toBe(a);
  });

  test('never sooner than the provider asks for, and not at all when that is long', () => {
    const asked = (retryAfterMs: number) => after([a], 'a', { facts: failure({ retryAfterMs }) });
    expect(asked(4_000)?.delayMs).toBe(4_000);
    expect(asked(5_001)).toBeNull();
  });

  test('nothing when the request is at fault', () => {
    const facts = failure({ code: 'provider_rejected_request', requestFault: true });
    expect(after([a, b], 'a', { facts })).toBeNull();
  });

  test('nobody who is out of service or cannot be told, and a dead credential never again', () => {
    const facts = failure({ code: 'provider_credentials_exhausted', credentialFault: true });
    away.add('b');
    expect(after([a, b, c], 'a', { facts })?.candidate).toBe(c);
    expect(after([a, b], 'a', { facts })).toBeNull();
    expect(after([a, c], 'a', { fits: (each) => each !== c })?.candidate).toBe(a);
  });

  test('a fallback by its cause, as long as there is room', () => {
    const cause = (code: ErrorCode, attempts = 1) =>
      fallbackCause({
        facts: failure({ code, requestFault: ERRORS[code].status === 400 }),
        attempts: Array.from({ length: attempts }, () => ({ deploymentId: 'a', upstreamModel: 'm' })),
      });
    expect(cause('provider_context_length_exceeded')).toBe('context-length');
    expect(cause('provider_content_filtered')).toBe('content-filter');
    expect(cause('provider_rate_limited', 3)).toBe('overload');
    expect(cause('provider_rejected_request')).toBeNull();
    expect(cause('provider_rate_limited', 5)).toBeNull();
  });
});

describe('failures of a provider', () => {
  const RETRIED: readonly ErrorCode[] = [
    'provider_rate_limited',
    'provider_overloaded',
    'provider_unreachable',
    'provider_failed',
    'provider_timed_out',
    'provider_invalid_response',
    'provider_stream_cut',
    'provider_credentials_exhausted',
  ];

  test('only those that could end differently are worth another attempt', () => {
    const retried = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => isWorthRetrying(failureFacts(code, '')));
    expect(retried.sort()).toEqual([...RETRIED].sort());
    expect(isWorthRetrying({ ...failureFacts('provider_failed', ''), requestFault: true })).toBe(false);
  });

  test.each<[string, ErrorCode]>([
    ['UND_ERR_HEADERS_TIMEOUT', 'provider_timed_out'],
    ['UND_ERR_BODY_TIMEOUT', 'provider_timed_out'],
    ['UND_ERR_CONNECT_TIMEOUT', 'provider_unreachable'],
    ['ECONNREFUSED', 'provider_unreachable'],
    ['ENOTFOUND', 'provider_unreachable'],
    ['EAI_AGAIN', 'provider_unreachable'],
    ['ECONNRESET', 'provider_failed'],
    ['UND_ERR_SOCKET', 'provider_failed'],
    ['', 'provider_failed'],
  ])('%s is %s, and its own words stay here', (code, expected) => {
    const error = Object.assign(
      new Error('connect ECONNREFUSED 10.1.2.3:443 db.internal'),
      code === '' ? {} : { code },
    );
    const facts = connectionFailure(error);
    expect(facts).toMatchObject({ code: expected, credentialFault: false, requestFault: false, retryAfterMs: null });
    expect(facts.message).not.toMatch(/10\.1|internal|443/);
  });
});
