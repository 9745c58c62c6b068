import { cp, mkdir, mkdtemp, rm, writeFile, appendFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import { deployMigrations, MigrationError, requireSchema, SchemaMismatchError } from '../src/index.js';

const migrationsFolder = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));
let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  await query('DROP SCHEMA public CASCADE');
  await query('CREATE SCHEMA public');
  folder = await mkdtemp(path.join(tmpdir(), 'tollgate-migrations-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, 'migration.sql'), sql);
}

const folders = async (): Promise<string[]> => {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
};

describe('deploying migrations', () => {
  test('applies all of them in order, and a second time nothing', async () => {
    const names = (await folders()).sort();
    expect(await deployMigrations(database.url)).toEqual(names);
    expect(await deployMigrations(database.url)).toEqual([]);
    const ledger = await query('SELECT migration_name FROM _prisma_migrations ORDER BY migration_name');
    expect(ledger.map((row) => row['migration_name'])).toEqual(names);
  });

  test('several processes at once apply each one once', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => deployMigrations(database.url)));
    expect(applied.flat().sort()).toEqual((await folders()).sort());
  });

  test('refuses a migration that was edited after it had been applied, and applies nothing then', async () => {
    await cp(migrationsFolder, folder, { recursive: true });
    await deployMigrations(database.url, folder);
    const [first = ''] = (await folders()).sort();
    await appendFile(path.join(folder, first, 'migration.sql'), '\n-- an afterthought\n');
    await writeMigration('99990101000000_add_something', 'CREATE TABLE something (id int)');
    await expect(deployMigrations(database.url, folder)).rejects.toThrow(new RegExp(`${first} was edited`));
    expect(await query("SELECT to_regclass('something') AS found")).toEqual([{ found: null }]);
  });

  test('a migration that fails leaves nothing behind, and those before it stay', async () => {
    await writeMigration('20260101000000_add_kept', 'CREATE TABLE kept (id int)');
    await writeMigration('20260102000000_add_broken', 'CREATE TABLE broken (id int); SELECT 1 / 0');
    await expect(deployMigrations(database.url, folder)).rejects.toThrow(MigrationError);
    expect(await query("SELECT to_regclass('kept')::text AS kept, to_regclass('broken')::text AS broken")).toEqual([
      { kept: 'kept', broken: null },
    ]);
    await writeMigration('20260102000000_add_broken', 'CREATE TABLE broken (id int)');
    expect(await deployMigrations(database.url, folder)).toEqual(['20260102000000_add_broken']);
  });

  test('tells a release that is older or newer than the database from one that fits it', async () => {
    await expect(requireSchema(database.url)).rejects.toThrow(
      /older than this release \(it lacks .*create_control_plane/,
    );
    await deployMigrations(database.url);
    await expect(requireSchema(database.url)).resolves.toBeUndefined();
    await writeMigration('99990101000000_add_something', 'SELECT 1');
    await deployMigrations(database.url, folder);
    await expect(requireSchema(database.url)).rejects.toThrow(SchemaMismatchError);
    await expect(requireSchema(database.url)).rejects.toThrow(/newer than this release \(it has 99990101000000_add/);
  });
});
