import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { deployMigrations } from '@tollgate/database';
import { startEmbeddedPostgres } from '@tollgate/embedded-postgres';
import pg from 'pg';

/**
 * Builds two databases on a real Postgres, one by our migrations, one by Prisma's own statements, and returns how the
 * first differs from the second in the tables that Prisma knows. What only the migrations have (triggers, checks,
 * exclusion constraints, accounting tables) is no difference.
 */
export async function compareDatabases(prismaStatements) {
  const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-migrations-'));
  const settings = { fsync: 'off', synchronous_commit: 'off' };
  const server = await startEmbeddedPostgres({ directory, settings, temporary: true });
  try {
    const migrated = await createDatabase(server.url, 'migrated');
    const expected = await createDatabase(server.url, 'expected');
    await deployMigrations(migrated);
    await query(expected, prismaStatements);
    return differences(await describe(expected), await describe(migrated));
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function createDatabase(serverUrl, name) {
  await query(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** One line of text for everything that must be equal; every line begins with its table. */
const DESCRIPTION = `
  SELECT c.relname AS "table", format('column %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) AS fact
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT tablename, 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL
  SELECT conrelid::regclass::text, 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f', 'u')
  UNION ALL
  SELECT 'enum ' || t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname`;

async function describe(url) {
  const facts = new Map();
  for (const { table, fact } of await query(url, DESCRIPTION)) {
    facts.set(table, [...(facts.get(table) ?? []), fact]);
  }
  return facts;
}

function differences(expected, migrated) {
  return [...expected].flatMap(([table, wanted]) => {
    const found = migrated.get(table);
    if (found === undefined) return [`${table} is missing`];
    const missing = wanted.filter((fact) => !found.includes(fact)).map((fact) => `${table} lacks: ${fact}`);
    // an index of an exclusion constraint is ours; a column that Prisma does not know would be lost on the way to it
    const surplus = found.filter((fact) => fact.startsWith('column') && !wanted.includes(fact));
    return [...missing, ...surplus.map((fact) => `${table} has too much: ${fact}`)];
  });
}
