import { newId } from '@tollgate/domain';
import type pg from 'pg';

import { ADVISORY_LOCKS } from '../advisory-locks.js';
import { DRAFT_SOURCE, draftPrices } from './draft-changes.js';
import type { DraftChanges, HeldBook } from './draft-changes.js';
import { cancelPricePreviews } from './price-previews.js';
import { loadHeldRules } from './price-rules.js';
import { loadBook } from './price-snapshots.js';
import { loadHeldPrices, publishPrices } from './publish-prices.js';
import type { PublishedPrices } from './publish-prices.js';

export type PriceDraftState = 'open' | 'scheduled' | 'published' | 'discarded';

/** A row of `price_draft`. */
export interface PriceDraftRow {
  readonly id: string;
  readonly priceBookId: string;
  readonly name: string;
  readonly changes: DraftChanges;
  readonly state: PriceDraftState;
  readonly effectiveAt: Date | null;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly publishedAt: Date | null;
  readonly snapshotId: string | null;
  readonly failure: string | null;
}

export const PRICE_DRAFT_COLUMNS = `
  id, price_book_id AS "priceBookId", name, changes, state, effective_at AS "effectiveAt", version,
  created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt", decided_by AS "decidedBy",
  decided_at AS "decidedAt", published_at AS "publishedAt", snapshot_id AS "snapshotId", failure`;

const CREATE = `INSERT INTO price_draft (id, price_book_id, name, changes, created_by)
  VALUES ($1, $2, $3, $4, $5) RETURNING ${PRICE_DRAFT_COLUMNS}`;

export async function createPriceDraft(
  client: pg.PoolClient,
  draft: Pick<PriceDraftRow, 'priceBookId' | 'name' | 'changes' | 'createdBy'>,
): Promise<PriceDraftRow> {
  const { priceBookId, name, changes, createdBy } = draft;
  const values = [newId('priceDraft'), priceBookId, name, JSON.stringify(changes), createdBy];
  return required((await client.query<PriceDraftRow>(CREATE, values)).rows[0]);
}

/** The draft, locked until the end of the transaction. */
export async function lockPriceDraft(client: pg.PoolClient, id: string): Promise<PriceDraftRow | null> {
  const text = `SELECT ${PRICE_DRAFT_COLUMNS} FROM price_draft WHERE id = $1 FOR UPDATE`;
  return (await client.query<PriceDraftRow>(text, [id])).rows[0] ?? null;
}

const CHANGE = `UPDATE price_draft SET name = $2, changes = $3, failure = NULL, version = version + 1, updated_at = now()
  WHERE id = $1 RETURNING ${PRICE_DRAFT_COLUMNS}`;

/** Of a draft that the caller has locked, and found open. A preview that is being made of it is given up. */
export async function changePriceDraft(
  client: pg.PoolClient,
  { id, name, changes }: Pick<PriceDraftRow, 'id' | 'name' | 'changes'>,
): Promise<PriceDraftRow> {
  await cancelPricePreviews(client, id);
  return required((await client.query<PriceDraftRow>(CHANGE, [id, name, JSON.stringify(changes)])).rows[0]);
}

const DECIDE = `UPDATE price_draft
  SET state = $2, effective_at = $3, decided_by = $4, decided_at = now(), snapshot_id = $5, failure = $6,
      published_at = CASE WHEN $2 = 'published' THEN now() END, version = version + 1, updated_at = now()
  WHERE id = $1 RETURNING ${PRICE_DRAFT_COLUMNS}`;

export interface DraftDecision {
  readonly state: PriceDraftState;
  readonly effectiveAt: Date | null;
  readonly decidedBy: string;
  readonly snapshotId?: string;
  readonly failure?: string;
}

/** Of a draft that the caller has locked. */
export async function decidePriceDraft(
  client: pg.PoolClient,
  id: string,
  { state, effectiveAt, decidedBy, snapshotId, failure }: DraftDecision,
): Promise<PriceDraftRow> {
  const values = [id, state, effectiveAt, decidedBy, snapshotId ?? null, failure ?? null];
  return required((await client.query<PriceDraftRow>(DECIDE, values)).rows[0]);
}

/** What a book holds now. @throws PriceSnapshotError when there is no such book. */
export async function loadHeldBook(client: pg.PoolClient, bookId: string): Promise<HeldBook> {
  const { id, markupBasisPoints, platformFeeBasisPoints } = await loadBook(client, bookId);
  const terms = { id, markupBasisPoints, platformFeeBasisPoints };
  return { ...terms, prices: await loadHeldPrices(client, bookId), rules: await loadHeldRules(client, bookId) };
}

const SET_TERMS = `UPDATE price_book SET markup_basis_points = $2, platform_fee_basis_points = $3, version = version + 1
  WHERE id = $1`;

export interface PublishedDraft extends PublishedPrices {
  readonly draft: PriceDraftRow;
}

/**
 * Publishes a draft that the caller has locked: its prices hold from exactly this instant on, its rules and terms for
 * requests that are admitted after the publication.
 * @throws RangeError when the book would make no sense
 */
export async function publishDraft(
  client: pg.PoolClient,
  draft: PriceDraftRow,
  { effectiveAt, publishedBy }: { readonly effectiveAt: Date; readonly publishedBy: string },
): Promise<PublishedDraft> {
  const { changes, priceBookId: bookId } = draft;
  const at = effectiveAt.getTime();
  // before the book's row: publications that come one after the other lock in the same order
  await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.pricePublication]);
  const { markupBasisPoints, platformFeeBasisPoints } = changes;
  if (markupBasisPoints !== undefined || platformFeeBasisPoints !== undefined) {
    const book = await loadBook(client, bookId);
    const markup = markupBasisPoints === undefined ? book.markupBasisPoints : markupBasisPoints;
    const fee = platformFeeBasisPoints === undefined ? book.platformFeeBasisPoints : platformFeeBasisPoints;
    await client.query(SET_TERMS, [bookId, markup, fee]);
  }
  const published = await publishPrices(client, {
    bookId,
    prices: draftPrices(changes, at),
    ended: { ids: changes.endPrices, at },
    rules: { set: changes.setRules, end: changes.endRules },
    source: DRAFT_SOURCE,
    mode: 'edit',
    publishedBy,
  });
  const { snapshotId } = published;
  const decision = { state: 'published', effectiveAt, decidedBy: publishedBy, snapshotId } as const;
  return { ...published, draft: await decidePriceDraft(client, draft.id, decision) };
}

function required<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new TypeError('a statement that returns a row returned none');
  return row;
}
