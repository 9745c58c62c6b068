import { setTimeout as sleep } from 'node:timers/promises';

import { newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import {
  Database,
  importModels,
  insertUsageInbox,
  loadControlPlane,
  loadPrincipals,
  loadSpend,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import { readSpend } from './read-spend.js';
import { readControlPlaneVersion } from '../src/index.js';
import type { ModelRow } from '../src/index.js';
import { createTenant, inboxEvent, newUsageEvent } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;
let tenant: Tenant;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
  tenant = await createTenant(database);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function raisedBy(change: () => Promise<unknown>): Promise<bigint> {
  const before = await readControlPlaneVersion(database.pool);
  await change();
  return (await readControlPlaneVersion(database.pool)) - before;
}

const model: ModelRow = {
  provider: 'openai',
  name: 'gpt-4o',
  displayName: 'GPT-4o',
  contextWindow: 128_000,
  maxOutputTokens: null,
  knowledgeCutoff: null,
  aliases: [],
  inputModalities: ['text', 'image'],
  outputModalities: ['text'],
  features: [],
  deprecated: false,
};

describe('the version of the control plane', () => {
  test('is raised once by a transaction, however many rows it changes, and not by one that is rolled back', async () => {
    const { prisma } = database;
    const rename = (id: string) => prisma.apiKey.update({ where: { id }, data: { name: 'renamed' } });
    expect(await raisedBy(() => prisma.$transaction(tenant.apiKeyIds.map(rename)))).toBe(1n);
    const client = await database.pool.connect();
    await client.query("BEGIN; UPDATE project SET name = 'other'; ROLLBACK");
    client.release();
    expect(await raisedBy(() => Promise.resolve())).toBe(0n);
  });

  test('is raised by every table that gateways read', async () => {
    const { pool } = database;
    const { organizationId, projectId } = tenant;
    const changes: Record<string, string> = {
      organization: `UPDATE organization SET name = 'x'`,
      project: `UPDATE project SET cost_centre = 'x'`,
      plan: `INSERT INTO plan (id, name) VALUES ('plan_1', 'Plan')`,
      api_key: `UPDATE api_key SET revoked_at = NULL`,
      key_secret: `INSERT INTO key_secret (id, api_key_id, hash, display_prefix) VALUES ('ksec_1', '${tenant.apiKeyIds[0] ?? ''}', 'h', 'p')`,
      rate_limit: `INSERT INTO rate_limit (scope, scope_id, organization_id) VALUES ('project', '${projectId}', '${organizationId}')`,
      budget: `INSERT INTO budget (id, organization_id, scope, scope_id, amount) VALUES ('bud_1', '${organizationId}', 'project', '${projectId}', 1)`,
      provider_credential: `INSERT INTO provider_credential (id, provider, name) VALUES ('cred_1', 'openai', 'x')`,
      budget_raise: `INSERT INTO budget_raise (id, budget_id, organization_id, amount, reason, expires_at, created_by, idempotency_key) VALUES ('rais_1', 'bud_1', '${organizationId}', 1, 'x', now(), 'x', 'x')`,
      route: `INSERT INTO route (id, name, definition) VALUES ('route_1', 'smart', '{}')`,
      deployment: `INSERT INTO deployment (id, provider_credential_id, model, upstream_model) VALUES ('dep_1', 'cred_1', 'm', 'm')`,
      model: `INSERT INTO model (provider, name, display_name, source) VALUES ('openai', 'm', 'M', 'test')`,
      price_book_snapshot: `INSERT INTO price_book_snapshot (id, price_book_id, sequence, markup_basis_points, platform_fee_basis_points, published_by) SELECT 'snap_1', id, 99, 0, 0, 'x' FROM price_book LIMIT 1`,
      installation: `UPDATE installation SET created_at = now()`,
    };
    for (const [table, sql] of Object.entries(changes)) {
      expect(`${table} ${await raisedBy(() => pool.query(sql))}`).toBe(`${table} 1`);
    }
    expect(await raisedBy(() => pool.query(`DELETE FROM budget`))).toBe(1n);
  });

  test('a hint names the table and the id, nothing else', async () => {
    const client = new pg.Client({ connectionString: testDatabase.url });
    const hints: string[] = [];
    client.on('notification', ({ payload = '' }) => hints.push(payload));
    await client.connect();
    await client.query('LISTEN control_plane');
    await database.prisma.project.update({ where: { id: tenant.projectId }, data: { name: 'hinted' } });
    for (let i = 0; i < 100 && hints.length === 0; i++) await sleep(10);
    await client.end();
    expect(hints).toEqual([`project:${tenant.projectId}`]);
  });

  test('writers that touch the same rows in another order do not dead-lock on it', async () => {
    const [a = '', b = ''] = tenant.apiKeyIds;
    const touch = async (first: string, second: string): Promise<void> => {
      await database.pool.query('UPDATE api_key SET name = name WHERE id = $1', [first]);
      await database.pool.query('UPDATE api_key SET name = name WHERE id = $1', [second]);
    };
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? touch(a, b) : touch(b, a))));
  });
});

