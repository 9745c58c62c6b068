import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

const channel = (changes: object) =>
  api.ok('createAlertChannel', { token: world.token, body: { name: 'Ours', ...changes } });

test('an organization cannot have the mail server fill the mailboxes of strangers', async () => {
  const { id } = await channel({ kind: 'email', recipients: ['stranger@example.com'] });
  const call = { params: { alertChannelId: id } };
  const { token } = world;
  const statuses: number[] = [];
  for (let times = 0; times < 6; times += 1)
    statuses.push((await api.call('testAlertChannel', { ...call, token })).status);
  expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
  const { data } = await api.ok('listAlertDeliveries', { token, query: { alertChannelId: id } });
  expect(data).toHaveLength(5);
  const replay = { params: { alertDeliveryId: data[0]?.id ?? '' } };
  await api.refused('replayAlertDelivery', 429, { ...replay, token });
  await api.ok('testAlertChannel', call);
});

test.each(['http://hooks.example.com/', 'https://127.0.0.1/', 'https://169.254.169.254/latest', 'https://localhost/'])(
  'an organization may not name %s',
  async (url) => {
    const body = { name: 'Inside', kind: 'webhook', url };
    const { errors } = await api.refused('createAlertChannel', 400, { token: world.token, body });
    expect(errors).toMatchObject([{ pointer: '/body/url', code: 'address_refused' }]);
  },
);
