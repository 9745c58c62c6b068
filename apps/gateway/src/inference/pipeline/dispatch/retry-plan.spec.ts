import { beforeEach, describe, expect, test } from '@jest/globals';
import { ERRORS, type ErrorCode } from '@tollgate/domain';
import type { UpstreamErrorFacts } from '@tollgate/providers';

import type { Candidate, Route } from '../routing/route.js';
import { CredentialHealth } from './credential-health.js';
import { nextAttempt } from './retry-plan.js';
import { connectionFailure, failureFacts, isWorthRetrying } from './upstream-failure.js';

const candidate = (deploymentId: string, credentialId = `cred of ${deploymentId}`): Candidate =>
  ({ credentialId, target: { deploymentId } }) as Candidate;
const routeOf = (first: Candidate, ...others: Candidate[]): Route => ({
  model: 'm',
  modelJson: '"m"',
  candidates: [first, ...others],
  dialect: 'openai-chat',
});
const failure = (changes: Partial<UpstreamErrorFacts> = {}): UpstreamErrorFacts => ({
  ...failureFacts('provider_overloaded', 'busy'),
  ...changes,
});
const fits = (): boolean => true;
const tried = (...deployments: string[]): ReadonlySet<string> => new Set(deployments);

describe('what is tried after a failure', () => {
  let health: CredentialHealth;
  beforeEach(() => {
    health = new CredentialHealth();
  });

  const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];

  test('another deployment, at once and in order', () => {
    const next = nextAttempt(routeOf(a, b, c), { facts: failure(), attempts: 1, tried: tried('a'), fits }, health);
    expect(next).toEqual({ candidate: b, delayMs: 0 });
    const third = nextAttempt(
      routeOf(a, b, c),
      { facts: failure(), attempts: 2, tried: tried('a', 'b'), fits },
      health,
    );
    expect(third?.candidate).toBe(c);
  });

  test('three attempts at most', () => {
    expect(
      nextAttempt(routeOf(a, b, c), { facts: failure(), attempts: 3, tried: tried('a', 'b'), fits }, health),
    ).toBeNull();
  });

  test('the only one again, after a pause that grows and is never the same', () => {
    const pauses = [1, 2].map((attempts) =>
      Array.from({ length: 50 }, () => {
        const next = nextAttempt(routeOf(a), { facts: failure(), attempts, tried: tried('a'), fits }, health);
        expect(next?.candidate).toBe(a);
        return next?.delayMs ?? 0;
      }),
    );
    const [first = [], second = []] = pauses;
    expect([Math.min(...first) >= 200, Math.max(...first) <= 400]).toEqual([true, true]);
    expect([Math.min(...second) >= 400, Math.max(...second) <= 800]).toEqual([true, true]);
    expect(new Set(first).size).toBeGreaterThan(10);
  });

  test('never sooner than the provider asks for, and not at all when that is long', () => {
    const after = (retryAfterMs: number) =>
      nextAttempt(routeOf(a), { facts: failure({ retryAfterMs }), attempts: 1, tried: tried('a'), fits }, health);
    expect(after(4_000)?.delayMs).toBe(4_000);
    expect(after(5_001)).toBeNull();
  });

  test('nothing when the request is at fault', () => {
    const facts = failure({ code: 'provider_rejected_request', requestFault: true });
    expect(nextAttempt(routeOf(a, b), { facts, attempts: 1, tried: tried('a'), fits }, health)).toBeNull();
  });

  test('no benched credential, and a dead one never again', () => {
    const facts = failure({ code: 'provider_credentials_exhausted', credentialFault: true });
    health.bench(a.credentialId);
    health.bench(b.credentialId);
    const next = nextAttempt(routeOf(a, b, c), { facts, attempts: 1, tried: tried('a'), fits }, health);
    expect(next?.candidate).toBe(c);
    expect(nextAttempt(routeOf(a, b), { facts, attempts: 1, tried: tried('a'), fits }, health)).toBeNull();
    health.reset();
    expect(nextAttempt(routeOf(a), { facts, attempts: 1, tried: tried('a'), fits }, health)).toBeNull();
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
