import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { launch, type Launcher } from './launcher-process.js';

describe('tollgate usage export', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  const organizationId = newId('organization');

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    database = Database.connect(testDatabase.url);
    await database.prisma.organization.create({
      data: { id: organizationId, name: 'Acme', slug: 'acme', timeZone: 'Europe/Berlin' },
    });
    await database.pool.query(
      `INSERT INTO usage_key_day SELECT * FROM jsonb_populate_record(NULL::usage_key_day, $1)`,
      [
        JSON.stringify({
          ...(await emptyRow()),
          organization_id: organizationId,
          day: '2026-11-03',
          requests: 7,
          billed_cost: '0.000000000001',
        }),
      ],
    );
  });
  afterEach(async () => {
    await database.close();
    await testDatabase.drop();
  });

  async function emptyRow(): Promise<Record<string, unknown>> {
    const { rows } = await database.pool.query<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'usage_key_day'`,
    );
    return Object.fromEntries(
      rows.map(({ name, type }) => [name, type === 'text' ? '2026-11' : type === 'date' ? null : 0]),
    );
  }

  const exported = (...options: readonly string[]): Launcher =>
    launch({ DATABASE_URL: testDatabase.url }, 'usage', 'export', '--organization', ...options);

  it('writes the file to its output, by days of the organization and by period', async () => {
    const byDay = exported(organizationId, '--from', '2026-11-03', '--to', '2026-11-04');
    expect(await byDay.ended()).toBe(0);
    const [header = '', row = '', ...rest] = byDay.output.out.split('\r\n');
    expect(rest).toEqual(['']);
    expect(header).toMatch(/^day,accountingPeriod,organizationId,.*,cost,currency$/);
    expect(row).toMatch(/^2026-11-03,2026-11,.*,0\.000000000001,USD$/);
    const byPeriod = exported(organizationId, '--period', '2026-11', '--format', 'jsonl');
    expect(await byPeriod.ended()).toBe(0);
    const [, totals = ''] = byPeriod.output.out.split('\n');
    expect(JSON.parse(totals)).toMatchObject({ totals: { rows: 1, requests: 7, cost: '0.000000000001' } });
  }, 60_000);

  it('says what is wrong in a line', async () => {
    const unknown = exported('org_nobody', '--period', '2026-11');
    expect(await unknown.ended()).toBe(1);
    expect(unknown.output).toMatchObject({ out: '', err: 'tollgate: there is no organization org_nobody\n' });
    const zone = exported(organizationId, '--period', '2026-11', '--zone', 'Asia/Tokyo');
    expect(await zone.ended()).toBe(1);
    expect(zone.output.err).toContain('Accounting periods are months of the organization');
  }, 60_000);
});
