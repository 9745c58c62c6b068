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

test('a correction that moves much is posted by another person than whoever asked for it', async () => {
  const [from, to] = [new Date(Date.now() - 86_400_000).toISOString(), new Date().toISOString()];
  const correctionOf = async (amounts: readonly string[]): Promise<string> => {
    const { id } = await api.ok('createPriceCorrection', { body: { from, to, reason: 'Mistyped' } });
    const { pool } = api.database;
    for (const amount of amounts) {
      await pool.query(
        `INSERT INTO price_correction_event VALUES ($1, gen_random_uuid(), 0, 0, $2, 'snapshot', 0, $3::numeric)`,
        [id, world.organizationId, amount],
      );
    }
    await pool.query(`UPDATE price_correction SET state = 'computed', computed_at = now() WHERE id = $1`, [id]);
    return id;
  };
  // what goes up does not make up for what goes down
  const much = { params: { priceCorrectionId: await correctionOf(['5000', '-5000']) }, idempotencyKey: 'much' };
  const { detail } = await api.refused('postPriceCorrection', 409, much);
  expect(detail).toContain('second person');
  // neither is a token of one's own another person
  const own = await api.ok('createManagementToken', { body: { name: 'Own', scopes: ['*'] } });
  await api.refused('postPriceCorrection', 409, { ...much, token: own.secret });
  expect(await api.ok('postPriceCorrection', { ...much, token: await api.issueToken(null) })).toMatchObject({
    state: 'posting',
  });
  const little = { params: { priceCorrectionId: await correctionOf(['4999', '-5000']) }, idempotencyKey: 'little' };
  expect(await api.ok('postPriceCorrection', little)).toMatchObject({ state: 'posting' });
});
