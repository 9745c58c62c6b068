import { newId, parsePicos } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  auditBooks,
  Database,
  ensureUsagePartitions,
  IdempotencyKeyReused,
  inTransaction,
  insertUsageInbox,
  readBalance,
  requestManualPosting,
  sealUsage,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import { installTestClock, setTestClock } from './test-clock.js';
import { createTenant, inboxEvent, newUsageEvent, newWastedPart } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

/** What may happen to the books, in any order. */
type Step =
  | { readonly kind: 'book'; readonly seeds: readonly number[]; readonly lastMonth: boolean; readonly sealers: number }
  | { readonly kind: 'correct'; readonly which: number; readonly input: number }
  | { readonly kind: 'send again'; readonly which: number }
  | {
      readonly kind: 'credit';
      readonly who: number;
      readonly key: number;
      readonly picos: bigint;
      readonly times: number;
    }
  | { readonly kind: 'clock'; readonly seconds: number }
  | { readonly kind: 'seal'; readonly sealers: number }
  | { readonly kind: 'change billing'; readonly who: number; readonly mode: 'prepaid' | 'postpaid' }
  | { readonly kind: 'close last month'; readonly who: number }
  | {
      readonly kind: 'crash';
      readonly at: 'usage_accrual' | 'ledger_transaction' | 'ledger_entry';
      readonly seed: number;
    };

const nat = (max: number) => fc.nat({ max });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('book' as const),
      seeds: fc.array(nat(1_000_000), { minLength: 1, maxLength: 6 }),
      lastMonth: fc.boolean(),
      sealers: nat(2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), seconds: fc.constantFrom(-120, -61, 30, 61, 150) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('seal' as const), sealers: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('correct' as const), which: nat(50), input: nat(9_999) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('send again' as const), which: nat(50) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('credit' as const),
      who: nat(1),
      key: nat(3),
      picos: fc.bigInt({ min: 1n, max: 3n * 10n ** 12n }),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('change billing' as const),
      who: nat(1),
      mode: fc.constantFrom('prepaid' as const, 'postpaid' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close last month' as const), who: nat(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      at: fc.constantFrom('usage_accrual' as const, 'ledger_transaction' as const, 'ledger_entry' as const),
      seed: nat(1_000_000),
    }),
  },
);

const ALL_LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
const now = new Date();
const NOON = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 2, 12);
const LAST_MONTH = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1) - 3_600_000;

let testDatabase: TestDatabase;
let database: Database;
let prototype: Tenant;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const setUp = Database.connect(testDatabase.url);
  await installTestClock(setUp.pool);
  // a connection that dies in the middle of a transaction, where the history wants it to
  await setUp.pool.query(`
    CREATE TABLE test_clock.crash (place text);
    CREATE FUNCTION test_clock.crash() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM test_clock.crash WHERE place = TG_TABLE_NAME) THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
        PERFORM pg_sleep(1);
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER crashes AFTER INSERT ON usage_accrual FOR EACH STATEMENT EXECUTE FUNCTION test_clock.crash();
    CREATE TRIGGER crashes AFTER INSERT ON ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION test_clock.crash();
    CREATE TRIGGER crashes AFTER INSERT ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION test_clock.crash()`);
  await setUp.close();
  database = Database.connect(testDatabase.url, { onConnectionLost: () => undefined });
  prototype = await createTenant(database);
  await ensureUsagePartitions(database.pool, Date.now());
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** One history, and what must have come of it. */
class History {
  readonly #events = new Map<string, UsageEvent>();
  readonly #credits = new Map<string, { readonly organizationId: string; readonly picos: bigint }>();
  #clock = NOON;

  private constructor(readonly tenants: readonly Tenant[]) {}

