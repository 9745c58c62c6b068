import { newId } from '@tollgate/domain';
import type { GrantAccount, UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';

import {
  Database,
  ensureUsagePartitions,
  inTransaction,
  insertUsageInbox,
  requestManualPosting,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import type { ManualPostingDraft, ManualPostingResult } from '../src/index.js';
import { installTestClock, setTestClock } from './test-clock.js';
import { createTenant, inboxEvent, newUsageEvent } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const ALL_LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);

/** A database with a clock that a test moves, and organizations as a test needs them. */
export class TestBooks {
  #keys = 0;

  private constructor(
    readonly database: Database,
    private readonly prototype: Tenant,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(at: number): Promise<TestBooks> {
    const testDatabase = await createTestDatabase();
    const { url } = testDatabase;
    const setUp = Database.connect(url);
    await installTestClock(setUp.pool);
    await setUp.close();
    const database = Database.connect(url, { onConnectionLost: () => undefined });
    const prototype = await createTenant(database);
    await ensureUsagePartitions(database.pool, Date.now());
    const books = new TestBooks(database, prototype, () => testDatabase.drop());
    await books.setClock(at);
    return books;
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.drop();
  }

  setClock(at: number): Promise<void> {
    return setTestClock(this.database.pool, at);
  }

  async organization(billingMode: 'prepaid' | 'postpaid' = 'prepaid', timeZone = 'UTC'): Promise<Tenant> {
    const organizationId = newId('organization');
    const data = { id: organizationId, name: billingMode, slug: organizationId, billingMode, timeZone };
    await this.database.prisma.organization.create({ data });
    return { ...this.prototype, organizationId };
  }

  post(
    { organizationId }: Pick<Tenant, 'organizationId'>,
    draft: Partial<ManualPostingDraft> & Pick<ManualPostingDraft, 'kind' | 'picos'>,
  ): Promise<ManualPostingResult | null> {
    const defaults = { organizationId, reason: 'x', requestedBy: 'usr_1', idempotencyKey: `key-${this.#keys++}` };
    return this.transaction((client) => requestManualPosting(client, { ...defaults, ...draft }));
  }

  transaction<T>(run: Parameters<typeof inTransaction<T>>[2]): Promise<T> {
    return inTransaction(this.database.pool, 'READ COMMITTED', run);
  }

  /** 1,000 input and 10 output tokens of gpt-4o: 2,600,000,000 picodollars. */
  usage(tenant: Tenant, changes: Partial<UsageEvent> = {}): UsageEvent {
    const priced = { usage: { input: 1_000, output: 10 }, requestedModel: 'gpt-4o', holdNanos: 0 };
    return newUsageEvent(tenant, { ...priced, ...changes }, () => 0);
  }

  async book(...events: readonly UsageEvent[]): Promise<void> {
    await insertUsageInbox(this.database.pool, events.map(inboxEvent));
    while ((await new UsageIngestion(this.database.pool).ingest(ALL_LANES)).claimed > 0);
  }

  async rows<T extends object>(sql: string, ...values: unknown[]): Promise<T[]> {
    return (await this.database.pool.query<T>(sql, values)).rows;
  }

  /** What is left of the grants of an organization, in the order in which they were given. */
  async left({ organizationId }: Pick<Tenant, 'organizationId'>): Promise<(readonly [GrantAccount, string])[]> {
    const rows = await this.rows<{ account: GrantAccount; remaining: string }>(
      `SELECT g.account, b.remaining FROM credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id
       WHERE g.organization_id = $1 ORDER BY g.booked_at, g.id`,
      organizationId,
    );
    return rows.map(({ account, remaining }) => [account, remaining]);
  }

  /** The entries of an organization by transaction, oldest first: `kind account amount` each. */
  async entries({ organizationId }: Pick<Tenant, 'organizationId'>): Promise<string[]> {
    const rows = await this.rows<{ entry: string }>(
      `SELECT e.kind || ' ' || e.account || ' ' || trim_scale(e.amount) AS entry
       FROM ledger_entry e WHERE e.organization_id = $1 ORDER BY e.booked_at, e.transaction_id, e.line`,
      organizationId,
    );
    return rows.map(({ entry }) => entry);
  }
}
