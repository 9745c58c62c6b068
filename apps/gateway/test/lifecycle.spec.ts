import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '@tollgate/testing';
import pg from 'pg';

import { checkBooks, checkSpent, untilBooked } from './books.js';
import { FakeOpenAi, slowly } from './fake-openai.js';
import { freePort, RunningProduct, until } from './running-product.js';
import { randomFrom, send, Traffic } from './traffic.js';

const GATEWAY = path.resolve(import.meta.dirname, '../dist/main.js');
/** Far below what running requests may take after SIGTERM. */
const ENDS_WITHIN_MS = 12_000;

describe('starting and ending', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  const dispatched = (): string[] => provider.requests.map(({ json }) => String(json['user']));

  /** Another gateway, on a database and a data folder of its own. */
  async function startAnother(databaseUrl: string): Promise<{ code: number; lines: readonly string[] }> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-second-'));
    const { code, stderr } = await run(GATEWAY, {
      DATABASE_URL: databaseUrl,
      TOLLGATE_DATA: directory,
      TOLLGATE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
    });
    await rm(directory, { recursive: true });
    return { code, lines: stderr.trim().split('\n') };
  }

  test('a second gateway on the same database refuses to start, in one line', async () => {
    const { code, lines } = await startAnother(await product.databaseUrl());
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/another gateway runs on this database/)]);
    expect((await send(product, { model: 'gpt-4o-mini', stream: false })).complete).toBe(true);
  }, 30_000);

  test('a gateway refuses a database that is older or newer than itself, in one line', async () => {
    const database = await createTestDatabase();
    const client = new pg.Pool({ connectionString: database.url, max: 1 });
    await client.query(`UPDATE _prisma_migrations SET migration_name = '99990101000000_add_more'
      WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`);
    const { code, lines } = await startAnother(database.url);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/newer than this release/)]);
    await client.query('DELETE FROM _prisma_migrations');
    const empty = await startAnother(database.url);
    expect(empty.code).toBe(1);
    expect(empty.lines).toEqual([expect.stringMatching(/older than this release/)]);
    await client.end();
    await database.drop();
  }, 30_000);

  test('SIGTERM lets running requests end, refuses new ones, and loses nothing', async () => {
    const traffic = new Traffic(product, randomFrom(1));
    provider.scriptAlways(slowly(60));
    traffic.start(20);
    await until(
      () => Promise.resolve(traffic.sent.length > 20),
      () => 'no traffic',
    );
    const code = product.end();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await traffic.stop();
    expect(await code).toBe(0);
    provider.scriptAlways(null);
    const cut = traffic.sent.filter(({ status, complete }) => status === 200 && !complete);
    expect(cut).toEqual([]);
    // after the end of the port there is nobody to answer; until then it is a 503
    expect(traffic.sent.filter(({ status }) => ![200, 503, 0].includes(status))).toEqual([]);
    // forwarded before the end: nothing is left for the next gateway
    expect(await readdir(path.join(product.directory, 'journal'))).toEqual([]);

    await product.launch();
    await untilBooked(product, traffic.sent, dispatched());
    const booked = await checkBooks(product, traffic.sent, dispatched());
    expect(booked.filter(({ outcome }) => outcome !== 'success' && outcome !== 'refused')).toEqual([]);
    await checkSpent(product);
  }, 60_000);

  test('connections without a request do not hold up the end', async () => {
    const silent = await connection(product.port);
    const idle = await connection(product.port);
    idle.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => idle.once('data', resolve));
    const startedAt = Date.now();
    expect(await product.end()).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(ENDS_WITHIN_MS);
    for (const socket of [silent, idle]) socket.destroy();
    await product.launch();
  }, 60_000);

  test('kill -9 of everything: the next start finishes what was running', async () => {
    provider.scriptAlways(slowly(300));
    const streams = Array.from({ length: 5 }, () => send(product, { model: 'gpt-4o-mini', stream: true }));
    const received = provider.requests.length;
    await until(
      () => Promise.resolve(provider.requests.length >= received + 5),
      () => 'the provider has not been asked',
    );
    // the launcher alone: its children end with it
    await product.end('SIGKILL');
    const sent = await Promise.all(streams);
    provider.scriptAlways(null);
    await product.launch();
    await untilBooked(product, sent, dispatched());
    await checkBooks(product, sent, dispatched());
    await checkSpent(product);
  }, 60_000);
});

function run(file: string, environment: Record<string, string>): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment };
    execFile(process.execPath, [file], { env }, (error, _stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr }),
    );
  });
}

async function connection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}
