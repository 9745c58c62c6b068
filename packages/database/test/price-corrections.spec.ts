import { settle } from '@tollgate/billing';
import { ERRORS, formatPicos, METERS, newId, newRequestId, OUTCOMES, parsePicos } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  auditBooks,
  beginPosting,
  carryOutRepricing,
  Database,
  ensureUsagePartitions,
  inTransaction,
  insertUsageInbox,
  PRICE_CORRECTION_COLUMNS,
  PRICE_CORRECTION_LINE_COLUMNS,
  publishPrices,
  readCorrectedEvents,
  requestPriceCorrection,
  UsageIngestion,
  USAGE_LANES,
} from '../src/index.js';
import type { NewPriceCorrection, PriceCorrectionLine, PriceCorrectionRow } from '../src/index.js';
import { postPriceCorrections } from '../src/usage-corrections/post-corrections.js';
import { BOOKED_USAGE_COLUMNS, readBookedUsage } from '../src/usage-corrections/booked-usage.js';
import type { BookedUsageRow } from '../src/usage-corrections/booked-usage.js';
import { createTenant, inboxEvent, newPrice, newUsageEvent, newWastedPart } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const ALL_LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
const asNamed = (_: string, model: string): string => model;

let testDatabase: TestDatabase;
let database: Database;
let killer: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url, { applicationName: 'corrected' });
  killer = Database.connect(testDatabase.url);
  await ensureUsagePartitions(database.pool, Date.now());
});
afterAll(async () => {
  await database.close();
  await killer.close();
  await testDatabase.drop();
});

async function book(events: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(database.pool, events.map(inboxEvent));
  await ingest();
}

async function ingest(): Promise<void> {
  const ingestion = new UsageIngestion(database.pool);
  while ((await ingestion.ingest(ALL_LANES)).claimed > 0);
}

async function defaultBook(): Promise<string> {
  const { defaultPriceBookId } = await database.prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
  return defaultPriceBookId ?? '';
}

/** What `gpt-4o` costs from an instant on; the past stays rated as it was. */
async function publishPrice(amountPicos: bigint, effectiveFrom: number): Promise<string> {
  const prices = [newPrice('gpt-4o', 'input', amountPicos, { effectiveFrom })];
  const { snapshotId } = await publishPrices(database, {
    bookId: await defaultBook(),
    prices,
    source: 'test-edit',
    publishedBy: 'test',
    mode: 'edit',
  });
  return snapshotId;
}

async function request(tenant: Tenant, changes: Partial<NewPriceCorrection> = {}): Promise<PriceCorrectionRow> {
  return inTransaction(database.pool, 'READ COMMITTED', (client) =>
    requestPriceCorrection(client, {
      from: new Date(Date.now() - 86_400_000),
      to: new Date(Date.now() + 1_000),
      organizationId: tenant.organizationId,
      provider: null,
      model: null,
      snapshotId: null,
      reason: 'the price was wrong',
      requestedBy: 'test',
      ...changes,
    }),
  );
}

async function read(id: string): Promise<PriceCorrectionRow> {
  const text = `SELECT ${PRICE_CORRECTION_COLUMNS} FROM price_correction WHERE id = $1`;
  const [row] = (await database.pool.query<PriceCorrectionRow>(text, [id])).rows;
  if (row === undefined) throw new Error('no such correction');
  return row;
}

async function linesOf(id: string): Promise<PriceCorrectionLine[]> {
  const text = `SELECT ${PRICE_CORRECTION_LINE_COLUMNS} FROM price_correction_line WHERE price_correction_id = $1 ORDER BY model`;
  return (await database.pool.query<PriceCorrectionLine>(text, [id])).rows;
}

async function post(id: string): Promise<void> {
  const posting = { postedBy: 'test', idempotencyKey: newId('priceCorrection') };
  await inTransaction(database.pool, 'READ COMMITTED', (client) => beginPosting(client, id, posting));
}

/** Computed, posted and booked, as the worker does one after the other. */
async function correct(tenant: Tenant): Promise<void> {
  const { id } = await request(tenant);
  await carryOutRepricing(database.pool, asNamed);
  await post(id);
  await carryOutRepricing(database.pool, asNamed);
  await ingest();
  await carryOutRepricing(database.pool, asNamed);
}

