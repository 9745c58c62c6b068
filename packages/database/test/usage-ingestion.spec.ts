import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { compilePriceSheet, rate, settle } from '@tollgate/billing';
import { formatPicos, newRequestId } from '@tollgate/domain';
import type { DecisionCandidate, RouteDecision, UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { Database, ensureUsagePartitions, insertUsageInbox, loadPrices, USAGE_LANES } from '../src/index.js';
import { UsageIngestion, usageLane } from '../src/index.js';
import type { IngestionReport } from '../src/index.js';
import { readSpend } from './read-spend.js';
import { createTenant, inboxEvent, newUsageEvent, newWastedPart } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';
import { readTotals } from './usage-totals.js';

const ALL_LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
const EVEN_LANES = ALL_LANES.filter((lane) => lane % 2 === 0);
const ODD_LANES = ALL_LANES.filter((lane) => lane % 2 === 1);

let testDatabase: TestDatabase;
let database: Database;
let tenant: Tenant;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url, { applicationName: 'ingesting' });
  tenant = await createTenant(database);
  await ensureUsagePartitions(database.pool, Date.now());
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

async function send(events: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(database.pool, events.map(inboxEvent));
}

async function ingestAll(ingestion = new UsageIngestion(database.pool), lanes = ALL_LANES): Promise<IngestionReport[]> {
  const reports: IngestionReport[] = [];
  for (;;) {
    const report = await ingestion.ingest(lanes);
    if (report.claimed === 0) return reports;
    reports.push(report);
  }
}

/** As the worker does: what fails for another reason than the events is tried again. */
async function ingestStubbornly(
  ingestion: UsageIngestion,
  lanes: readonly number[],
  isDone: () => boolean,
): Promise<number> {
  let failures = 0;
  for (;;) {
    try {
      const { claimed } = await ingestion.ingest(lanes);
      if (claimed === 0 && isDone()) return failures;
      if (claimed === 0) await sleep(5);
    } catch {
      failures += 1;
    }
  }
}

async function billedByOurselves(events: readonly UsageEvent[]): Promise<bigint> {
  const snapshot = await loadPrices(database.pool, tenant.priceSnapshotId);
  let sum = 0n;
  for (const event of events) {
    const { usage, charge } = settle(event);
    const { target } = event;
    if (charge !== 'customer' || target === null) continue;
    const prices = snapshot.prices.filter(({ model }) => model === target.pricedModel);
    sum += rate(compilePriceSheet(prices, snapshot.terms), { ...event, ...target, usage }).billedCost;
  }
  return sum;
}

/** The same sum in every table, to the picounit. What requests cost beside, their further parts, counts as none. */
async function expectEverythingToAgree(events: readonly UsageEvent[]): Promise<void> {
  const totals = await readTotals(database);
  const billed = await billedByOurselves(events);
  expect(billed).toBeGreaterThan(0n);
  const requests = events.filter(({ part }) => part === 0);
  const count = BigInt(requests.length);
  expect(totals.events).toBe(BigInt(events.length));
  for (const [table, sum] of Object.entries(totals.billed)) expect(`${table} ${sum}`).toBe(`${table} ${billed}`);
  expect(new Set(Object.values(totals.providerCost)).size).toBe(1);
  expect(new Set(Object.values(totals.inputTokens)).size).toBe(1);
  const routed = BigInt(requests.filter(({ target }) => target !== null).length);
  expect(totals.requests).toEqual({
    usage_day: count,
    usage_hour: count,
    deployment_hour: routed,
    installation_hour: count,
    deployment_day: routed,
    installation_day: count,
    organization_day: count,
    keys: count,
  });
  expect(totals.observations['latency']).toBe(count);
  expect(totals.accrued).toBe(0n);
  expect(totals.unbalancedMinutes).toBe(0n);
}

