import { CATALOGUE_SOURCE, publishImportedPrices } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { catalogue } from '@tollgate/providers';
import type pg from 'pg';
import type { AuditTrail } from './audit-trail.js';

export const CATALOGUE = CATALOGUE_SOURCE;

/** The book at the end of every chain. */
export async function createDefaultPriceBook(client: pg.PoolClient, audit: AuditTrail): Promise<string> {
  const id = newId('priceBook');
  const after = { name: 'Default' };
  await client.query('INSERT INTO price_book (id, name) VALUES ($1, $2)', [id, after.name]);
  audit.add({ action: 'price-book.created', resourceId: id, organizationId: null, after });
  return id;
}

/**
 * Publishes the catalogue's prices into the book when they differ from what it holds; what would change a published price
 * while the sources disagree waits for a review.
 */
export async function publishCataloguePrices(client: pg.PoolClient, audit: AuditTrail, bookId: string): Promise<void> {
  const { changed, snapshotId, introduced, retired } = await publishImportedPrices(client, {
    bookId,
    prices: catalogue.prices,
    disagreements: catalogue.disagreements,
    source: CATALOGUE,
    publishedBy: 'bootstrap',
  });
  if (!changed) return;
  const after = { snapshotId, introduced, retired };
  audit.add({ action: 'price-book.published', resourceId: bookId, organizationId: null, after });
}