async function charged({ organizationId }: Tenant): Promise<bigint> {
  const { rows } = await database.pool.query<{ billed: string }>(
    'SELECT coalesce(sum(billed_cost), 0) AS billed FROM usage_day WHERE organization_id = $1',
    [organizationId],
  );
  return parsePicos(rows[0]?.billed ?? '0');
}

async function expectGreenBooks(): Promise<void> {
  const { findings } = await auditBooks(database.pool, 'full');
  expect(findings).toEqual([]);
}

const differenceOf = (lines: readonly PriceCorrectionLine[]): bigint =>
  lines.reduce((sum, line) => sum + parsePicos(line.billedAfter) - parsePicos(line.billedBefore), 0n);

describe('a wrong price', () => {
  test('is corrected by exactly the difference that was shown, in every sum, and only once it is posted', async () => {
    const tenant = await createTenant(database);
    const events = Array.from({ length: 300 }, () => newUsageEvent(tenant));
    await book([...events, newWastedPart(events[0] as UsageEvent, 1)]);
    const before = await charged(tenant);
    await publishPrice(9_000_000_000_000n, 0);
    const { id } = await request(tenant);
    await carryOutRepricing(database.pool, asNamed);
    const lines = await linesOf(id);
    const difference = differenceOf(lines);
    expect(difference).toBeGreaterThan(0n);
    expect((await read(id)).state).toBe('computed');
    expect(await charged(tenant)).toBe(before);
    const changed = lines.filter((line) => line.billedAfter !== line.billedBefore).map(({ model }) => model);
    expect(changed).toEqual(['gpt-4o']);

    await post(id);
    expect(await carryOutRepricing(database.pool, asNamed)).toBe(true);
    await ingest();
    expect(await carryOutRepricing(database.pool, asNamed)).toBe(false);
    expect(await read(id)).toMatchObject({ state: 'posted' });
    expect(await charged(tenant)).toBe(before + difference);
    const [booked, ...others] = await readCorrectedEvents(database.pool, id);
    expect([booked?.state, others]).toEqual(['booked', []]);
    expect(parsePicos(booked?.difference ?? '')).toBe(difference);
    await expectGreenBooks();
  });

  test('is corrected once, however often whoever does it is killed', async () => {
    const tenant = await createTenant(database);
    await book(Array.from({ length: 1_700 }, () => newUsageEvent(tenant)));
    const before = await charged(tenant);
    await publishPrice(8_000_000_000_000n, 0);
    const { id } = await request(tenant);
    await killedAtEveryStep(() => carryOutRepricing(database.pool, asNamed));
    const difference = differenceOf(await linesOf(id));
    expect((await linesOf(id)).reduce((sum, { events }) => sum + Number(events), 0)).toBe(1_700);
    await post(id);
    await killedAtEveryStep(async () => {
      const isLeft = await carryOutRepricing(database.pool, asNamed);
      await ingest();
      return isLeft;
    });
    await carryOutRepricing(database.pool, asNamed);
    expect((await read(id)).state).toBe('posted');
    expect(await charged(tenant)).toBe(before + difference);
    await expectGreenBooks();
  });

  test('leaves alone what somebody else corrected in between, and says so', async () => {
    await publishPrice(2_000_000_000_000n, 0);
    const tenant = await createTenant(database);
    const events = Array.from({ length: 5 }, () => {
      const event = newUsageEvent(tenant);
      const target = event.target && { ...event.target, upstreamModel: 'gpt-4o', pricedModel: 'gpt-4o' };
      return { ...event, requestedModel: 'gpt-4o', target, usage: { input: 1_000 } };
    });
    await book(events);
    await publishPrice(7_000_000_000_000n, 0);
    const { id } = await request(tenant);
    await carryOutRepricing(database.pool, asNamed);
    const [first, second, ...rest] = events as [UsageEvent, UsageEvent, ...UsageEvent[]];
    await book([{ ...first, revision: 1, usage: { input: 10 } }]); // booked already
    await insertUsageInbox(database.pool, [inboxEvent({ ...second, revision: 1, usage: { input: 20 } })]); // on its way
    await post(id);
    await carryOutRepricing(database.pool, asNamed);
    await ingest();
    await carryOutRepricing(database.pool, asNamed);
    const outcome = await readCorrectedEvents(database.pool, id);
    expect(outcome.map(({ state, events: count }) => [state, count])).toEqual([
      ['booked', String(rest.length)],
      ['superseded', '2'],
    ]);
    expect(parsePicos(outcome[0]?.difference ?? '')).toBe(BigInt(rest.length) * 5_000_000_000n);
    expect(await charged(tenant)).toBe(BigInt(rest.length) * 7_000_000_000n + 20_000_000n + 40_000_000n);
    await expectGreenBooks();
  });

  test('of an estimate for a crashed gateway gives way to the truth all the same', async () => {
    await publishPrice(2_000_000_000_000n, 0);
    const tenant = await createTenant(database);
    const event = newUsageEvent(tenant);
    const target = event.target && { ...event.target, upstreamModel: 'gpt-4o', pricedModel: 'gpt-4o' };
    const truth = { ...event, requestedModel: 'gpt-4o', target, usage: { input: 500 } };
    await book([{ ...truth, outcome: 'gateway_crashed', usage: { input: 1_000 } }]);
    await publishPrice(7_000_000_000_000n, 0);
    await correct(tenant);
    expect(await charged(tenant)).toBe(7_000_000_000n);
    await book([truth]);
    await book([truth]);
    expect(await charged(tenant)).toBe(1_000_000_000n);
    await expectGreenBooks();
  });

  test('what had no price is rated once it has one', async () => {
    const tenant = await createTenant(database);
    const event = newUsageEvent(tenant);
    const target = event.target && { ...event.target, upstreamModel: 'new-1', pricedModel: 'new-1' };
    await book([{ ...event, target, usage: { input: 1_000_000 } }]);
    const { rows } = await database.pool.query(
      `SELECT rating_state, unpriced_meters FROM usage_event WHERE organization_id = $1`,
      [tenant.organizationId],
    );
    expect(rows).toEqual([{ rating_state: 'unpriced', unpriced_meters: ['input'] }]);
    await publishPrices(database, {
      bookId: await defaultBook(),
      prices: [newPrice('new-1', 'input', 3_000_000_000_000n)],
      source: 'test-edit',
      publishedBy: 'test',
      mode: 'edit',
    });
    await correct(tenant);
    expect(await charged(tenant)).toBe(3_000_000_000_000n);
    await expectGreenBooks();
  });

  test('an earlier correction is corrected by the next one', async () => {
    const tenant = await createTenant(database);
    await book(Array.from({ length: 20 }, () => newUsageEvent(tenant)));
    let expected = await charged(tenant);
    for (const amount of [5_000_000_000_000n, 4_000_000_000_000n]) {
      await publishPrice(amount, 0);
      const { id } = await request(tenant);
      await carryOutRepricing(database.pool, asNamed);
      expected += differenceOf(await linesOf(id));
      await post(id);
      await carryOutRepricing(database.pool, asNamed);
      await ingest();
      await carryOutRepricing(database.pool, asNamed);
      expect(await charged(tenant)).toBe(expected);
    }
    const { rows } = await database.pool.query<{ revision: number }>(
      'SELECT max(revision) AS revision FROM usage_event WHERE organization_id = $1',
      [tenant.organizationId],
    );
    expect(rows[0]?.revision).toBe(2);
    await expectGreenBooks();
  });

  test('is corrected a few events at a time, so that new usage does not wait behind', async () => {
    const tenant = await createTenant(database);
    const occurredAt = Date.now() - 1_000;
    await book(Array.from({ length: 5 }, () => newUsageEvent(tenant, { occurredAt }, () => 0)));
    await publishPrice(3_000_000_000_000n, 0);
    const { id } = await request(tenant);
    await carryOutRepricing(database.pool, asNamed);
    await post(id);
    const waiting: number[] = [];
    for (let isLeft = true; isLeft; await ingest()) {
      isLeft = await postPriceCorrections(database.pool, asNamed, 2);
      const { rows } = await database.pool.query<{ events: number }>('SELECT count(*)::int AS events FROM usage_inbox');
      waiting.push(rows[0]?.events ?? 0);
    }
    expect(waiting).toEqual([2, 2, 1, 0]);
    expect(await readCorrectedEvents(database.pool, id)).toMatchObject([{ state: 'booked', events: '5' }]);
    await expectGreenBooks();
  });
});

