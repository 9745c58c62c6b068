import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import pg from 'pg';
import { launch, type Launcher } from './launcher-process.js';

describe('npm start -- audit', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const audit = (...options: readonly string[]): Launcher =>
    launch({ DATABASE_URL: database.url }, 'audit', ...options);

  async function query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('says that the books agree, keeps the result, and fails when they do not', async () => {
    const green = audit();
    expect(await green.ended()).toBe(0);
    expect(green.output.out).toMatch(/^Read: Postgres at [^,]+, 0 usage events, 0 organizations\n\n/);
    expect(green.output.out).toMatch(/^events-are-in-the-ledger +ok \(\d+ ms\)$/m);
    expect(green.output.out).toContain('\nThe books agree.\n');
    await query(`INSERT INTO usage_day (organization_id, day, accounting_period, project_id, model, provider, outcome,
      requests, errors, input_tokens, output_tokens, cache_read_tokens, provider_cost, list_cost, billed_cost, latency, first_token)
      VALUES ('org_1', '2026-11-03', '2026-11', 'proj_1', 'm', 'p', 'success', 0, 0, 0, 0, 0, 0, 0, 0.25, '{}', '{}')`);
    const red = audit('--recent');
    expect(await red.ended()).toBe(1);
    expect(red.output.out).toContain('The books do not agree:');
    expect(red.output.out).toContain(
      'org_1 2026-11: revenue in the ledger, against the billed cost of days: expected 0.250000000000, found 0, difference -0.250000000000',
    );
    expect(await query('SELECT extent, state, requested_by FROM self_audit ORDER BY id')).toEqual([
      { extent: 'full', state: 'green', requested_by: 'command-line' },
      { extent: 'recent', state: 'red', requested_by: 'command-line' },
    ]);
  }, 60_000);

  it('says why it could not be carried out', async () => {
    await query('DROP TABLE usage_key_day');
    const failed = audit();
    expect(await failed.ended()).toBe(1);
    expect(failed.output.err).toContain('tollgate: the audit failed');
    expect(failed.output.err).toContain('usage_key_day');
  }, 60_000);
});
