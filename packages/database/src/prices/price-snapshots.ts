import { newId } from '@tollgate/domain';
import type pg from 'pg';

import { PriceSnapshotError } from './snapshot-prices.js';

/** `null`: as the book above says. */
export interface BookTerms {
  readonly markupBasisPoints: number | null;
  readonly platformFeeBasisPoints: number | null;
}

interface PriceBook extends BookTerms {
  readonly id: string;
  readonly parentId: string | null;
}

interface Snapshot extends BookTerms {
  readonly id: string;
  readonly sequence: number;
  readonly parentSnapshotId: string | null;
}

const TERMS = `markup_basis_points AS "markupBasisPoints", platform_fee_basis_points AS "platformFeeBasisPoints"`;

/** @throws PriceSnapshotError when there is no such book. */
export async function loadBook(client: pg.PoolClient, bookId: string): Promise<PriceBook> {
  const { rows } = await client.query<PriceBook>(
    `SELECT id, parent_id AS "parentId", ${TERMS} FROM price_book WHERE id = $1`,
    [bookId],
  );
  if (rows[0] === undefined) throw new PriceSnapshotError(`there is no price book ${bookId}`);
  return rows[0];
}

export async function currentSnapshot(client: pg.PoolClient, bookId: string): Promise<Snapshot | null> {
  const { rows } = await client.query<Snapshot>(
    `SELECT id, sequence, parent_snapshot_id AS "parentSnapshotId", ${TERMS}
     FROM price_book_snapshot WHERE price_book_id = $1 ORDER BY sequence DESC LIMIT 1`,
    [bookId],
  );
  return rows[0] ?? null;
}

/** Whether the snapshot still has the book's terms and its parent's current state. */
export async function snapshotIsCurrent(
  client: pg.PoolClient,
  { book, snapshot }: { book: PriceBook; snapshot: Snapshot },
): Promise<boolean> {
  const parent = book.parentId === null ? null : await currentSnapshot(client, book.parentId);
  return (
    snapshot.markupBasisPoints === book.markupBasisPoints &&
    snapshot.platformFeeBasisPoints === book.platformFeeBasisPoints &&
    snapshot.parentSnapshotId === (parent?.id ?? null)
  );
}

/**
 * Writes the next snapshot of a book and of every published book below it: a snapshot fixes the parent's state, so that
 * a new price in the parent would otherwise never reach them. Returns the book's own snapshot id.
 */
export async function publishSnapshots(
  client: pg.PoolClient,
  { bookId, publishedBy }: { bookId: string; publishedBy: string },
): Promise<string> {
  const book = await loadBook(client, bookId);
  const last = await currentSnapshot(client, bookId);
  const parent = book.parentId === null ? null : await currentSnapshot(client, book.parentId);
  const id = newId('priceSnapshot');
  await client.query(
    `INSERT INTO price_book_snapshot (id, price_book_id, sequence, parent_snapshot_id, markup_basis_points,
                                      platform_fee_basis_points, published_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      id,
      bookId,
      (last?.sequence ?? 0) + 1,
      parent?.id ?? null,
      book.markupBasisPoints,
      book.platformFeeBasisPoints,
      publishedBy,
    ],
  );
  const children = await client.query<{ id: string }>(
    `SELECT id FROM price_book b WHERE parent_id = $1
     AND EXISTS (SELECT FROM price_book_snapshot s WHERE s.price_book_id = b.id) ORDER BY id`,
    [bookId],
  );
  for (const child of children.rows) await publishSnapshots(client, { bookId: child.id, publishedBy });
  return id;
}
