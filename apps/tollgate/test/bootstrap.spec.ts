import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, openSecret, readControlPlaneVersion } from '@tollgate/database';
import { hashSecret, newId } from '@tollgate/domain';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { bootstrap } from '../src/bootstrap/bootstrap.js';
import type { DiscoveredProvider } from '../src/bootstrap/discover-providers.js';

const masterKey = Buffer.alloc(32, 1);
const CANARY = 'sk-c4n4ry-c4n4ry-c4n4ry';
const openai: DiscoveredProvider = { provider: 'openai', baseUrl: null, secret: CANARY, models: ['gpt-4o', 'o3'] };

describe('bootstrap', () => {
  let test: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    test = await createTestDatabase();
    database = Database.connect(test.url);
  });
  afterEach(async () => {
    await database.close();
    await test.drop();
  });

  const start = async (...providers: DiscoveredProvider[]) =>
    (await bootstrap(database, { masterKey, providers, servesConsole: true })).secrets;
  const createUser = () =>
    database.prisma.consoleUser.create({ data: { id: newId('consoleUser'), name: 'Ada', email: 'ada@example.com' } });
  const version = () => readControlPlaneVersion(database.pool);
  const deployments = async () => {
    const rows = await database.prisma.deployment.findMany({ where: { source: { startsWith: 'environment' } } });
    return Object.fromEntries(rows.map((row) => [row.model, row.enabled]));
  };

  it('makes at the first start what a first request needs', async () => {
    const secrets = await start();
    const key = await database.prisma.keySecret.findUniqueOrThrow({
      where: { hash: hashSecret(secrets?.apiKey ?? '') },
      include: { apiKey: { include: { project: true, organization: true } } },
    });
    expect(key.apiKey).toMatchObject({
      modelAllowlist: ['*'],
      project: { name: 'Default project' },
      organization: { name: 'Default organization', billingMode: 'postpaid' },
    });
    const token = await database.prisma.managementToken.findUniqueOrThrow({
      where: { hash: hashSecret(secrets?.managementToken ?? '') },
    });
    expect(token).toMatchObject({ organizationId: null, scopes: ['*'] });
    const sandbox = await database.prisma.deployment.findMany({ include: { providerCredential: true } });
    expect(sandbox).toMatchObject([{ model: 'sandbox/*', enabled: true, providerCredential: { provider: 'sandbox' } }]);
    const installation = await database.prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
    const prices = await database.prisma.price.count({
      where: { priceBookId: installation.defaultPriceBookId ?? '', model: 'gpt-4o' },
    });
    expect(prices).toBeGreaterThan(0);
    expect(await database.prisma.model.count()).toBeGreaterThan(10);
  });

  it('writes nothing at a later start when nothing changed', async () => {
    await start(openai);
    await createUser();
    const before = await version();
    const entries = await database.prisma.auditLogEntry.count();
    expect(await start(openai)).toBeNull();
    expect(await version()).toBe(before);
    expect(await database.prisma.auditLogEntry.count()).toBe(entries);
  });

  it('makes a set-up link at each start until there is a console user, and only the last one works', async () => {
    const { setupToken: first } = await bootstrap(database, { masterKey, providers: [], servesConsole: true });
    const { setupToken: second } = await bootstrap(database, { masterKey, providers: [], servesConsole: true });
    const links = await database.prisma.consoleSetupLink.findMany();
    expect(links).toMatchObject([{ tokenHash: hashSecret(second ?? ''), userId: null, usedAt: null }]);
    expect(hashSecret(first ?? '')).not.toBe(links[0]?.tokenHash);
    const hours = ((links[0]?.expiresAt.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    const headless = await bootstrap(database, { masterKey, providers: [], servesConsole: false });
    expect(headless.setupToken).toBeNull();
    expect(await database.prisma.consoleSetupLink.findMany()).toEqual(links);
    await createUser();
    expect((await bootstrap(database, { masterKey, providers: [], servesConsole: true })).setupToken).toBeNull();
  });

  it('is done once by two launchers at once', async () => {
    const secrets = await Promise.all([start(), start()]);
    expect(secrets.filter((each) => each !== null)).toHaveLength(1);
    expect(await database.prisma.organization.count()).toBe(1);
  });

  it('follows the key and the address in the environment', async () => {
    await start(openai);
    const changed = { ...openai, baseUrl: 'https://eu.example.com/v1', secret: 'sk-other' };
    await start(changed);
    const credentials = await database.prisma.providerCredential.findMany({ where: { source: 'environment' } });
    expect(credentials).toMatchObject([{ provider: 'openai', baseUrl: changed.baseUrl, version: 2 }]);
    const [credential] = credentials;
    expect(openSecret(masterKey, credential?.ciphertext ?? Buffer.of(), credential?.id ?? '')).toBe('sk-other');
  });

  it('seals the key anew for another master key', async () => {
    await start(openai);
    const other = Buffer.alloc(32, 2);
    await bootstrap(database, { masterKey: other, providers: [openai], servesConsole: true });
    const row = await database.prisma.providerCredential.findFirstOrThrow({ where: { source: 'environment' } });
    expect(openSecret(other, row.ciphertext ?? Buffer.of(), row.id)).toBe(CANARY);
  });

  it('withdraws what vanished and brings it back', async () => {
    await start(openai);
    await start();
    expect(await deployments()).toEqual({ 'openai/*': false, 'gpt-4o': false, o3: false });
    await start(openai);
    expect(await deployments()).toEqual({ 'openai/*': true, 'gpt-4o': true, o3: true });
  });

  it('follows the list of models, and keeps the known ones when there is none', async () => {
    await start(openai);
    await start({ ...openai, models: ['gpt-4o', 'gpt-5'] });
    expect(await deployments()).toEqual({ 'openai/*': true, 'gpt-4o': true, o3: false, 'gpt-5': true });
    await start({ ...openai, models: null });
    expect(await deployments()).toEqual({ 'openai/*': true, 'gpt-4o': true, o3: false, 'gpt-5': true });
  });

  it('leaves disabled what the operator disabled', async () => {
    await start(openai);
    await database.prisma.deployment.updateMany({ where: { model: 'o3' }, data: { enabled: false } });
    await start(openai);
    await start();
    await start(openai);
    expect(await deployments()).toEqual({ 'openai/*': true, 'gpt-4o': true, o3: false });
  });

  it('lets no secret into a row or the audit log', async () => {
    const secrets = await start(openai);
    await start({ ...openai, secret: `${CANARY}-2` });
    const { rows } = await database.pool.query<{ dump: string }>(
      `SELECT (SELECT json_agg(a) FROM audit_log_entry a)::text || (SELECT json_agg(c) FROM provider_credential c)::text
         || (SELECT json_agg(k) FROM key_secret k)::text || (SELECT json_agg(t) FROM management_token t)::text AS dump`,
    );
    for (const secret of [CANARY, secrets?.apiKey ?? '', secrets?.managementToken ?? '']) {
      expect(rows[0]?.dump).not.toContain(secret);
      expect(rows[0]?.dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});
