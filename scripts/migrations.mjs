/**
 * Authoring and checking of migrations without Prisma's engine binary, which is not in npm.
 *
 *   node scripts/migrations.mjs create NAME   writes what changed in prisma/schema since the last migration
 *   node scripts/migrations.mjs check         fails when a change has no migration, or when the migrations do not build
 *                                             the tables that Prisma believes in
 *
 * The difference is taken between texts: `schema.snapshot` is the schema as of the last migration. What Prisma cannot
 * say (partitions, triggers, exclusion constraints) is written into migration.sql by hand, and the difference never sees
 * it. Deploying needs none of this: see packages/database/src/migrations.ts.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

import { compareDatabases } from './database-comparison.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const schemaFolder = path.join(root, 'prisma/schema');
const migrationsFolder = path.join(root, 'prisma/migrations');
const snapshotFile = path.join(migrationsFolder, 'schema.snapshot');
const lockFile = path.join(migrationsFolder, 'migration_lock.toml');

const schemaFiles = fs
  .readdirSync(schemaFolder)
  .filter((name) => name.endsWith('.prisma'))
  .sort()
  .map((name) => ({
    path: `prisma/schema/${name}`,
    content: fs.readFileSync(path.join(schemaFolder, name), 'utf8'),
  }));

let engine;

/**
 * The package's own entry imports the .wasm file, which Node does not; it is instantiated by hand, and once only: its
 * glue code keeps views of the first instance's memory.
 */
async function openEngine() {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const glue = await import(pathToFileURL(path.join(folder, 'schema_engine_bg.js')).href);
  const wasm = fs.readFileSync(path.join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const adapter = bindMigrationAwareSqlAdapterFactory(absentDatabase);
  return glue.SchemaEngine.new({ datamodels: schemaFiles.map((file) => [file.path, file.content]) }, () => {}, adapter);
}

/** A difference of texts needs no database, but the engine insists on opening one. */
const absentConnection = {
  provider: 'postgres',
  adapterName: 'absent',
  queryRaw: () => Promise.resolve({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: () => Promise.resolve(0),
  executeScript: () => Promise.resolve(),
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  startTransaction: () => Promise.reject(new Error('there is no database')),
  dispose: () => Promise.resolve(),
};
const absentDatabase = {
  provider: 'postgres',
  adapterName: 'absent',
  connect: () => Promise.resolve(absentConnection),
  connectToShadowDb: () => Promise.resolve(absentConnection),
};

async function difference(from) {
  engine ??= await openEngine();
  const { exitCode, stdout } = await engine.diff({
    from,
    to: { tag: 'schemaDatamodel', files: schemaFiles },
    script: true,
    exitCode: true,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 0 ? null : stdout;
}

function lastMigratedSchema() {
  if (!fs.existsSync(snapshotFile)) return { tag: 'empty' };
  return { tag: 'schemaDatamodel', files: JSON.parse(fs.readFileSync(snapshotFile, 'utf8')) };
}

async function create(name) {
  if (!/^[a-z]+(_[a-z0-9]+)+$/.test(name ?? '')) {
    throw new Error('name the migration <verb>_<noun>, such as add_invoices');
  }
  const sql = await difference(lastMigratedSchema());
  const timestamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = path.join(migrationsFolder, `${timestamp}_${name}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'migration.sql'), sql ?? '');
  fs.writeFileSync(lockFile, '# Which database the migrations are written for.\nprovider = "postgresql"\n');
  fs.writeFileSync(snapshotFile, `${JSON.stringify(schemaFiles, null, 1)}\n`);
  const what = sql === null ? 'an empty migration: the schema has not changed' : 'the changes of the schema';
  process.stdout.write(`${path.relative(root, folder)}/migration.sql: ${what}\n`);
}

async function check() {
  if ((await difference(lastMigratedSchema())) !== null) {
    throw new Error('prisma/schema has changes without a migration: npm run migration:create -- <verb>_<noun>');
  }
  const differences = await compareDatabases(await difference({ tag: 'empty' }));
  if (differences.length > 0) {
    throw new Error(`the migrations do not build what Prisma believes in:\n  ${differences.join('\n  ')}`);
  }
  process.stdout.write('migrations: they build every table that Prisma knows\n');
}

const [command, name] = process.argv.slice(2);
try {
  if (command === 'create') await create(name);
  else if (command === 'check') await check();
  else throw new Error('usage: node scripts/migrations.mjs create NAME | check');
} catch (error) {
  process.stderr.write(`migrations: ${error.message}\n`);
  process.exitCode = 1;
}