describe('loading', () => {
  test('gives enabled deployments with their sealed credentials, limits and the price snapshot in force', async () => {
    const { prisma } = database;
    const credentialId = newId('providerCredential');
    const { organizationId } = tenant;
    const ciphertext = Buffer.from([1, 2, 3]);
    await prisma.providerCredential.create({
      data: { id: credentialId, organizationId, provider: 'openai', name: 'own', ciphertext, masterKeyId: 'k' },
    });
    const deployment = { providerCredentialId: credentialId, model: 'gpt-4o', upstreamModel: 'gpt-4o', organizationId };
    await prisma.deployment.create({ data: { id: 'dep_on', ...deployment } });
    await prisma.deployment.create({ data: { id: 'dep_off', ...deployment, enabled: false } });
    await prisma.budget.create({
      data: {
        id: newId('budget'),
        organizationId,
        scope: 'organization',
        scopeId: organizationId,
        amount: '1.000000000001',
      },
    });
    const rows = await loadControlPlane(database.pool);
    expect(rows.version).toBe(await readControlPlaneVersion(database.pool));
    const own = rows.deployments.filter(({ credentialId: id }) => id === credentialId);
    expect(own).toEqual([
      expect.objectContaining({
        id: 'dep_on',
        credentialOwner: 'organization',
        ciphertext,
        baseUrl: null,
        priority: 100,
      }),
    ]);
    expect(rows.budgets).toContainEqual(expect.objectContaining({ scope: 'organization', amount: '1.000000000001' }));
    const organization = rows.organizations.find(({ id }) => id === organizationId);
    expect(organization).toMatchObject({ timeZone: 'UTC', billingMode: 'postpaid', planId: null });
  });

  test('gives what routing and ladders go by: drained ones, enabled routes, rungs, raises that have not expired', async () => {
    const { prisma } = database;
    const { organizationId, projectId } = tenant;
    const credential = { id: newId('providerCredential'), provider: 'openai', name: 'repaired', version: 3 };
    await prisma.providerCredential.create({ data: credential });
    const deployment = { providerCredentialId: credential.id, model: 'm', upstreamModel: 'm' };
    await prisma.deployment.create({ data: { id: 'dep_drained', ...deployment, drained: true } });
    const definition = { strategy: 'weighted', targets: [{ model: 'm', weight: 3 }] };
    await prisma.route.create({ data: { id: 'route_on', organizationId, name: 'on', definition } });
    await prisma.route.create({ data: { id: 'route_off', organizationId, name: 'off', definition, enabled: false } });
    const ladder = [{ percent: 80, action: 'notify' }];
    const target = { organizationId, scope: 'project', scopeId: projectId } as const;
    await prisma.budget.create({ data: { id: 'bud_ladder', ...target, amount: '1', ladder } });
    const later = new Date(Date.now() + 3_600_000);
    const raise = { budgetId: 'bud_ladder', organizationId, amount: '0.5', reason: 'launch', createdBy: 'test' };
    await prisma.budgetRaise.createMany({
      data: [
        { id: 'rais_live', ...raise, expiresAt: later, idempotencyKey: 'a' },
        { id: 'rais_over', ...raise, expiresAt: new Date(Date.now() - 1), idempotencyKey: 'b' },
      ],
    });
    const { deployments, routes, budgets } = await loadControlPlane(database.pool);
    expect(deployments.find(({ id }) => id === 'dep_drained')).toMatchObject({ drained: true, credentialVersion: 3 });
    expect(routes.filter((row) => row.organizationId === organizationId)).toEqual([
      { id: 'route_on', organizationId, name: 'on', definition },
    ]);
    expect(budgets.find(({ id }) => id === 'bud_ladder')).toMatchObject({
      ladder,
      raises: [{ amount: '0.500000000000', expiresAt: later.getTime() }],
    });
    expect(budgets.find(({ scopeId }) => scopeId === organizationId)).toMatchObject({ ladder: [], raises: [] });
  });

  test('a route has a name of its own, among those of every organization too, and that is no pattern', async () => {
    const { prisma } = database;
    const add = (id: string, name: string, organizationId: string | null) =>
      prisma.route.create({ data: { id, organizationId, name, definition: {} } });
    await add('route_all', 'fast', null);
    await add('route_own', 'fast', tenant.organizationId);
    await expect(add('route_again', 'fast', null)).rejects.toThrow('Unique constraint');
    await expect(add('route_pattern', 'fast*', null)).rejects.toThrow('route_name_is_no_pattern');
  });

  test("the organization's own price book comes before its plan's, and that before the default", async () => {
    const { prisma, pool } = database;
    const snapshotOf = async (): Promise<string | null | undefined> =>
      (await loadControlPlane(pool)).organizations.find(({ id }) => id === tenant.organizationId)?.priceSnapshotId;
    const publishBook = async (id: string, organizationId: string | null): Promise<void> => {
      await prisma.priceBook.create({ data: { id, name: id, organizationId } });
      const terms = { markupBasisPoints: 0, platformFeeBasisPoints: 0 };
      await prisma.priceBookSnapshot.create({
        data: { id: `snap_${id}`, priceBookId: id, sequence: 1, publishedBy: 'test', ...terms },
      });
    };
    await publishBook('book_plan', null);
    await prisma.plan.create({ data: { id: 'plan_books', name: 'Books', priceBookId: 'book_plan' } });
    await prisma.organization.update({ where: { id: tenant.organizationId }, data: { planId: 'plan_books' } });
    expect(await snapshotOf()).toBe('snap_book_plan');
    await publishBook('book_own', tenant.organizationId);
    expect(await snapshotOf()).toBe('snap_book_own');
  });

  test('principals: the earlier expiry counts, revoked ones are missing, expired ones are not', async () => {
    const { prisma } = database;
    const [apiKeyId = ''] = tenant.apiKeyIds;
    const at = (ms: number): Date => new Date(ms);
    const secret = (hash: string, changes = {}) => ({
      id: `ksec_${hash}`,
      apiKeyId,
      hash,
      displayPrefix: 'tg_',
      ...changes,
    });
    await prisma.apiKey.update({
      where: { id: apiKeyId },
      data: { expiresAt: at(2_000), modelAllowlist: ['gpt-*'], tags: ['a'], constraints: { regions: ['eu'] } },
    });
    await prisma.keySecret.createMany({
      data: [secret('one'), secret('two', { expiresAt: at(1_000) }), secret('gone', { revokedAt: at(1) })],
    });
    const principals = await loadPrincipals(database.pool, ['one', 'two', 'gone', 'unknown']);
    expect(principals.map(({ secretHash, expiresAt }) => [secretHash, expiresAt]).sort()).toEqual([
      ['one', 2_000],
      ['two', 1_000],
    ]);
    expect(principals[0]).toMatchObject({
      apiKeyId,
      organizationId: tenant.organizationId,
      modelAllowlist: ['gpt-*'],
      tags: ['a'],
      constraints: { regions: ['eu'] },
    });
    await prisma.apiKey.update({ where: { id: apiKeyId }, data: { revokedAt: at(1) } });
    expect(await loadPrincipals(database.pool, ['one'])).toEqual([]);
  });

  describe('spend', () => {
    beforeEach(() => database.pool.query('TRUNCATE usage_inbox'));

    test('comes with what waits in the inbox', async () => {
      const event = newUsageEvent(tenant);
      await insertUsageInbox(database.pool, [inboxEvent(event)]);
      await insertUsageInbox(database.pool, [inboxEvent(event)]);
      expect(await readSpend(database.pool, Date.now())).toMatchObject({ spent: [], periods: [], waiting: [event] });
    });

    test('does not wait when it is booked, although it came again', async () => {
      const event = newUsageEvent(tenant);
      await insertUsageInbox(database.pool, [inboxEvent(event)]);
      const lanes = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
      expect(await new UsageIngestion(database.pool).ingest(lanes)).toMatchObject({ claimed: 1 });
      await insertUsageInbox(database.pool, [inboxEvent(event)]);
      expect((await readSpend(database.pool, Date.now())).waiting).toEqual([]);
    });

    test('waits in pages; what cannot be booked is told and stops nothing', async () => {
      const events = Array.from({ length: 25 }, () => newUsageEvent(tenant));
      const [first, second] = [inboxEvent(newUsageEvent(tenant)), inboxEvent(newUsageEvent(tenant))];
      await insertUsageInbox(database.pool, [
        { ...first, payload: Buffer.from('{"kind":') },
        { ...second, payload: Buffer.from(second.payload.toString().replace('"success"', '"teleported"')) },
        ...events.map(inboxEvent),
      ]);
      const { waiting, refused, pages } = await readSpend(database.pool, Date.now(), 10);
      expect(new Set(waiting.map(({ requestId }) => requestId))).toEqual(
        new Set(events.map(({ requestId }) => requestId)),
      );
      expect(refused.sort()).toEqual(['not JSON', 'outcome is unknown']);
      expect(pages).toEqual([10, 10, 7]);
    });

    test('is as of one instant: what arrives while it is read comes with the next reading', async () => {
      await insertUsageInbox(
        database.pool,
        Array.from({ length: 4 }, () => inboxEvent(newUsageEvent(tenant))),
      );
      let read = 0;
      await loadSpend(
        database.pool,
        { at: Date.now(), pageSize: 2 },
        {
          booked: () => undefined,
          waiting: async ({ events }) => {
            read += events.length;
            await insertUsageInbox(database.pool, [inboxEvent(newUsageEvent(tenant))]);
          },
        },
      );
      expect(read).toBe(4);
    });
  });
});

describe('importing models', () => {
  test('writes what differs, deprecates what is gone, leaves other sources alone', async () => {
    const { prisma } = database;
    await prisma.model.create({ data: { provider: 'openai', name: 'mine', displayName: 'Mine', source: 'api' } });
    const gone = { ...model, name: 'gone' };
    const mine = { ...model, name: 'mine' };
    expect(await importModels(database, { source: 'catalogue', models: [model, gone, mine] })).toBe(2);
    expect(await raisedBy(() => importModels(database, { source: 'catalogue', models: [model, gone] }))).toBe(0n);
    expect(await importModels(database, { source: 'catalogue', models: [{ ...model, contextWindow: 1 }] })).toBe(2);
    const { models } = await loadControlPlane(database.pool);
    expect(models.find(({ name }) => name === 'gone')?.deprecated).toBe(true);
    expect(models.find(({ name }) => name === 'mine')?.displayName).toBe('Mine');
    expect(models.find(({ name }) => name === 'gpt-4o')).toEqual({ ...model, contextWindow: 1 });
  });
});
