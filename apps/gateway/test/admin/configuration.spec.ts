import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AppliedConfiguration } from '@tollgate/wire';
import { openSecret, readControlPlaneVersion } from '@tollgate/database';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

const FILE = {
  version: 1,
  providers: [
    { name: 'west', provider: 'openai', secret: 'sk-west' },
    { name: 'engine', provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1' },
  ],
  deployments: [
    { provider: 'west', model: 'gpt-4o', upstreamModel: 'gpt-4o-2024-08-06', region: 'us', priority: 10 },
    { provider: 'engine', model: 'edge/*' },
    { provider: 'Own account', model: 'theirs', upstreamModel: 'gpt-4o', organization: 'acme' },
  ],
  routes: [
    { name: 'clever', strategy: 'weighted', targets: [{ model: 'gpt-4o', weight: 3 }, { model: 'edge/llama' }] },
    { name: 'clever', organization: 'acme', targets: [{ model: 'theirs' }], fallbacks: { overload: ['edge/llama'] } },
  ],
  limits: [
    { organization: 'acme', monthlyBudget: '100', ladder: [{ percent: 80, action: 'notify' }] },
    { organization: 'acme', project: 'Web', rateLimit: { requestsPerMinute: 60 } },
  ],
};

const apply = (body: object, dryRun = false): Promise<AppliedConfiguration> =>
  api.ok('applyConfiguration', { body, query: { dryRun: String(dryRun) } });

const actions = ({ changes }: AppliedConfiguration): string[] =>
  changes.map(({ kind, name, action }) => `${action} ${kind} ${name}`);

const differing = (applied: AppliedConfiguration) =>
  applied.changes.filter(({ action }) => action !== 'unchanged').map(({ kind, fields }) => ({ kind, fields }));

const version = (): Promise<bigint> => readControlPlaneVersion(api.database.pool);

test('a dry run tells what would be, and changes nothing', async () => {
  const before = await version();
  const applied = await apply(FILE, true);
  expect(applied).toMatchObject({ dryRun: true, changed: true });
  expect(actions(applied)).toEqual([
    'created provider west',
    'created provider engine',
    'created deployment gpt-4o at west',
    'created deployment edge/* at engine',
    'created deployment theirs at Own account for acme',
    'created route clever',
    'created route clever for acme',
    'changed limits acme',
    'changed limits acme / Web',
  ]);
  expect(applied.changes[0]).toMatchObject({
    resourceId: null,
    fields: { secret: { before: null, after: 'set, withheld' } },
  });
  expect(applied.changes[7]?.fields).toEqual({
    monthlyBudget: { before: null, after: '100.000000000000' },
    ladder: { before: [], after: FILE.limits[0]?.ladder },
    source: { before: 'api', after: 'file' },
  });
  expect(await version()).toBe(before);
});

test('applied once it is what is there; applied again it changes nothing and raises no version', async () => {
  const first = await apply(FILE);
  expect(first.changes.every(({ resourceId }) => resourceId !== null)).toBe(true);
  const { prisma } = api.database;
  const west = await prisma.providerCredential.findFirstOrThrow({ where: { name: 'west' } });
  expect(west).toMatchObject({ source: 'file', organizationId: null, version: 1 });
  expect(openSecret(api.masterKey, west.ciphertext ?? Buffer.of(), west.id)).toBe('sk-west');
  const edge = await prisma.deployment.findFirstOrThrow({ where: { model: 'edge/*' } });
  expect(edge).toMatchObject({ upstreamModel: '*', source: 'file', enabled: true, drained: false, priority: 100 });
  const project = await api.ok('readProject', { params: { projectId: world.projectId } });
  expect(project).toMatchObject({
    monthlyBudget: null,
    rateLimit: { requestsPerMinute: 60, concurrency: null },
    limitsSource: 'file',
  });
  const organization = await api.ok('readOrganization', { params: { organizationId: world.organizationId } });
  expect(organization).toMatchObject({ budgetLadder: [{ percent: 80, action: 'notify' }], limitsSource: 'file' });
  const log = await api.ok('listAuditLog', { query: { resourceId: west.id } });
  expect(log.data).toMatchObject([{ action: 'provider-credential.created' }]);
  expect(JSON.stringify(log.data)).not.toContain('sk-west');

  const before = await version();
  const entries = await prisma.auditLogEntry.count();
  const second = await apply(FILE);
  expect(second.changed).toBe(false);
  expect(new Set(second.changes.map(({ action }) => action))).toEqual(new Set(['unchanged']));
  expect(await version()).toBe(before);
  expect(await prisma.auditLogEntry.count()).toBe(entries);
});

test('what differs is changed where it is, and keeps its id', async () => {
  const { prisma } = api.database;
  const ids = async () => ({
    providers: (await prisma.providerCredential.findMany({ where: { source: 'file' }, orderBy: { id: 'asc' } })).map(
      ({ id }) => id,
    ),
    deployments: (await prisma.deployment.findMany({ where: { source: 'file' }, orderBy: { id: 'asc' } })).map(
      ({ id }) => id,
    ),
    routes: (await prisma.route.findMany({ where: { source: 'file' }, orderBy: { id: 'asc' } })).map(({ id }) => id),
  });
  const before = await ids();
  const [west, engine] = FILE.providers;
  const [first, ...rest] = FILE.deployments;
  const [clever, ...others] = FILE.routes;
  const changed = {
    ...FILE,
    providers: [{ ...west, secret: 'sk-other' }, engine],
    deployments: [...rest, { ...first, upstreamModel: 'gpt-4o', drained: true }],
    routes: [{ ...clever, canary: { model: 'edge/llama', percent: 5 } }, ...others],
    limits: [{ ...FILE.limits[0], monthlyBudget: '100.0' }, FILE.limits[1]],
  };
  expect(differing(await apply(changed))).toEqual([
    { kind: 'provider', fields: { secret: { before: 'withheld', after: 'replaced, withheld' } } },
    {
      kind: 'deployment',
      fields: {
        upstreamModel: { before: 'gpt-4o-2024-08-06', after: 'gpt-4o' },
        drained: { before: false, after: true },
      },
    },
    { kind: 'route', fields: { canary: { before: null, after: { model: 'edge/llama', percent: 5 } } } },
  ]);
  expect(await ids()).toEqual(before);
  await apply(FILE);
});

test('what is no longer described is removed; limits stay and are free again', async () => {
  const applied = await apply({
    version: 1,
    providers: FILE.providers.slice(1),
    deployments: FILE.deployments.slice(1, 2),
  });
  expect(actions(applied)).toEqual([
    'unchanged provider engine',
    'unchanged deployment edge/* at engine',
    'removed deployment gpt-4o at west',
    'removed deployment theirs at Own account for acme',
    'removed route clever',
    'removed route clever for acme',
    'removed limits acme',
    'removed limits acme / Web',
    'removed provider west',
  ]);
  const organization = await api.ok('readOrganization', { params: { organizationId: world.organizationId } });
  expect(organization).toMatchObject({ monthlyBudget: { amount: '100.000000000000' }, limitsSource: 'api' });
  const call = { params: { organizationId: world.organizationId }, ifMatch: organization.version };
  await api.ok('updateOrganization', { ...call, body: { budgetLadder: [] } });
  expect(await api.database.prisma.route.count({ where: { source: 'file' } })).toBe(0);
  await apply({ version: 1 });
  expect((await apply({ version: 1 })).changed).toBe(false);
});

describe('what is wrong with a file', () => {
  const faultsOf = async (body: object): Promise<string[]> =>
    (await api.refused('applyConfiguration', 400, { body: { version: 1, ...body } })).errors.map(
      ({ pointer, code }) => `${pointer} ${code}`,
    );

  test('is told at once, each with its place, and nothing is applied', async () => {
    const before = await version();
    const faults = await faultsOf({
      providers: [
        { name: 'a', provider: 'nobody' },
        { name: 'b', provider: 'openai' },
        { name: 'b', provider: 'openai', secret: 'sk-1' },
        { name: 'Local engine', provider: 'openai', secret: 'sk-1' },
      ],
      deployments: [
        { provider: 'no-such', model: 'm' },
        { provider: 'b', model: 'm', organization: 'no-such' },
        { provider: 'b', model: 'm' },
        { provider: 'b', model: 'm', priority: 5 },
        { provider: 'Own account', model: 'm' },
      ],
      routes: [
        { name: 'r', targets: [{ model: 'm' }, { model: 'n' }], fallbacks: { budget: ['o'] } },
        { name: 'smart', organization: 'acme', targets: [{ model: 'gpt-4o' }] },
        { name: 's', targets: [{ model: 'gpt-4o' }] },
      ],
      limits: [{ organization: 'acme', project: 'No such' }, { organization: 'acme' }, { organization: 'acme' }],
    });
    expect(faults).toEqual([
      '/body/providers/0/provider unknown_provider',
      '/body/providers/1/secret required',
      '/body/providers/2/name repeated',
      '/body/providers/3/name taken',
      '/body/deployments/0/provider not_found',
      '/body/deployments/1/organization not_found',
      '/body/deployments/3/model repeated',
      // what an organization brought serves that organization only
      '/body/deployments/4/provider not_found',
      '/body/routes/0/targets/1/model not_served',
      '/body/routes/0/fallbacks/budget/0 not_served',
      '/body/routes/1/name taken',
      '/body/routes/2/targets/0/model not_served',
      '/body/limits/0/project not_found',
      '/body/limits/2/organization repeated',
    ]);
    expect(await version()).toBe(before);
  });

  test('is told by its form first', async () => {
    const faults = await faultsOf({
      providers: [{ name: 'a' }],
      routes: [{ name: 'r*', targets: [] }],
      limits: [{ organization: 'acme', ladder: [{ percent: 80, action: 'notify' }] }],
      colours: [],
    });
    expect(faults.sort()).toEqual([
      '/body/colours unknown_field',
      '/body/limits/0/ladder custom',
      '/body/providers/0/provider required',
      '/body/routes/0/name custom',
      '/body/routes/0/targets too_small',
    ]);
  });

  test('a deployment that is there already, and a credential that others use', async () => {
    const clash = { deployments: [{ provider: 'Local engine', model: 'local/*', upstreamModel: '*' }] };
    expect(await faultsOf(clash)).toEqual(['/body/deployments/0/model taken']);
    await apply({ version: 1, providers: FILE.providers.slice(1) });
    const { id } = await api.database.prisma.providerCredential.findFirstOrThrow({ where: { name: 'engine' } });
    const body = { providerCredentialId: id, model: 'by-hand', upstreamModel: 'x' };
    const deployment = await api.ok('createDeployment', { body });
    expect(await faultsOf({})).toEqual(['/body/providers in_use']);
    await api.ok('deleteDeployment', { params: { deploymentId: deployment.id } });
    await apply({ version: 1 });
  });
});

test('is the operator’s', async () => {
  await api.refused('applyConfiguration', 403, { token: world.token, body: { version: 1 } });
});

test('two at the same time come one after the other', async () => {
  const bodies = ['one', 'two', 'one', 'two'].map((name) => ({
    version: 1,
    providers: [{ name, provider: 'openai', secret: `sk-${name}` }],
  }));
  await Promise.all(bodies.map((body) => apply(body)));
  expect(await api.database.prisma.providerCredential.count({ where: { source: 'file' } })).toBe(1);
  await apply({ version: 1 });
});
