import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ANSWER, Field } from '../test/contenders.js';
import type { RunningAttempt } from './running-attempt.js';
import type { ProviderFault, TargetHealth } from './target-health.js';

type Ending = ProviderFault | 'succeeded' | 'left';
type Command =
  | { readonly kind: 'begin'; readonly target: number }
  | { readonly kind: 'end'; readonly which: number; readonly ending: Ending }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'probed'; readonly target: number; readonly ok: boolean }
  | { readonly kind: 'new-secret' };

/** Two targets of one credential and one of another. */
const TARGETS = [
  { name: 'a', credential: 0 },
  { name: 'b', credential: 0 },
  { name: 'x', credential: 1 },
] as const;

const anyEnding = fc.constantFrom<Ending>(
  ...(['succeeded', 'succeeded', 'left', 'broken', 'broken', 'timed-out', 'unreachable', 'overloaded'] as const),
  ...(['rate-limited', 'refused', 'credential'] as const),
);
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('begin' as const), target: fc.nat(2) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(), ending: anyEnding }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(5_000, 10_000, 60_000, 600_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('probed' as const), target: fc.nat(2), ok: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'new-secret' as const }) },
);

/** What is written of a circuit, a refusal and a dead credential, told by who the probe is, not by tickets. */
class Gate {
  times = 0;
  openedAt = 0;
  until = 0;
  probe: object | null = null;
  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
  ) {}

  admits(now: number): boolean {
    return this.times === 0 || (now >= this.until && this.probe === null);
  }
  begin(now: number, attempt: object): void {
    if (this.times > 0 && this.admits(now)) this.probe = attempt;
  }
  trip(now: number, attempt: object | null): void {
    if (this.times > 0 && (this.probe === null || attempt !== this.probe)) return;
    this.until = now + Math.min(this.mostMs, this.firstMs * 2 ** this.times);
    this.times++;
    this.openedAt = now;
    this.probe = null;
  }
  close(): void {
    this.times = 0;
    this.until = 0;
    this.probe = null;
  }
  succeed(attempt: ModelAttempt): boolean {
    const closes = this.times > 0 && (this.probe === attempt || attempt.began > this.openedAt);
    if (closes) this.close();
    return closes;
  }
  leave(attempt: object): void {
    if (this.probe === attempt) this.probe = null;
  }
}

interface ModelAttempt {
  readonly target: number;
  readonly began: number;
  readonly version: number;
  readonly real: RunningAttempt;
}

class Model {
  readonly field = new Field();
  versions = [1, 1];
  readonly real: TargetHealth[] = TARGETS.map(({ name, credential }) => this.field.target(name, `c${credential}`));
  readonly running: ModelAttempt[] = [];
  readonly credentials = TARGETS.map(() => new Gate(60_000, 600_000));
  readonly targets = TARGETS.map(() => ({
    circuit: new Gate(5_000, 300_000),
    refusal: new Gate(60_000, 3_600_000),
    row: 0,
    attempts: [] as { at: number; failed: boolean }[],
    rests: 0,
    restSince: 0,
    restUntil: 0,
  }));

  gatesOf(index: number): Gate[] {
    return [this.circuitOf(index), this.of(index).refusal, this.credentialOf(index)];
  }
  of(index: number) {
    const target = this.targets[index];
    if (target === undefined) throw new RangeError(`there is no target ${index}`);
    return target;
  }
  circuitOf = (index: number): Gate => this.of(index).circuit;
  credentialOf = (index: number): Gate => this.credentials[TARGETS[index]?.credential ?? 0] ?? new Gate(0, 0);
  realOf = (index: number): TargetHealth => this.real[index] ?? this.field.target('none');

  run(command: Command): void {
    const { now } = this.field;
    if (command.kind === 'wait') this.field.now += command.ms;
    if (command.kind === 'begin') this.begin(command.target);
    if (command.kind === 'end') this.end(command.which, command.ending);
    if (command.kind === 'new-secret') this.renew();
    if (command.kind === 'probed') {
      this.realOf(command.target).probed(now, command.ok);
      if (command.ok) {
        this.credentialOf(command.target).close();
        const circuit = this.circuitOf(command.target);
        circuit.until = Math.min(circuit.until, now);
      } else this.fault(command.target, null);
    }
  }

  private begin(target: number): void {
    const { now } = this.field;
    const version = this.versions[TARGETS[target]?.credential ?? 0] ?? 0;
    const attempt = { target, began: now, version, real: this.realOf(target).begin(now) };
    for (const gate of this.gatesOf(target)) gate.begin(now, attempt);
    expect(attempt.real.isProbe).toBe(this.gatesOf(target).some((gate) => gate.probe === attempt));
    this.running.push(attempt);
  }

