import { insertUsageInbox, publishPrices, raiseEach, UsageIngestion, USAGE_LANES } from '@tollgate/database';
import {
  INVITATION_TOKEN_PREFIX,
  issueSecret,
  newId,
  newRequestId,
  publicRequestId,
  SETUP_TOKEN_PREFIX,
  SIGN_UP_TOKEN_PREFIX,
  type UsageEvent,
} from '@tollgate/domain';
import type { Role } from '@tollgate/wire';
import type { WorldApi } from './admin-api.js';
import { createPricing, newPrice } from './price-fixtures.js';
import { insertQuarantined, insertReviewItem } from './review-fixtures.js';

/** Everything that one organization has, made through the API where the API makes it. */
export interface OrganizationWorld {
  readonly organizationId: string;
  /** That no other organization has. */
  readonly planId: string;
  readonly token: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  /** The secret of that key. */
  readonly apiKey: string;
  readonly providerCredentialId: string;
  /** A credential that no deployment uses. */
  readonly spareCredentialId: string;
  readonly deploymentId: string;
  readonly routeId: string;
  /** Of the project. */
  readonly budgetId: string;
  readonly budgetRaiseId: string;
  readonly alertChannelId: string;
  /** Of that channel, and delivered. */
  readonly alertDeliveryId: string;
  readonly managementTokenId: string;
  readonly priceBookId: string;
  readonly priceId: string;
  readonly requestId: string;
  readonly ledgerTransactionId: string;
  /** That brought the first payment. */
  readonly manualPostingId: string;
  readonly creditGrantId: string;
  /** A developer. */
  readonly memberId: string;
  /** The user of that member. */
  readonly userId: string;
  readonly invitationId: string;
  /** Of the link of another one. */
  readonly invitationToken: string;
  readonly ssoConnectionId: string;
}

export interface OperatorWorld {
  readonly priceBookId: string;
  readonly providerCredentialId: string;
  readonly deploymentId: string;
  readonly routeId: string;
  readonly sparePriceBookId: string;
  readonly priceDraftId: string;
  readonly spareDraftId: string;
  readonly priceCorrectionId: string;
  readonly spareCorrectionId: string;
  readonly priceDifferenceId: string;
  readonly selfAuditId: string;
  readonly reviewItemId: string;
  /** Of an event that may be booked again. */
  readonly quarantinedUsageId: string;
  /** Of something that is no event. */
  readonly dismissableId: string;
  /** Of a link that has not been used. */
  readonly setupToken: string;
  /** Likewise. */
  readonly signUpToken: string;
}

/** The default price book, and a credential with a deployment that every organization may use. */
export async function createOperatorWorld(api: WorldApi): Promise<OperatorWorld> {
  const { prisma } = api.database;
  const installation = await prisma.installation.findUnique({ where: { id: 1 } });
  const priceBookId = installation?.defaultPriceBookId ?? (await createCatalogue(api));
  const credential = await api.ok('createProviderCredential', {
    body: { provider: 'openai-compatible', name: 'Local engine', baseUrl: 'http://127.0.0.1:9/v1' },
  });
  const deployment = await api.ok('createDeployment', {
    body: { providerCredentialId: credential.id, model: 'local/*', upstreamModel: '*' },
  });
  const route = await api.ok('createRoute', { body: { name: 'everywhere', targets: [{ model: 'local/llama' }] } });
  const { id: selfAuditId } = await api.ok('requestSelfAudit', { body: {} });
  const pricing = await createPricing(api, priceBookId);
  const setupToken = await insertSetupLink(api);
  const reviewItemId = await insertReviewItem(api);
  await prisma.installation.update({ where: { id: 1 }, data: { signUp: 'open', starterGrant: '5' } });
  return {
    priceBookId,
    providerCredentialId: credential.id,
    deploymentId: deployment.id,
    routeId: route.id,
    selfAuditId,
    ...pricing,
    reviewItemId,
    quarantinedUsageId: await insertQuarantined(api, JSON.stringify(newUsageEvent(NOBODY))),
    dismissableId: await insertQuarantined(api, 'no JSON'),
    setupToken,
    signUpToken: await insertSignUp(api),
  };
}

