import {
  ensureUsagePartitions,
  inTransaction,
  insertUsageInbox,
  publishPrices,
  requestManualPosting,
  type Database,
  type InboxEvent,
  type NewPrice,
} from '@tollgate/database';
import { newId, newRequestId, type Picos, type UsageEvent } from '@tollgate/domain';

const HOUR_MS = 3_600_000;
const CENT = 10_000_000_000n;
/** Two organizations, who pay in different ways. */
const BILLING_MODES = ['prepaid', 'postpaid'] as const;
/** A cent for a thousand tokens in, two for a thousand out. */
const PRICES = { input: CENT, output: 2n * CENT } as const;

/** The end user of requests that a test's database refuses. */
export const POISON = 'poison';

/** A database with organizations, prices and credit, and usage that costs something. */
export class MoneyWorld {
  private constructor(
    readonly database: Database,
    readonly organizationIds: readonly string[],
    private readonly priceSnapshotId: string,
  ) {}

  static async make(database: Database): Promise<MoneyWorld> {
    const bookId = newId('priceBook');
    await database.prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
    await database.prisma.installation.create({ data: { id: 1, defaultPriceBookId: bookId } });
    const { snapshotId } = await publishPrices(database, {
      bookId,
      source: 'test',
      publishedBy: 'test',
      prices: [price('input'), price('output')],
    });
    const organizationIds: string[] = [];
    for (const billingMode of BILLING_MODES) {
      const id = newId('organization');
      await database.prisma.organization.create({ data: { id, name: billingMode, slug: id, billingMode } });
      organizationIds.push(id);
    }
    await ensureUsagePartitions(database.pool, Date.now());
    const world = new MoneyWorld(database, organizationIds, snapshotId);
    await world.giveCredit('first');
    return world;
  }

  /** A gift, money that expires and money that does not, for each: a few dozen requests use it up. */
  async giveCredit(key: string): Promise<void> {
    const terms = { reason: 'x', requestedBy: 'x', effectiveFrom: Date.now() - HOUR_MS };
    const credits = [
      { kind: 'promotion', picos: 10n * CENT },
      { kind: 'payment', picos: 15n * CENT, expiresAt: Date.now() + HOUR_MS },
      { kind: 'payment', picos: 5n * CENT },
    ] as const;
    for (const organizationId of this.organizationIds) {
      for (const [index, credit] of credits.entries()) {
        await inTransaction(this.database.pool, 'READ COMMITTED', (client) =>
          requestManualPosting(client, { ...terms, ...credit, organizationId, idempotencyKey: `${key} ${index}` }),
        );
      }
    }
  }

  /** So many requests, spread over the organizations, into the inbox; answers them. */
  async send(count: number, random: () => number): Promise<readonly UsageEvent[]> {
    const events = Array.from({ length: count }, (_, index) =>
      this.#request(this.organizationIds[index % this.organizationIds.length] ?? '', random),
    );
    await this.put(events);
    return events;
  }

  async put(events: readonly UsageEvent[]): Promise<void> {
    await insertUsageInbox(this.database.pool, events.map(toInbox));
  }

  /** What nobody can book: one that cannot be read, and one that the database refuses once it is written. */
  async poison(random: () => number): Promise<void> {
    const event = this.#request(this.organizationIds[0] ?? '', random);
    await insertUsageInbox(this.database.pool, [{ ...toInbox(event), payload: Buffer.from('{"kind":"event"') }]);
    await this.put([{ ...this.#request(this.organizationIds[0] ?? '', random), endUser: POISON }]);
  }

  #request(organizationId: string, random: () => number): UsageEvent {
    const occurredAt = Date.now() - Math.floor(random() * 60_000);
    const target = {
      ...{ deploymentId: 'dep_1', provider: 'openai', upstreamModel: 'gpt-4o', pricedModel: 'gpt-4o', region: '*' },
      ...({ credentialOwner: 'operator', simulated: false } as const),
    };
    return {
      kind: 'event',
      requestId: newRequestId(occurredAt).uuid,
      part: 0,
      revision: 0,
      occurredAt,
      organizationId,
      ...{ projectId: 'proj_1', apiKeyId: 'key_1', memberId: null, endUser: null, tags: ['team:a'] },
      ...{ gatewayId: 'gw_1', endpoint: 'chat-completions', surface: 'openai-chat', requestedModel: 'gpt-4o' },
      ...{ stream: false, target, priceSnapshotId: this.priceSnapshotId, holdNanos: 0, inputTokensBound: 1_000 },
      // who leaves pays for what came until then, and it counts as waste
      outcome: random() < 0.2 ? 'client_left_mid_stream' : 'success',
      ...{ errorCode: null, status: 200, usageSource: 'reported' },
      usage: { input: 1 + Math.floor(random() * 2_000), output: Math.floor(random() * 500) },
      ...{ servedModel: null, serviceTier: '*', deliveredCharacters: 0, providerReportedCost: null },
      ...{ capturedCost: null, attempts: [], routing: null },
      timings: { admittedMs: 1, dispatchedMs: 1, firstTokenMs: 2, totalMs: 3 },
    };
  }
}

export function costOf({ usage }: UsageEvent): Picos {
  return (BigInt(usage.input ?? 0) * PRICES.input + BigInt(usage.output ?? 0) * PRICES.output) / 1_000n;
}

function price(meter: keyof typeof PRICES): NewPrice {
  return {
    ...{ provider: 'openai', model: 'gpt-4o', meter, serviceTier: '*', region: '*', fromTokens: 0, timeWindow: '*' },
    ...{ amountPicos: PRICES[meter], per: 1_000, effectiveFrom: 0, effectiveTo: null },
  };
}

function toInbox(event: UsageEvent): InboxEvent {
  const { organizationId, requestId, part, revision } = event;
  return { organizationId, requestId, part, revision, payload: Buffer.from(JSON.stringify(event)) };
}
