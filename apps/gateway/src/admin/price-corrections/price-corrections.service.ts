import { Injectable } from '@nestjs/common';
import {
  beginPosting,
  Database,
  inTransaction,
  isSamePerson,
  needsSecondPerson,
  PRICE_CORRECTION_COLUMNS,
  PRICE_CORRECTION_LINE_COLUMNS,
  readCorrectedEvents,
  readUnpricedUsage,
  requestPriceCorrection,
  type PriceCorrectionLine as LineRow,
  type PriceCorrectionRow,
} from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, PriceCorrection, PriceCorrectionDetail } from '@tollgate/wire';
import type { UnpricedUsage } from '@tollgate/wire';
import type pg from 'pg';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { conflict, invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { presentCorrection, presentSums, presentUnpriced, type Sums } from './present-correction.js';

type Operations = typeof OPERATIONS;
type Draft = OperationInput<Operations['createPriceCorrection']>['body'];
type Posting = OperationInput<Operations['postPriceCorrection']>;

const FIND = `SELECT ${PRICE_CORRECTION_COLUMNS} FROM price_correction WHERE id = $1`;
const LINES = `SELECT ${PRICE_CORRECTION_LINE_COLUMNS} FROM price_correction_line WHERE price_correction_id = $1
  ORDER BY abs(billed_after - billed_before) DESC, organization_id, provider, model LIMIT 200`;
const TOTALS = `SELECT coalesce(sum(events), 0) AS events, coalesce(sum(differing), 0) AS differing,
    coalesce(sum(unpriced), 0) AS unpriced, coalesce(sum(billed_before), 0) AS "billedBefore",
    coalesce(sum(billed_after), 0) AS "billedAfter", coalesce(sum(cost_before), 0) AS "costBefore",
    coalesce(sum(cost_after), 0) AS "costAfter"
  FROM price_correction_line WHERE price_correction_id = $1`;
/** Request by request: what goes up does not make up for what goes down. */
const MOVED = `SELECT coalesce(sum(abs(billed_after - billed_before)), 0)::numeric(38, 12)::text AS amount
  FROM price_correction_event WHERE price_correction_id = $1`;
const CURRENT = `SELECT s.id, b.organization_id AS "organizationId"
  FROM price_book_snapshot s JOIN price_book b ON b.id = s.price_book_id
  WHERE s.price_book_id = $1 ORDER BY s.sequence DESC LIMIT 1`;
const MAX_UNPRICED = 500;

/** A wrong price is corrected after its difference was shown: computed first, and posted by a second call. */
@Injectable()
export class PriceCorrectionsService {
  constructor(private readonly database: Database) {}

  async listUnpriced(): Promise<{ readonly data: readonly UnpricedUsage[]; readonly asOf: string }> {
    const asOf = new Date().toISOString();
    const rows = await readUnpricedUsage(this.database.pool, MAX_UNPRICED);
    return { data: rows.flatMap(presentUnpriced), asOf };
  }

  async list(query: OperationInput<Operations['listPriceCorrections']>['query']): Promise<Page<PriceCorrection>> {
    const { direction, after, limit } = readKeyset(query);
    const text = `SELECT ${PRICE_CORRECTION_COLUMNS} FROM price_correction
      WHERE $1::text IS NULL OR id ${direction === 'desc' ? '<' : '>'} $1
      ORDER BY id ${direction === 'desc' ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`;
    const { rows } = await this.database.pool.query<PriceCorrectionRow>(text, [after?.[0] ?? null]);
    return toPage(rows, query, presentCorrection);
  }

  async read(id: string): Promise<PriceCorrectionDetail> {
    const { pool } = this.database;
    const row = orNotFound((await pool.query<PriceCorrectionRow>(FIND, [id])).rows[0]);
    const { rows: lines } = await pool.query<LineRow>(LINES, [id]);
    const [totals] = (await pool.query<Sums>(TOTALS, [id])).rows;
    const outcome = await readCorrectedEvents(pool, id);
    return {
      ...presentCorrection(row),
      totals: presentSums(orNotFound(totals)),
      lines: lines.map((line) => ({
        organizationId: line.organizationId,
        provider: line.provider,
        model: line.model,
        ...presentSums(line),
      })),
      outcome: outcome.map(({ state, events, difference }) => ({
        state,
        events: Number(events),
        difference: { amount: difference, currency: 'USD' },
      })),
    };
  }

  async request(actor: Actor, draft: Draft): Promise<PriceCorrectionDetail> {
    const { from, to, organizationId, provider, model, priceBookId, reason } = draft;
    const id = await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      await requireOrganization(client, organizationId);
      const snapshotId = priceBookId === null ? null : await currentSnapshot(client, priceBookId, organizationId);
      const scope = { organizationId, provider, model, snapshotId, reason };
      const correction = { from: new Date(from), to: new Date(to), ...scope, requestedBy: actor.id };
      const row = await requestPriceCorrection(client, correction);
      const fact = { action: 'price-correction.requested', resourceId: row.id, organizationId, before: null };
      await insertAuditEntry(client, actor, { ...fact, after: { from, to, ...scope } });
      return row.id;
    });
    return this.read(id);
  }

  async post(actor: Actor, { params, idempotencyKey }: Posting): Promise<PriceCorrectionDetail> {
    const id = params.priceCorrectionId;
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const found = orNotFound((await client.query<PriceCorrectionRow>(`${FIND} FOR UPDATE`, [id])).rows[0]);
      // the same call once more: it is posted, or about to be
      if (found.idempotencyKey === idempotencyKey) return;
      await requireFreshKey(client, idempotencyKey);
      await requireSecondPerson(client, actor, found);
      const row = await beginPosting(client, id, { postedBy: actor.id, idempotencyKey });
      if (row === null) throw conflict(`The correction is ${found.state}.`);
      const fact = { action: 'price-correction.posted', resourceId: id, organizationId: found.organizationId };
      await insertAuditEntry(client, actor, { ...fact, before: { state: found.state }, after: { state: row.state } });
    });
    return this.read(id);
  }

  async cancel(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const found = orNotFound((await client.query<PriceCorrectionRow>(`${FIND} FOR UPDATE`, [id])).rows[0]);
      const { state, organizationId } = found;
      if (!['requested', 'computing', 'computed'].includes(state)) throw conflict(`The correction is ${state}.`);
      await client.query(`UPDATE price_correction SET state = 'cancelled' WHERE id = $1`, [id]);
      const fact = { action: 'price-correction.cancelled', resourceId: id, organizationId };
      await insertAuditEntry(client, actor, { ...fact, before: { state }, after: { state: 'cancelled' } });
    });
  }
}

