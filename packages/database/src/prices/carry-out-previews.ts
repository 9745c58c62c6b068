import { settle } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { Picos, UsageEvent } from '@tollgate/domain';
import type pg from 'pg';

import { insertStatement, columnValues } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { inTransaction } from '../transaction.js';
import { readBookedUsage } from '../usage-corrections/booked-usage.js';
import type { PricedModelOf } from '../usage-corrections/booked-usage.js';
import { countRequests, positionOf, readBookedBatch } from '../usage-corrections/read-booked-batch.js';
import type { UsagePosition } from '../usage-corrections/read-booked-batch.js';
import { costsOf } from '../usage-ingestion/booked-event.js';
import { loadBookStates } from './book-states.js';
import { applyDraft } from './draft-changes.js';
import type { DraftChanges } from './draft-changes.js';
import { readOrganizationSnapshots } from './organization-snapshots.js';
import { loadHeldBook } from './price-drafts.js';
import { PRICE_PREVIEW_COLUMNS } from './price-previews.js';
import type { PricePreviewRow } from './price-previews.js';
import type { BookState } from './resolve-chain.js';
import { assemblePrices } from './snapshot-prices.js';
import type { SnapshotPrices } from './snapshot-prices.js';

const BATCH_SIZE = 2_000;
const DAY_MS = 86_400_000;

const TAKE = `UPDATE price_preview SET state = 'running', started_at = coalesce(started_at, now())
  WHERE id = (SELECT id FROM price_preview WHERE state IN ('requested', 'running') ORDER BY id LIMIT 1)
  RETURNING ${PRICE_PREVIEW_COLUMNS}`;

/**
 * Makes the previews that are waiting: the usage of the last days is rated once by the prices of now and once by those of
 * the draft, a batch at a time, so that memory does not grow with it. The caller is the only one at it.
 * @throws when Postgres goes away; whoever comes next goes on where this one was
 */
export async function carryOutPreviews(pool: pg.Pool, pricedModelOf: PricedModelOf): Promise<number> {
  let made = 0;
  for (;;) {
    const preview = (await pool.query<PricePreviewRow>(TAKE)).rows[0];
    if (preview === undefined) return made;
    try {
      await carryOut(pool, preview, pricedModelOf);
      await finish(pool, preview.id, { state: 'done', failure: null });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      await finish(pool, preview.id, { state: 'failed', failure: error.message });
    }
    made += 1;
  }
}

async function finish(
  pool: pg.Pool,
  id: string,
  { state, failure }: { readonly state: string; readonly failure: string | null },
): Promise<void> {
  await pool.query(
    `UPDATE price_preview SET state = $2, failure = $3, finished_at = now() WHERE id = $1 AND state = 'running'`,
    [id, state, failure],
  );
}

/** An organization that the draft would reach. */
interface Reached {
  readonly organizationId: string;
  readonly isSimulated: boolean;
  readonly snapshotId: string;
}

async function carryOut(pool: pg.Pool, preview: PricePreviewRow, pricedModelOf: PricedModelOf): Promise<void> {
  const drafted = await readDraft(pool, preview);
  const prices = new PricesBeforeAndAfter(pool, drafted);
  const reached: Reached[] = [];
  for (const { organizationId, simulated, snapshotId } of await readOrganizationSnapshots(pool)) {
    if (snapshotId === null || !(await isInChain(pool, snapshotId, drafted.bookId))) continue;
    reached.push({ organizationId, isSimulated: simulated, snapshotId });
  }
  const { from, to } = preview;
  const organizationIds = reached.map(({ organizationId }) => organizationId);
  const total = await countRequests(pool, organizationIds, { from, to, provider: null });
  await pool.query('UPDATE price_preview SET events_total = $2 WHERE id = $1', [preview.id, total]);
  let { position } = preview;
  for (const organization of reached) {
    if (position !== null && organization.organizationId < position.organizationId) continue;
    const after = position?.organizationId === organization.organizationId ? position : null;
    const isCurrent = await compareOrganization(pool, { preview, organization, prices, pricedModelOf, after });
    if (!isCurrent) return;
    position = null;
  }
}

