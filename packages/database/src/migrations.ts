import { hash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { ADVISORY_LOCKS } from './advisory-locks.js';
import { prepareLedgerRole } from './ledger-role.js';

/** `prisma/migrations` of the repository; the way there is the same from `src` and from `dist`. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));

/** Prisma's own ledger, column for column, so that its tools agree with ours about what is applied. */
const LEDGER = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "checksum" varchar(64) NOT NULL,
    "finished_at" timestamptz,
    "migration_name" varchar(255) NOT NULL,
    "logs" text,
    "rolled_back_at" timestamptz,
    "started_at" timestamptz NOT NULL DEFAULT now(),
    "applied_steps_count" integer NOT NULL DEFAULT 0
  )`;

const APPLIED = `
  SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;

/** A server that is frozen accepts connections and says nothing. */
const ANSWER_TIMEOUT_MS = 10_000;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Brings the database to the state of this release: applies what is missing of `prisma/migrations`, in order, each in
 * its own transaction. Safe to run by several processes at once. Returns the names of what it applied.
 * @throws MigrationError when an applied migration was edited afterwards, or when one fails (nothing of it remains).
 */
export async function deployMigrations(url: string, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'tollgate-migrations' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
    await client.query(LEDGER);
    const applied = await applyMissing(client, migrations);
    await prepareLedgerRole(client);
    return applied;
  } finally {
    await client.end(); // which releases the lock
  }
}

/** This release and the database are of different ages: what it reads and writes would be wrong. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

const PRIVILEGE_MISSING = '42501';
const TABLE_MISSING = '42P01';

/**
 * Makes sure that the database is in the state of this release. A release that is older would take columns that it does
 * not know for damaged usage, and put everything into quarantine.
 * @throws SchemaMismatchError with one line for the operator; what `pg` throws when the database cannot be asked.
 */
export async function requireSchema(url: string, folder: string = MIGRATIONS_FOLDER): Promise<void> {
  const [known, applied] = await Promise.all([readMigrations(folder), readApplied(url)]);
  if (applied === null) return;
  const names = new Set(known.map(({ name }) => name));
  const unknown = applied.filter((name) => !names.has(name));
  if (unknown.length > 0) {
    const newest = unknown.sort().at(-1);
    throw new SchemaMismatchError(
      `the database is newer than this release (it has ${newest}): install the release that brought it there`,
    );
  }
  const missing = known.filter(({ name }) => !applied.includes(name));
  if (missing.length > 0) {
    throw new SchemaMismatchError(
      `the database is older than this release (it lacks ${missing[0]?.name}): start the launcher, which migrates it`,
    );
  }
}

/** Names of the applied migrations; `null` for a user who may not read which. */
async function readApplied(url: string): Promise<string[] | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tollgate-schema',
    connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
  });
  client.on('error', () => undefined); // of a connection that breaks while it is idle: the query tells
  try {
    await client.connect();
    const { rows } = await client.query<{ migration_name: string }>(APPLIED);
    return rows.map((row) => row.migration_name);
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    if (code === PRIVILEGE_MISSING) return null;
    if (code === TABLE_MISSING) return [];
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(`${folder}/${name}/migration.sql`, 'utf8');
      return { name, sql, checksum: hash('sha256', sql) };
    }),
  );
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(APPLIED);
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  for (const { name, checksum } of migrations) {
    const known = applied.get(name);
    if (known !== undefined && known !== checksum) {
      throw new MigrationError(`migration ${name} was edited after it had been applied to this database`);
    }
  }
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new MigrationError(`migration ${name} failed: ${String(error)}`, { cause: error });
  }
}