/** Runs it again and again, and each time takes its connections away a little later, until it comes to its end. */
async function killedAtEveryStep(run: () => Promise<unknown>): Promise<void> {
  for (let connections = 1; ; connections += 1) {
    const killed = await killedAfter(connections, run);
    if (!killed) return;
  }
}

/** Whether the connections were taken away, all of them, when the pool gave out so many of them, before the end came. */
async function killedAfter(connections: number, run: () => Promise<unknown>): Promise<boolean> {
  const kills: Promise<unknown>[] = [];
  let given = 0;
  const onAcquire = (): void => {
    given += 1;
    if (given === connections) kills.push(killer.pool.query(KILL));
  };
  database.pool.on('acquire', onAcquire);
  try {
    await run();
    return kills.length > 0;
  } catch (error) {
    if (kills.length === 0 && !isLateKill(error)) throw error;
    return true;
  } finally {
    database.pool.off('acquire', onAcquire);
    await Promise.all(kills);
  }
}

/** A connection that was taken away before, and that the pool had not missed yet. */
function isLateKill(error: unknown): boolean {
  return error instanceof Error && /terminat/i.test(error.message);
}

const KILL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'corrected'`;

describe('a booked event', () => {
  test('reads back as the event that it was booked from', async () => {
    const tenant = await createTenant(database);
    const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));
    const money = fc.option(fc.bigInt(0n, 10n ** 15n).map((picos) => formatPicos(picos)));
    const changed = fc.record({
      outcome: fc.constantFrom(...OUTCOMES),
      errorCode: fc.option(fc.constantFrom(...Object.keys(ERRORS))),
      usage: fc.dictionary(fc.constantFrom(...METERS), fc.nat(10 ** 9), { maxKeys: 5 }).map((usage) => ({ ...usage })),
      usageSource: fc.constantFrom('reported', 'recovered', 'estimated', 'none'),
      serviceTier: fc.constantFrom('*', 'priority', 'batch'),
      endUser: fc.option(word),
      memberId: fc.option(word),
      tags: fc.uniqueArray(word, { maxLength: 3 }),
      servedModel: fc.option(word),
      holdNanos: fc.nat(10 ** 9),
      inputTokensBound: fc.nat(100_000),
      deliveredCharacters: fc.nat(100_000),
      providerReportedCost: money,
      capturedCost: money,
      hasTarget: fc.boolean(),
      target: fc.record({
        region: word,
        pricedModel: fc.constantFrom('gpt-4o', 'o4-mini'),
        credentialOwner: fc.constantFrom('operator', 'organization'),
        simulated: fc.boolean(),
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(changed, { minLength: 1, maxLength: 30 }), async (all) => {
        const events = all.map(({ hasTarget, target, ...changes }) => {
          const event = newUsageEvent(tenant, {
            ...changes,
            requestId: newRequestId(Date.now()).uuid,
          } as Partial<UsageEvent>);
          const { requestId } = event;
          const merged = hasTarget && event.target !== null ? { ...event.target, ...target } : null;
          return {
            ...event,
            occurredAt: Number.parseInt(requestId.replaceAll('-', '').slice(0, 12), 16),
            target: merged,
          };
        }) as UsageEvent[];
        await book(events);
        const { rows } = await database.pool.query<BookedUsageRow>(
          `SELECT ${BOOKED_USAGE_COLUMNS} FROM usage_event e WHERE e.request_id = ANY($1)`,
          [events.map(({ requestId }) => requestId)],
        );
        expect(rows).toHaveLength(events.length);
        for (const event of events) {
          const row = rows.find(({ requestId }) => requestId === event.requestId);
          const back = readBookedUsage(row as BookedUsageRow, asNamed);
          expect(settle(back)).toEqual(settle(event));
          expect(comparable(back)).toEqual(comparable(event));
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** Without what is only needed for settling, which is done; amounts as numbers, however many zeros they are written with. */
function comparable(event: UsageEvent): unknown {
  const picos = (amount: string | null): bigint | null => (amount === null ? null : parsePicos(amount));
  const { capturedCost, providerReportedCost } = event;
  const settled = { inputTokensBound: 0, deliveredCharacters: 0, usage: {}, usageSource: 'none' };
  const amounts = { capturedCost: picos(capturedCost), providerReportedCost: picos(providerReportedCost) };
  return { ...event, ...settled, ...amounts };
}