describe('booking usage', () => {
  test('one event: row, lines, budgets, accruals', async () => {
    const event = newUsageEvent(tenant, {
      requestedModel: 'gpt-4o',
      usage: { input: 1_000, input_cache_read: 200, output: 3 },
      tags: ['a', 'b'],
      endUser: 'u',
      memberId: 'usr_1',
      target: { ...newTarget('gpt-4o') },
    });
    await send([event]);
    const [report] = await ingestAll();
    expect(report).toMatchObject({
      claimed: 1,
      booked: 1,
      duplicates: 0,
      quarantined: 0,
      unpriced: 0,
      ratingMismatches: [],
    });
    const { rows } = await database.pool.query('SELECT * FROM usage_event');
    expect(rows[0]).toMatchObject({
      request_id: event.requestId,
      tags: ['a', 'b'],
      input_tokens: '1200',
      cache_read_tokens: '200',
      output_tokens: '3',
      usage: { input: 1_000, input_cache_read: 200, output: 3 },
      rating_state: 'rated',
      charge: 'customer',
      hold: '0.001000000000',
      attempts: event.attempts,
      occurred_at: new Date(event.occurredAt),
      accounting_period: new Date(event.occurredAt).toISOString().slice(0, 7),
    });
    const lines = await database.pool.query('SELECT meter, quantity, priced_as, per FROM rated_line ORDER BY line');
    expect(lines.rows).toEqual([
      { meter: 'input', quantity: '1000', priced_as: 'input', per: 1_000_000 },
      { meter: 'input_cache_read', quantity: '200', priced_as: 'input', per: 1_000_000 },
      { meter: 'output', quantity: '3', priced_as: 'output', per: 1_000_000 },
    ]);
    const spend = await database.pool.query('SELECT scope, scope_id FROM spend_day ORDER BY scope, scope_id');
    expect(spend.rows).toEqual([
      { scope: 'end_user', scope_id: 'u' },
      { scope: 'member', scope_id: 'usr_1' },
      { scope: 'tag', scope_id: 'a' },
      { scope: 'tag', scope_id: 'b' },
    ]);
    const byKey = await database.pool.query(`
      SELECT api_key_id, model, provider, requests, input_tokens, quantity_input, quantity_input_cache_read, quantity_output
      FROM usage_key_day`);
    expect(byKey.rows).toEqual([
      {
        api_key_id: event.apiKeyId,
        model: 'gpt-4o',
        provider: 'openai',
        requests: '1',
        input_tokens: '1200',
        quantity_input: '1000',
        quantity_input_cache_read: '200',
        quantity_output: '3',
      },
    ]);
    const { spent, waiting } = await readSpend(database.pool, Date.now());
    expect(waiting).toEqual([]);
    const billed = formatPicos(await billedByOurselves([event]));
    expect(spent.map(({ scope, spent: amount }) => [scope, amount]).sort()).toEqual([
      ['api_key', billed],
      ['organization', billed],
      ['project', billed],
    ]);
    await expectEverythingToAgree([event]);
  });

  test('every outcome is charged as settlement says; waste is our cost, refusals cost nothing', async () => {
    const refused: Partial<UsageEvent> = {
      outcome: 'refused',
      errorCode: 'policy_rate_limited',
      status: 429,
      usage: {},
      usageSource: 'none',
      target: null,
      priceSnapshotId: null,
      attempts: [],
    };
    const failed: Partial<UsageEvent> = { outcome: 'upstream_failed', errorCode: 'provider_failed', status: 502 };
    const crashed: Partial<UsageEvent> = {
      outcome: 'gateway_crashed',
      usage: {},
      usageSource: 'none',
      errorCode: 'gateway_internal',
    };
    const events = [{}, refused, failed, crashed].map((changes) => newUsageEvent(tenant, changes));
    await send(events);
    await ingestAll();
    const { rows } = await database.pool.query<Record<string, string>>(
      `SELECT outcome, charge, rating_state, usage_source, billed_cost > 0 AS billed, provider_cost > 0 AS costs FROM usage_event ORDER BY outcome`,
    );
    const row = (outcome: string, charge: string, source: string, [billed, costs]: boolean[]) => ({
      outcome,
      charge,
      rating_state: charge === 'none' ? 'none' : 'rated',
      usage_source: source,
      billed,
      costs,
    });
    expect(rows).toEqual([
      row('gateway_crashed', 'customer', 'estimated', [true, true]),
      row('refused', 'none', 'none', [false, false]),
      row('success', 'customer', 'reported', [true, true]),
      row('upstream_failed', 'waste', 'reported', [false, true]),
    ]);
    const { rows: waste } = await database.pool.query(
      `SELECT amount > 0 AS positive FROM usage_accrual WHERE account = 'waste'`,
    );
    expect(waste).toEqual([{ positive: true }]);
    await expectEverythingToAgree(events);
  });

  test('a price that is missing is never taken as free, and a captured cost that differs is told', async () => {
    const unpriced = newUsageEvent(tenant, { target: { ...newTarget('unknown') } });
    const differing = newUsageEvent(tenant, { capturedCost: '0.123' });
    const right = newUsageEvent(tenant);
    const agreeing = { ...right, capturedCost: formatPicos(await billedByOurselves([right])) };
    await send([unpriced, differing, agreeing]);
    const [report] = await ingestAll();
    expect(report).toMatchObject({ booked: 3, unpriced: 1 });
    expect(report?.ratingMismatches.map(({ requestId }) => requestId)).toEqual([differing.requestId]);
  });

  test('facts are never changed or deleted', async () => {
    await send([newUsageEvent(tenant)]);
    await ingestAll();
    for (const table of ['usage_event', 'rated_line']) {
      await expect(database.pool.query(`UPDATE ${table} SET billed_cost = 0`)).rejects.toThrow('never changed');
      await expect(database.pool.query(`DELETE FROM ${table}`)).rejects.toThrow('never changed');
      await expect(database.pool.query(`TRUNCATE ${table}`)).rejects.toThrow('never changed');
    }
  });
});

