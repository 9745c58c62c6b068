import { createPostgresBackend, createRedisBackend, runMigrations, withBackend } from 'bullmq';
import type { JobSchedulerTemplateOptions, JobsOptions, RepeatOptions } from 'bullmq';
import pg from 'pg';

export interface QueueBackendConfig {
  readonly databaseUrl: string;
  /** Redis or Valkey; null keeps the jobs in Postgres. */
  readonly redisUrl: string | null;
}

/** What we use of a BullMQ queue, whatever it is kept in. */
export interface Queue {
  add(name: string, payload: object, options: JobsOptions): Promise<unknown>;
  upsertJobScheduler(
    id: string,
    repeat: Omit<RepeatOptions, 'key'>,
    template: { name: string; data: object; opts: JobSchedulerTemplateOptions },
  ): Promise<unknown>;
  getJobSchedulers(): Promise<readonly { readonly key: string }[]>;
  removeJobScheduler(id: string): Promise<boolean>;
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What we use of a BullMQ worker. */
export interface QueueWorker {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: { name: string } | undefined, error: Error) => void): unknown;
  close(): Promise<void>;
}

export interface QueuedJob {
  readonly name: string;
  readonly data: unknown;
}

/** Opens queues and workers on Postgres or on Redis. */
export interface QueueBackend {
  readonly kind: 'postgres' | 'redis';
  openQueue(): Queue;
  openWorker(process: (job: QueuedJob) => Promise<void>, concurrency: number): QueueWorker;
}

/** One queue for all jobs: each queue and each worker holds connections of its own. */
const QUEUE_NAME = 'tollgate';
const SCHEMA = 'bullmq';
const POOL_SIZE = 2;

/** Connects nothing yet. */
export function createQueueBackend(config: QueueBackendConfig): QueueBackend {
  return config.redisUrl === null ? postgresBackend(config.databaseUrl) : redisBackend(config.redisUrl);
}

/** Creates or upgrades BullMQ's tables; nothing to do on Redis. Safe to run by several processes at once. */
export async function migrateQueueBackend(config: QueueBackendConfig): Promise<void> {
  if (config.redisUrl !== null) return;
  const client = new pg.Client({ connectionString: config.databaseUrl, application_name: 'tollgate-migrations' });
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}

function postgresBackend(databaseUrl: string): QueueBackend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString: databaseUrl, schema: SCHEMA, max: POOL_SIZE, migrate: true };
  return {
    kind: 'postgres',
    openQueue: () => new Queue<object, void>(QUEUE_NAME, { connection }),
    openWorker: (process, concurrency) => new Worker<object, void>(QUEUE_NAME, process, { connection, concurrency }),
  };
}

function redisBackend(url: string): QueueBackend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  // a worker waits for Redis to come back; whoever adds a job is told that it is away
  const forQueue = { url, enableOfflineQueue: false };
  const forWorker = { url, maxRetriesPerRequest: null };
  return {
    kind: 'redis',
    openQueue: () => new Queue<object, void>(QUEUE_NAME, { connection: forQueue }),
    openWorker: (process, concurrency) =>
      new Worker<object, void>(QUEUE_NAME, process, { connection: forWorker, concurrency }),
  };
}
