import {
  inTransaction,
  InboxLines,
  insertUsageInbox,
  requestManualPosting,
  requestSelfAudit,
  type InboxEvent,
} from '@tollgate/database';
import { divideHalfEven, parsePicos, PICOS_PER_UNIT, type Picos, type UsageEvent } from '@tollgate/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { startOfHistory, type DemoFile } from './demo-file.js';
import { loadDemoWorld, type CastOrganization } from './demo-world.js';
import { incidentsOf } from './incidents.js';
import { hoursOf, OrganizationTraffic } from './organization-traffic.js';

const BATCH_SIZE = 1_000;
/** More would not be booked any sooner, and would have to be sorted each time that some are claimed. */
const MOST_WAITING = 12_000;
const LOOK_AGAIN_MS = 100;

export interface HistoryFilling {
  /** As the owner of the tables: they are vacuumed at the end. */
  readonly pool: pg.Pool;
  readonly demo: DemoFile;
  /** Aborted when the installation is stopped meanwhile. */
  readonly signal: AbortSignal;
  /** How many requests are booked, of about how many. */
  readonly progress: (booked: number, total: number) => void;
}

/**
 * Sends the demo's history into the inbox as a gateway's forwarder does, and waits until the worker has booked it. What
 * an earlier start has sent already is not sent again: of each organization, events come in the order of their ids.
 * @throws StartUpError when the database lacks what the history is about; AbortError when it is stopped.
 */
export async function fillHistory({ pool, demo, signal, progress }: HistoryFilling): Promise<void> {
  const world = await loadDemoWorld(pool);
  const incidents = incidentsOf(demo);
  const trafficOf = (organization: CastOrganization): OrganizationTraffic =>
    new OrganizationTraffic({ organization, deployments: world.deployments, demo, incidents });
  for (const organization of world.organizations) {
    if (organization.cast.billingMode !== 'prepaid') continue;
    await credit(pool, organization, { spent: spentIn(trafficOf(organization), demo), begins: startOfHistory(demo) });
  }
  const traffic = world.organizations.map((organization) => ({
    id: organization.id,
    requests: trafficOf(organization),
  }));
  const total = traffic.reduce((sum, { requests }) => sum + requests.count(), 0);
  const sender = new HistorySender({
    pool,
    signal,
    sent: await lastSent(pool),
    progress: (booked) => progress(booked, total),
  });
  for (const from of hoursOf(demo)) {
    for (const { id, requests } of traffic) await sender.send(id, requests.requestsIn(from));
  }
  await sender.finish();
  await requestSelfAudit(pool, { extent: 'full', requestedBy: 'bootstrap' });
  // the planner knows nothing yet of what came all at once
  await pool.query('VACUUM (ANALYZE)');
}

const LAST_SENT = `
  SELECT organization_id AS "organizationId", max(request_id) AS "requestId" FROM (
    SELECT organization_id, request_id::text FROM usage_event
    UNION ALL
    SELECT payload::jsonb ->> 'organizationId', request_id::text FROM usage_inbox
  ) AS sent GROUP BY organization_id`;

/** The last request of each organization that is booked or waits: everything before it is as well. */
async function lastSent(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ organizationId: string; requestId: string }>(LAST_SENT);
  return new Map(rows.map(({ organizationId, requestId }) => [organizationId, requestId]));
}

type SenderParts = Pick<HistoryFilling, 'pool' | 'signal'> & {
  readonly sent: ReadonlyMap<string, string>;
  readonly progress: (booked: number) => void;
};

class HistorySender {
  readonly #lines = new InboxLines();
  #batch: InboxEvent[] = [];
  #count = 0;

  constructor(private readonly parts: SenderParts) {}

  async send(organizationId: string, events: readonly UsageEvent[]): Promise<void> {
    const last = this.parts.sent.get(organizationId) ?? '';
    this.#count += events.length;
    for (const event of events) {
      if (event.requestId <= last) continue;
      const { requestId, part, revision } = event;
      this.#batch.push({ organizationId, requestId, part, revision, payload: Buffer.from(JSON.stringify(event)) });
    }
    if (this.#batch.length < BATCH_SIZE) return;
    await this.#flush();
    await this.#untilWaiting(MOST_WAITING);
  }

  /** Resolves when everything is booked. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#untilWaiting(0);
  }

  async #flush(): Promise<void> {
    this.parts.signal.throwIfAborted();
    await insertUsageInbox(this.parts.pool, this.#batch, this.#lines);
    this.#batch = [];
  }

  async #untilWaiting(most: number): Promise<void> {
    for (;;) {
      const { rows } = await this.parts.pool.query<{ waiting: number }>(
        'SELECT count(*)::int AS waiting FROM usage_inbox',
      );
      const waiting = rows[0]?.waiting ?? 0;
      this.parts.progress(Math.max(0, this.#count - waiting));
      if (waiting <= most) return;
      await sleep(LOOK_AGAIN_MS, undefined, { signal: this.parts.signal });
    }
  }
}

function spentIn(traffic: OrganizationTraffic, demo: DemoFile): Picos {
  let spent = 0n;
  for (const from of hoursOf(demo)) {
    for (const { capturedCost } of traffic.requestsIn(from)) {
      if (capturedCost !== null) spent += parsePicos(capturedCost);
    }
  }
  return spent;
}

/** Of what it was credited, a little is left. */
const CREDITED_PERCENT_OF_SPENT = 104n;
const CREDITS = [
  { kind: 'promotion', percent: 10n, reason: 'Welcome credit' },
  { kind: 'payment', percent: 55n, reason: 'Transfer, first payment' },
  { kind: 'payment', percent: 35n, reason: 'Transfer, second payment' },
] as const;

/** The credits are known by their keys: an earlier start that was interrupted may have posted them. */
async function credit(
  pool: pg.Pool,
  { id }: CastOrganization,
  { spent, begins }: { readonly spent: Picos; readonly begins: number },
): Promise<void> {
  for (const [index, { kind, percent, reason }] of CREDITS.entries()) {
    const dollars = divideHalfEven(spent * CREDITED_PERCENT_OF_SPENT * percent, 100n * 100n * PICOS_PER_UNIT) + 1n;
    await inTransaction(pool, 'READ COMMITTED', (client) =>
      requestManualPosting(client, {
        organizationId: id,
        kind,
        picos: dollars * PICOS_PER_UNIT,
        reason,
        requestedBy: 'bootstrap',
        idempotencyKey: `demo-${index}`,
        // its history is to be paid from it
        effectiveFrom: begins,
        approved: true,
      }),
    );
  }
}
