import { InProcessAdmissionStore, type ScopeHandle, type ScopeState } from '@tollgate/admission';
import { ensureUsagePartitions, Database, insertUsageInbox, publishPrices, UsageIngestion } from '@tollgate/database';
import { USAGE_LANES } from '@tollgate/database';
import { newId, newRequestId, type UsageEvent } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { BalanceCheckpoints } from '../src/inference/control-plane/balance-checkpoints.js';
import { seedSpend } from '../src/inference/seed-spend.js';

const LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
/** Of one event: a thousand input tokens at a dollar per million. */
const EVENT_NANOS = 1_000_000;
const HOUR_MS = 3_600_000;

/** What a gateway that starts knows of the running month. */
describe('spend at the start', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let priceSnapshotId: string;
  let warnings: unknown[] = [];
  const logger = {
    info: () => undefined,
    warn: (details: unknown) => warnings.push(details),
  } as unknown as Logger;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = Database.connect(testDatabase.url);
    await ensureUsagePartitions(database.pool, Date.now());
    const bookId = newId('priceBook');
    await database.prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
    const input = { provider: 'openai', model: 'gpt-4o', meter: 'input', serviceTier: '*', region: '*' } as const;
    const amount = { fromTokens: 0, timeWindow: '*', amountPicos: 1_000_000_000_000n, per: 1_000_000 };
    const prices = [{ ...input, ...amount, effectiveFrom: 0, effectiveTo: null }];
    const published = await publishPrices(database, { bookId, source: 'test', publishedBy: 'test', prices });
    priceSnapshotId = published.snapshotId;
  });

  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  async function createOrganization(timeZone: string): Promise<string> {
    const id = newId('organization');
    await database.prisma.organization.create({ data: { id, name: 'Tenant', slug: id, timeZone } });
    return id;
  }

  async function move(id: string, timeZone: string): Promise<void> {
    await database.prisma.organization.update({ where: { id }, data: { timeZone } });
  }

  function eventOf(organizationId: string, occurredAt = Date.now(), changes: Partial<UsageEvent> = {}): UsageEvent {
    const target = { deploymentId: 'dep_a', provider: 'openai', upstreamModel: 'gpt-4o', pricedModel: 'gpt-4o' };
    return {
      kind: 'event',
      requestId: newRequestId(occurredAt).uuid,
      part: 0,
      revision: 0,
      occurredAt,
      organizationId,
      projectId: `proj_${organizationId}`,
      apiKeyId: `key_${organizationId}`,
      memberId: null,
      endUser: null,
      tags: [],
      gatewayId: 'gw_test',
      endpoint: 'chat-completions',
      surface: 'openai-chat',
      requestedModel: 'gpt-4o',
      stream: false,
      target: { ...target, region: '*', credentialOwner: 'operator', simulated: false },
      priceSnapshotId,
      holdNanos: 0,
      inputTokensBound: 0,
      outcome: 'success',
      errorCode: null,
      status: 200,
      usage: { input: 1_000 },
      usageSource: 'reported',
      servedModel: null,
      serviceTier: '*',
      deliveredCharacters: 0,
      providerReportedCost: null,
      capturedCost: null,
      attempts: [],
      timings: { admittedMs: 0, dispatchedMs: 1, firstTokenMs: 2, totalMs: 3 },
      ...changes,
    };
  }

  async function forward(events: readonly UsageEvent[]): Promise<void> {
    const rows = events.map((event) => ({ ...event, payload: Buffer.from(JSON.stringify(event)) }));
    await insertUsageInbox(database.pool, rows);
  }

  async function bookAll(): Promise<void> {
    const ingestion = new UsageIngestion(database.pool);
    while ((await ingestion.ingest(LANES)).claimed > 0);
  }

  async function restart(): Promise<InProcessAdmissionStore> {
    warnings = [];
    const store = new InProcessAdmissionStore({ onExpired: () => undefined });
    await seedSpend(database, store, { logger, checkpoints: new BalanceCheckpoints() });
    return store;
  }

  function organizationIn(store: InProcessAdmissionStore, id: string, timeZone: string): ScopeHandle {
    return store.handleOf({ organizationId: id, kind: 'organization', id }, timeZone);
  }

  function stateOf(store: InProcessAdmissionStore, id: string, timeZone: string): ScopeState {
    return store.inspect(organizationIn(store, id, timeZone), Date.now());
  }

  async function periodsOf(organizationId: string): Promise<{ startsAt: number; resetsAt: number }[]> {
    const periods = await database.prisma.accountingPeriod.findMany({
      where: { organizationId },
      orderBy: { startsAt: 'asc' },
    });
    return periods.map(({ startsAt, endsAt }) => ({ startsAt: startsAt.getTime(), resetsAt: endsAt.getTime() }));
  }

  test.each([
    ['Asia/Tokyo', 'UTC'],
    ['Asia/Tokyo', 'America/Los_Angeles'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
    ['America/Los_Angeles', 'Pacific/Kiritimati'],
  ])('money of the month is known when the time zone has moved from %s to %s', async (from, to) => {
    const id = await createOrganization(from);
    await forward([eventOf(id)]);
    await bookAll();
    await move(id, to);
    await forward([eventOf(id)]);
    const [running] = await periodsOf(id);
    for (const kind of ['organization', 'project', 'api_key'] as const) {
      const store = await restart();
      const scopeId = { organization: id, project: `proj_${id}`, api_key: `key_${id}` }[kind];
      const scope = store.handleOf({ organizationId: id, kind, id: scopeId }, to);
      expect(store.inspect(scope, Date.now())).toMatchObject({ spentNanos: 2 * EVENT_NANOS, ...running });
    }
    await bookAll();
    expect(stateOf(await restart(), id, to)).toMatchObject({ spentNanos: 2 * EVENT_NANOS, ...running });
  });

  test.each([
    ['Asia/Tokyo', 'America/Los_Angeles'],
    ['America/Los_Angeles', 'Pacific/Kiritimati'],
    ['Europe/Berlin', 'UTC'],
  ])('from %s to %s: gateway and books begin and end the next month together', async (from, to) => {
    // the month before last and the last one, so that the next month of a change is a month that can be booked
    const id = await createOrganization(from);
    const store = new InProcessAdmissionStore({ onExpired: () => undefined });
    const first = Date.now() - 75 * 24 * HOUR_MS;
    store.admit({
      requestId: 'a',
      scopes: [organizationIn(store, id, from)],
      tokensBound: 0,
      holdNanos: 0,
      occurredAt: first,
    });
    await forward([eventOf(id, first)]);
    await bookAll();
    await move(id, to);
    const [month] = await periodsOf(id);
    if (month === undefined) throw new Error('nothing was booked');
    const running = organizationIn(store, id, to);
    expect(store.inspect(running, first)).toMatchObject(month);
    await forward([eventOf(id, month.resetsAt - 1), eventOf(id, month.resetsAt)]);
    await bookAll();
    const [, next] = await periodsOf(id);
    expect(next?.startsAt).toBe(month.resetsAt);
    expect(store.inspect(running, month.resetsAt - 1)).toMatchObject(month);
    expect(store.inspect(running, month.resetsAt)).toMatchObject({ ...next });
    expect(await periodsOf(id)).toHaveLength(2);
  });

  test('one record that cannot be booked keeps no gateway from starting, and no money from being counted', async () => {
    const id = await createOrganization('UTC');
    const broken = { ...eventOf(id), payload: Buffer.from('{"kind":"event"') };
    const unknown = eventOf(id);
    await insertUsageInbox(database.pool, [
      broken,
      { ...unknown, payload: Buffer.from(JSON.stringify({ ...unknown, outcome: 'teleported' })) },
    ]);
    await forward([
      eventOf(id, Date.now(), { priceSnapshotId: 'snap_missing' }),
      eventOf(newId('organization')),
      eventOf(id),
    ]);
    const store = await restart();
    expect(stateOf(store, id, 'UTC')).toMatchObject({ spentNanos: EVENT_NANOS });
    expect(warnings).toMatchObject([{ events: 4 }]);
    await bookAll();
    expect(stateOf(await restart(), id, 'UTC')).toMatchObject({ spentNanos: EVENT_NANOS });
  });

  test('a backlog of many pages is counted to the last event', async () => {
    const id = await createOrganization('UTC');
    await forward(Array.from({ length: 2_500 }, () => eventOf(id)));
    expect(stateOf(await restart(), id, 'UTC')).toMatchObject({ spentNanos: 2_500 * EVENT_NANOS });
    await bookAll();
  });
});
