import { ADVISORY_LOCKS, importModels, inTransaction, type Database } from '@tollgate/database';
import { catalogue } from '@tollgate/providers';
import type pg from 'pg';
import { AuditTrail } from './audit-trail.js';
import { CATALOGUE, createDefaultPriceBook, publishCataloguePrices } from './default-prices.js';
import type { DiscoveredProvider } from './discover-providers.js';
import { followEnvironment } from './environment-credentials.js';
import { createFirstOrganization, type FirstSecrets } from './first-organization.js';

export interface BootstrapOrder {
  readonly masterKey: Buffer;
  readonly providers: readonly DiscoveredProvider[];
}

/**
 * Brings a migrated database to where requests can be served, and keeps it in step with the catalogue and the
 * environment at every later start. All or nothing.
 * @returns the first secrets when this was the first start, to be shown once; null otherwise.
 */
export async function bootstrap(database: Database, order: BootstrapOrder): Promise<FirstSecrets | null> {
  const secrets = await inTransaction(database.pool, 'READ COMMITTED', async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.bootstrap]);
    const audit = new AuditTrail('bootstrap');
    const { bookId, isFirst } = await ensureInstallation(client, audit);
    await publishCataloguePrices(client, audit, bookId);
    const first = isFirst ? await createFirstOrganization(client, audit) : null;
    await followEnvironment({ client, audit, masterKey: order.masterKey }, order.providers);
    await audit.write(client);
    return first;
  });
  await importModels(database, { models: catalogue.models, source: CATALOGUE });
  return secrets;
}

async function ensureInstallation(
  client: pg.PoolClient,
  audit: AuditTrail,
): Promise<{ readonly bookId: string; readonly isFirst: boolean }> {
  const { rows } = await client.query<{ bookId: string | null }>(
    'SELECT default_price_book_id AS "bookId" FROM installation',
  );
  const known = rows[0]?.bookId ?? null;
  const bookId = known ?? (await createDefaultPriceBook(client, audit));
  if (known === null) {
    await client.query(
      `INSERT INTO installation (id, default_price_book_id) VALUES (1, $1)
       ON CONFLICT (id) DO UPDATE SET default_price_book_id = excluded.default_price_book_id`,
      [bookId],
    );
  }
  return { bookId, isFirst: rows.length === 0 };
}
