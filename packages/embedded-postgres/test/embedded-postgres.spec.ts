import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '@tollgate/embedded-postgres';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findPostmaster } from '../src/postmaster.js';
import { identityOf } from '../src/process-identity.js';
import { startOwner } from './owner-process.js';

const asRoot = process.getuid?.() === 0;

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean, waitMs = 20_000): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await sleep(25);
  }
}

function postmasterIn(directory: string): number {
  return Number(readFileSync(path.join(directory, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

describe('embedded Postgres', () => {
  let parent: string;
  let directory: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'tollgate-pg-'));
    chmodSync(parent, 0o755);
    directory = path.join(parent, 'postgres');
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('keeps its data from one start to the next', async () => {
    const first = await startEmbeddedPostgres({ directory, settings: { work_mem: '5MB' } });
    await query(first.url, 'create table t as select 42 as answer');
    expect(await query(first.url, 'show work_mem')).toEqual([{ work_mem: '5MB' }]);
    expect(await query(first.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await first.stop();
    expect(await first.exited).toBe(0);
    expect(existsSync(path.join(directory, 'data/postmaster.pid'))).toBe(false);

    const second = await startEmbeddedPostgres({ directory, port: first.port });
    expect(second).toMatchObject({ reused: false, port: first.port, url: first.url, directory: first.directory });
    expect(await query(second.url, 'select answer from t')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  it('asks for a password, which only its owner can read', async () => {
    const server = await startEmbeddedPostgres({ directory });
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(path.join(directory, 'password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(directory, 'postgres.log'), 'utf8')).not.toContain(new URL(server.url).password);
    await server.stop();
  });

  it('is started once by two starts at once in one process, and joined by a later one', async () => {
    const both = await Promise.all([startEmbeddedPostgres({ directory }), startEmbeddedPostgres({ directory })]);
    expect(both.map((server) => server.reused).sort()).toEqual([false, true]);
    expect(both[0].url).toBe(both[1].url);
    await Promise.all(both.map((server) => server.stop()));
  });

  it('is started once by two processes at once', async () => {
    const owners = await Promise.all([startOwner({ directory }), startOwner({ directory })]);
    expect(owners.map((owner) => owner.reused).sort()).toEqual([false, true]);
    await Promise.all(owners.map((owner) => owner.end()));
  });

  it('stops cleanly when its owner is killed, and the next start waits for that', async () => {
    const owner = await startOwner({ directory });
    await query(owner.url, 'create table t as select 42 as answer');
    const postmaster = postmasterIn(directory);
    await owner.end('SIGKILL');
    const next = await startEmbeddedPostgres({ directory });
    expect(next.reused).toBe(false);
    expect(identityOf(postmaster)).toBeNull();
    expect(await query(next.url, 'select answer from t')).toEqual([{ answer: 42 }]);
    expect(readFileSync(path.join(directory, 'postgres.log'), 'utf8')).not.toMatch(/not properly shut down/);
    await next.stop();
  });

  it('recovers when owner, watchdog and server are killed', async () => {
    const owner = await startOwner({ directory });
    await query(owner.url, 'create table t as select generate_series(1, 1000) as n');
    const watchdog = Number(readFileSync(path.join(directory, 'owner'), 'utf8').split('\n')[1]?.split(' ')[0]);
    const postmaster = postmasterIn(directory);
    for (const pid of [watchdog, postmaster]) process.kill(pid, 'SIGKILL');
    await owner.end('SIGKILL');
    const next = await startEmbeddedPostgres({ directory });
    expect(await query(next.url, 'select count(*)::int as rows from t')).toEqual([{ rows: 1000 }]);
    expect(readFileSync(path.join(directory, 'postgres.log'), 'utf8')).toMatch(/not properly shut down/);
    await next.stop();
  });

  it('replaces a server that lost its watchdog by one that has one', async () => {
    const first = await startEmbeddedPostgres({ directory });
    const orphan = postmasterIn(directory);
    process.kill(Number(readFileSync(path.join(directory, 'owner'), 'utf8').split('\n')[1]?.split(' ')[0]), 'SIGKILL');
    await first.exited;
    const second = await startEmbeddedPostgres({ directory });
    expect(second.reused).toBe(false);
    expect(identityOf(orphan)).toBeNull();
    await second.stop();
  });

  it('starts over a postmaster.pid that names a stranger', async () => {
    const first = await startEmbeddedPostgres({ directory });
    await first.stop();
    writeFileSync(path.join(directory, 'data/postmaster.pid'), `${process.pid}\n${directory}/data\n1\n5432\n`);
    const second = await startEmbeddedPostgres({ directory });
    expect(second.reused).toBe(false);
    await second.stop();
  });

  it('goes with its folder when it is temporary, even after kill -9 of the owner', async () => {
    const owner = await startOwner({ directory, temporary: true });
    await owner.end('SIGKILL');
    await until(() => !existsSync(directory));
  });

  it('says in one line what is wrong with a setting', async () => {
    const start = startEmbeddedPostgres({ directory, settings: { shared_buffers: 'plenty' } });
    await expect(start).rejects.toThrow(/^the database did not start: .*shared_buffers.*$/);
  });

  it('says in one line that the folder cannot be made', async () => {
    writeFileSync(path.join(parent, 'file'), '');
    const start = startEmbeddedPostgres({ directory: path.join(parent, 'file/postgres') });
    await expect(start).rejects.toThrow(/^cannot create .*ENOTDIR.*$/);
  });

  it('makes the links of its libraries when install scripts did not run', async () => {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    if (process.platform !== 'linux') return;
    const entry = require.resolve(`@embedded-postgres/linux-${process.arch}`);
    const unused = path.resolve(path.dirname(entry), '../native/lib/libpgtypes.so'); // a link that nothing loads
    unlinkSync(unused);
    const server = await startEmbeddedPostgres({ directory });
    expect(existsSync(unused)).toBe(true);
    await server.stop();
  });

  const root = asRoot ? it : it.skip;

  root('runs under an unprivileged account when we are root', async () => {
    const server = await startEmbeddedPostgres({ directory });
    expect(findPostmaster(path.join(server.directory, 'data'))).not.toBeNull();
    expect(statSync(`/proc/${postmasterIn(directory)}`).uid).not.toBe(0);
    expect(statSync(path.join(directory, 'data')).uid).not.toBe(0);
    await server.stop();
  });

  root('runs as the normal user who starts it', async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    chownSync(parent, nobody.uid, nobody.gid);
    const owner = await startOwner({ directory }, nobody);
    expect(owner.error).toBeUndefined();
    expect(statSync(`/proc/${postmasterIn(directory)}`).uid).toBe(nobody.uid);
    await owner.end();
    // root finds it later, and keeps its owner
    const server = await startEmbeddedPostgres({ directory });
    expect(statSync(`/proc/${postmasterIn(directory)}`).uid).toBe(nobody.uid);
    await server.stop();
  });

  root(
    "puts the data where the account can reach it, and comes back to it, when the folder is in root's home",
    async () => {
      chmodSync(parent, 0o700);
      const first = await startEmbeddedPostgres({ directory });
      expect(first.directory).toMatch(/^\/var\/lib\/tollgate\/[0-9a-f]{16}$/);
      expect(existsSync(directory)).toBe(false);
      await first.stop();
      chmodSync(parent, 0o755);
      const second = await startEmbeddedPostgres({ directory, temporary: true });
      expect(second.directory).toBe(first.directory);
      await second.stop();
      expect(existsSync(first.directory)).toBe(false);
    },
  );

  root('refuses to start an empty database in place of one that has become unreachable', async () => {
    const first = await startEmbeddedPostgres({ directory });
    await first.stop();
    chmodSync(parent, 0o700);
    await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(/cannot be reached by its owner/);
  });
});
