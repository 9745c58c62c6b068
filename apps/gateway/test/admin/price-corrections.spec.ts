import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;
let other: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  other = await createOrganizationWorld(api, 'other');
}, 60_000);
afterAll(() => api.close());

test('what was agreed with one organization corrects no other', async () => {
  const bookOf = await api.database.prisma.priceBook.findFirst({ where: { organizationId: world.organizationId } });
  const { id: priceBookId } =
    bookOf ?? (await api.ok('createPriceBook', { body: { name: 'Acme', organizationId: world.organizationId } }));
  const [from, to] = [new Date(Date.now() - 86_400_000).toISOString(), new Date().toISOString()];
  const body = { from, to, priceBookId, reason: 'Agreed' };
  for (const organizationId of [null, other.organizationId]) {
    const call = { body: { ...body, organizationId } };
    const { errors } = await api.refused('createPriceCorrection', 400, call);
    expect(errors).toMatchObject([{ pointer: '/body/priceBookId', code: 'foreign' }]);
  }
  const { organizationId } = world;
  await api.ok('createPriceCorrection', { body: { ...body, organizationId } });
});
