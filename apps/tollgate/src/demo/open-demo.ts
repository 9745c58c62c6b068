import { clusterExists } from '@tollgate/embedded-postgres';
import { existsSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { StartUpError } from '../start-up-error.js';
import { newDemoFile, readDemoFile, writeDemoFile, type DemoFile } from './demo-file.js';

const DEFAULT_DAYS = 30;

/** What a start is asked for: a demo, of so many days when it has to be made, or what is real. */
export interface DemoWish {
  /** Null: as many as are usual. */
  readonly days: number | null;
}

export interface OpenedDemo {
  readonly file: DemoFile;
  /** Nothing has been made in this folder yet. */
  readonly isNew: boolean;
}

/**
 * Looks at a data folder before anything is started in it. Null for what is real.
 * @throws StartUpError when the folder holds the other kind: a demo and what is real never share one.
 */
export function openDemo(directory: string, wish: DemoWish | null): OpenedDemo | null {
  const file = readDemoFile(directory);
  if (wish === null) {
    if (file === null) return null;
    throw new StartUpError(`${directory} holds a demo: start it with npm start -- --demo`);
  }
  if (file !== null) return { file, isNew: false };
  if (clusterExists(path.join(directory, 'postgres')) || existsSync(path.join(directory, 'master-key'))) {
    throw new StartUpError(
      `${directory} holds an installation that is no demo: name another folder with TOLLGATE_DATA`,
    );
  }
  return { file: beginDemo(directory, wish), isNew: true };
}

/** A demo that has to be made, up to now. */
function beginDemo(directory: string, { days }: DemoWish): DemoFile {
  const file = newDemoFile(days ?? DEFAULT_DAYS);
  writeDemoFile(directory, file);
  return file;
}

export type DatabaseContent = 'nothing' | 'demo' | 'real';

/** Looks into a database that may be older than this version, or not ours at all, and changes nothing. */
export async function contentOf(url: string): Promise<DatabaseContent> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // by way of JSON: versions before demos have no such column
    const { rows: tables } = await client.query<{ exists: boolean }>(
      `SELECT to_regclass('installation') IS NOT NULL AND to_regclass('organization') IS NOT NULL AS exists`,
    );
    if (tables[0]?.exists !== true) return 'nothing';
    const { rows } = await client.query<{ simulated: boolean | null; organizations: boolean }>(
      `SELECT (SELECT (to_jsonb(i) ->> 'simulated')::boolean FROM installation i) AS simulated,
              EXISTS (SELECT FROM organization) OR EXISTS (SELECT FROM installation) AS organizations`,
    );
    const [found] = rows;
    if (found?.organizations !== true) return 'nothing';
    return found.simulated === true ? 'demo' : 'real';
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
 * Makes sure that folder and database belong together. Answers the demo to go on with: anew when its database is gone.
 * @throws StartUpError when the database holds something else.
 */
export function matchDemo(
  opened: OpenedDemo | null,
  content: DatabaseContent,
  { directory, place }: DemoPlace,
): DemoFile | null {
  if (opened === null) {
    if (content !== 'demo') return null;
    throw new StartUpError(`${place} holds a demo: start it with npm start -- --demo, from its own data folder`);
  }
  if (content === 'real') throw new StartUpError(`${place} holds an installation that is no demo`);
  if (content === 'demo') {
    if (opened.isNew) throw new StartUpError(`${place} holds a demo that was made from another data folder`);
    return opened.file;
  }
  return opened.isNew ? opened.file : beginDemo(directory, opened.file);
}
