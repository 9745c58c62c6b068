import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from './test-database.js';

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // dropped under it
  await client.connect();
  return client;
}

describe('test database', () => {
  it('has the migrations, shares nothing with another, and goes with whoever is connected', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const [client, other] = await Promise.all([connected(one.url), connected(two.url)]);
    const applied = await client.query('select 1 from "_prisma_migrations"');
    expect(applied.rowCount).toBeGreaterThan(0);
    await client.query('create table only_here ()');
    const { rows } = await other.query("select to_regclass('only_here') as found");
    expect(rows).toEqual([{ found: null }]);
    await Promise.all([one.drop(), two.drop()]);
    await expect(connected(one.url)).rejects.toThrow(/does not exist/);
    await Promise.allSettled([client.end(), other.end()]);
  });
});