interface Drafted {
  readonly bookId: string;
  readonly changes: DraftChanges;
  readonly state: BookState;
  /** The instant as of which both are rated: the first midnight (UTC) at which the draft holds. */
  readonly day: number;
}

async function readDraft(pool: pg.Pool, { priceDraftId, to }: PricePreviewRow): Promise<Drafted> {
  const text = `SELECT price_book_id AS "bookId", changes, effective_at AS "effectiveAt" FROM price_draft WHERE id = $1`;
  type Row = Pick<Drafted, 'bookId' | 'changes'> & { readonly effectiveAt: Date | null };
  const draft = (await pool.query<Row>(text, [priceDraftId])).rows[0];
  if (draft === undefined) throw new RangeError('the draft is gone');
  const at = Math.max(to.getTime(), draft.effectiveAt?.getTime() ?? 0);
  const held = await inTransaction(pool, 'REPEATABLE READ READ ONLY', (client) => loadHeldBook(client, draft.bookId));
  const { bookId, changes } = draft;
  return { bookId, changes, state: applyDraft(held, changes, at), day: (Math.floor(at / DAY_MS) + 1) * DAY_MS };
}

const IN_CHAIN = `
  WITH RECURSIVE chain AS (
    SELECT price_book_id, parent_snapshot_id FROM price_book_snapshot WHERE id = $1
    UNION ALL
    SELECT s.price_book_id, s.parent_snapshot_id FROM chain JOIN price_book_snapshot s ON s.id = chain.parent_snapshot_id
  ) SELECT EXISTS (SELECT FROM chain WHERE price_book_id = $2) AS is`;

async function isInChain(pool: pg.Pool, snapshotId: string, bookId: string): Promise<boolean> {
  return (await pool.query<{ is: boolean }>(IN_CHAIN, [snapshotId, bookId])).rows[0]?.is === true;
}

/** Most organizations share a few books; what is kept of them is bounded. */
const MAX_KEPT = 16;

class PricesBeforeAndAfter {
  readonly #kept = new Map<string, { readonly now: SnapshotPrices; readonly then: SnapshotPrices }>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly drafted: Drafted,
  ) {}

  /** The prices of a snapshot, and as they would be with the draft. */
  async of(snapshotId: string): Promise<{ readonly now: SnapshotPrices; readonly then: SnapshotPrices }> {
    const known = this.#kept.get(snapshotId);
    if (known !== undefined) return known;
    const books = await loadBookStates(this.pool, snapshotId);
    const { state } = this.drafted;
    const drafted = books.map((book) => (book.bookId === state.bookId ? state : book));
    const pair = { now: assemblePrices(snapshotId, books), then: assemblePrices('draft', drafted) };
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(snapshotId, pair);
    return pair;
  }

  /**
   * The event as if it had happened at the same time of the day once the draft holds: prices have dates and hours, and
   * what is compared is the prices, not the days.
   */
  moved(event: UsageEvent): UsageEvent {
    return { ...event, occurredAt: this.drafted.day + (event.occurredAt % DAY_MS) };
  }
}

interface Comparison {
  readonly preview: PricePreviewRow;
  readonly organization: Reached;
  readonly prices: PricesBeforeAndAfter;
  readonly pricedModelOf: PricedModelOf;
  readonly after: UsagePosition | null;
}