const NOBODY = { organizationId: 'org_gone', projectId: 'proj_gone', apiKeyId: 'key_gone', deploymentId: 'dep_gone' };

/** What the first start of a product brings along. */
async function createCatalogue(api: WorldApi): Promise<string> {
  const { prisma } = api.database;
  const priceBookId = newId('priceBook');
  await prisma.priceBook.create({ data: { id: priceBookId, name: 'Default' } });
  await prisma.installation.create({ data: { id: 1, defaultPriceBookId: priceBookId } });
  const prices = [newPrice('input', 2n), newPrice('output', 10n)];
  await publishPrices(api.database, { bookId: priceBookId, prices, source: 'test', publishedBy: 'test' });
  await prisma.model.createMany({
    data: ['gpt-4o', 'gpt-4o-mini', 'o3'].map((name) => ({
      provider: 'openai',
      name,
      displayName: name,
      contextWindow: 128_000,
      inputModalities: ['text'],
      outputModalities: ['text'],
      features: [],
      source: 'test',
    })),
  });
  return priceBookId;
}

/** A link for a new owner, or for a new password of the user. */
export async function insertSetupLink(
  api: WorldApi,
  { userId = null, expiresAt = new Date(Date.now() + 60_000) }: { userId?: string | null; expiresAt?: Date } = {},
): Promise<string> {
  const { secret, hash } = issueSecret(SETUP_TOKEN_PREFIX);
  await api.database.prisma.consoleSetupLink.create({
    data: { id: newId('setupLink'), tokenHash: hash, userId, expiresAt },
  });
  return secret;
}

/** Of somebody who has been mailed a link to sign up with. */
export async function insertSignUp(api: WorldApi, email = `${newId('signUp')}@example.com`): Promise<string> {
  const { secret, hash } = issueSecret(SIGN_UP_TOKEN_PREFIX);
  await api.database.prisma.signUp.create({
    data: { id: newId('signUp'), email, tokenHash: hash, expiresAt: new Date(Date.now() + 60_000) },
  });
  return secret;
}

/** Somebody who has been mailed an invitation. */
export async function insertInvitation(
  api: WorldApi,
  organizationId: string,
  { email, role = 'viewer' }: { email?: string; role?: Role } = {},
): Promise<{ id: string; token: string }> {
  const id = newId('invitation');
  const { secret, hash } = issueSecret(INVITATION_TOKEN_PREFIX);
  await api.database.prisma.invitation.create({
    data: {
      ...{ id, organizationId, email: email ?? `${id}@example.com`, role, tokenHash: hash },
      ...{ invitedById: 'test', invitedByName: 'Dora', delivery: 'mailed' },
      expiresAt: new Date(Date.now() + 3_600_000),
    },
  });
  return { id, token: secret };
}

/** A developer, somebody who is invited, and a provider by which the organization signs in. */
async function createPeople(api: WorldApi, organizationId: string) {
  const { prisma } = api.database;
  const [userId, memberId] = [newId('consoleUser'), newId('member')];
  const ssoConnectionId = newId('ssoConnection');
  await prisma.consoleUser.create({ data: { id: userId, name: 'Dora', email: `${userId}@example.com` } });
  await prisma.member.create({ data: { id: memberId, organizationId, userId, role: 'developer' } });
  const { id: invitationId } = await insertInvitation(api, organizationId);
  const { token: invitationToken } = await insertInvitation(api, organizationId);
  await prisma.ssoConnection.create({
    data: {
      ...{
        id: ssoConnectionId,
        organizationId,
        name: 'Staff',
        issuer: 'https://idp.example.com',
        clientId: 'tollgate',
      },
      ...{ ciphertext: Buffer.alloc(60), masterKeyId: 'test', defaultRole: 'viewer' },
      domains: {
        create: {
          domain: `${organizationId.replace('_', '-')}.example`,
          ...{ proof: 'proof', verifiedAt: new Date(), verifiedBy: 'dns' },
        },
      },
    },
  });
  return { userId, memberId, invitationId, invitationToken, ssoConnectionId };
}

