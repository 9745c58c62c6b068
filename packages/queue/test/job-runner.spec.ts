import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { createTestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { createQueueBackend, JobHandlersError, JobQueue, JobRunner, migrateQueueBackend } from '../src/index.js';
import { JOB_NAMES } from '../src/job-catalogue.js';
import type { JobHandler, JobName, QueueBackendConfig } from '../src/index.js';

const quiet = (job: JobName): JobHandler => ({ job, handle: () => Promise.resolve() });

interface RunningBackend {
  readonly config: QueueBackendConfig;
  readonly stop: () => Promise<void>;
}

async function startPostgres(): Promise<RunningBackend> {
  const database = await createTestDatabase();
  return { config: { databaseUrl: database.url, redisUrl: null }, stop: () => database.drop() };
}

async function startRedis(): Promise<RunningBackend> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const text of server.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    if (text.includes('Ready to accept connections')) break;
  }
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await once(server, 'close');
  };
  return { config: { databaseUrl: 'postgresql://127.0.0.1:1/none', redisUrl: `redis://127.0.0.1:${port}` }, stop };
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const backends: readonly (readonly [string, () => Promise<RunningBackend>, boolean])[] = [
  ['Postgres', startPostgres, true],
  [hasRedis ? 'Redis' : 'Redis (skipped: there is no redis-server here)', startRedis, hasRedis],
];

for (const [name, start, isHere] of backends) {
  (isHere ? describe : describe.skip)(`jobs on ${name}`, () => {
    let backend: RunningBackend;
    const errors: string[] = [];
    const ran: string[] = [];
    let failOnce = false;
    const handlers: readonly JobHandler[] = [
      {
        job: 'usage-ingestion',
        handle: () => {
          ran.push('usage-ingestion');
          return Promise.resolve();
        },
      },
      {
        job: 'usage-partitions',
        handle: () => {
          ran.push('usage-partitions');
          if (!failOnce) return Promise.resolve();
          failOnce = false;
          return Promise.reject(new Error('not this time'));
        },
      },
      ...JOB_NAMES.filter((job) => job !== 'usage-ingestion' && job !== 'usage-partitions').map(quiet),
    ];
    const startRunner = (given = handlers): Promise<JobRunner> =>
      JobRunner.start({
        backend: createQueueBackend(backend.config),
        handlers: given,
        onError: (error, job) => errors.push(`${job}: ${error.message}`),
      });
    const until = async (condition: () => boolean): Promise<void> => {
      for (let i = 0; i < 300 && !condition(); i++) await sleep(20);
      expect(condition()).toBe(true);
    };

    beforeAll(async () => {
      backend = await start();
      await Promise.all([1, 2, 3].map(() => migrateQueueBackend(backend.config)));
    });
    afterAll(() => backend.stop());

    test('a runner without all handlers does not start', async () => {
      await expect(startRunner(handlers.slice(1))).rejects.toThrow(JobHandlersError);
    });

    test('schedules run by themselves, and jobs when they are started', async () => {
      const runner = await startRunner();
      await until(() => ran.includes('usage-ingestion')); // the first run of a schedule is at once
      ran.length = 0;
      const queue = JobQueue.open(createQueueBackend(backend.config), () => undefined);
      await queue.start('usage-partitions', {});
      await until(() => ran.includes('usage-partitions'));
      await expect(queue.start('usage-partitions', { surprise: 1 } as never)).rejects.toThrow(/surprise/);
      await queue.close();
      await runner.close();
      expect(errors).toEqual([]);
    });

    test('a second runner keeps one schedule per job; a job that fails is told', async () => {
      const runners = [await startRunner(), await startRunner()];
      const queue = createQueueBackend(backend.config).openQueue();
      const schedulers = await queue.getJobSchedulers();
      expect(schedulers.map(({ key }) => key).sort()).toEqual([...JOB_NAMES].sort());
      failOnce = true;
      await queue.add('usage-partitions', {}, {});
      await until(() => errors.includes('usage-partitions: not this time'));
      await queue.close();
      await Promise.all(runners.map((runner) => runner.close()));
    });
  });
}

describe('a backend that is away', () => {
  test('is told at the start, not waited for in silence', async () => {
    const backend = createQueueBackend({ databaseUrl: 'postgresql://127.0.0.1:1/none', redisUrl: null });
    const handlers = JOB_NAMES.map(quiet);
    await expect(JobRunner.start({ backend, handlers, onError: () => undefined })).rejects.toThrow(/ECONNREFUSED/);
  });
});