/** As for what is posted by hand: what moves much is posted by another person than whoever asked for it. */
async function requireSecondPerson(client: pg.PoolClient, actor: Actor, found: PriceCorrectionRow): Promise<void> {
  const [moved] = (await client.query<{ readonly amount: string }>(MOVED, [found.id])).rows;
  if (!(await needsSecondPerson(client, parsePicos(moved?.amount ?? '0')))) return;
  if (!(await isSamePerson(client, found.requestedBy, actor.id))) return;
  throw conflict('It moves so much that a second person has to post it: whoever asked for it cannot.');
}

async function requireOrganization(client: pg.PoolClient, organizationId: string | null): Promise<void> {
  if (organizationId === null) return;
  const { rows } = await client.query('SELECT FROM organization WHERE id = $1', [organizationId]);
  if (rows.length === 0) throw invalidField('/body/organizationId', 'there is no such organization', 'unknown');
}

/** What was agreed with one organization is neither charged to another nor told to it. */
async function currentSnapshot(
  client: pg.PoolClient,
  priceBookId: string,
  organizationId: string | null,
): Promise<string> {
  type Snapshot = { readonly id: string; readonly organizationId: string | null };
  const [snapshot] = (await client.query<Snapshot>(CURRENT, [priceBookId])).rows;
  if (snapshot === undefined) throw invalidField('/body/priceBookId', 'there is no such published book', 'unknown');
  const isForeign = snapshot.organizationId !== null && snapshot.organizationId !== organizationId;
  if (isForeign) throw invalidField('/body/priceBookId', 'belongs to another organization', 'foreign');
  return snapshot.id;
}

async function requireFreshKey(client: pg.PoolClient, idempotencyKey: string): Promise<void> {
  const text = 'SELECT FROM price_correction WHERE idempotency_key = $1';
  if ((await client.query(text, [idempotencyKey])).rows.length === 0) return;
  const message = 'was used for another correction';
  throw new ProblemError('idempotency-key-reused', undefined, [
    { pointer: '/header/Idempotency-Key', code: 'reused', message },
  ]);
}
