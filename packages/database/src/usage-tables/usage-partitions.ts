import { lowestUuidAt } from '@tollgate/domain';
import type pg from 'pg';

import { inTransaction } from '../transaction.js';
import { ADVISORY_LOCKS } from '../advisory-locks.js';
import { monthText } from './instant-texts.js';

const PARTITIONED_TABLES = ['usage_event', 'rated_line', 'grant_allocation'] as const;

/** Creates the partitions for usage of the month before `at` (Unix milliseconds), of its own, and of the next two. */
export async function ensureUsagePartitions(pool: pg.Pool, at: number): Promise<void> {
  const month = new Date(at);
  const months = [-1, 0, 1, 2].map((offset) => Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + offset));
  await ensureUsageMonths(pool, months.map(monthText));
}

/** Creates the partitions of months, each as `monthText` writes it; existing ones are left alone. */
export async function ensureUsageMonths(pool: pg.Pool, months: readonly string[]): Promise<void> {
  await inTransaction(pool, 'READ COMMITTED', async (client) => {
    await client.query('SET LOCAL ROLE NONE'); // only the owner of a table may give it partitions
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.usagePartitions]);
    for (const month of months) {
      for (const table of PARTITIONED_TABLES) await ensurePartition(client, table, month);
    }
  });
}

async function ensurePartition(client: pg.PoolClient, table: string, month: string): Promise<void> {
  const partition = `${table}_${month}`;
  const { rows } = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [partition]);
  if (rows[0]?.exists === true) return;
  const [year = 0, number = 0] = month.split('_').map(Number);
  const from = lowestUuidAt(Date.UTC(year, number - 1));
  const to = lowestUuidAt(Date.UTC(year, number));
  // attaching an existing table does not lock the writers of its siblings out, creating it in place would
  await client.query(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES FROM ('${from}') TO ('${to}')`);
}
