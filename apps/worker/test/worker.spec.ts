import 'reflect-metadata';

import { setTimeout as sleep } from 'node:timers/promises';

import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Database, insertUsageInbox, readSelfAudit, requestSelfAudit } from '@tollgate/database';
import { newId, newRequestId } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createLogger } from '@tollgate/telemetry';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import { Jobs } from '../src/jobs/jobs.js';
import { SelfAuditJob } from '../src/self-audit/self-audit.job.js';
import type { WorkerConfig } from '../src/tokens.js';
import { UsageSealingJob } from '../src/usage-sealing/usage-sealing.job.js';
import { WorkerModule } from '../src/worker.module.js';

let testDatabase: TestDatabase;
let database: Database;
let organizationId: string;
let worker: INestApplicationContext | null;
let logged: string[];

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
  organizationId = newId('organization');
  await database.prisma.organization.create({ data: { id: organizationId, name: 'Tenant', slug: organizationId } });
  worker = null;
  logged = [];
});
afterEach(async () => {
  await worker?.close();
  await database.close();
  await testDatabase.drop();
});

async function createWorker(changes: Partial<WorkerConfig> = {}): Promise<INestApplicationContext> {
  const config: WorkerConfig = {
    databaseUrl: testDatabase.url,
    redisUrl: null,
    workerMetricsPort: null,
    mail: null,
    masterKey: null,
    publicUrl: null,
    port: 8080,
    ...changes,
  };
  const log = createLogger(
    { logLevel: 'info' },
    { service: 'worker', destination: { write: (line) => void logged.push(line) } },
  );
  worker = await NestFactory.createApplicationContext(WorkerModule.of(config, log), {
    logger: false,
    abortOnError: false,
  });
  return worker;
}

/** A refusal: it needs no prices. */
function newEvent(): UsageEvent {
  const occurredAt = Date.now();
  return {
    kind: 'event',
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    organizationId,
    projectId: 'proj_a',
    apiKeyId: 'key_a',
    memberId: null,
    endUser: null,
    tags: [],
    gatewayId: 'gw_a',
    endpoint: 'chat-completions',
    surface: 'openai-chat',
    requestedModel: 'gpt-4o',
    stream: false,
    target: null,
    priceSnapshotId: null,
    holdNanos: 0,
    inputTokensBound: 0,
    outcome: 'refused',
    errorCode: 'policy_rate_limited',
    status: 429,
    usage: {},
    usageSource: 'none',
    servedModel: null,
    serviceTier: '*',
    deliveredCharacters: 0,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [],
    timings: { admittedMs: 1, dispatchedMs: null, firstTokenMs: null, totalMs: 2 },
  };
}

async function send(count: number): Promise<void> {
  const events = Array.from({ length: count }, newEvent);
  await insertUsageInbox(
    database.pool,
    events.map((event) => ({ ...event, payload: Buffer.from(JSON.stringify(event)) })),
  );
}

async function untilBooked(count: number): Promise<void> {
  const booked = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM usage_event');
    return rows[0]?.n ?? 0;
  };
  for (let i = 0; i < 400 && (await booked()) < count; i++) await sleep(20);
  expect(await booked()).toBe(count);
}

/** Takes the database away from everybody by another name, and gives it back. */
async function renameDatabase(from: string, to: string): Promise<void> {
  const url = new URL(testDatabase.url);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_database WHERE datname = $1', [
    from,
  ]);
  expect(rows).toEqual([{ n: 1 }]);
  for (;;) {
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [from]);
    const done = await client.query(`ALTER DATABASE ${from} RENAME TO ${to}`).catch(() => null);
    if (done !== null) break;
  }
  await client.end();
}