/** Whether the preview is still wanted afterwards. */
async function compareOrganization(pool: pg.Pool, comparison: Comparison): Promise<boolean> {
  const { preview, organization, prices, pricedModelOf } = comparison;
  const { organizationId, isSimulated, snapshotId } = organization;
  const pair = await prices.of(snapshotId);
  const { from, to } = preview;
  const filter = { organizationId, from, to, provider: null, model: null, withWaste: false };
  let { after } = comparison;
  for (;;) {
    const rows = await readBookedBatch(pool, filter, { after, limit: BATCH_SIZE });
    const last = rows.at(-1);
    if (last === undefined) return true;
    const sums = new Map<string, Sums>();
    for (const row of rows) {
      const event = prices.moved(readBookedUsage(row, pricedModelOf));
      if (event.target === null) continue;
      const settled = settle(event);
      const now = costsOf(event, settled, { isSimulated, prices: pair.now });
      const then = costsOf(event, settled, { isSimulated, prices: pair.then });
      const sum = sumOf(sums, organizationId, event.target);
      sum.requests += 1;
      if (then.ratingState === 'unpriced') sum.unpriced += 1;
      sum.billedNow += now.billedCost;
      sum.billedThen += then.billedCost;
      sum.costNow += now.providerCost;
      sum.costThen += then.providerCost;
    }
    after = positionOf(last);
    if (!(await addSums(pool, preview.id, { sums, position: after, events: rows.length }))) return false;
  }
}

interface Sums {
  readonly organizationId: string;
  readonly provider: string;
  readonly model: string;
  requests: number;
  unpriced: number;
  billedNow: Picos;
  billedThen: Picos;
  costNow: Picos;
  costThen: Picos;
}

function sumOf(
  sums: Map<string, Sums>,
  organizationId: string,
  { provider, pricedModel: model }: { readonly provider: string; readonly pricedModel: string },
): Sums {
  const key = `${provider}\n${model}`;
  let sum = sums.get(key);
  if (sum === undefined) {
    const nothing = { requests: 0, unpriced: 0, billedNow: 0n, billedThen: 0n, costNow: 0n, costThen: 0n };
    sum = { organizationId, provider, model, ...nothing };
    sums.set(key, sum);
  }
  return sum;
}

const LINE_COLUMNS: readonly Column<Sums>[] = [
  { name: 'organization_id', type: 'text', value: ({ organizationId }) => organizationId },
  { name: 'provider', type: 'text', value: ({ provider }) => provider },
  { name: 'model', type: 'text', value: ({ model }) => model },
  { name: 'requests', type: 'bigint', value: ({ requests }) => requests },
  { name: 'unpriced', type: 'bigint', value: ({ unpriced }) => unpriced },
  { name: 'billed_now', type: 'numeric', value: ({ billedNow }) => formatPicos(billedNow) },
  { name: 'billed_then', type: 'numeric', value: ({ billedThen }) => formatPicos(billedThen) },
  { name: 'cost_now', type: 'numeric', value: ({ costNow }) => formatPicos(costNow) },
  { name: 'cost_then', type: 'numeric', value: ({ costThen }) => formatPicos(costThen) },
];
const SUMMED = LINE_COLUMNS.slice(3).map(({ name }) => name);
const ADD = `${insertStatement('price_preview_line', LINE_COLUMNS, { price_preview_id: `$${LINE_COLUMNS.length + 1}` })}
  ON CONFLICT (price_preview_id, organization_id, provider, model)
  DO UPDATE SET ${SUMMED.map((name) => `${name} = t.${name} + excluded.${name}`).join(', ')}`;

interface Step {
  readonly sums: ReadonlyMap<string, Sums>;
  readonly position: UsagePosition;
  readonly events: number;
}

/** Adds a batch, together with how far it has come. Returns false when the preview is not wanted any more. */
async function addSums(pool: pg.Pool, id: string, { sums, position, events }: Step): Promise<boolean> {
  return inTransaction(pool, 'READ COMMITTED', async (client) => {
    const moved = await client.query(
      `UPDATE price_preview SET position = $2, events_done = events_done + $3 WHERE id = $1 AND state = 'running'`,
      [id, JSON.stringify(position), events],
    );
    if (moved.rowCount === 0) return false;
    await client.query(ADD, [...columnValues(LINE_COLUMNS, [...sums.values()]), id]);
    return true;
  });
}
