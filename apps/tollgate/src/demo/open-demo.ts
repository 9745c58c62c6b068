import type { TollgateConfig } from '@tollgate/config';
import { clusterExists } from '@tollgate/embedded-postgres';
import { existsSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { StartUpError } from '../start-up-error.js';
import { DEMO_CREATED } from './create-demo-world.js';
import { newDemoFile, readDemoFile, writeDemoFile, type DemoFile } from './demo-file.js';

const DEFAULT_DAYS = 30;

/** What a start is asked for: a demo, of so many days when it has to be made, or what is real. */
export interface DemoWish {
  /** Null: as many as are usual. */
  readonly days: number | null;
}

/** What an installation may have in its data folder besides its database, which may be elsewhere, as may its master key. */
const BELONGINGS = ['master-key', 'journal'];

type Place = Pick<TollgateConfig, 'dataDirectory' | 'databaseUrl'>;

/**
 * Looks at a data folder before anything is made in it, and takes an empty one for a demo: at once when its database is
 * to be made there too, else only after a look into that database. Null for what is real.
 * @throws StartUpError when the folder holds the other kind: a demo and what is real never share one.
 */
export function openDemo({ dataDirectory: directory, databaseUrl }: Place, wish: DemoWish | null): DemoFile | null {
  const file = readDemoFile(directory);
  if (wish === null) {
    if (file === null) return null;
    throw new StartUpError(`${directory} holds a demo: start it with npm start -- --demo`);
  }
  if (file !== null) return file;
  const holds = (name: string): boolean => existsSync(path.join(directory, name));
  if (clusterExists(path.join(directory, 'postgres')) || BELONGINGS.some(holds)) {
    throw new StartUpError(
      `${directory} holds an installation that is no demo: name another folder with TOLLGATE_DATA`,
    );
  }
  const days = wish.days ?? DEFAULT_DAYS;
  return databaseUrl === null ? beginDemo(directory, days) : newDemoFile(days);
}

function beginDemo(directory: string, days: number): DemoFile {
  const demo = newDemoFile(days);
  writeDemoFile(directory, demo);
  return demo;
}

interface DatabaseContent {
  readonly kind: 'nothing' | 'demo' | 'real';
  /** Which demo. */
  readonly demoId?: string;
}

const TABLES_EXIST = `
  SELECT to_regclass('installation') IS NOT NULL AND to_regclass('organization') IS NOT NULL
     AND to_regclass('audit_log_entry') IS NOT NULL AS exist`;

/** By way of JSON: versions before demos have no such column. */
const CONTENT = `
  SELECT EXISTS (SELECT FROM organization) OR EXISTS (SELECT FROM installation) AS "isMade",
         (SELECT (to_jsonb(i) ->> 'simulated')::boolean FROM installation i) AS simulated,
         (SELECT resource_id FROM audit_log_entry WHERE action = '${DEMO_CREATED}' LIMIT 1) AS "demoId"`;

/** Looks into a database that may be older than this version, or not ours at all, and changes nothing. */
export async function contentOf(url: string): Promise<DatabaseContent> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ exist: boolean }>(TABLES_EXIST);
    if (tables[0]?.exist !== true) return { kind: 'nothing' };
    const { rows } = await client.query<{ isMade: boolean; simulated: boolean | null; demoId: string | null }>(CONTENT);
    const [found] = rows;
    if (found?.isMade !== true) return { kind: 'nothing' };
    return found.simulated === true ? { kind: 'demo', demoId: found.demoId ?? '' } : { kind: 'real' };
  } finally {
    await client.end();
  }
}

interface DemoPlace {
  readonly directory: string;
  /** For the operator: which database. Holds no secret. */
  readonly place: string;
}

/**
 * Makes sure that folder and database belong together. Answers the demo to go on with: one that ends now, when nothing of
 * it has been made.
 * @throws StartUpError when the database holds something else.
 */
export function matchDemo(
  demo: DemoFile | null,
  { kind, demoId }: DatabaseContent,
  { directory, place }: DemoPlace,
): DemoFile | null {
  if (demo === null) {
    if (kind !== 'demo') return null;
    throw new StartUpError(`${place} holds a demo: start it with npm start -- --demo, from its own data folder`);
  }
  if (kind === 'real') throw new StartUpError(`${place} holds an installation that is no demo`);
  if (kind === 'nothing') return beginDemo(directory, demo.days);
  if (demoId === demo.id) return demo;
  throw new StartUpError(`${place} holds a demo that was made from another data folder`);
}
