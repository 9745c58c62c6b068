import { settle } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { readOrganizationSnapshots } from '../prices/organization-snapshots.js';
import { inTransaction } from '../transaction.js';
import { costsOf } from '../usage-ingestion/booked-event.js';
import { PriceSnapshotsCache } from '../usage-ingestion/price-snapshots-cache.js';
import { bookedMoney, readBookedUsage } from './booked-usage.js';
import type { BookedUsageRow, PricedModelOf } from './booked-usage.js';
import { PRICE_CORRECTION_COLUMNS } from './price-corrections.js';
import type { PriceCorrectionRow } from './price-corrections.js';
import { countRequests, positionOf, readBookedBatch } from './read-booked-batch.js';
import type { UsagePosition } from './read-booked-batch.js';

const BATCH_SIZE = 2_000;

const TAKE = `UPDATE price_correction SET state = 'computing', started_at = coalesce(started_at, now())
  WHERE id = (SELECT id FROM price_correction WHERE state IN ('requested', 'computing') ORDER BY id LIMIT 1)
  RETURNING ${PRICE_CORRECTION_COLUMNS}`;

const FINISH = `UPDATE price_correction SET state = $2, failure = $3, computed_at = now() WHERE id = $1 AND state = 'computing'`;

/**
 * Computes the corrections that are waiting: what was booked, what it should be, a batch at a time. Nothing is changed.
 * The caller is the only one at it.
 * @throws when Postgres goes away; whoever comes next goes on where this one was
 */
export async function computePriceCorrections(pool: pg.Pool, pricedModelOf: PricedModelOf): Promise<number> {
  const prices = new PriceSnapshotsCache();
  let computed = 0;
  for (;;) {
    const correction = (await pool.query<PriceCorrectionRow>(TAKE)).rows[0];
    if (correction === undefined) return computed;
    try {
      await compute(pool, { correction, pricedModelOf, prices });
      await pool.query(FINISH, [correction.id, 'computed', null]);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      await pool.query(FINISH, [correction.id, 'failed', error.message]);
    }
    computed += 1;
  }
}

interface Computation {
  readonly correction: PriceCorrectionRow;
  readonly pricedModelOf: PricedModelOf;
  readonly prices: PriceSnapshotsCache;
}

async function compute(pool: pg.Pool, computation: Computation): Promise<void> {
  const { correction } = computation;
  const { from, to, provider } = correction;
  const organizations = await readOrganizationSnapshots(pool, correction.organizationId);
  const ids = organizations.map(({ organizationId }) => organizationId);
  const total = await countRequests(pool, ids, { from, to, provider });
  await pool.query('UPDATE price_correction SET events_total = $2 WHERE id = $1', [correction.id, total]);
  const { position } = correction;
  for (const { organizationId, simulated, snapshotId } of organizations) {
    if (position !== null && organizationId < position.organizationId) continue;
    const after = position?.organizationId === organizationId ? position : null;
    const ratedBy = correction.snapshotId ?? snapshotId;
    if (ratedBy === null) continue;
    const organization = { organizationId, isSimulated: simulated, snapshotId: ratedBy, after };
    if (!(await computeOrganization(pool, computation, organization))) return;
  }
}

interface CorrectedOrganization {
  readonly organizationId: string;
  readonly isSimulated: boolean;
  readonly snapshotId: string;
  readonly after: UsagePosition | null;
}

/** Whether the correction is still wanted afterwards. */
async function computeOrganization(
  pool: pg.Pool,
  { correction, pricedModelOf, prices }: Computation,
  organization: CorrectedOrganization,
): Promise<boolean> {
  const { organizationId, isSimulated, snapshotId } = organization;
  const snapshot = await prices.get(pool, snapshotId);
  if (snapshot === undefined) throw new RangeError(`there is no price snapshot ${snapshotId}`);
  const { from, to, provider, model } = correction;
  const filter = { organizationId, from, to, provider, model, withWaste: true };
  let { after } = organization;
  for (;;) {
    const rows = await readBookedBatch(pool, filter, { after, limit: BATCH_SIZE });
    const last = rows.at(-1);
    if (last === undefined) return true;
    const batch: Batch = { lines: new Map(), events: [] };
    for (const row of rows) {
      const event = readBookedUsage(row, pricedModelOf);
      const costs = costsOf(event, settle(event), { isSimulated, prices: snapshot });
      addEvent(batch, { row, model: event.target?.pricedModel ?? '', costs, snapshotId });
    }
    after = positionOf(last);
    if (!(await addBatch(pool, correction.id, { ...batch, position: after, count: rows.length }))) return false;
  }
}

interface Line {
  readonly organizationId: string;
  readonly provider: string;
  readonly model: string;
  events: number;
  differing: number;
  unpriced: number;
  billedBefore: Picos;
  billedAfter: Picos;
  costBefore: Picos;
  costAfter: Picos;
}