  private end(which: number, ending: Ending): void {
    const [attempt] = this.running.splice(which % Math.max(this.running.length, 1), 1);
    if (attempt === undefined) return;
    const { now } = this.field;
    if (ending === 'left') attempt.real.left();
    else if (ending === 'succeeded') attempt.real.succeeded(now, ANSWER);
    else attempt.real.failed(now, ending, null);
    attempt.real.failed(now, 'credential', null); // a second end is not heard
    this.judge(attempt, ending);
    for (const gate of this.gatesOf(attempt.target)) gate.leave(attempt);
  }

  private judge(attempt: ModelAttempt, ending: Ending): void {
    const { now } = this.field;
    const target = this.of(attempt.target);
    const isCurrent = attempt.version === this.versions[TARGETS[attempt.target]?.credential ?? 0];
    if (ending === 'succeeded') {
      target.row = 0;
      target.attempts.push({ at: now, failed: false });
      const [circuit, ...others] = this.gatesOf(attempt.target);
      if (circuit?.succeed(attempt) === true) target.attempts = [];
      for (const gate of others) gate.succeed(attempt);
      if (attempt.began > target.restSince) target.rests = 0;
    } else if (ending === 'credential') {
      if (isCurrent) this.credentialOf(attempt.target).trip(now, attempt);
    } else if (ending === 'refused') {
      if (isCurrent) target.refusal.trip(now, attempt);
    } else if (ending === 'rate-limited') {
      if (now < target.restUntil) return;
      target.restUntil = now + Math.min(60_000, 1_000 * 2 ** target.rests);
      target.restSince = now;
      target.rests++;
    } else if (ending !== 'left') this.fault(attempt.target, attempt);
  }

  private fault(index: number, attempt: ModelAttempt | null): void {
    const { now } = this.field;
    const target = this.of(index);
    target.row++;
    target.attempts.push({ at: now, failed: true });
    const recent = target.attempts.filter(({ at }) => Math.floor(at / 4_000) > Math.floor(now / 4_000) - 5);
    const bad = recent.length >= 10 && recent.filter(({ failed }) => failed).length >= recent.length / 2;
    const isProbe = attempt !== null && target.circuit.probe === attempt;
    if (target.row >= 5 || bad || isProbe) target.circuit.trip(now, attempt);
  }

  private renew(): void {
    this.versions = this.versions.with(0, (this.versions[0] ?? 0) + 1);
    this.credentialOf(0).close();
    TARGETS.forEach(({ name, credential }, index) => {
      this.field.target(name, `c${credential}`, this.versions[credential]);
      if (credential !== 0) return;
      const target = this.of(index);
      target.refusal.close();
      target.restUntil = 0;
      target.rests = 0;
    });
  }

  /** What is written, and what is. */
  compare(): void {
    const { now } = this.field;
    const written = TARGETS.map((_, index) => {
      const { restUntil } = this.of(index);
      const gates = this.gatesOf(index);
      const isOpen = gates.some((gate) => gate.times > 0 && now < gate.until);
      const until = Math.max(restUntil, ...gates.map((gate) => gate.until));
      const mayAsk = now >= restUntil && gates.every((gate) => gate.admits(now));
      return [
        isOpen ? 'open' : gates.some((gate) => gate.times > 0) ? 'half-open' : 'closed',
        mayAsk,
        !mayAsk,
        until > now ? until : null,
        this.running.filter(({ target }) => target === index).length,
        true,
      ];
    });
    const is = this.real.map((target) => [
      target.availability(now),
      target.mayAsk(now),
      target.exclusion(now) !== null,
      target.benchedUntil(now),
      target.inFlight,
      target.uptime(now) > 0 && target.uptime(now) <= 1,
    ]);
    expect(is).toEqual(written);
  }
}

describe('targets and credentials', () => {
  test('do what is written, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 150, size: 'max' }), (commands) => {
        const model = new Model();
        for (const command of commands) {
          model.run(command);
          model.compare();
        }
      }),
      { numRuns: 200 },
    );
  });

  test('what requests are to blame for changes nothing: after any past, any number of them', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), fc.nat(2), fc.nat(40), (commands, index, many) => {
        const model = new Model();
        for (const command of commands) model.run(command);
        const target = model.realOf(index);
        const look = () => [
          target.availability(model.field.now),
          target.mayAsk(model.field.now),
          target.benchedUntil(model.field.now),
          target.uptime(model.field.now),
          target.inFlight,
        ];
        const before = look();
        const attempts = Array.from({ length: many }, () => target.begin(model.field.now));
        for (const attempt of attempts) attempt.left();
        expect(look()).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test('a 401 takes out the targets of its credential at once, and only those', () => {
    const anyFleet = fc.array(fc.nat(4), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyFleet, fc.nat(), (fleet, which) => {
        const field = new Field();
        const targets = fleet.map((credential, index) => field.target(`d${index}`, `c${credential}`));
        const dead = which % fleet.length;
        const health = targets[dead];
        if (health !== undefined) field.fail(health, 'credential');
        expect(targets.map((target) => target.mayAsk(field.now))).toEqual(
          fleet.map((credential) => credential !== fleet[dead]),
        );
      }),
    );
  });
});
