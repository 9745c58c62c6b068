import { expect } from '@jest/globals';
import {
  Database,
  insertUsageInbox,
  publishPrices,
  USAGE_LANES,
  UsageIngestion,
  type NewPrice,
} from '@tollgate/database';
import { newId, newRequestId, parsePicos, type UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { UsageOwner } from '../src/index.js';

export const ZONE = 'Europe/Berlin';
// a clock change lies in the middle: 2026-10-25 has 25 hours there
export const FROM = Date.parse('2026-10-22T22:00:00Z');
export const TO = Date.parse('2026-10-28T23:00:00Z');
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'o3'] as const;

/** Two organizations with booked events; every run sees the same ones. */
export interface UsageWorld {
  readonly database: Database;
  readonly owner: UsageOwner;
  readonly other: UsageOwner;
  readonly priceSnapshotId: string;
  readonly events: UsageEvent[];
  /** What each request is billed, in picodollars, as it was booked last. */
  readonly costs: Map<string, bigint>;
  /** Books more events as the worker does, and adds them to the world. */
  book(events: readonly UsageEvent[]): Promise<void>;
  close(): Promise<void>;
}

export async function createUsageWorld(count: number): Promise<UsageWorld> {
  const testDatabase = await createTestDatabase();
  const database = Database.connect(testDatabase.url, { onConnectionLost: () => undefined });
  const priceSnapshotId = await publish(database);
  const owner = await createOrganization(database);
  const other = await createOrganization(database);
  const events: UsageEvent[] = [];
  const costs = new Map<string, bigint>();
  const book = async (added: readonly UsageEvent[]): Promise<void> => {
    events.push(...added);
    await ingest(database, added);
    const booked = await database.pool.query<{ request_id: string; billed_cost: string }>(
      'SELECT request_id, billed_cost FROM usage_event ORDER BY revision',
    );
    for (const row of booked.rows) costs.set(row.request_id, parsePicos(row.billed_cost));
    expect(booked.rows).toHaveLength(events.length);
  };
  const random = randomOf(20_261_122);
  const drawn = Array.from({ length: count }, (_, index) =>
    newEvent(index % 5 === 0 ? other : owner, { random, snapshotId: priceSnapshotId }),
  );
  await book(drawn);
  const close = async (): Promise<void> => {
    await database.close();
    await testDatabase.drop();
  };
  return { database, owner, other, priceSnapshotId, events, costs, book, close };
}

/** A small generator of its own, so that every run sees the same events. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

async function publish(database: Database): Promise<string> {
  const bookId = newId('priceBook');
  await database.prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
  const price = (model: string, meter: NewPrice['meter'], amountPicos: bigint): NewPrice => ({
    provider: 'openai',
    model,
    meter,
    amountPicos,
    per: 1_000_000,
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    effectiveFrom: 0,
    effectiveTo: null,
  });
  const prices = MODELS.flatMap((model) => [
    price(model, 'input', 2_500_000_000_001n),
    price(model, 'output', 10_000_000_000_007n),
  ]);
  return (await publishPrices(database, { bookId, prices, source: 'test', publishedBy: 'test' })).snapshotId;
}

async function createOrganization(database: Database): Promise<UsageOwner> {
  const id = newId('organization');
  await database.prisma.organization.create({ data: { id, name: id, slug: id, timeZone: ZONE } });
  return { id, timeZone: ZONE };
}

function newEvent(
  { id }: UsageOwner,
  { random, snapshotId }: { random: () => number; snapshotId: string },
): UsageEvent {
  const below = (limit: number): number => Math.floor(random() * limit);
  const occurredAt = FROM + below(TO - FROM);
  const model = MODELS[below(MODELS.length)] ?? 'o3';
  const failed = below(20) === 0;
  // long-tailed, as latencies are
  const totalMs = 40 * Math.exp(random() * 6);
  return {
    kind: 'event',
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    organizationId: id,
    projectId: `proj_${below(3)}`,
    apiKeyId: `key_${below(4)}`,
    memberId: below(2) === 0 ? null : `usr_${below(3)}`,
    endUser: `visitor_${below(5)}`,
    tags: below(2) === 0 ? ['web'] : ['web', 'beta'],
    gatewayId: 'gw_1',
    endpoint: 'chat-completions',
    surface: 'openai',
    requestedModel: model,
    stream: false,
    holdNanos: 0,
    inputTokensBound: 10_000,
    target: {
      deploymentId: `dep_${model}`,
      provider: 'openai',
      upstreamModel: model,
      pricedModel: model,
      region: '*',
      credentialOwner: 'operator',
      simulated: false,
    },
    priceSnapshotId: snapshotId,
    outcome: failed ? 'upstream_failed' : 'success',
    errorCode: failed ? 'provider_failed' : null,
    status: failed ? 502 : 200,
    usage: failed ? {} : { input: below(9_000), output: below(4_000), input_cache_read: below(500) },
    usageSource: failed ? 'none' : 'reported',
    servedModel: null,
    serviceTier: '*',
    deliveredCharacters: 0,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [],
    routing: null,
    timings: { admittedMs: 1, dispatchedMs: 2, firstTokenMs: failed ? null : totalMs / 3, totalMs },
  };
}

async function ingest(database: Database, batch: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(
    database.pool,
    batch.map((event) => ({
      organizationId: event.organizationId,
      requestId: event.requestId,
      part: event.part,
      revision: event.revision,
      payload: Buffer.from(JSON.stringify(event)),
    })),
  );
  const ingestion = new UsageIngestion(database.pool);
  const lanes = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
  for (let left = 1; left > 0;) {
    await ingestion.ingest(lanes);
    const { rows } = await database.pool.query<{ left: string }>('SELECT count(*) AS left FROM usage_inbox');
    left = Number(rows[0]?.left);
  }
}
