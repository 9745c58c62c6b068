import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { Database } from '@tollgate/database';
import { createTestDatabase } from '@tollgate/testing';
import { describe, expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const isBuilt = existsSync(program);
const title = isBuilt
  ? 'the process of the worker'
  : 'the process of the worker (skipped: it is not built, see npm run build)';

interface Ended {
  readonly code: number | null;
  readonly messages: readonly unknown[];
  readonly stderr: string;
}

/** Starts the worker as the launcher does, runs `whenReady` at its first message, and waits for its end. */
async function run(databaseUrl: string, whenReady: (child: ChildProcess) => void): Promise<Ended> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, TOLLGATE_DATA: tmpdir(), LOG_LEVEL: 'silent' };
  const child = fork(program, { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const messages: unknown[] = [];
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.on('message', (message) => {
    messages.push(message);
    whenReady(child);
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, messages, stderr };
}

(isBuilt ? describe : describe.skip)(title, () => {
  test('says that it is ready, and ends cleanly on SIGTERM or when its launcher is gone', async () => {
    const database = await createTestDatabase();
    const ended = await run(database.url, (child) => child.kill('SIGTERM'));
    expect(ended).toEqual({ code: 0, messages: [{ ready: true }], stderr: '' });
    expect(await run(database.url, (child) => child.disconnect())).toMatchObject({ code: 0, stderr: '' });
    await database.drop();
  });

  test('says in one line why it cannot start', async () => {
    const { code, messages, stderr } = await run('', () => undefined);
    expect(code).toBe(1);
    expect(messages).toEqual([{ failed: expect.stringMatching(/^[^\n]*DATABASE_URL[^\n]*$/) }]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('books nothing in a database that a newer release has migrated', async () => {
    const database = await createTestDatabase();
    const newer = Database.connect(database.url);
    await newer.pool.query(`
      INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
      VALUES ('later', '', '99990101000000_add_something', now())`);
    await newer.close();
    const { code, messages, stderr } = await run(database.url, () => undefined);
    expect({ code, messages }).toEqual({
      code: 1,
      messages: [{ failed: expect.stringMatching(/^the database is newer than this release[^\n]*$/) }],
    });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    await database.drop();
  });
});