describe('worker', () => {
  test('makes the partitions, books what comes, and says when it is ready', async () => {
    const running = await createWorker();
    await running.get(Jobs).start();
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'usage_event'::regclass`,
    );
    expect(rows).toEqual([{ n: 4 }]);
    await send(300);
    await untilBooked(300);
    await send(1);
    await untilBooked(301);
  });

  test('ends after the batch under way, and leaves nothing half-booked', async () => {
    await send(5_000);
    const running = await createWorker();
    await sleep(150);
    worker = null;
    await running.close();
    const { rows } = await database.pool.query<{ booked: number; counted: number; left: number }>(`
      SELECT (SELECT count(*)::int FROM usage_event) AS booked, (SELECT count(*)::int FROM usage_inbox) AS left,
             (SELECT coalesce(sum(requests), 0)::int FROM usage_day) AS counted`);
    const { booked = 0, counted, left = 0 } = rows[0] ?? {};
    expect(booked + left).toBe(5_000);
    expect(counted).toBe(booked);
  });

  test('survives a database that goes away while it runs', async () => {
    const running = await createWorker();
    await running.get(Jobs).start();
    await send(10);
    await untilBooked(10);
    const name = new URL(testDatabase.url).pathname.slice(1);
    await renameDatabase(name, `${name}_away`);
    await sleep(700);
    await renameDatabase(`${name}_away`, name);
    await send(10);
    await untilBooked(20);
    expect(logged.some((line) => line.includes('cannot be booked at the moment'))).toBe(true);
    expect(logged.some((line) => line.includes('is being booked again'))).toBe(true);
  });

  test('waits at the start until the database is there', async () => {
    const name = new URL(testDatabase.url).pathname.slice(1);
    await renameDatabase(name, `${name}_away`);
    const running = await createWorker();
    let isReady = false;
    const ready = running
      .get(Jobs)
      .start()
      .then(() => (isReady = true));
    await sleep(600);
    expect(isReady).toBe(false);
    await renameDatabase(`${name}_away`, name);
    await ready;
    await send(3);
    await untilBooked(3);
  });

  test('seals minutes that have ended, and audits the books by itself and when it is asked', async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const running = await createWorker({ workerMetricsPort: port });
    await running.get(Jobs).start();
    await send(1);
    await untilBooked(1);
    const period = new Date().toISOString().slice(0, 7);
    await database.pool.query(
      `INSERT INTO usage_accrual SELECT $1, date_trunc('minute', now()) - interval '1 minute', $2, account, amount
       FROM (VALUES ('receivable', 0.25), ('revenue', -0.25)) AS posting(account, amount)`,
      [organizationId, period],
    );
    await running.get(UsageSealingJob).handle();
    const count = async (table: string): Promise<number> =>
      (await database.pool.query(`SELECT FROM ${table}`)).rowCount ?? 0;
    for (let i = 0; i < 200 && (await count('ledger_entry')) < 2; i++) await sleep(20);
    expect([await count('ledger_entry'), await count('usage_accrual')]).toEqual([2, 0]);
    const { id } = await requestSelfAudit(database.pool, { extent: 'recent', requestedBy: 'test' });
    await running.get(SelfAuditJob).handle();
    let audit = await readSelfAudit(database.pool, id);
    for (let i = 0; i < 400 && audit?.finishedAt === null; i++) {
      await sleep(20);
      audit = await readSelfAudit(database.pool, id);
    }
    // that revenue is of no event
    expect(audit?.findings.map(({ check }) => check).sort()).toEqual([
      'days-are-in-the-ledger',
      'days-are-in-the-ledger',
      'events-are-in-the-ledger',
    ]);
    expect(audit?.findings[0]).toMatchObject({
      organizationId,
      accountingPeriod: period,
      difference: '0.250000000000',
    });
    await sleep(100);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('tollgate_self_audit_green 0');
    expect(metrics).toContain('tollgate_self_audit_findings{check="days-are-in-the-ledger"} 2');
    expect(metrics).toContain('tollgate_ledger_usage_transactions_total 1');
    const { rows } = await database.pool.query(`SELECT extent FROM self_audit WHERE requested_by = 'schedule'`);
    expect(rows).toEqual([{ extent: 'full' }]);
    expect(logged.some((line) => line.includes('tollgate_ledger'))).toBe(false); // the role is in use
  });

  test('serves metrics on loopback when it is told a port', async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    await createWorker({ workerMetricsPort: port });
    await send(4);
    await untilBooked(4);
    await sleep(50);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('tollgate_usage_events_total{result="booked"} 4');
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
  });

  test('tells people once how much of a budget is spent, although two workers look', async () => {
    const { prisma, pool } = database;
    const startsAt = new Date(Date.now() - 86_400_000);
    const period = { organizationId, label: 'now', startsAt, endsAt: new Date(Date.now() + 86_400_000) };
    await prisma.accountingPeriod.create({ data: period });
    const scope = { organizationId, scope: 'organization', scopeId: organizationId } as const;
    const ladder = [{ percent: 80, action: 'notify' }];
    await prisma.budget.create({ data: { id: newId('budget'), ...scope, amount: '10', ladder } });
    await pool.query(`INSERT INTO budget_spend VALUES ($1, 'organization', $1, $2, 8.5)`, [organizationId, startsAt]);
    for (const role of ['owner', 'developer']) {
      const userId = newId('consoleUser');
      await prisma.consoleUser.create({ data: { id: userId, name: role, email: `${role}@example.com` } });
      await prisma.member.create({ data: { id: newId('member'), organizationId, userId, role } });
    }
    const first = await createWorker();
    await createWorker();
    const told = (): string[] => logged.filter((line) => line.includes('80 % of a budget of Tenant is spent'));
    for (let i = 0; i < 200 && told().length === 0; i++) await sleep(20);
    await sleep(200);
    await first.close();
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('owner@example.com');
    expect(told()[0]).toContain('8.50 USD of 10.00 USD are spent for the organization Tenant');
    expect(await prisma.budgetNotice.count()).toBe(1);
  });
});
