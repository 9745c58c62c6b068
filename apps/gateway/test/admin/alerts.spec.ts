import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { raiseEach } from '@tollgate/database';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
}, 60_000);
afterAll(() => api.close());

describe('alert channels', () => {
  test('are the operator’s and the organization’s, each for itself', async () => {
    const operators = await api.ok('listAlertChannels', { query: { audience: 'operator' } });
    expect(operators.data).toMatchObject([{ name: 'Operators', organizationId: null, toPeople: true }]);
    const own = await api.ok('listAlertChannels', { token: world.token, query: { sort: 'createdAt' } });
    expect(own.data.map(({ name }) => name).sort()).toEqual(['Finance', 'Owners, admins and finance']);
  });

  test.each(['http://8.8.8.8/hook', 'https://127.0.0.1/hook', 'https://169.254.169.254/', 'https://localhost/hook'])(
    'of an organization may not lead to %s',
    async (url) => {
      const body = { kind: 'webhook', name: 'x', url };
      const refusal = await api.refused('createAlertChannel', 400, { token: world.token, body });
      expect(refusal.errors).toMatchObject([{ pointer: '/body/url', code: 'address_refused' }]);
      await api.ok('createAlertChannel', { body });
    },
  );

  test('of Slack show their host, and nothing of the rest', async () => {
    const body = { kind: 'slack', name: 'Chat', url: 'https://9.9.9.9/services/T0/B0/hush' };
    const created = await api.ok('createAlertChannel', { body });
    expect(created).toMatchObject({ url: '9.9.9.9', signingSecret: null });
  });

  test('that are switched off give up what waits for them', async () => {
    const { id, version } = await api.ok('createAlertChannel', {
      token: world.token,
      body: { kind: 'email', name: 'Late', recipients: ['late@example.com'] },
    });
    const { organizationId } = world;
    const facts = { available: '1', threshold: '10' };
    const about = { organizationId, subject: organizationId, dedupeKey: 'test:off' };
    await raiseEach(api.database.pool, [{ ...about, kind: 'balance.low', severity: 'warning', facts }], new Date());
    const body = { enabled: false };
    await api.ok('updateAlertChannel', { token: world.token, params: { alertChannelId: id }, ifMatch: version, body });
    const { data } = await api.ok('listAlertDeliveries', { query: { alertChannelId: id } });
    expect(data).toMatchObject([{ state: 'dead', recipient: 'late@example.com', alertKind: 'balance.low' }]);
  });
});

test('balances are alerted to those only who may read the ledger', async () => {
  const kinds = async (scopes: readonly string[]): Promise<string[]> => {
    const token = await api.issueToken(world.organizationId, { scopes });
    const { data } = await api.ok('listAlerts', { token });
    return data.map(({ kind }) => kind);
  };
  expect(await kinds(['alerts.read', 'ledger.read'])).toContain('balance.low');
  expect(await kinds(['alerts.read'])).toEqual([]);
});

test('what the operator pays for waste is told to the operator', async () => {
  const query = { from: '2026-01-01T00:00:00Z', to: '2199-01-01T00:00:00Z', organizationId: world.organizationId };
  expect((await api.ok('readWaste', { query })).total).toHaveProperty('cost');
  expect((await api.ok('readWaste', { query, token: world.token })).total).not.toHaveProperty('cost');
});
