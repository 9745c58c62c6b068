import { parsePicos, type Picos, type UsageEvent } from '@tollgate/domain';
import { LocalCalendar } from './calendar.js';
import type { DemoFile } from './demo-file.js';
import { startOfHistory } from './demo-file.js';
import type { CastKey, CastOrganization, DemoWorld } from './demo-world.js';
import type { Incidents } from './incidents.js';
import { Random } from './random.js';
import { simulateRequest } from './simulate-request.js';
import { HOUR_MS, TrafficPlan } from './traffic-plan.js';

/** A loop reads its own answers. */
const RUNAWAY_PROMPT_FACTOR = 1.7;
/** Of the jobs that meet an exhausted budget most are given up before they ask again. */
const PERSISTENCE = 0.15;

interface TrafficParts {
  readonly organization: CastOrganization;
  readonly deployments: DemoWorld['deployments'];
  readonly demo: DemoFile;
  readonly incidents: Incidents;
}

/**
 * The requests of one organization, hour by hour in their order. Budgets remember what was spent, so that the hours have
 * to be asked for one after the other, from the first.
 */
export class OrganizationTraffic {
  readonly #plan: TrafficPlan;
  readonly #calendar: LocalCalendar;
  /** By budget and month, as the gateway's admission counts. */
  readonly #spent = new Map<string, Picos>();

  constructor(private readonly parts: TrafficParts) {
    const { organization, demo, incidents } = parts;
    this.#plan = new TrafficPlan(organization, demo, incidents);
    this.#calendar = new LocalCalendar(organization.cast.timeZone);
  }

  /** About how many requests all of the history has. */
  count(): number {
    let count = 0;
    for (const from of hoursOf(this.parts.demo)) {
      for (const key of this.parts.organization.keys) count += this.#plan.requestsIn(key, from);
    }
    return count;
  }

  /** The requests of the hour that begins at `from` (Unix milliseconds), by their ids. */
  requestsIn(from: number): UsageEvent[] {
    const random = new Random(
      `${this.parts.demo.seed} hour ${this.parts.organization.cast.slug} ${Math.round(from / HOUR_MS)}`,
    );
    const arrivals = this.parts.organization.keys.flatMap((key) =>
      Array.from({ length: this.#plan.requestsIn(key, from) }, () => ({
        key,
        at: Math.floor(from + random.fraction() * HOUR_MS),
      })),
    );
    arrivals.sort((a, b) => a.at - b.at);
    const events: UsageEvent[] = [];
    for (const { key, at } of arrivals) {
      const isRunaway = this.#plan.isRunaway(key, this.#plan.localHour(from));
      const event = this.#simulate(key, at, { random, isRunaway });
      if (event.errorCode === 'policy_budget_exceeded' && !isRunaway && !random.chance(PERSISTENCE)) continue;
      this.#spend(key, event);
      events.push(event);
    }
    return events.sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  }

  #simulate(key: CastKey, at: number, { random, isRunaway }: { random: Random; isRunaway: boolean }): UsageEvent {
    const { model, movesTo } = random.choose(key.cast.models, ({ share }) => share);
    const hasMoved = movesTo !== undefined && random.chance(this.parts.incidents.movedAt(at));
    const named = hasMoved ? movesTo : model;
    return simulateRequest({
      organization: this.parts.organization,
      key,
      candidates: this.parts.deployments.get(named) ?? [],
      model: named,
      occurredAt: at,
      incidents: this.parts.incidents,
      random,
      promptFactor: isRunaway ? RUNAWAY_PROMPT_FACTOR : 1,
      affords: (hold) => key.budgets.every(({ scopeId, amount }) => this.#spentOf(scopeId, at) + hold <= amount),
    });
  }

  #spentOf(scopeId: string, at: number): Picos {
    return this.#spent.get(this.#scopeKey(scopeId, at)) ?? 0n;
  }

  #spend({ budgets }: CastKey, { capturedCost, occurredAt }: UsageEvent): void {
    if (capturedCost === null) return;
    const picos = parsePicos(capturedCost);
    for (const { scopeId } of budgets) {
      this.#spent.set(this.#scopeKey(scopeId, occurredAt), this.#spentOf(scopeId, occurredAt) + picos);
    }
  }

  #scopeKey(scopeId: string, at: number): string {
    return `${scopeId} ${this.#calendar.monthOf(at)}`;
  }
}

/** The hours of the demo's days, the first first. */
export function* hoursOf(demo: DemoFile): Generator<number> {
  for (let from = startOfHistory(demo); from < demo.endsAt; from += HOUR_MS) yield from;
}
