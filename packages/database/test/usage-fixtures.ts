import { newId, newRequestId } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';

import { publishPrices } from '@tollgate/database';
import type { Database, InboxEvent, NewPrice } from '@tollgate/database';

/** One organization with a project, keys and published prices. */
export interface Tenant {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyIds: readonly string[];
  readonly priceSnapshotId: string;
}

export function newPrice(
  model: string,
  meter: NewPrice['meter'],
  amountPicos: bigint,
  changes: Partial<NewPrice> = {},
) {
  return {
    provider: 'openai',
    model,
    meter,
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    amountPicos,
    per: 1_000_000,
    effectiveFrom: 0,
    effectiveTo: null,
    ...changes,
  } satisfies NewPrice;
}

/** Creates the default price book (once per database) and an organization that uses it. */
export async function createTenant(database: Database, timeZone = 'UTC'): Promise<Tenant> {
  const { prisma } = database;
  const installation = await prisma.installation.findUnique({ where: { id: 1 } });
  const bookId = installation?.defaultPriceBookId ?? newId('priceBook');
  if (installation === null) {
    await prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
    await prisma.installation.create({ data: { id: 1, defaultPriceBookId: bookId } });
  }
  const { snapshotId } = await publishPrices(database, {
    bookId,
    source: 'test',
    publishedBy: 'test',
    prices: MODELS.flatMap((model, index) => [
      newPrice(model, 'input', 2_500_000_000_001n + BigInt(index)),
      newPrice(model, 'output', 10_000_000_000_007n + BigInt(index)),
    ]),
  });
  const organizationId = newId('organization');
  const projectId = newId('project');
  const apiKeyIds = [newId('apiKey'), newId('apiKey')];
  await prisma.organization.create({ data: { id: organizationId, name: 'Tenant', slug: organizationId, timeZone } });
  await prisma.project.create({ data: { id: projectId, organizationId, name: 'Project' } });
  await prisma.apiKey.createMany({ data: apiKeyIds.map((id) => ({ id, organizationId, projectId, name: id })) });
  return { organizationId, projectId, apiKeyIds, priceSnapshotId: snapshotId };
}

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'o4-mini'] as const;

/** A successful request of a tenant, with quantities drawn from `random`. */
export function newUsageEvent(
  tenant: Tenant,
  changes: Partial<UsageEvent> = {},
  random: () => number = Math.random,
): UsageEvent {
  const below = (limit: number): number => Math.floor(random() * limit);
  const occurredAt = changes.occurredAt ?? Date.now() - below(600_000);
  const model = MODELS[below(MODELS.length)] ?? 'gpt-4o';
  const deploymentId = `dep_${model}`;
  const totalMs = 50 + below(20_000) / 7;
  return {
    kind: 'event',
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    organizationId: tenant.organizationId,
    projectId: tenant.projectId,
    apiKeyId: tenant.apiKeyIds[below(tenant.apiKeyIds.length)] ?? '',
    memberId: null,
    endUser: below(3) === 0 ? `user-${below(5)}` : null,
    tags: below(2) === 0 ? ['team:search', 'env:prod'] : [],
    gatewayId: 'gw_test',
    endpoint: 'chat-completions',
    surface: 'openai-chat',
    requestedModel: model,
    stream: below(2) === 0,
    target: {
      deploymentId,
      provider: 'openai',
      upstreamModel: model,
      pricedModel: model,
      region: '*',
      credentialOwner: 'operator',
      simulated: false,
    },
    priceSnapshotId: tenant.priceSnapshotId,
    holdNanos: 1_000_000,
    inputTokensBound: 2_000,
    outcome: 'success',
    errorCode: null,
    status: 200,
    usage: { input: 1 + below(5_000), output: 1 + below(800) },
    usageSource: 'reported',
    servedModel: `${model}-2026-01-01`,
    serviceTier: '*',
    deliveredCharacters: 100,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [
      {
        deploymentId,
        provider: 'openai',
        upstreamModel: model,
        status: 200,
        errorCode: null,
        startedMs: 1,
        endedMs: totalMs,
        cost: null,
      },
    ],
    routing: null,
    timings: { admittedMs: 0.4, dispatchedMs: 0.9, firstTokenMs: 40 + below(400), totalMs },
    ...changes,
  };
}

const WASTE = ['upstream_failed', 'hedge_loser', 'shadow_copy'] as const;

/** What a request cost beside, as the gateway writes it: the same request on a deployment of its own. */
export function newWastedPart(
  request: UsageEvent,
  part: number,
  { changes = {}, random = Math.random }: { changes?: Partial<UsageEvent>; random?: () => number } = {},
): UsageEvent {
  const below = (limit: number): number => Math.floor(random() * limit);
  const model = MODELS[below(MODELS.length)] ?? 'gpt-4o';
  const target = {
    deploymentId: `dep_beside_${model}`,
    provider: 'openai',
    upstreamModel: model,
    pricedModel: model,
    region: '*',
    credentialOwner: 'operator',
    simulated: false,
  } as const;
  const outcome = WASTE[below(WASTE.length)] ?? 'hedge_loser';
  const failed = outcome === 'upstream_failed';
  return {
    ...request,
    part,
    target,
    priceSnapshotId: request.priceSnapshotId,
    outcome,
    errorCode: failed ? 'provider_failed' : null,
    status: failed ? 502 : 200,
    usage: { input: 1 + below(5_000), ...(failed ? {} : { output: 1 + below(800) }) },
    usageSource: 'reported',
    capturedCost: null,
    attempts: [
      {
        deploymentId: target.deploymentId,
        provider: target.provider,
        upstreamModel: model,
        status: failed ? 502 : 200,
        errorCode: failed ? 'provider_failed' : null,
        startedMs: 1,
        endedMs: 40,
        cost: '0.002',
      },
    ],
    routing: null,
    timings: { admittedMs: 0.4, dispatchedMs: 0.9, firstTokenMs: failed ? null : 30_000, totalMs: 40_000 },
    ...changes,
  };
}

export function inboxEvent(event: UsageEvent): InboxEvent {
  const { organizationId, requestId, part, revision } = event;
  return { organizationId, requestId, part, revision, payload: Buffer.from(JSON.stringify(event)) };
}
