import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';

let api: AdminApi;
let operator: OperatorWorld;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  operator = await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

const usd = (amount: string) => ({ amount, currency: 'USD' as const });
const NO_RATES = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };

let made = 0;
const newPlan = (body: Record<string, unknown> = {}) => api.ok('createPlan', { body: { name: `P${++made}`, ...body } });
const newOrganization = (body: Record<string, unknown>) =>
  api.ok('createOrganization', { body: { name: 'O', slug: `o-${++made}`, ...body } });

describe('plans', () => {
  test('keep the terms that they are given, and free is a plan too', async () => {
    const rateLimit = { requestsPerMinute: 60, tokensPerMinute: null, concurrency: 4 };
    const terms = {
      billingMode: 'prepaid',
      platformFee: usd('49'),
      includedCredit: usd('5.5'),
      monthlyBudget: usd('100'),
    };
    const plan = await newPlan({ ...terms, rateLimit, priceBookId: operator.priceBookId });
    expect(plan).toMatchObject({
      billingMode: 'prepaid',
      priceBookId: operator.priceBookId,
      platformFee: usd('49.000000000000'),
      includedCredit: usd('5.500000000000'),
      monthlyBudget: usd('100.000000000000'),
      rateLimit,
      archivedAt: null,
      version: 1,
    });
    expect(await newPlan()).toMatchObject({
      billingMode: 'postpaid',
      priceBookId: null,
      platformFee: usd('0.000000000000'),
      monthlyBudget: null,
      rateLimit: NO_RATES,
    });
  });

  test('have names of their own, and no price book of an organization', async () => {
    const { name } = await newPlan();
    await api.refused('createPlan', 409, { body: { name } });
    const { errors } = await api.refused('createPlan', 400, { body: { name: 'B', priceBookId: world.priceBookId } });
    expect(errors).toMatchObject([{ pointer: '/body/priceBookId', code: 'not_found' }]);
    await api.refused('createPlan', 400, { body: { name: 'N', platformFee: { amount: '-1', currency: 'USD' } } });
  });

  test('change what they name and leave the rest; the audit log has both', async () => {
    const plan = await newPlan({ platformFee: usd('10'), rateLimit: { ...NO_RATES, concurrency: 2 } });
    const call = { params: { planId: plan.id }, ifMatch: 1, body: { includedCredit: usd('1'), monthlyBudget: null } };
    expect(await api.ok('updatePlan', call)).toMatchObject({
      platformFee: usd('10.000000000000'),
      includedCredit: usd('1.000000000000'),
      rateLimit: { concurrency: 2 },
      version: 2,
    });
    await api.refused('updatePlan', 412, call);
    const { data } = await api.ok('listAuditLog', {});
    expect(data.find(({ action }) => action === 'plan.updated')).toMatchObject({
      resourceId: plan.id,
      changes: { includedCredit: { after: { amount: '1.000000000000' } } },
    });
  });

  test('that are archived are given to nobody any more, and kept by who has them', async () => {
    const { id: planId } = await newPlan();
    const organization = await newOrganization({ planId });
    const archived = await api.ok('updatePlan', { params: { planId }, ifMatch: 1, body: { archived: true } });
    expect(archived.archivedAt).not.toBeNull();
    const body = { name: 'Late', slug: 'late', planId };
    expect((await api.refused('createOrganization', 400, { body })).errors).toMatchObject([{ code: 'archived' }]);
    // a change of something else goes on
    const params = { organizationId: organization.id };
    await api.ok('updateOrganization', { params, ifMatch: 1, body: { planId, name: 'Renamed' } });
    const again = await api.ok('updatePlan', { params: { planId }, ifMatch: 2, body: { archived: false } });
    expect(again.archivedAt).toBeNull();
    await newOrganization({ planId });
    const { data } = await api.ok('listOrganizations', { query: { planId } });
    expect(data.map(({ planId: has }) => has)).toEqual([planId, planId]);
  });
});

describe('organizations of a plan', () => {
  test('have its billing mode, whatever comes later, and keep it when they leave', async () => {
    const { id: planId } = await newPlan({ billingMode: 'prepaid' });
    const { id, ...organization } = await newOrganization({ planId });
    expect(organization.billingMode).toBe('prepaid');
    const change = (ifMatch: number, body: Record<string, unknown>) =>
      api.call('updateOrganization', { params: { organizationId: id }, ifMatch, body });
    const refused = await change(1, { billingMode: 'postpaid' });
    expect([refused.status, refused.body]).toMatchObject([400, { errors: [{ code: 'plan_decides' }] }]);
    await api.ok('updatePlan', { params: { planId }, ifMatch: 1, body: { billingMode: 'postpaid' } });
    const followed = await api.ok('readOrganization', { params: { organizationId: id } });
    expect(followed).toMatchObject({ billingMode: 'postpaid', version: 2 });
    await api.ok('updatePlan', { params: { planId }, ifMatch: 2, body: { billingMode: 'prepaid' } });
    expect((await change(3, { planId: null })).body).toMatchObject({ planId: null, billingMode: 'prepaid' });
    expect((await change(4, { billingMode: 'postpaid' })).body).toMatchObject({ billingMode: 'postpaid' });
    expect((await change(5, { planId })).body).toMatchObject({ planId, billingMode: 'prepaid' });
  });

  test('read their own plan and nobody else’s, and give themselves no other', async () => {
    const { id: planId } = await newPlan();
    const { token, organizationId } = world;
    await api.refused('readPlan', 404, { token, params: { planId } });
    expect((await api.ok('readPlan', { token, params: { planId: world.planId } })).name).toBe('Plan of acme');
    const { data } = await api.ok('listPlans', { token });
    expect(data.map(({ id }) => id)).toEqual([world.planId]);
    const change = { token, params: { organizationId }, ifMatch: 1 };
    await api.refused('updateOrganization', 403, { ...change, body: { planId } });
    await api.refused('updateOrganization', 403, { ...change, body: { overdraftLimit: usd('5') } });
    await api.refused('updatePlan', 403, { token, params: { planId: world.planId }, ifMatch: 1, body: { name: 'X' } });
  });

  test('may owe as much as the operator sets, before somebody is asked to look', async () => {
    const { id: organizationId, overdraftLimit } = await newOrganization({});
    expect(overdraftLimit).toEqual(usd('0.000000000000'));
    const change = { params: { organizationId }, ifMatch: 1, body: { overdraftLimit: usd('2.5') } };
    expect((await api.ok('updateOrganization', change)).overdraftLimit).toEqual(usd('2.500000000000'));
  });
});
