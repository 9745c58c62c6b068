import { ADVISORY_LOCKS, importModels, inTransaction, type Database } from '@tollgate/database';
import { catalogue } from '@tollgate/providers';
import type pg from 'pg';
import { createDemoWorld } from '../demo/create-demo-world.js';
import type { DemoFile } from '../demo/demo-file.js';
import { AuditTrail } from './audit-trail.js';
import { CATALOGUE, createDefaultPriceBook, publishCataloguePrices } from './default-prices.js';
import type { DiscoveredProvider } from './discover-providers.js';
import { followEnvironment } from './environment-credentials.js';
import { createFirstOrganization, type FirstSecrets } from './first-organization.js';
import { createSetupToken } from './issue-secrets.js';

export interface BootstrapOrder {
  readonly masterKey: Buffer;
  readonly providers: readonly DiscoveredProvider[];
  /** Whether this installation has a console at all; one that serves inference only has none. */
  readonly servesConsole: boolean;
  /** Makes the installation a demo: simulated for ever, and with the demo's organizations instead of a first one. */
  readonly demo?: DemoFile;
}

export interface BootstrapResult {
  /** Of a first start, to be shown once; null otherwise. */
  readonly secrets: FirstSecrets | null;
  /** For the link that makes the first console user; null when there is one, or no console. */
  readonly setupToken: string | null;
}

/**
 * Brings a migrated database to where requests can be served, and keeps it in step with the catalogue and the
 * environment at every later start. All or nothing.
 */
export async function bootstrap(database: Database, order: BootstrapOrder): Promise<BootstrapResult> {
  const result = await inTransaction(database.pool, 'READ COMMITTED', async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.bootstrap]);
    const audit = new AuditTrail('bootstrap');
    const { bookId, isFirst } = await ensureInstallation(client, audit, order.demo !== undefined);
    await publishCataloguePrices(client, audit, bookId);
    const first = isFirst ? await begin(client, audit, order.demo) : null;
    await followEnvironment({ client, audit, masterKey: order.masterKey }, order.providers);
    const needsUser = order.servesConsole && !(await hasConsoleUser(client));
    const setupToken = needsUser ? await createSetupToken(client, audit, null) : null;
    await audit.write(client);
    return { secrets: first, setupToken };
  });
  await importModels(database, { models: catalogue.models, source: CATALOGUE });
  return result;
}

async function begin(
  client: pg.PoolClient,
  audit: AuditTrail,
  demo: DemoFile | undefined,
): Promise<FirstSecrets | null> {
  if (demo === undefined) return createFirstOrganization(client, audit);
  await createDemoWorld({ client, audit, demo });
  return null;
}

async function hasConsoleUser(client: pg.PoolClient): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM console_user LIMIT 1');
  return rowCount !== 0;
}

async function ensureInstallation(
  client: pg.PoolClient,
  audit: AuditTrail,
  simulated: boolean,
): Promise<{ readonly bookId: string; readonly isFirst: boolean }> {
  const { rows } = await client.query<{ bookId: string | null }>(
    'SELECT default_price_book_id AS "bookId" FROM installation',
  );
  const known = rows[0]?.bookId ?? null;
  const bookId = known ?? (await createDefaultPriceBook(client, audit));
  if (known === null) {
    await client.query(
      `INSERT INTO installation (id, default_price_book_id, simulated) VALUES (1, $1, $2)
       ON CONFLICT (id) DO UPDATE SET default_price_book_id = excluded.default_price_book_id`,
      [bookId, simulated],
    );
  }
  return { bookId, isFirst: rows.length === 0 };
}
