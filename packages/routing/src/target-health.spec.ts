import { describe, expect, test } from '@jest/globals';

import { ANSWER, Field } from '../test/contenders.js';
import { HealthRegistry } from './health-registry.js';

describe('the health of a target', () => {
  test('nothing known: up, closed, without figures', () => {
    const field = new Field();
    const target = field.target('a');
    expect(target.uptime(field.now)).toBe(1);
    expect(target.availability(field.now)).toBe('closed');
    expect(target.benchedUntil(field.now)).toBeNull();
    expect([target.firstTokenMs, target.tokensPerSecond, target.cacheShare, target.attempted]).toEqual([
      null,
      null,
      0,
      false,
    ]);
  });

  test('one failure among two is no coin to toss', () => {
    const field = new Field();
    const target = field.target('a');
    field.succeed(target);
    field.fail(target, 'broken');
    expect(target.uptime(field.now)).toBeCloseTo(0.9, 10);
    field.now += 3_600_000;
    expect(target.uptime(field.now)).toBeGreaterThan(0.99);
  });

  test('five faults in a row open the circuit for five seconds, each failed probe for twice as long', () => {
    const field = new Field();
    const target = field.target('a');
    for (let i = 0; i < 4; i++) field.fail(target, 'unreachable');
    expect(target.mayAsk(field.now)).toBe(true);
    field.fail(target, 'unreachable');
    expect(target.availability(field.now)).toBe('open');
    for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
      expect(target.benchedUntil(field.now)).toBe(field.now + seconds * 1_000);
      field.now += seconds * 1_000;
      expect(target.availability(field.now)).toBe('half-open');
      field.fail(target, 'timed-out');
    }
    field.now += 300_000;
    field.succeed(target);
    expect(target.availability(field.now)).toBe('closed');
  });

  test('half-open: one probe at a time, and whoever was sent before is not it', () => {
    const field = new Field();
    const target = field.target('a');
    const early = [target.begin(field.now), target.begin(field.now), target.begin(field.now)];
    for (let i = 0; i < 5; i++) field.fail(target, 'broken');
    field.now += 5_000;
    const probe = target.begin(field.now);
    expect(probe.isProbe).toBe(true);
    expect(target.mayAsk(field.now)).toBe(false);
    expect(target.exclusion(field.now)).toBe('circuit-open');
    early[0]?.left();
    early[1]?.succeeded(field.now, ANSWER);
    early[2]?.failed(field.now, 'broken', null);
    expect(target.availability(field.now)).toBe('half-open');
    expect(target.mayAsk(field.now)).toBe(false);
    probe.left();
    expect(target.mayAsk(field.now)).toBe(true);
    const next = target.begin(field.now);
    next.succeeded(field.now, ANSWER);
    expect(target.availability(field.now)).toBe('closed');
    expect(target.inFlight).toBe(0);
  });

  test('half of ten attempts within twenty seconds open the circuit', () => {
    const field = new Field();
    const target = field.target('a');
    for (let i = 0; i < 4; i++) {
      field.fail(target, 'broken');
      field.succeed(target);
    }
    expect(target.availability(field.now)).toBe('closed');
    field.fail(target, 'broken');
    field.now += 30_000;
    field.fail(target, 'broken');
    expect(target.availability(field.now)).toBe('closed');
    for (let i = 0; i < 4; i++) {
      field.succeed(target);
      field.fail(target, 'broken');
    }
    field.succeed(target);
    field.fail(target, 'broken');
    expect(target.availability(field.now)).toBe('open');
  });

  test.each([
    [19_999, 'open'],
    [20_000, 'closed'],
  ])('after %i ms, what failed then leaves the circuit %s', (elapsedMs, state) => {
    const field = new Field();
    const target = field.target('a');
    for (let i = 0; i < 4; i++) {
      field.fail(target, 'broken');
      field.succeed(target);
    }
    field.now += elapsedMs;
    field.fail(target, 'broken');
    field.succeed(target);
    field.fail(target, 'broken');
    expect(target.availability(field.now)).toBe(state);
  });

  test('429: benched for as long as was asked for, at most ten minutes, and hardly less up', () => {
    const field = new Field();
    const target = field.target('a');
    field.fail(target, 'rate-limited', 30_000);
    expect(target.benchedUntil(field.now)).toBe(field.now + 30_000);
    expect(target.availability(field.now)).toBe('closed');
    expect(target.uptime(field.now)).toBeGreaterThan(0.97);
    field.fail(target, 'rate-limited', 3_600_000);
    expect(target.benchedUntil(field.now)).toBe(field.now + 600_000);
  });

  test('429 without a hint: a second, then twice as long; many at once count once', () => {
    const field = new Field();
    const target = field.target('a');
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      for (let i = 0; i < 20; i++) field.fail(target, 'rate-limited');
      expect(target.benchedUntil(field.now)).toBe(field.now + seconds * 1_000);
      field.now += seconds * 1_000;
      expect(target.mayAsk(field.now)).toBe(true);
    }
    field.succeed(target);
    field.fail(target, 'rate-limited');
    expect(target.benchedUntil(field.now)).toBe(field.now + 1_000);
  });

  test('refused: this target for a minute and twice as long each time, with one probe; others of the credential are fine', () => {
    const field = new Field();
    const [target, other] = [field.target('a', 'c'), field.target('b', 'c')];
    field.fail(target, 'refused');
    expect(target.benchedUntil(field.now)).toBe(field.now + 60_000);
    expect(target.uptime(field.now)).toBe(1);
    expect(other.mayAsk(field.now)).toBe(true);
    field.now += 60_000;
    field.fail(target, 'refused');
    expect(target.benchedUntil(field.now)).toBe(field.now + 120_000);
  });

  test('one 401 takes out all targets of the credential, and a new secret brings them back', () => {
    const field = new Field();
    const [target, sibling, stranger] = [field.target('a', 'c'), field.target('b', 'c'), field.target('x', 'd')];
    const slow = sibling.begin(field.now);
    field.fail(target, 'credential');
    expect([target, sibling, stranger].map((each) => each.mayAsk(field.now))).toEqual([false, false, true]);
    expect(sibling.exclusion(field.now)).toBe('credential-dead');
    field.target('a', 'c', 2);
    expect([target, sibling].map((each) => each.mayAsk(field.now))).toEqual([true, true]);
    slow.failed(field.now, 'credential', null);
    expect(sibling.mayAsk(field.now)).toBe(true);
  });

  test('a dead credential is tried by one attempt of one target after a minute, and at once when a probe went well', () => {
    const field = new Field();
    const [target, sibling] = [field.target('a', 'c'), field.target('b', 'c')];
    field.fail(target, 'credential');
    field.now += 60_000;
    const probe = sibling.begin(field.now);
    expect(probe.isProbe).toBe(true);
    expect(target.mayAsk(field.now)).toBe(false);
    probe.failed(field.now, 'credential', null);
    expect(target.benchedUntil(field.now)).toBe(field.now + 120_000);
    target.probed(field.now, true);
    expect([target, sibling].map((each) => each.mayAsk(field.now))).toEqual([true, true]);
  });

  test('a probe of a secret that was replaced does not give up the place of the next one', () => {
    const field = new Field();
    const target = field.target('a', 'c');
    field.fail(target, 'credential');
    field.now += 60_000;
    const early = target.begin(field.now);
    field.target('a', 'c', 2);
    field.fail(target, 'credential');
    field.now += 60_000;
    expect(target.begin(field.now).isProbe).toBe(true);
    early.left();
    expect(target.mayAsk(field.now)).toBe(false);
  });

  test('a probe that went well lets an attempt find out, but does not close the circuit', () => {
    const field = new Field();
    const target = field.target('a');
    for (let i = 0; i < 5; i++) field.fail(target, 'broken');
    target.probed(field.now, true);
    expect(target.availability(field.now)).toBe('half-open');
    expect(target.lastProbe).toEqual({ at: field.now, ok: true });
    field.fail(target, 'broken');
    expect(target.benchedUntil(field.now)).toBe(field.now + 10_000);
  });

  test('an answer that came whole tells its pace, and of embeddings how long they take', () => {
    const field = new Field();
    const [whole, embedding] = [field.target('whole'), field.target('embedding')];
    field.succeed(whole, { firstTokenMs: null, totalMs: 2_500 });
    expect([whole.firstTokenMs, whole.tokensPerSecond]).toEqual([null, 100]);
    field.succeed(embedding, { firstTokenMs: null, totalMs: 80, outputTokens: 0 });
    expect([embedding.firstTokenMs, embedding.tokensPerSecond]).toEqual([80, null]);
    const uncounted = field.target('uncounted');
    field.succeed(uncounted, { firstTokenMs: null, totalMs: 9_000, inputTokens: 0, outputTokens: 0 });
    expect(uncounted.firstTokenMs).toBeNull();
  });

  test('what is old is forgotten, and of much traffic only the latest counts', () => {
    const field = new Field();
    const target = field.target('a');
    for (let i = 0; i < 5_000; i++) field.succeed(target, { firstTokenMs: 100 });
    for (let i = 0; i < 300; i++) field.succeed(target, { firstTokenMs: 1_000 });
    expect(target.firstTokenMs).toBeGreaterThan(900);
    field.now += 3 * 3_600_000;
    target.uptime(field.now);
    expect(target.firstTokenMs).toBeNull();
  });

  test('the registry forgets deployments that are gone, with their credentials', () => {
    const field = new Field();
    field.target('a', 'c');
    const kept = field.target('b', 'd');
    field.registry.retainOnly(new Set(['b']));
    expect(field.registry.all()).toEqual([kept]);
    expect([field.registry.credentialOf('c'), field.registry.credentialOf('d')?.id]).toEqual([null, 'd']);
    expect(field.target('b', 'd')).toBe(kept);
  });
});

describe('names that callers invent below a pattern', () => {
  const INVENTED = 20_000;

  test('are forgotten before memory fills, and what is asked often or is under way is kept', () => {
    const registry = new HealthRegistry({ clock: () => 0 });
    const identity = (upstreamModel: string) => ({
      ...{ deploymentId: 'd', upstreamModel },
      ...{ credentialId: 'c', credentialVersion: 1 },
    });
    const running = registry.targetOf(identity('running'));
    running.begin(1);
    const used = registry.targetOf(identity('used'));
    for (let now = 2; now < INVENTED; now++) {
      const invented = registry.targetOf(identity(`invented ${now}`));
      invented.begin(now).failed(now, 'refused', null);
      used.begin(now).left();
    }
    expect(registry.all().length).toBeLessThanOrEqual(8_192);
    expect(registry.targetOf(identity('running'))).toBe(running);
    expect(registry.targetOf(identity('used'))).toBe(used);
  });
});
