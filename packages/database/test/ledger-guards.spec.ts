import { newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import {
  Database,
  deployMigrations,
  ensureUsagePartitions,
  hasLedgerRole,
  inTransaction,
  requestManualPosting,
} from '../src/index.js';
import { createTenant } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

let testDatabase: TestDatabase;
/** The owner of everything, who stands for a superuser. */
let owner: Database;
/** As gateway and worker connect. */
let product: Database;
let tenant: Tenant;
let period: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = Database.connect(testDatabase.url);
  product = Database.connect(testDatabase.url, { asLedgerRole: true });
  tenant = await createTenant(owner);
  await ensureUsagePartitions(product.pool, Date.now());
  const { organizationId } = tenant;
  const who = { requestedBy: 'x', reason: 'x', idempotencyKey: 'x' };
  const draft = { organizationId, kind: 'payment', picos: 5n, ...who } as const;
  await inTransaction(product.pool, 'READ COMMITTED', (client) => requestManualPosting(client, draft));
  const { rows } = await owner.pool.query<{ period: string }>('SELECT accounting_period AS period FROM ledger_entry');
  period = rows[0]?.period ?? '';
});
afterAll(async () => {
  await product.close();
  await owner.close();
  await testDatabase.drop();
});

interface Line {
  readonly account?: string;
  readonly amount: string;
  readonly period?: string;
}

interface Attempt {
  readonly lines: readonly Line[];
  /** Each line in a statement of its own. */
  readonly apart?: boolean;
  readonly period?: string;
}

/** Inserts a transaction as it is told, without the product's own care. */
async function post({ lines, apart = false, ...transaction }: Attempt, database = product): Promise<void> {
  const id = newId('ledgerTransaction');
  const { organizationId } = tenant;
  await inTransaction(database.pool, 'READ COMMITTED', async (client) => {
    await client.query(
      `INSERT INTO ledger_transaction (id, organization_id, kind, currency, accounting_period, reason, source, idempotency_key, booked_at)
       VALUES ($1, $2, 'payment', 'USD', $3, 'x', 'x', $1, '2026-11-01')`,
      [id, organizationId, transaction.period ?? period],
    );
    const values = lines.map(
      ({ account = 'cash', amount, period: named = transaction.period ?? period }, index) =>
        `('${id}', ${index}, '${organizationId}', 'payment', 'USD', '${named}', '2026-11-01', '${account}', ${amount})`,
    );
    const insert = (rows: readonly string[]): Promise<unknown> =>
      client.query(`INSERT INTO ledger_entry (transaction_id, line, organization_id, kind, currency, accounting_period,
        booked_at, account, amount) VALUES ${rows.join(', ')}`);
    if (apart) for (const row of values) await insert([row]);
    else if (values.length > 0) await insert(values);
  });
}

describe('the ledger refuses, even from its owner,', () => {
  const balanced = [{ amount: '1' }, { account: 'prepaid', amount: '-1' }];

  test('nothing that is right', async () => {
    await post({ lines: balanced });
    await post({ lines: balanced }, owner);
  });

  test.each<[string, Attempt, RegExp]>([
    ['entries that are off by a picounit', { lines: [{ amount: '1' }, { amount: '-0.999999999999' }] }, /sum to zero/],
    ['a single entry', { lines: [{ amount: '1' }] }, /sum to zero/],
    ['no entries', { lines: [] }, /has no entries/],
    ['entries of nothing', { lines: [{ amount: '0' }, { amount: '0' }] }, /amount_check/],
    ['entries that come one by one', { lines: balanced, apart: true }, /sum to zero/],
    [
      'an account that there is not',
      { lines: [{ account: 'pocket', amount: '1' }, { amount: '-1' }] },
      /account_check/,
    ],
    ['entries of another period', { lines: [{ amount: '1', period: '2020-01' }, { amount: '-1' }] }, /something else/],
    ['a period that there is not', { lines: balanced, period: '2020-01' }, /foreign key/],
  ])('%s', async (_name, attempt, message) => {
    await expect(post(attempt, owner)).rejects.toThrow(message);
    await expect(post(attempt)).rejects.toThrow(message);
  });

  test('entries for a transaction that has its own', async () => {
    await expect(
      owner.pool.query(`INSERT INTO ledger_entry SELECT transaction_id, line + 10, organization_id, kind, currency,
        accounting_period, booked_at, account, amount FROM ledger_entry`),
    ).rejects.toThrow('has its entries already');
  });

  test('anything in a closed period', async () => {
    const change = (state: string) => owner.pool.query(`UPDATE accounting_period SET state = '${state}'`);
    await change('closed');
    await expect(post({ lines: balanced })).rejects.toThrow('is closed');
    await change('open');
  });

  const CHANGES = ['ledger_transaction', 'ledger_entry'].flatMap((table) => [
    `UPDATE ${table} SET booked_at = now()`,
    `DELETE FROM ${table}`,
    `TRUNCATE ${table} CASCADE`,
  ]);

  test.each(CHANGES)('%s', async (change) => {
    await expect(owner.pool.query(change)).rejects.toThrow('never changed or deleted');
    await expect(product.pool.query(change)).rejects.toThrow('permission denied');
  });
});

describe('the role', () => {
  const APPEND_ONLY = [
    ...['usage_event', 'rated_line', 'audit_log_entry', 'price_book_snapshot', 'alert'],
    ...['credit_grant', 'grant_allocation', 'grant_charge', 'accounting_period_closing'],
  ];

  test.each(APPEND_ONLY)('cannot change %s either', async (table) => {
    await expect(product.pool.query(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
  });

  test('cannot take the triggers away', async () => {
    await expect(product.pool.query('ALTER TABLE ledger_entry DISABLE TRIGGER ALL')).rejects.toThrow('must be owner');
  });

  test('reads and writes every other table, also those to come', async () => {
    const { rows } = await owner.pool.query<{ name: string; may: boolean }>(
      `
      SELECT relname AS name, has_table_privilege('tollgate_ledger', oid, 'SELECT, INSERT')
        AND (relname = ANY($1) OR has_table_privilege('tollgate_ledger', oid, 'UPDATE')) AS may
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
      [[...APPEND_ONLY, 'ledger_transaction', 'ledger_entry']],
    );
    expect(rows.filter(({ may }) => !may)).toEqual([{ name: '_prisma_migrations', may: false }]);
    await owner.pool.query('CREATE TABLE to_come (id int)');
    const hopeful = Database.connect(testDatabase.url, { asLedgerRole: true });
    expect(await hasLedgerRole(hopeful.pool)).toBe(false); // rather no role than a product that fails
    await hopeful.close();
    await deployMigrations(testDatabase.url);
    await product.pool.query('INSERT INTO to_come VALUES (1)');
    expect(await hasLedgerRole(product.pool)).toBe(true);
    expect(await hasLedgerRole(owner.pool)).toBe(false);
  });

  test('is done without where the user may not have it', async () => {
    const name = `weak_${newId('organization').slice(-12)}`;
    const url = new URL(testDatabase.url);
    await owner.pool.query(
      `CREATE ROLE ${name} LOGIN PASSWORD 'weak'; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${name}`,
    );
    url.username = name;
    url.password = 'weak';
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.end();
    const weak = Database.connect(url.href, { asLedgerRole: true });
    expect(await hasLedgerRole(weak.pool)).toBe(false);
    expect((await weak.pool.query('SELECT 1 FROM ledger_transaction')).rowCount).toBeGreaterThan(0);
    await weak.close();
    await owner.pool.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });
});
