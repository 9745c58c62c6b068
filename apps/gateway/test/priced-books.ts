import { Database, ensureUsagePartitions, insertUsageInbox, publishPrices, UsageIngestion } from '@tollgate/database';
import { USAGE_LANES } from '@tollgate/database';
import { newId, newRequestId, type UsageEvent } from '@tollgate/domain';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';

const LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);

/** Of one event: a thousand input tokens at a dollar per million. */
export const EVENT_NANOS = 1_000_000;

/** Books on a database of their own, with one model that has one price. */
export class PricedBooks {
  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly database: Database,
    private readonly priceSnapshotId: string,
  ) {}

  static async open(): Promise<PricedBooks> {
    const testDatabase = await createTestDatabase();
    const database = Database.connect(testDatabase.url);
    await ensureUsagePartitions(database.pool, Date.now());
    const bookId = newId('priceBook');
    await database.prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
    const input = { provider: 'openai', model: 'gpt-4o', meter: 'input', serviceTier: '*', region: '*' } as const;
    const amount = { fromTokens: 0, timeWindow: '*', amountPicos: 1_000_000_000_000n, per: 1_000_000 };
    const prices = [{ ...input, ...amount, effectiveFrom: 0, effectiveTo: null }];
    const published = await publishPrices(database, { bookId, source: 'test', publishedBy: 'test', prices });
    return new PricedBooks(testDatabase, database, published.snapshotId);
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.testDatabase.drop();
  }

  async createOrganization(timeZone = 'UTC', billingMode: 'prepaid' | 'postpaid' = 'postpaid'): Promise<string> {
    const id = newId('organization');
    await this.database.prisma.organization.create({ data: { id, name: 'Tenant', slug: id, timeZone, billingMode } });
    return id;
  }

  eventOf(organizationId: string, occurredAt = Date.now(), changes: Partial<UsageEvent> = {}): UsageEvent {
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
      priceSnapshotId: this.priceSnapshotId,
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

  async forward(events: readonly UsageEvent[]): Promise<void> {
    const rows = events.map((event) => ({ ...event, payload: Buffer.from(JSON.stringify(event)) }));
    await insertUsageInbox(this.database.pool, rows);
  }

  async bookAll(): Promise<void> {
    const ingestion = new UsageIngestion(this.database.pool);
    while ((await ingestion.ingest(LANES)).claimed > 0);
  }
}