describe('exactly once', () => {
  test('two lanes, a fifth sent again, connections killed at random: every sum agrees to the picounit', async () => {
    const tenants = [
      tenant,
      ...(await Promise.all(Array.from({ length: 11 }, () => createTenant(database, 'Asia/Tokyo')))),
    ];
    expect(new Set(tenants.map(({ organizationId }) => usageLane(organizationId) % 2)).size).toBe(2);
    const events = Array.from({ length: 2_400 }, () =>
      newUsageEvent(tenants[randomInt(tenants.length)] ?? tenant),
    ).flatMap((event, index) => (index % 4 === 0 ? [event, newWastedPart(event, 1)] : [event]));
    let isSent = false;
    const sending = (async () => {
      for (let at = 0; at < events.length; at += 150) {
        const chunk = events.slice(at, at + 150);
        await send(chunk);
        if (at % 750 === 0) await send(events.slice(Math.max(0, at - 300), at + 150));
        await sleep(15);
      }
      isSent = true;
    })();
    const killer = Database.connect(testDatabase.url, { poolSize: 1, applicationName: 'killing' });
    const killing = (async () => {
      while (!isSent) {
        await sleep(randomInt(5, 40));
        await killer.pool.query(`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'killed' ORDER BY random() LIMIT 1`);
      }
      await killer.close();
    })();
    const mortal = Database.connect(testDatabase.url, { applicationName: 'killed' });
    const ingestion = new UsageIngestion(mortal.pool, 400);
    const failures = await Promise.all(
      [EVEN_LANES, ODD_LANES].map((lanes) => ingestStubbornly(ingestion, lanes, () => isSent)),
    );
    await Promise.all([sending, killing]);
    await mortal.close();
    await send(events.slice(0, 600)); // after everything was booked
    const reports = await ingestAll();
    expect(reports.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(600);
    expect(failures.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
    await expectEverythingToAgree(events);
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM usage_quarantine');
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('two processes on the same lanes take different events', async () => {
    const events = Array.from({ length: 1_200 }, () => newUsageEvent(tenant));
    await send(events);
    await Promise.all([1, 2, 3].map(() => ingestAll(new UsageIngestion(database.pool, 100))));
    await expectEverythingToAgree(events);
  });
});

describe('events that cannot be booked', () => {
  test('what is no usage event goes to the quarantine with its reason, the rest is booked', async () => {
    const good = newUsageEvent(tenant);
    const broken: Partial<UsageEvent>[] = [
      { usage: { input: -1 } },
      { usage: { input: 1e13 } },
      { outcome: 'vanished' as never },
      { occurredAt: good.occurredAt - 1, requestId: newRequestId(good.occurredAt).uuid },
      { occurredAt: Date.now() - 500 * 86_400_000 },
      { organizationId: 'org_unknown' },
      { priceSnapshotId: 'snap_unknown' },
      { tags: [1] as never },
      { part: 1 },
      { routing: { ...ROUTING, reason: 'whim' as never } },
      { routing: { ...ROUTING, candidates: [{ ...CANDIDATE, uptime: 1.1 }] } },
      { routing: { ...ROUTING, candidates: [{ ...CANDIDATE, excluded: 'ugly' as never }] } },
      { routing: { ...ROUTING, candidates: [{ ...CANDIDATE, score: '1' as never }] } },
      { attempts: [{ ...ATTEMPT, cost: 'much' }] },
    ];
    const events = broken.map((changes) => newUsageEvent(tenant, changes));
    await send([good, ...events]);
    const noJson = { ...inboxEvent(newUsageEvent(tenant)), payload: Buffer.from('{"kind":') };
    const misfiled = { ...inboxEvent(newUsageEvent(tenant)), requestId: newRequestId(Date.now()).uuid };
    await insertUsageInbox(database.pool, [noJson, misfiled]);
    expect(await ingestAll()).toMatchObject([{ claimed: 17, booked: 1, quarantined: 16, duplicates: 0 }]);
    const { rows } = await database.pool.query<{ reason: string }>(
      'SELECT reason FROM usage_quarantine ORDER BY reason',
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      'a part above 0 is what a request cost beside, which never ends like this',
      'cost is not a decimal amount',
      'excluded is unknown',
      'not JSON',
      'occurredAt is beyond retention',
      'occurredAt is not the instant inside requestId',
      'outcome is unknown',
      'reason is unknown',
      'score is not a number',
      'tags are not text',
      'the inbox files it under another key',
      'there is no such organization',
      'there is no such price snapshot',
      'uptime is not a number between 0 and 1',
      'usage: input is not a whole number between 0 and 1000000000000',
      'usage: input is not a whole number between 0 and 1000000000000',
    ]);
    await expectEverythingToAgree([good]);
  });

  test('one that Postgres refuses is singled out of its batch', async () => {
    await database.pool.query(`
      CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.requested_model = 'poison' THEN RAISE EXCEPTION 'poison'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER poison BEFORE INSERT ON usage_event FOR EACH ROW EXECUTE FUNCTION refuse_poison()`);
    const good = Array.from({ length: 40 }, () => newUsageEvent(tenant));
    const poison = Array.from({ length: 2 }, () => newUsageEvent(tenant, { requestedModel: 'poison' }));
    await send([...good.slice(0, 13), ...poison, ...good.slice(13)]);
    const reports = await ingestAll();
    expect(reports).toMatchObject([{ claimed: 42, booked: 40, quarantined: 2 }]);
    await expectEverythingToAgree(good);
    await send(poison.slice(0, 1));
    await ingestAll();
    const { rows } = await database.pool.query('SELECT reason, attempts FROM usage_quarantine ORDER BY attempts');
    expect(rows).toEqual([
      { reason: 'cannot be booked: poison', attempts: 1 },
      { reason: 'cannot be booked: poison', attempts: 2 },
    ]);
  });

  test('text that Postgres cannot store, and names without end, are booked all the same', async () => {
    const event = newUsageEvent(tenant, {
      endUser: `\0\ud800${'x'.repeat(5_000)}`,
      tags: ['t\0', ...Array.from({ length: 99 }, () => 'y')],
    });
    await send([event]);
    expect(await ingestAll()).toMatchObject([{ booked: 1, quarantined: 0 }]);
    const { rows } = await database.pool.query<{ end_user: string; tags: string[] }>(
      'SELECT end_user, tags FROM usage_event',
    );
    expect(rows[0]?.end_user.length).toBe(256);
    expect(rows[0]?.end_user.slice(0, 3)).toBe('\uFFFD\uFFFDx');
    expect(rows[0]?.tags).toEqual(['t\uFFFD', 'y']);
  });
});

describe('time', () => {
  const daysAgo = (days: number): number => Date.now() - days * 86_400_000;
  const period = (label: string) =>
    database.prisma.accountingPeriod.findUniqueOrThrow({
      where: { organizationId_label: { organizationId: tenant.organizationId, label } },
    });
  const label = (at: number): string => new Date(at).toISOString().slice(0, 7);

  test('names and texts come back as they are, whatever a line of COPY means by them', async () => {
    const odd = ['tab\there', 'two\r\nlines', String.raw`back\slash \N \.`, String.raw`\.`, '"{quoted,}"', 'NULL', ''];
    const events = odd.map((text) => newUsageEvent(tenant, { endUser: text, tags: [text], serviceTier: text }));
    await send(events);
    await ingestAll();
    const { rows } = await database.pool.query<{ end_user: string; tags: string[]; service_tier: string }>(
      'SELECT end_user, tags, service_tier FROM usage_event',
    );
    const found = rows.map((row) => [row.end_user, ...row.tags, row.service_tier]).sort();
    expect(found).toEqual(odd.map((text) => [text, text, text]).sort());
    await expectEverythingToAgree(events);
  });

  test('an event that is months late gets its partition, its own budget period and accounting period', async () => {
    const event = newUsageEvent(tenant, { occurredAt: daysAgo(150) });
    await send([event]);
    expect(await ingestAll()).toMatchObject([{ booked: 1 }]);
    expect(await period(label(event.occurredAt))).toMatchObject({ state: 'open' });
    expect((await readSpend(database.pool, Date.now())).spent).toEqual([]);
    expect((await readSpend(database.pool, event.occurredAt)).spent).toHaveLength(3);
    await expectEverythingToAgree([event]);
  });

  test('nothing is booked into a closed period: the first open one after it takes the event', async () => {
    const before = newUsageEvent(tenant, { occurredAt: daysAgo(100) });
    await send([before]);
    await ingestAll();
    const closed = label(before.occurredAt);
    await database.pool.query(`UPDATE accounting_period SET state = 'closed', closed_at = now()`);
    const late = newUsageEvent(tenant, { occurredAt: before.occurredAt });
    await send([late]);
    await ingestAll();
    const { endsAt } = await period(closed);
    const next = await database.prisma.accountingPeriod.findFirstOrThrow({
      where: { organizationId: tenant.organizationId, startsAt: endsAt },
    });
    const { rows } = await database.pool.query(
      `SELECT accounting_period AS period, count(*)::int AS n FROM usage_event GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { period: closed, n: 1 },
      { period: next.label, n: 1 },
    ]);
    const days = await database.pool.query(
      `SELECT day::text, accounting_period AS period FROM usage_day ORDER BY period`,
    );
    const day = new Date(late.occurredAt).toISOString().slice(0, 10);
    expect(days.rows).toEqual([
      { day, period: closed },
      { day, period: next.label },
    ]);
    await expectEverythingToAgree([before, late]);
  });

  test('periods follow the time zone, also when it changes: no gap and no overlap', async () => {
    const zoned = await createTenant(database, 'Asia/Tokyo');
    const instants = Array.from({ length: 60 }, (_, index) => daysAgo(120) + index * 1.5 * 86_400_000);
    const events = instants.map((at) => newUsageEvent(zoned, { occurredAt: Math.floor(at) }));
    for (const [index, zone] of ['Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Kiritimati'].entries()) {
      await database.prisma.organization.update({ where: { id: zoned.organizationId }, data: { timeZone: zone } });
      await send(events.slice(index * 20, index * 20 + 20));
      await ingestAll();
    }
    const periods = await database.prisma.accountingPeriod.findMany({
      where: { organizationId: zoned.organizationId },
      orderBy: { startsAt: 'asc' },
    });
    for (const [index, { startsAt }] of periods.slice(1).entries()) expect(startsAt).toEqual(periods[index]?.endsAt);
    await expectEverythingToAgree(events);
  });

  test.each([
    ['west, forwards', ['Asia/Tokyo', 'Etc/GMT+8'], [-8, 1]],
    ['east, for late usage', ['Etc/GMT+8', 'Asia/Tokyo'], [1, -8]],
  ] as const)('leave no gap when a zone changes and nothing is used around it: %s', async (_, zones, days) => {
    const zoned = await createTenant(database, zones[0]);
    const now = new Date();
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1);
    const events = days.map((day) => newUsageEvent(zoned, { occurredAt: month + day * 86_400_000 }));
    for (const [index, event] of events.entries()) {
      const timeZone = zones[index] ?? 'UTC';
      await database.prisma.organization.update({ where: { id: zoned.organizationId }, data: { timeZone } });
      await send([event]);
      await ingestAll();
    }
    const [first, second, ...others] = await database.prisma.accountingPeriod.findMany({
      where: { organizationId: zoned.organizationId },
      orderBy: { startsAt: 'asc' },
    });
    expect(others).toEqual([]);
    expect(second?.startsAt).toEqual(first?.endsAt);
    await expectEverythingToAgree(events);
  });
});

describe('how a request found its deployment', () => {
  const written = async () =>
    (await database.pool.query<{ routing: unknown; attempts: unknown }>('SELECT routing, attempts FROM usage_event'))
      .rows;

  test('is kept with it, and what its attempts cost', async () => {
    const event = newUsageEvent(tenant, { routing: ROUTING, attempts: [{ ...ATTEMPT, cost: '0.0021' }] });
    await send([event]);
    await ingestAll();
    expect(await written()).toEqual([{ routing: ROUTING, attempts: event.attempts }]);
  });

  test('is not known of records from before it was kept', async () => {
    const old = { routing: undefined, attempts: [{ ...ATTEMPT, cost: undefined }] } as never;
    await send([newUsageEvent(tenant, old)]);
    await ingestAll();
    expect(await written()).toEqual([{ routing: null, attempts: [ATTEMPT] }]);
  });
});

describe('what a request cost beside', () => {
  test('is our waste: rated and posted, no request, no error, no tokens, no latency', async () => {
    const request = newUsageEvent(tenant, { endUser: 'u', memberId: 'usr_1', tags: ['a'] });
    const parts = (['upstream_failed', 'hedge_loser', 'shadow_copy'] as const).map((outcome, index) =>
      newWastedPart(request, index + 1, { changes: { outcome } }),
    );
    await send([...parts, request]);
    expect(await ingestAll()).toMatchObject([{ booked: 4, quarantined: 0, unpriced: 0, ratingMismatches: [] }]);
    await expectEverythingToAgree([request, ...parts]);
    const { rows } = await database.pool.query(
      `SELECT part, outcome, charge, rating_state, billed_cost > 0 AS billed, provider_cost > 0 AS costs
       FROM usage_event ORDER BY part`,
    );
    const waste = { charge: 'waste', rating_state: 'rated', billed: false, costs: true };
    expect(rows).toEqual([
      { part: 0, outcome: 'success', charge: 'customer', rating_state: 'rated', billed: true, costs: true },
      { part: 1, outcome: 'upstream_failed', ...waste },
      { part: 2, outcome: 'hedge_loser', ...waste },
      { part: 3, outcome: 'shadow_copy', ...waste },
    ]);
    const posted = await database.pool.query(
      `SELECT (SELECT sum(amount) FROM usage_accrual WHERE account = 'waste')
            = (SELECT sum(provider_cost) FROM usage_event WHERE part > 0) AS equal`,
    );
    expect(posted.rows).toEqual([{ equal: true }]);
    for (const table of ['usage_day', 'usage_hour', 'usage_key_day', 'deployment_hour', 'spend_day']) {
      const { rows: beside } = await database.pool.query(
        `SELECT sum(requests)::int AS requests, sum(errors)::int AS errors, sum(output_tokens)::int AS tokens,
                sum(list_cost) = (SELECT list_cost FROM usage_event WHERE part = 0) * $1 AS list
         FROM ${table}`,
        [table === 'spend_day' ? 3 : 1],
      );
      const scopes = table === 'spend_day' ? 3 : 1;
      const tokens = (request.usage.output ?? 0) * scopes;
      expect({ table, ...beside[0] }).toEqual({ table, requests: scopes, errors: 0, tokens, list: true });
    }
  });

  test('what the provider does not bill costs nothing, and is kept', async () => {
    const request = newUsageEvent(tenant);
    const changes = { outcome: 'upstream_failed', usage: {}, usageSource: 'none' } as const;
    const part = newWastedPart(request, 1, { changes });
    await send([request, part]);
    await ingestAll();
    await expectEverythingToAgree([request, part]);
    const { rows } = await database.pool.query(`SELECT charge, provider_cost FROM usage_event WHERE part = 1`);
    expect(rows).toEqual([{ charge: 'none', provider_cost: '0.000000000000' }]);
  });

  test('is corrected like a request, and is still none', async () => {
    const request = newUsageEvent(tenant);
    const part = newWastedPart(request, 1);
    await send([request, part]);
    await ingestAll();
    const right = { ...part, revision: 1, usage: { input: 3, output: 2 } };
    await send([right]);
    await ingestAll();
    await expectEverythingToAgree([request, right]);
  });
});

describe('corrections', () => {
  test('take back what they correct, everywhere', async () => {
    const wrong = newUsageEvent(tenant, {
      outcome: 'gateway_crashed',
      usage: {},
      usageSource: 'none',
      errorCode: 'gateway_internal',
    });
    const other = newUsageEvent(tenant);
    await send([wrong, other]);
    await ingestAll();
    const right = {
      ...newUsageEvent(tenant, { occurredAt: wrong.occurredAt }),
      requestId: wrong.requestId,
      revision: 1,
    };
    await send([right]);
    await ingestAll();
    await send([right]);
    expect(await ingestAll()).toMatchObject([{ booked: 0, duplicates: 1 }]);
    await expectEverythingToAgree([right, other]);
  });

  test('in the same batch as what they correct; without it they wait in the quarantine', async () => {
    const first = newUsageEvent(tenant);
    const second = { ...first, revision: 1, usage: { input: 7, output: 1 } };
    const orphan = { ...newUsageEvent(tenant), revision: 1 };
    await send([second, first, orphan]);
    expect(await ingestAll()).toMatchObject([{ claimed: 3, booked: 2, quarantined: 1 }]);
    await expectEverythingToAgree([second]);
  });

  test('of another organization’s usage take nothing back: they wait in the quarantine', async () => {
    const first = newUsageEvent(tenant);
    const stranger = await createTenant(database);
    await send([first]);
    await ingestAll();
    await send([{ ...newUsageEvent(stranger), requestId: first.requestId, occurredAt: first.occurredAt, revision: 1 }]);
    expect(await ingestAll()).toMatchObject([{ claimed: 1, booked: 0, quarantined: 1 }]);
    await expectEverythingToAgree([first]);
  });
});

const ATTEMPT = {
  deploymentId: 'dep_1',
  provider: 'openai',
  upstreamModel: 'gpt-4o',
  status: 200,
  errorCode: null,
  startedMs: 1,
  endedMs: 2,
  cost: null,
};
const CANDIDATE: DecisionCandidate = {
  deploymentId: 'dep_1',
  provider: 'openai',
  upstreamModel: 'gpt-4o',
  region: '*',
  score: -0.25,
  price: 0.0021,
  uptime: 0.999,
  firstTokenMs: 210.5,
  tokensPerSecond: null,
  cacheShare: 0,
  inFlight: 3,
  excluded: null,
};
const ROUTING: RouteDecision = {
  routeId: 'rte_1',
  strategy: 'balanced',
  reason: 'best',
  candidates: [CANDIDATE, { ...CANDIDATE, deploymentId: 'dep_2', score: null, excluded: 'circuit-open' }],
};

function newTarget(model: string) {
  return {
    deploymentId: 'dep_1',
    provider: 'openai',
    upstreamModel: model,
    pricedModel: model,
    region: '*',
    credentialOwner: 'operator',
    simulated: false,
  } as const;
}