/** A channel for mails, which go to the log, and one that it has delivered. */
async function createAlerting(api: WorldApi, organizationId: string, token: string) {
  const { pool } = api.database;
  const channel = await api.ok('createAlertChannel', {
    token,
    body: { kind: 'email', name: 'Finance', recipients: [`finance@${organizationId.replace('_', '-')}.example`] },
  });
  const draft = {
    ...({ kind: 'balance.low', severity: 'warning', organizationId, subject: organizationId } as const),
    ...{ dedupeKey: `test:${organizationId}`, facts: { available: '1', threshold: '10' } },
  };
  await raiseEach(pool, [draft], new Date());
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE alert_delivery SET state = 'delivered', finished_at = now() WHERE channel_id = $1 RETURNING id`,
    [channel.id],
  );
  return { alertChannelId: channel.id, alertDeliveryId: rows[0]?.id ?? '' };
}

/** An organization with one of each. The operator's world has to be there before. */
export async function createOrganizationWorld(api: WorldApi, slug: string): Promise<OrganizationWorld> {
  const plan = await api.ok('createPlan', { body: { name: `Plan of ${slug}` } });
  const organization = await api.ok('createOrganization', { body: { name: slug, slug, planId: plan.id } });
  const organizationId = organization.id;
  const token = await api.issueToken(organizationId);
  const project = await api.ok('createProject', { token, params: { organizationId }, body: WEB });
  const key = await api.ok('createApiKey', {
    token,
    params: { projectId: project.id },
    body: { name: 'Server', modelAllowlist: ['*'] },
  });
  const credential = await api.ok('createProviderCredential', {
    token,
    body: { provider: 'openai', name: 'Own account', secret: `sk-${slug}-secret`, baseUrl: 'https://8.8.8.8/v1' },
  });
  const spare = await api.ok('createProviderCredential', {
    token,
    body: { provider: 'openai', name: 'Spare account', secret: `sk-${slug}-spare` },
  });
  const deployment = await api.ok('createDeployment', {
    token,
    body: { providerCredentialId: credential.id, model: 'gpt-4o', upstreamModel: 'gpt-4o' },
  });
  const route = await api.ok('createRoute', { token, body: { name: 'smart', targets: [{ model: 'gpt-4o' }] } });
  const managementToken = await api.ok('createManagementToken', {
    token,
    body: { name: 'CI', scopes: ['usage.read'] },
  });
  const book = await createOwnBook(api, organizationId);
  const event = newUsageEvent({ organizationId, projectId: project.id, apiKeyId: key.id, deploymentId: deployment.id });
  await ingest(api, [{ ...event, priceSnapshotId: book.snapshotId }]);
  const payment = await api.ok('createManualPosting', {
    params: { organizationId },
    idempotencyKey: 'first',
    body: { kind: 'payment', amount: '100', currency: 'USD', reason: `First payment of ${slug}` },
  });
  return {
    organizationId,
    planId: plan.id,
    token,
    projectId: project.id,
    apiKeyId: key.id,
    apiKey: key.secret,
    providerCredentialId: credential.id,
    spareCredentialId: spare.id,
    deploymentId: deployment.id,
    routeId: route.id,
    ...(await createRaise(api, { organizationId, token, budgetId: project.budgetId ?? '' })),
    managementTokenId: managementToken.id,
    priceBookId: book.id,
    priceId: book.priceId,
    requestId: publicRequestId(event.requestId),
    ledgerTransactionId: payment.ledgerTransactionId ?? '',
    manualPostingId: payment.id,
    creditGrantId: payment.creditGrantId ?? '',
    ...(await createPeople(api, organizationId)),
    ...(await createAlerting(api, organizationId, token)),
  };
}

const WEB = { name: 'Web', monthlyBudget: { amount: '100', currency: 'USD' } };

/** A raise of a budget, of which people were told as well. */
async function createRaise(
  api: WorldApi,
  { organizationId, token, budgetId }: { organizationId: string; token: string; budgetId: string },
) {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { id: budgetRaiseId } = await api.ok('createBudgetRaise', {
    token,
    params: { budgetId },
    idempotencyKey: 'first raise',
    body: { amount: '10', currency: 'USD', reason: 'Launch week', expiresAt },
  });
  await api.database.prisma.budgetNotice.create({
    data: {
      ...{ id: newId('budgetNotice'), budgetId, organizationId, percent: 80, spent: '88', granted: '110' },
      periodStartsAt: new Date('2026-11-01T00:00:00Z'),
    },
  });
  return { budgetId, budgetRaiseId };
}

async function createOwnBook(api: WorldApi, organizationId: string) {
  const { prisma } = api.database;
  const { defaultPriceBookId } = await prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
  const id = newId('priceBook');
  await prisma.priceBook.create({
    data: { id, organizationId, name: 'Contract', parentId: defaultPriceBookId, markupBasisPoints: 1_000 },
  });
  const prices = [newPrice('input', 3n), newPrice('output', 12n)];
  const publication = { bookId: id, prices, source: 'test', publishedBy: 'test' };
  const { snapshotId } = await publishPrices(api.database, publication);
  const price = await prisma.price.findFirstOrThrow({ where: { priceBookId: id } });
  return { id, snapshotId, priceId: price.id };
}

interface EventOwner {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly deploymentId: string;
}

/** Whose an event of that world is. */
export const ownerIn = ({ organizationId, projectId, apiKeyId, deploymentId }: EventOwner): EventOwner => ({
  organizationId,
  projectId,
  apiKeyId,
  deploymentId,
});

export function newUsageEvent(owner: EventOwner, changes: Partial<UsageEvent> = {}): UsageEvent {
  const { deploymentId, ...attribution } = owner;
  const occurredAt = changes.occurredAt ?? Date.now() - 1_000;
  const target = {
    deploymentId,
    provider: 'openai',
    upstreamModel: 'gpt-4o',
    pricedModel: 'gpt-4o',
    region: '*',
    credentialOwner: 'operator',
    simulated: false,
  } as const;
  return {
    kind: 'event',
    ...attribution,
    memberId: null,
    endUser: 'visitor-1',
    tags: ['web', 'beta'],
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    gatewayId: newId('gateway'),
    endpoint: 'chat-completions',
    surface: 'openai',
    requestedModel: 'gpt-4o',
    stream: false,
    holdNanos: 500_000,
    inputTokensBound: 4_000,
    target,
    priceSnapshotId: null,
    outcome: 'success',
    errorCode: null,
    status: 200,
    usage: { input: 1_000, output: 500 },
    usageSource: 'reported',
    servedModel: 'gpt-4o-2024-11-20',
    serviceTier: '*',
    deliveredCharacters: 2_000,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [
      {
        deploymentId,
        provider: 'openai',
        upstreamModel: 'gpt-4o',
        status: 200,
        errorCode: null,
        startedMs: 3,
        endedMs: 850,
      },
    ],
    timings: { admittedMs: 1, dispatchedMs: 3, firstTokenMs: 220, totalMs: 850 },
    ...changes,
  };
}

const EVERY_LANE = Array.from({ length: USAGE_LANES }, (_, lane) => lane);

/** Books events as the worker does. */
export async function ingest(api: WorldApi, events: readonly UsageEvent[]): Promise<void> {
  const { pool } = api.database;
  await insertUsageInbox(
    pool,
    events.map((event) => ({
      organizationId: event.organizationId,
      requestId: event.requestId,
      part: event.part,
      revision: event.revision,
      payload: Buffer.from(JSON.stringify(event)),
    })),
  );
  await new UsageIngestion(pool).ingest(EVERY_LANE);
  const { rows } = await pool.query<{ reason: string }>('SELECT reason FROM usage_quarantine WHERE payload = ANY($1)', [
    events.map((event) => JSON.stringify(event)),
  ]);
  if (rows[0] !== undefined) throw new Error(`an event was quarantined: ${rows[0].reason}`);
}
