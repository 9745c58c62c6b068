import { readConfigFromEnvironment } from '@tollgate/config';
import { Database, deployMigrations, inTransaction } from '@tollgate/database';
import type pg from 'pg';
import { AuditTrail } from '../bootstrap/audit-trail.js';
import { joinDatabaseServer } from '../start/database-server.js';
import { StartUpError } from '../start-up-error.js';

/** Runs a change with its audit entries in one transaction, whether the product runs or not. */
export async function writing(run: (client: pg.PoolClient, audit: AuditTrail) => Promise<string>): Promise<string> {
  const server = await joinDatabaseServer(readConfigFromEnvironment());
  try {
    await deployMigrations(server.url);
    const database = Database.connect(server.url, { poolSize: 1, applicationName: 'tollgate-command' });
    try {
      return await inTransaction(database.pool, 'READ COMMITTED', async (client) => {
        const audit = new AuditTrail('command-line');
        const said = await run(client, audit);
        await audit.write(client);
        return said;
      });
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

/** The user with the address. @throws StartUpError when there is none. */
export async function findUser(client: pg.PoolClient, email: string): Promise<{ readonly id: string }> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM console_user WHERE email = lower($1)', [
    email.trim(),
  ]);
  const [user] = rows;
  if (user === undefined) throw new StartUpError(`there is no console user with the address ${email}`);
  return user;
}
