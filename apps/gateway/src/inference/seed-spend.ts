import type { AdmissionStore, CapturedSeed, Scope, ScopeHandle, SpentSeed } from '@tollgate/admission';
import { rate, settle } from '@tollgate/billing';
import { type BookedSpend, type Database, loadSpend, PriceSnapshotsCache, type WaitingUsage } from '@tollgate/database';
import { parsePicos, type Period, type Picos, picosToNanosUp, type UsageEvent } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';

import type { BalanceCheckpoints } from './control-plane/balance-checkpoints.js';

type PriceReader = Parameters<PriceSnapshotsCache['get']>[0];

/**
 * Tells admission what has been spent in the running month, and ever, before the first request is admitted: what the
 * worker has booked, and what still waits in the inbox, rated by the same function. Both are read as of one instant. Usage
 * that the worker will put into quarantine costs nobody anything until a person has looked at it; it is left out.
 */
export async function seedSpend(
  database: Database,
  admission: AdmissionStore,
  { logger, checkpoints }: { readonly logger: Logger; readonly checkpoints: BalanceCheckpoints },
): Promise<void> {
  const seeding = new SpendSeeding(admission, logger);
  await loadSpend(database.pool, { at: Date.now() }, seeding);
  const { scopes, waiting } = await seeding.finish(checkpoints);
  logger.info({ scopes, waiting }, 'spend of the running month is known');
}

/** Sums by scope and month: seeding says "at least so much", so that a scope is told once per month. */
class SpendSeeding {
  private readonly prices = new PriceSnapshotsCache();
  private readonly totals = new Map<string, { scope: Scope; startsAt: number; picos: Picos }>();
  /** First revisions, ever, by organization. */
  private readonly captured = new Map<string, Picos>();
  /** The month last asked for of each organization: a backlog is nearly all of one. */
  private readonly months = new Map<string, Period>();
  private timeZones: ReadonlyMap<string, string> = new Map();
  private waitingEvents = 0;

  constructor(
    private readonly admission: AdmissionStore,
    private readonly logger: Logger,
  ) {}

  async booked({ timeZones, periods, spent, captured }: BookedSpend): Promise<void> {
    this.timeZones = timeZones;
    for (const each of captured) this.captured.set(each.organizationId, parsePicos(each.captured));
    // the books' own bounds: in the time zone of today a period would be another month
    await this.admission.seedPeriods(
      periods.map((period) => ({ ...period, timeZone: this.zoneOf(period.organizationId) })),
    );
    for (const { organizationId, scope, scopeId, periodStartsAt, spent: amount } of spent) {
      this.add({ organizationId, kind: scope, id: scopeId }, periodStartsAt, parsePicos(amount));
    }
  }

  async waiting({ events, refused }: WaitingUsage, client: PriceReader): Promise<void> {
    const reasons = [...refused];
    for (const event of events) {
      const cost = await this.costOf(event, client);
      if (typeof cost === 'string') reasons.push(cost);
      else if (cost > 0n) await this.addEvent(event, cost);
    }
    this.waitingEvents += events.length + refused.length;
    if (reasons.length === 0) return;
    this.logger.warn(
      { events: reasons.length, reason: reasons[0] },
      'waiting usage that cannot be booked is left out of what has been spent',
    );
  }

  async finish(checkpoints: BalanceCheckpoints): Promise<{ scopes: number; waiting: number }> {
    const seeds = [...this.totals.values()].map(({ scope, startsAt, picos }): SpentSeed => ({
      scope: this.handleOf(scope),
      occurredAt: startsAt,
      nanos: wholeNanos(picos),
    }));
    await this.admission.seedSpent(seeds);
    const captured = [...this.captured].map(([id, picos]): CapturedSeed => ({
      scope: this.handleOf({ organizationId: id, kind: 'organization', id }),
      nanos: wholeNanos(picos - checkpoints.of(id, picos)),
    }));
    await this.admission.seedCaptured(captured);
    return { scopes: seeds.length, waiting: this.waitingEvents };
  }

  private async addEvent(event: UsageEvent, cost: Picos): Promise<void> {
    // a correction changes what is spent, and what the organization has, when it is booked; what was captured stays
    if (event.revision > 0) return;
    const { organizationId, projectId, apiKeyId, occurredAt } = event;
    this.captured.set(organizationId, (this.captured.get(organizationId) ?? 0n) + cost);
    const { startsAt } = await this.monthOf(organizationId, occurredAt);
    if (occurredAt < startsAt) return; // a month that nothing is admitted against any more
    this.add({ organizationId, kind: 'api_key', id: apiKeyId }, startsAt, cost);
    this.add({ organizationId, kind: 'project', id: projectId }, startsAt, cost);
    this.add({ organizationId, kind: 'organization', id: organizationId }, startsAt, cost);
  }

  private add(scope: Scope, startsAt: number, picos: Picos): void {
    const key = `${scope.kind} ${scope.id} ${startsAt}`;
    const total = this.totals.get(key);
    if (total === undefined) this.totals.set(key, { scope, startsAt, picos });
    else total.picos += picos;
  }

  /** What the event is billed, or why the worker will refuse to book it. */
  private async costOf(event: UsageEvent, client: PriceReader): Promise<Picos | string> {
    const { organizationId, target, priceSnapshotId, serviceTier, occurredAt } = event;
    if (!this.timeZones.has(organizationId)) return 'there is no such organization';
    const prices = priceSnapshotId === null ? null : await this.prices.get(client, priceSnapshotId);
    if (prices === undefined) return 'there is no such price snapshot';
    const { usage, charge } = settle(event);
    if (target === null || prices === null || charge !== 'customer') return 0n;
    const { provider, pricedModel, region, credentialOwner, simulated } = target;
    const request = { usage, serviceTier, region, occurredAt, credentialOwner, simulated };
    try {
      return rate(prices.sheet(provider, pricedModel), request).billedCost;
    } catch (error) {
      if (error instanceof RangeError) return `cannot be rated: ${error.message}`;
      throw error;
    }
  }

  /** Admission's own month: whatever it counts later is counted in the same. */
  private async monthOf(organizationId: string, at: number): Promise<Period> {
    const known = this.months.get(organizationId);
    if (known !== undefined && at >= known.startsAt && at < known.endsAt) return known;
    const handle = this.handleOf({ organizationId, kind: 'organization', id: organizationId });
    const { startsAt, resetsAt } = await this.admission.inspect(handle, at);
    const month = { startsAt, endsAt: resetsAt };
    this.months.set(organizationId, month);
    return month;
  }

  private handleOf(scope: Scope): ScopeHandle {
    return this.admission.handleOf(scope, this.zoneOf(scope.organizationId));
  }

  private zoneOf(organizationId: string): string {
    return this.timeZones.get(organizationId) ?? 'UTC';
  }
}

/** Corrections may have taken back more than there is, and counters end where doubles are no longer exact. */
function wholeNanos(picos: Picos): number {
  if (picos <= 0n) return 0;
  return Math.min(Number(picosToNanosUp(picos)), Number.MAX_SAFE_INTEGER);
}
