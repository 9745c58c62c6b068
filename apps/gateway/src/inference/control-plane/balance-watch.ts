import type { AdmissionStore, Funding, ScopeHandle } from '@tollgate/admission';
import { type FundingOfAll, inTransaction, type OrganizationFunding, readFunding } from '@tollgate/database';
import { type Picos, picosToNanosUp } from '@tollgate/domain';
import type pg from 'pg';

import type { AdmissionScopes } from './admission-scopes.js';
import type { BalanceCheckpoints } from './balance-checkpoints.js';

const POLL_MS = 1_000;
/** With thousands of organizations a reading takes long: this many times as long passes before the next one. */
const REST_FACTOR = 10;
/** Comparing with the books looks at every organization, so not each time. */
const COMPARED_MS = 10_000;

export interface BalanceWatchParts {
  readonly pool: pg.Pool;
  readonly admission: AdmissionStore;
  readonly checkpoints: BalanceCheckpoints;
  /** Unix milliseconds: every event that was written before is in the inbox or booked. */
  readonly forwardedTo: () => number | null;
}

/** What admission had counted as captured at an instant. */
interface Sample {
  readonly at: number;
  readonly spentNanos: ReadonlyMap<string, number>;
}

/**
 * Tells admission what prepaid organizations have: about once a second, whenever the control plane has changed, and at
 * once of an organization that was credited. While Postgres is away the last word stands; what expires meanwhile,
 * admission ends by itself.
 *
 * What the books say is `available + captured`, and admission takes off what it has captured itself. Booking moves money
 * from the one to the other, so that it does not matter how far the books are behind: a request that is captured here and
 * not booked there is taken off once, and still once when it is booked. A correction changes what is available and no
 * captured sum, on either side.
 */
export class BalanceWatch {
  private scopes: AdmissionScopes | null = null;
  private reads = 0;
  private told = 0;
  /** The last word of each organization, and by which reading. */
  private readonly known = new Map<string, { readonly read: number; readonly funding: OrganizationFunding }>();
  private readonly credited = new Set<string>();
  private restMs = POLL_MS;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private sample: Sample | null = null;
  /** By how much admission has captured more than the books, although everything is booked. */
  private readonly drifts = new Map<string, number>();

  constructor(private readonly parts: BalanceWatchParts) {}

  /**
   * Follows the organizations of a control plane that is about to be used: when this resolves, admission knows the balance
   * of each prepaid one. @throws when Postgres cannot be read.
   */
  async follow(scopes: AdmissionScopes): Promise<void> {
    const before = this.scopes;
    this.scopes = scopes;
    // the last ones that were prepaid have no balance any more
    if (scopes.hasPrepaid || before?.hasPrepaid === true) await this.readAll();
    if (scopes.hasPrepaid) this.schedule();
  }

  /** A hint that an organization was credited. */
  hear(organizationId: string): void {
    if (this.stopped || this.scopes?.hasPrepaid !== true) return;
    this.credited.add(organizationId);
    if (this.credited.size === 1) setImmediate(() => void this.readCredited().catch(() => undefined));
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.stopped) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.poll(), this.restMs).unref();
  }

  private async poll(): Promise<void> {
    // who reads the control plane notices that Postgres is away, and says so
    await this.readAll().catch(() => undefined);
    if (this.scopes?.hasPrepaid === true) this.schedule();
  }

  private async readAll(): Promise<void> {
    const read = ++this.reads;
    const at = Date.now();
    const startedAt = performance.now();
    const forwardedTo = this.parts.forwardedTo() ?? 0;
    const { fundings, isAllBooked } = await this.read({ at });
    this.restMs = Math.max(POLL_MS, (performance.now() - startedAt) * REST_FACTOR);
    await this.compare(fundings, { at, everythingIsBookedTo: isAllBooked ? forwardedTo : 0 });
    const listed = new Set(fundings.map(({ organizationId }) => organizationId));
    for (const [id, before] of this.known) if (before.read < read && !listed.has(id)) this.known.delete(id);
    await this.tell(read, fundings);
  }

  private async readCredited(): Promise<void> {
    const organizationIds = [...this.credited];
    this.credited.clear();
    const read = ++this.reads;
    await this.tell(read, (await this.read({ at: Date.now(), organizationIds })).fundings);
  }

  private read(question: Parameters<typeof readFunding>[1]): Promise<FundingOfAll> {
    return inTransaction(this.parts.pool, 'REPEATABLE READ READ ONLY', (client) => readFunding(client, question));
  }

  /** A reading that began later stands, whichever came back first. */
  private async tell(read: number, fundings: readonly OrganizationFunding[]): Promise<void> {
    for (const funding of fundings) {
      const before = this.known.get(funding.organizationId);
      if (before === undefined || before.read < read) this.known.set(funding.organizationId, { read, funding });
    }
    const all: Funding[] = [];
    for (const { funding } of this.known.values()) {
      // a new one is followed with the control plane that has it
      const scope = this.scopes?.organizationOf(funding.organizationId) ?? null;
      if (scope !== null) all.push(this.fundingOf(funding, scope));
    }
    this.told += 1;
    await this.parts.admission.fund({ version: this.told, fundings: all });
  }

  private fundingOf(
    { organizationId, available, captured, expiries }: OrganizationFunding,
    scope: ScopeHandle,
  ): Funding {
    const checkpoint = this.parts.checkpoints.of(organizationId, captured);
    const drift = this.drifts.get(organizationId) ?? 0;
    return {
      scope,
      fundedNanos: clamp(floorNanos(available + captured - checkpoint) + drift),
      expiries: expiries.map(({ at, picos }) => ({ at, nanos: clamp(Number(picosToNanosUp(picos))) })),
    };
  }

  /**
   * Finds by how much admission and the books disagree for good: captures are rounded up to the nanounit, the worker may
   * have rated otherwise, or put an event into quarantine. That is only to be seen when nothing is on its way between the
   * two: nothing was captured since a sample that was taken before everything that is forwarded, and all of that is booked.
   */
  private async compare(
    fundings: readonly OrganizationFunding[],
    { at, everythingIsBookedTo }: { at: number; everythingIsBookedTo: number },
  ): Promise<void> {
    const { sample } = this;
    const isDue = sample === null || at - sample.at >= COMPARED_MS;
    if (!isDue) return;
    const spentNanos = new Map<string, number>();
    for (const { organizationId, captured } of fundings) {
      const scope = this.scopes?.organizationOf(organizationId) ?? null;
      if (scope === null) continue;
      const { balance } = await this.parts.admission.inspect(scope, at);
      if (balance === null) continue;
      const { spentNanos: spent } = balance;
      spentNanos.set(organizationId, spent);
      if (sample === null || everythingIsBookedTo < sample.at || sample.spentNanos.get(organizationId) !== spent)
        continue;
      const checkpoint = this.parts.checkpoints.of(organizationId, captured);
      this.drifts.set(organizationId, spent - Number(picosToNanosUp(captured - checkpoint)));
    }
    this.sample = { at: Date.now(), spentNanos };
  }
}

/** Whole nanounits, rounded down: what is below one is not granted. */
function floorNanos(picos: Picos): number {
  return -Number(picosToNanosUp(-picos));
}

function clamp(nanos: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(nanos, Number.MAX_SAFE_INTEGER));
}
