import { divideHalfEven, parsePicos } from '@tollgate/domain';
import type { LedgerAccount, UsageEvent } from '@tollgate/domain';
import { expect } from '@jest/globals';

import {
  auditBooks,
  chargePlatformFee,
  closeAccountingPeriod,
  grantPlanCredit,
  insertUsageInbox,
  ManualPostingRefused,
  readAccountingPeriods,
  readBalance,
  readRollForward,
  readTrialBalance,
  sealUsage,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import type { ManualPostingDraft } from '../src/index.js';
import type { TestBooks } from './books-fixtures.js';
import { CreditOracle, isLive } from './credit-oracle.js';
import { CRASH_SITES } from './credit-steps.js';
import type { CreditStep, Gift, Request } from './credit-steps.js';
import { inboxEvent } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Histories begin so long ago that none of them reaches the present. */
const BEGINS = Date.now() - 300 * DAY_MS;
const LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
const ACCOUNTS: readonly LedgerAccount[] = [
  ...(['prepaid', 'promo', 'receivable', 'revenue', 'breakage', 'cash'] as const),
  ...(['provider_cost', 'provider_payable', 'write_off'] as const),
];

interface Owner {
  readonly tenant: Tenant;
  readonly oracle: CreditOracle;
}

/** One history of two organizations: what is done to the books, and to the oracle beside them. */
export class CreditHistory {
  /** How far any of them has got. */
  static #latest = BEGINS;
  #clock: number;
  #keys = 0;
  readonly #events = new Map<string, { event: UsageEvent; owner: Owner }>();

  private constructor(
    private readonly books: TestBooks,
    private readonly owners: readonly Owner[],
    began: number,
  ) {
    this.#clock = began;
  }

  /** Lets connections die in the middle of a transaction. */
  static async prepare({ database }: TestBooks): Promise<void> {
    await database.pool.query(`
      CREATE TABLE test_clock.crash (place text);
      CREATE FUNCTION test_clock.crash() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM test_clock.crash WHERE place = TG_TABLE_NAME) THEN
          PERFORM pg_terminate_backend(pg_backend_pid());
          PERFORM pg_sleep(1);
        END IF;
        RETURN NULL;
      END $$`);
    for (const table of CRASH_SITES) {
      await database.pool.query(`CREATE TRIGGER crashes AFTER INSERT OR UPDATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION test_clock.crash()`);
    }
  }

  static async begin(books: TestBooks): Promise<CreditHistory> {
    await books.setClock(BEGINS);
    const owners = [];
    for (const mode of ['prepaid', 'postpaid'] as const) {
      owners.push({ tenant: await books.organization(mode), oracle: new CreditOracle() });
    }
    return new CreditHistory(books, owners, BEGINS);
  }

  /** After the last of them: an audit looks back, and each began anew. */
  static async audit(books: TestBooks): Promise<void> {
    await books.setClock(CreditHistory.#latest);
    expect((await auditBooks(books.database.pool, 'full')).findings).toEqual([]);
  }

  async perform(step: CreditStep): Promise<void> {
    switch (step.kind) {
      case 'book':
        return this.#book(this.#owner(step.who), step);
      case 'correct':
        return this.#correct(step.which, step.tokens);
      case 'send again':
        await this.#send([...this.#events.values()].slice(step.which, step.which + 5).map(({ event }) => event));
        return this.#ingest();
      case 'give':
        return this.#give(this.#owner(step.who), step.gift);
      case 'take':
        return this.#take(this.#owner(step.who), step);
      case 'clock':
        this.#clock += step.ms;
        return this.books.setClock(this.#clock);
      case 'seal':
        await Promise.all(Array.from({ length: step.sealers }, () => sealUsage(this.books.database.pool)));
        return;
      case 'close':
        return this.#close(this.#owner(step.who));
      case 'change billing': {
        const { organizationId } = this.#owner(step.who).tenant;
        await this.books.rows('UPDATE organization SET billing_mode = $2 WHERE id = $1', organizationId, step.mode);
        return;
      }
      case 'crash':
        return this.#crash(step.at, step.during);
    }
  }

  /** Nothing lost, nothing twice, to the picounit: at this instant, at others, and by months. */
  async check({ everywhere }: { readonly everywhere: boolean }): Promise<void> {
    for (const { tenant, oracle } of this.owners) {
      const { organizationId } = tenant;
      const { pool } = this.books.database;
      const now = await readBalance(pool, organizationId);
      const [prepaid, promo, owed] = [
        oracle.left('prepaid', this.#clock),
        oracle.left('promo', this.#clock),
        oracle.owed(),
      ];
      expect(now).toMatchObject({ prepaid, promo, owed, available: prepaid + promo - owed });
      expect(-oracle.balance('prepaid', this.#clock)).toBe(prepaid);
      expect(await this.#grantsLeft(organizationId)).toEqual(oracle.grants.map(({ left }) => left));
      if (!everywhere) continue;
      for (const asOf of this.#instants(oracle)) {
        const { accounts } = await readBalance(pool, organizationId, asOf);
        const found = ACCOUNTS.map((name) => {
          const account = accounts.find((each) => each.account === name);
          return [asOf, name, (account?.posted ?? 0n) + (account?.accrued ?? 0n)];
        });
        expect(found).toEqual(ACCOUNTS.map((name) => [asOf, name, oracle.balance(name, asOf)]));
      }
      await this.#checkMonths(organizationId, oracle);
      const [funding] = await this.books.rows<{ captured: string }>(
        'SELECT captured FROM organization_funding WHERE organization_id = $1',
        organizationId,
      );
      expect(parsePicos(funding?.captured ?? '0')).toBe(oracle.captured);
    }
  }

  /** Everything is sealed, and says the same. */
  async finish(): Promise<void> {
    await this.perform({ kind: 'clock', ms: 2 * MINUTE_MS });
    CreditHistory.#latest = Math.max(CreditHistory.#latest, this.#clock);
    await sealUsage(this.books.database.pool);
    expect(await sealUsage(this.books.database.pool)).toEqual({ transactions: 0, refused: [] });
    expect(await this.books.rows('SELECT * FROM usage_accrual')).toEqual([]);
    await this.check({ everywhere: true });
  }

  #owner(who: number): Owner {
    const owner = this.owners[who % this.owners.length];
    if (owner === undefined) throw new RangeError('there is always an owner');
    return owner;
  }

  async #book(owner: Owner, { requests, sealing }: { requests: readonly Request[]; sealing: boolean }): Promise<void> {
    const events = this.#requests(owner, requests);
    await this.#send(events);
    await Promise.all([this.#ingest(), ...(sealing ? [sealUsage(this.books.database.pool)] : [])]);
    for (const event of events) this.#note(owner, event);
  }

  async #correct(which: number, tokens: number): Promise<void> {
    const known = [...this.#events.values()][which % Math.max(1, this.#events.size)];
    if (known === undefined) return;
    const event = { ...known.event, revision: known.event.revision + 1, usage: { input: tokens } };
    await this.#send([event]);
    await this.#ingest();
    this.#note(known.owner, event);
  }

  #note(owner: Owner, event: UsageEvent): void {
    const cost = costOf(event);
    const { requestId, occurredAt } = event;
    owner.oracle.book(requestId, { billed: cost, cost, occurredAt }, this.#clock);
    this.#events.set(requestId, { event, owner });
  }

  async #send(events: readonly UsageEvent[]): Promise<void> {
    await insertUsageInbox(this.books.database.pool, events.map(inboxEvent));
  }

  /** As a worker does: two connections, each with organizations of its own. */
  async #ingest(): Promise<void> {
    const drain = async (share: number): Promise<void> => {
      const lanes = LANES.filter((lane) => lane % 2 === share);
      while ((await new UsageIngestion(this.books.database.pool).ingest(lanes)).claimed > 0);
    };
    await Promise.all([drain(0), drain(1)]);
  }

  async #give(owner: Owner, gift: Gift): Promise<void> {
    if (gift.as === 'plan') return this.#givePlan(owner, gift.picos);
    const draft = this.#draftOf({ ...gift, as: gift.as });
    const posted = await Promise.all(Array.from({ length: gift.times }, () => this.#post(owner.tenant, draft)));
    expect(posted.filter((each) => each)).toHaveLength(1);
    this.#noteGift(owner.oracle, gift);
  }

  async #givePlan({ oracle, tenant }: Owner, picos: bigint): Promise<void> {
    const { organizationId } = tenant;
    const plan = { organizationId, picos, reason: 'x', source: 'x' };
    const given = await this.books.transaction((client) => grantPlanCredit(client, plan));
    if (given?.granted !== true) return;
    const [year = 0, number = 1] = given.accountingPeriod.split('-').map(Number);
    const [from, expires] = [Date.UTC(year, number - 1), Date.UTC(year, number)];
    oracle.give({ account: 'promo', amount: picos, priority: 50, from, expires });
  }

  async #take({ oracle, tenant }: Owner, step: Extract<CreditStep, { kind: 'take' }>): Promise<void> {
    const now = this.#clock;
    const { as, picos } = step;
    const prepaid = oracle.inOrder().filter(({ account }) => account === 'prepaid');
    if (as === 'fee') {
      const fee = { organizationId: tenant.organizationId, picos, reason: 'x', source: 'x' };
      const charged = await this.books.transaction((client) => chargePlatformFee(client, fee));
      if (charged?.charged === true) oracle.charge('revenue', picos, { now, from: prepaid });
      return;
    }
    if (as === 'adjustment') {
      expect(await this.#post(tenant, { kind: as, picos: -picos })).toBe(true);
      return oracle.charge('revenue', picos, { now, from: oracle.inOrder() });
    }
    if (as === 'revocation') return this.#revoke({ oracle, tenant }, step);
    const owed = oracle.owed() > 0n ? oracle.owed() : 0n;
    const most = as === 'write_off' ? owed : oracle.left('prepaid', now) - owed;
    expect(await this.#post(tenant, { kind: as, picos })).toBe(picos <= most);
    if (picos > most) return;
    if (as === 'write_off') oracle.writeOff(picos, now);
    else oracle.charge('cash', picos, { now, from: prepaid.toReversed() });
  }

  async #revoke({ oracle, tenant }: Owner, { picos, which }: Extract<CreditStep, { kind: 'take' }>): Promise<void> {
    const index = which % Math.max(1, oracle.grants.length);
    const grant = oracle.grants[index];
    if (grant === undefined) return;
    const ids = await this.#grantIds(tenant.organizationId);
    const posted = await this.#post(tenant, { kind: 'revocation', picos, grantId: ids[index] ?? '' });
    expect(posted).toBe(grant.account === 'promo' && isLive(grant, this.#clock) && picos <= grant.left);
    if (posted) grant.left -= picos;
  }

  /** Whether it was posted by this call; what the books refuse is not. */
  async #post(tenant: Tenant, draft: Pick<ManualPostingDraft, 'kind' | 'picos'> & Partial<ManualPostingDraft>) {
    try {
      return (await this.books.post(tenant, draft))?.posted === true;
    } catch (error) {
      if (!(error instanceof ManualPostingRefused)) throw error;
      return false;
    }
  }

  /** The oldest period that is open, when it is over. */
  async #close({ oracle, tenant }: Owner): Promise<void> {
    const { organizationId } = tenant;
    await this.perform({ kind: 'clock', ms: MINUTE_MS });
    await sealUsage(this.books.database.pool);
    await this.books.rows(
      `UPDATE review_item SET state = 'resolved', resolved_at = now() WHERE state = 'open' AND organization_id = $1`,
      organizationId,
    );
    const periods = await readAccountingPeriods(this.books.database.pool, organizationId);
    const period = periods.findLast(({ state, endsAt }) => state === 'open' && endsAt <= this.#clock);
    if (period === undefined) return;
    const { label } = period;
    const closed = await this.books.transaction((client) =>
      closeAccountingPeriod(client, { organizationId, label, by: 'usr_1' }),
    );
    expect(closed?.checklist.filter(({ found }) => found > 0)).toEqual([]);
    oracle.close(label);
  }

  /** A connection dies wherever the table is written next; whoever wanted something tries again, with the same key. */
  async #crash(at: (typeof CRASH_SITES)[number], during: CreditStep): Promise<void> {
    const { pool } = this.books.database;
    const crashing = async (run: () => Promise<unknown>): Promise<void> => {
      await pool.query('INSERT INTO test_clock.crash VALUES ($1)', [at]);
      await run().catch(() => undefined);
      await pool.query('DELETE FROM test_clock.crash');
    };
    if (during.kind === 'book') {
      const owner = this.#owner(during.who);
      const events = this.#requests(owner, during.requests);
      await this.#send(events);
      await crashing(() => Promise.allSettled([this.#ingest(), sealUsage(pool)]));
      await this.#ingest();
      for (const event of events) this.#note(owner, event);
    } else if (during.kind === 'give' && during.gift.as !== 'plan') {
      const { tenant, oracle } = this.#owner(during.who);
      const draft = this.#draftOf({ ...during.gift, as: during.gift.as });
      let posted = 0;
      await crashing(async () => (posted += Number(await this.#post(tenant, draft))));
      posted += Number(await this.#post(tenant, draft));
      expect(posted).toBe(1);
      this.#noteGift(oracle, during.gift);
    } else {
      await crashing(() => sealUsage(pool));
      await this.perform(during);
    }
  }

  #requests({ tenant }: Owner, requests: readonly Request[]): UsageEvent[] {
    return requests
      .map(({ tokens, agoMs }) =>
        this.books.usage(tenant, { occurredAt: this.#clock - agoMs, usage: { input: tokens, output: 7 } }),
      )
      .sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  }

  #draftOf({ as, picos, priority, lifetimeMs }: Gift & { readonly as: Exclude<Gift['as'], 'plan'> }) {
    const expiresAt = lifetimeMs === null ? null : this.#clock + lifetimeMs;
    return { kind: as, picos, priority, expiresAt, idempotencyKey: `give ${this.#keys++}` };
  }

  #noteGift(oracle: CreditOracle, { as, picos, priority, lifetimeMs }: Gift): void {
    const now = this.#clock;
    const expires = lifetimeMs === null ? null : now + lifetimeMs;
    if (as === 'promotion') oracle.give({ account: 'promo', amount: picos, priority, from: now, expires });
    else oracle.credit(as === 'payment' ? 'cash' : 'revenue', picos, { now, priority, expires });
  }

  async #grantsLeft(organizationId: string): Promise<bigint[]> {
    const rows = await this.books.rows<{ remaining: string }>(
      `SELECT b.remaining FROM credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id
       WHERE g.organization_id = $1 ORDER BY g.booked_at, g.id`,
      organizationId,
    );
    return rows.map(({ remaining }) => parsePicos(remaining));
  }

  async #grantIds(organizationId: string): Promise<string[]> {
    const text = 'SELECT id FROM credit_grant WHERE organization_id = $1 ORDER BY booked_at, id';
    return (await this.books.rows<{ id: string }>(text, organizationId)).map(({ id }) => id);
  }

  /** Some of the instants at which something counts, the one before each, and far ahead. */
  #instants({ entries }: CreditOracle): number[] {
    const all = [...new Set(entries.map(({ at }) => at))];
    const some = all.filter((_, index) => index % Math.ceil(all.length / 3) === 0);
    return [...some.flatMap((at) => [at - 1, at]), this.#clock, this.#clock + 100 * DAY_MS];
  }

  async #checkMonths(organizationId: string, { entries }: CreditOracle): Promise<void> {
    const [first] = [...new Set(entries.map(({ period }) => period))].sort();
    if (first === undefined) return;
    const { pool } = this.books.database;
    let promoBefore = 0n;
    // one after the other, also when nothing was booked: gifts expire in any month
    for (const accountingPeriod of [first, monthAfter(first), monthAfter(monthAfter(first))]) {
      const { accounts, totals } = await readTrialBalance(pool, { organizationId, accountingPeriod });
      const until = (label: string, account: LedgerAccount): bigint =>
        entries
          .filter((entry) => entry.account === account && entry.period <= label)
          .reduce((sum, { amount }) => sum + amount, 0n);
      const closing = (name: LedgerAccount): bigint => accounts.find(({ account }) => account === name)?.closing ?? 0n;
      expect(ACCOUNTS.map(closing)).toEqual(ACCOUNTS.map((name) => until(accountingPeriod, name)));
      expect([totals.opening, totals.closing, totals.debits + totals.credits]).toEqual([0n, 0n, 0n]);
      const { prepaid, promo } = await readRollForward(pool, { organizationId, accountingPeriod });
      const { opening, carriedOver, closing: end, ...moves } = prepaid;
      expect(Object.values(moves).reduce((sum, each) => sum + each, opening + carriedOver)).toBe(end);
      expect(end).toBe(-until(accountingPeriod, 'prepaid'));
      if (accountingPeriod === first) promoBefore = promo.opening;
      expect([accountingPeriod, promo.opening]).toEqual([accountingPeriod, promoBefore]);
      promoBefore = promo.closing;
    }
  }
}

function monthAfter(month: string): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)))).toISOString().slice(0, 7);
}

/** 2.500000000001 and 10.000000000007 dollars a million tokens, each rounded by itself. */
function costOf({ usage }: UsageEvent): bigint {
  const part = (tokens: number, price: bigint): bigint => divideHalfEven(BigInt(tokens) * price, 1_000_000n);
  return part(usage.input ?? 0, 2_500_000_000_001n) + part(usage.output ?? 0, 10_000_000_000_007n);
}