  static async begin(): Promise<History> {
    await setTestClock(database.pool, NOON);
    const tenants = [];
    for (const billingMode of ['prepaid', 'postpaid'] as const) {
      const organizationId = newId('organization');
      const data = { id: organizationId, name: billingMode, slug: organizationId, billingMode };
      await database.prisma.organization.create({ data });
      tenants.push({ ...prototype, organizationId });
    }
    return new History(tenants);
  }

  async perform(step: Step): Promise<void> {
    switch (step.kind) {
      case 'book': {
        const occurredAt = step.lastMonth ? LAST_MONTH : NOON - 1;
        await this.#send(step.seeds.flatMap((seed) => this.#newEvents(seed, occurredAt)));
        await Promise.all([this.#ingest(), ...Array.from({ length: step.sealers }, () => sealUsage(database.pool))]);
        return;
      }
      case 'correct': {
        const event = [...this.#events.values()][step.which];
        if (event === undefined) return;
        await this.#send([{ ...event, revision: event.revision + 1, usage: { input: step.input, output: 1 } }]);
        return this.#ingest();
      }
      case 'send again':
        await this.#send([...this.#events.values()].slice(step.which, step.which + 5));
        return this.#ingest();
      case 'credit':
        await Promise.all(Array.from({ length: step.times }, () => this.#credit(step)));
        return;
      case 'clock':
        this.#clock += step.seconds * 1_000;
        return setTestClock(database.pool, this.#clock);
      case 'seal':
        await Promise.all(Array.from({ length: step.sealers }, () => sealUsage(database.pool)));
        return;
      case 'change billing':
        await database.prisma.organization.update({
          where: { id: this.#tenant(step.who).organizationId },
          data: { billingMode: step.mode },
        });
        return;
      case 'close last month':
        return this.#closeLastMonth(this.#tenant(step.who).organizationId);
      case 'crash':
        return this.#crash(step.at, step.seed);
    }
  }

  /** Whatever has happened: nothing lost, nothing twice, to the picounit. */
  async check(): Promise<void> {
    const { findings } = await auditBooks(database.pool, 'full');
    expect(findings.filter(({ check }) => check !== 'minutes-are-sealed')).toEqual([]);
    const { rows } = await database.pool.query<{
      organizationId: string;
      events: number;
      billed: string;
      cost: string;
    }>(
      `SELECT organization_id AS "organizationId", count(*)::int AS events, sum(billed_cost) AS billed, sum(provider_cost) AS cost
       FROM usage_event e WHERE organization_id = ANY($1) AND NOT EXISTS (
         SELECT FROM usage_event later WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision)
       GROUP BY 1`,
      [this.tenants.map(({ organizationId }) => organizationId)],
    );
    expect(rows.reduce((sum, { events }) => sum + events, 0)).toBe(this.#events.size);
    for (const { organizationId } of this.tenants) {
      const booked = rows.find((row) => row.organizationId === organizationId);
      const balance = await readBalance(database.pool, organizationId);
      const credited = [...this.#credits.values()]
        .filter((credit) => credit.organizationId === organizationId)
        .reduce((sum, { picos }) => sum + picos, 0n);
      const billed = parsePicos(booked?.billed ?? '0');
      expect(balance).toMatchObject({ credited, spent: billed, cost: parsePicos(booked?.cost ?? '0') });
      // what was billed is either taken from the money that came or owed
      expect(credited - balance.prepaid + balance.owed).toBe(billed);
      expect(balance.accounts.reduce((sum, { posted, accrued }) => sum + posted + accrued, 0n)).toBe(0n);
    }
  }

  async sealEverything(): Promise<void> {
    await setTestClock(database.pool, this.#clock + 3_600_000);
    const before = await Promise.all(this.tenants.map((tenant) => readBalance(database.pool, tenant.organizationId)));
    await sealUsage(database.pool);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 0, refused: [] });
    const { rowCount } = await database.pool.query('SELECT FROM usage_accrual');
    expect(rowCount).toBe(0);
    const after = await Promise.all(this.tenants.map((tenant) => readBalance(database.pool, tenant.organizationId)));
    const headline = ({ credited, spent, prepaid, owed, cost }: (typeof after)[number]) => [
      credited,
      spent,
      prepaid,
      owed,
      cost,
    ];
    expect(after.map(headline)).toEqual(before.map(headline));
  }

  #tenant(who: number): Tenant {
    return this.tenants[who % this.tenants.length] ?? prototype;
  }

  /** A request; now and then with what it cost beside. */
  #newEvents(seed: number, occurredAt: number): readonly UsageEvent[] {
    let state = seed;
    const random = (): number => (state = (state * 48_271 + 11) % 2_147_483_647) / 2_147_483_647;
    const failed =
      seed % 5 === 0 ? ({ outcome: 'upstream_failed', errorCode: 'provider_failed', status: 502 } as const) : {};
    const request = newUsageEvent(this.#tenant(seed), { occurredAt, ...failed }, random);
    return seed % 3 === 0 ? [request, newWastedPart(request, 1 + (seed % 2), { random })] : [request];
  }

  async #send(events: readonly UsageEvent[]): Promise<void> {
    for (const event of events) this.#events.set(`${event.requestId} ${event.part}`, event);
    await insertUsageInbox(database.pool, events.map(inboxEvent));
  }

  async #ingest(): Promise<void> {
    while ((await new UsageIngestion(database.pool).ingest(ALL_LANES)).claimed > 0);
  }

  async #credit({ who, key, picos }: Extract<Step, { kind: 'credit' }>): Promise<void> {
    const { organizationId } = this.#tenant(who);
    const draft = {
      organizationId,
      kind: 'payment',
      picos,
      reason: 'x',
      requestedBy: 'x',
      idempotencyKey: `${key}`,
      effectiveFrom: LAST_MONTH,
    } as const;
    const name = `${organizationId} ${key}`;
    try {
      const credit = await inTransaction(database.pool, 'READ COMMITTED', (client) =>
        requestManualPosting(client, draft),
      );
      if (credit?.posted === true) {
        expect(this.#credits.has(name)).toBe(false);
        this.#credits.set(name, { organizationId, picos });
      }
      expect(this.#credits.get(name)?.picos ?? picos).toBe(picos);
    } catch (error) {
      expect(error).toBeInstanceOf(IdempotencyKeyReused);
      expect(this.#credits.get(name)?.picos).not.toBe(picos);
    }
  }

  /** As whoever closes a period will: under the organization's lock, and not before its usage is sealed. */
  async #closeLastMonth(organizationId: string): Promise<void> {
    await inTransaction(database.pool, 'READ COMMITTED', async (client) => {
      await client.query('SELECT FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organizationId]);
      await client.query(
        `UPDATE accounting_period p SET state = 'closed' WHERE organization_id = $1 AND ends_at <= $2 AND NOT EXISTS (
           SELECT FROM usage_accrual a WHERE a.organization_id = $1 AND a.accounting_period = p.label)`,
        [organizationId, new Date(NOON)],
      );
    });
  }

  async #crash(at: string, seed: number): Promise<void> {
    await this.#send(this.#newEvents(seed, NOON - 1));
    await database.pool.query('INSERT INTO test_clock.crash VALUES ($1)', [at]);
    const attempts = [new UsageIngestion(database.pool).ingest(ALL_LANES), sealUsage(database.pool)];
    await Promise.allSettled(attempts);
    await database.pool.query('DELETE FROM test_clock.crash');
    return this.#ingest(); // as the worker does: again
  }
}

test('whatever happens to the books, in whatever order, not a picounit is lost or made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40 }), async (steps) => {
      const history = await History.begin();
      for (const each of steps) await history.perform(each);
      await history.check();
      await history.sealEverything();
      await history.check();
    }),
    { numRuns: 15, interruptAfterTimeLimit: 60_000, endOnFailure: true },
  );
}, 120_000);
