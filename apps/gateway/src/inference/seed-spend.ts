import type { AdmissionStore, ScopeKind, SpentSeed } from '@tollgate/admission';
import { rate, settle } from '@tollgate/billing';
import { type Database, loadPrices, loadSpend, type SnapshotPrices } from '@tollgate/database';
import { monthAround, parsePicos, type Period, picosToNanosUp, type UsageEvent } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';

/**
 * Tells admission what has been spent in the running month, before the first request is admitted: what the worker has
 * booked, and what still waits in the inbox, rated by the same function. Both are read as of one instant.
 */
export async function seedSpend(database: Database, admission: AdmissionStore, logger: Logger): Promise<void> {
  const zones = await database.pool.query<{ id: string; zone: string }>(
    'SELECT id, time_zone AS zone FROM organization',
  );
  const { spent, waiting } = await loadSpend(database.pool, Date.now());
  const totals = new SpendTotals(new Map(zones.rows.map(({ id, zone }) => [id, zone])));
  for (const { organizationId, scope, scopeId, periodStartsAt, spent: amount } of spent) {
    totals.add({ organizationId, kind: scope, id: scopeId }, periodStartsAt, parsePicos(amount));
  }
  const prices = new Map<string, SnapshotPrices>();
  for (const payload of waiting) {
    const event = JSON.parse(payload) as UsageEvent;
    const cost = await costOf(event, prices, database);
    if (cost === 0n) continue;
    const { organizationId, occurredAt } = event;
    totals.add({ organizationId, kind: 'api_key', id: event.apiKeyId }, occurredAt, cost);
    totals.add({ organizationId, kind: 'project', id: event.projectId }, occurredAt, cost);
    totals.add({ organizationId, kind: 'organization', id: organizationId }, occurredAt, cost);
  }
  await admission.seedSpent(totals.seeds(admission));
  logger.info({ scopes: totals.size, waiting: waiting.length }, 'spend of the running month is known');
}

async function costOf(event: UsageEvent, prices: Map<string, SnapshotPrices>, database: Database): Promise<bigint> {
  const { target, priceSnapshotId } = event;
  const settled = settle(event);
  if (target === null || priceSnapshotId === null || settled.charge !== 'customer') return 0n;
  let snapshot = prices.get(priceSnapshotId);
  if (snapshot === undefined) {
    snapshot = await loadPrices(database.pool, priceSnapshotId);
    prices.set(priceSnapshotId, snapshot);
  }
  const { serviceTier, occurredAt } = event;
  const { region, credentialOwner, simulated } = target;
  const sheet = snapshot.sheet(target.provider, target.pricedModel);
  return rate(sheet, { usage: settled.usage, serviceTier, region, occurredAt, credentialOwner, simulated }).billedCost;
}

interface CountedScope {
  readonly organizationId: string;
  readonly kind: ScopeKind;
  readonly id: string;
}

/** Sums by scope and calendar month: seeding says "at least so much", so that a scope is told once per month. */
class SpendTotals {
  private readonly totals = new Map<string, { scope: CountedScope; month: number; picos: bigint }>();
  /** The month last asked for in each zone: a backlog is nearly all of one, and calendars are slow. */
  private readonly months = new Map<string, Period>();

  constructor(private readonly zones: ReadonlyMap<string, string>) {}

  get size(): number {
    return this.totals.size;
  }

  add(scope: CountedScope, at: number, picos: bigint): void {
    const month = this.monthOf(at, this.zoneOf(scope));
    const key = `${scope.kind} ${scope.id} ${month}`;
    const total = this.totals.get(key);
    if (total === undefined) this.totals.set(key, { scope, month, picos });
    else total.picos += picos;
  }

  seeds(admission: AdmissionStore): SpentSeed[] {
    return [...this.totals.values()].map(({ scope, month, picos }) => ({
      scope: admission.handleOf(scope, this.zoneOf(scope)),
      occurredAt: month,
      nanos: Number(picosToNanosUp(picos)),
    }));
  }

  private monthOf(at: number, zone: string): number {
    let month = this.months.get(zone);
    if (month === undefined || at < month.startsAt || at >= month.endsAt) {
      month = monthAround(at, zone);
      this.months.set(zone, month);
    }
    return month.startsAt;
  }

  private zoneOf({ organizationId }: CountedScope): string {
    return this.zones.get(organizationId) ?? 'UTC';
  }
}