interface DifferingEvent {
  readonly row: BookedUsageRow;
  readonly snapshotId: string;
  readonly billedBefore: Picos;
  readonly billedAfter: Picos;
}

interface Batch {
  readonly lines: Map<string, Line>;
  readonly events: DifferingEvent[];
}

interface Recosted {
  readonly row: BookedUsageRow;
  readonly model: string;
  readonly costs: ReturnType<typeof costsOf>;
  readonly snapshotId: string;
}

function addEvent({ lines, events }: Batch, { row, model, costs, snapshotId }: Recosted): void {
  const before = bookedMoney(row);
  const provider = row.provider ?? '';
  const key = `${provider}\n${model}`;
  const nothing = {
    events: 0,
    differing: 0,
    unpriced: 0,
    billedBefore: 0n,
    billedAfter: 0n,
    costBefore: 0n,
    costAfter: 0n,
  };
  const line = lines.get(key) ?? { organizationId: row.organizationId, provider, model, ...nothing };
  lines.set(key, line);
  line.events += 1;
  if (costs.ratingState === 'unpriced') line.unpriced += 1;
  line.billedBefore += before.billedCost;
  line.billedAfter += costs.billedCost;
  line.costBefore += before.providerCost;
  line.costAfter += costs.providerCost;
  const isSame =
    before.billedCost === costs.billedCost &&
    before.providerCost === costs.providerCost &&
    before.listCost === costs.listCost &&
    row.ratingState === costs.ratingState;
  if (isSame) return;
  line.differing += 1;
  events.push({ row, snapshotId, billedBefore: before.billedCost, billedAfter: costs.billedCost });
}

const LINE_COLUMNS: readonly Column<Line>[] = [
  { name: 'organization_id', type: 'text', value: ({ organizationId }) => organizationId },
  { name: 'provider', type: 'text', value: ({ provider }) => provider },
  { name: 'model', type: 'text', value: ({ model }) => model },
  { name: 'events', type: 'bigint', value: ({ events }) => events },
  { name: 'differing', type: 'bigint', value: ({ differing }) => differing },
  { name: 'unpriced', type: 'bigint', value: ({ unpriced }) => unpriced },
  { name: 'billed_before', type: 'numeric', value: ({ billedBefore }) => formatPicos(billedBefore) },
  { name: 'billed_after', type: 'numeric', value: ({ billedAfter }) => formatPicos(billedAfter) },
  { name: 'cost_before', type: 'numeric', value: ({ costBefore }) => formatPicos(costBefore) },
  { name: 'cost_after', type: 'numeric', value: ({ costAfter }) => formatPicos(costAfter) },
];
const SUMMED = LINE_COLUMNS.slice(3).map(({ name }) => name);
const OF_CORRECTION = (columns: readonly unknown[]): Record<string, string> => ({
  price_correction_id: `$${columns.length + 1}`,
});
const ADD_LINES = `${insertStatement('price_correction_line', LINE_COLUMNS, OF_CORRECTION(LINE_COLUMNS))}
  ON CONFLICT (price_correction_id, organization_id, provider, model)
  DO UPDATE SET ${SUMMED.map((name) => `${name} = t.${name} + excluded.${name}`).join(', ')}`;

const EVENT_COLUMNS: readonly Column<DifferingEvent>[] = [
  { name: 'request_id', type: 'uuid', value: ({ row }) => row.requestId },
  { name: 'part', type: 'smallint', value: ({ row }) => row.part },
  { name: 'revision', type: 'smallint', value: ({ row }) => row.revision },
  { name: 'organization_id', type: 'text', value: ({ row }) => row.organizationId },
  { name: 'snapshot_id', type: 'text', value: ({ snapshotId }) => snapshotId },
  { name: 'billed_before', type: 'numeric', value: ({ billedBefore }) => formatPicos(billedBefore) },
  { name: 'billed_after', type: 'numeric', value: ({ billedAfter }) => formatPicos(billedAfter) },
];
const ADD_EVENTS = insertStatement('price_correction_event', EVENT_COLUMNS, OF_CORRECTION(EVENT_COLUMNS));

interface Step extends Batch {
  readonly position: UsagePosition;
  readonly count: number;
}

/** Adds a batch, together with how far it has come. Returns false when the correction is not wanted any more. */
async function addBatch(pool: pg.Pool, id: string, { lines, events, position, count }: Step): Promise<boolean> {
  return inTransaction(pool, 'READ COMMITTED', async (client) => {
    const moved = await client.query(
      `UPDATE price_correction SET position = $2, events_done = events_done + $3 WHERE id = $1 AND state = 'computing'`,
      [id, JSON.stringify(position), count],
    );
    if (moved.rowCount === 0) return false;
    await client.query(ADD_LINES, [...columnValues(LINE_COLUMNS, [...lines.values()]), id]);
    if (events.length > 0) await client.query(ADD_EVENTS, [...columnValues(EVENT_COLUMNS, events), id]);
    return true;
  });
}
