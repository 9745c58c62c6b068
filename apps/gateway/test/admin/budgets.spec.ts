import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const dollars = (amount: string) => ({ amount, currency: 'USD' });

describe('a ladder', () => {
  const rungs = [
    { percent: 95, action: 'throttle', requestsPerMinute: 10 },
    { percent: 80, action: 'notify' },
    { percent: 95, action: 'cheaper-model' },
  ];
  const sorted = [rungs[1], rungs[2], rungs[0]];

  test('is set and changed where the budget is, and kept by percent', async () => {
    const body = { name: 'Laddered', monthlyBudget: dollars('5'), budgetLadder: rungs };
    const created = await api.ok('createProject', { params: { organizationId: world.organizationId }, body });
    expect(created).toMatchObject({ budgetLadder: sorted, budgetRaises: [], limitsSource: 'api' });
    expect(created.budgetId).toMatch(/^bud_/);
    const params = { projectId: created.id };
    const raised = await api.ok('updateProject', { params, ifMatch: 1, body: { monthlyBudget: dollars('6') } });
    expect(raised).toMatchObject({ budgetLadder: sorted, budgetId: created.budgetId });
    const gone = await api.ok('updateProject', { params, ifMatch: 2, body: { monthlyBudget: null } });
    expect(gone).toMatchObject({ budgetLadder: [], budgetId: null });
    const refusal = await api.refused('updateProject', 400, { params, ifMatch: 3, body: { budgetLadder: rungs } });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/budgetLadder', code: 'no_budget' }]);
  });

  test.each([
    ['the same rung twice', [rungs[1], rungs[1]], '/body/budgetLadder'],
    ['a throttle without a rate', [{ percent: 90, action: 'throttle' }], '/body/budgetLadder/0/requestsPerMinute'],
    ['a rate without a throttle', [{ ...rungs[1], requestsPerMinute: 9 }], '/body/budgetLadder/0/requestsPerMinute'],
    ['nothing of a budget', [{ percent: 0, action: 'notify' }], '/body/budgetLadder/0/percent'],
    ['half a percent', [{ percent: 80.5, action: 'notify' }], '/body/budgetLadder/0/percent'],
  ])('is refused with %s', async (_, budgetLadder, pointer) => {
    const body = { name: 'x', monthlyBudget: dollars('5'), budgetLadder };
    const call = { params: { organizationId: world.organizationId }, body };
    const { errors } = await api.refused('createProject', 400, call);
    expect(errors.map((fault) => fault.pointer)).toEqual([pointer]);
  });

  test('of an organization is the operator’s', async () => {
    const call = { params: { organizationId: world.organizationId }, ifMatch: 1, body: { budgetLadder: [] } };
    await api.refused('updateOrganization', 403, { ...call, token: world.token });
  });
});

describe('a raise', () => {
  const raise = (idempotencyKey: string, changes: object = {}) => ({
    token: world.token,
    params: { budgetId: world.budgetId },
    idempotencyKey,
    body: { ...dollars('2.5'), reason: 'Launch', expiresAt: inAnHour(), ...changes },
  });

  test('stands beside its budget until it is ended, and stays on record', async () => {
    const created = await api.ok('createBudgetRaise', raise('stands'));
    const read = async () => api.ok('readProject', { params: { projectId: world.projectId } });
    expect((await read()).budgetRaises).toContainEqual(created);
    const params = { budgetId: world.budgetId, budgetRaiseId: created.id };
    await api.ok('endBudgetRaise', { token: world.token, params });
    await api.ok('endBudgetRaise', { token: world.token, params });
    expect((await read()).budgetRaises).not.toContainEqual(expect.objectContaining({ id: created.id }));
    const { data } = await api.ok('listBudgetRaises', { params: { budgetId: world.budgetId } });
    const ended = data.find(({ id }) => id === created.id);
    expect(Date.parse(ended?.expiresAt ?? '')).toBeLessThanOrEqual(Date.now());
    const log = await api.ok('listAuditLog', { query: { resourceId: created.id } });
    expect(log.data.map(({ action }) => action)).toEqual(['budget-raise.ended', 'budget-raise.created']);
  });

  test('happens once, however often and at once it is asked for', async () => {
    const call = raise('once');
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.ok('createBudgetRaise', call)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const { title } = await api.refused('createBudgetRaise', 422, {
      ...raise('once'),
      body: { ...call.body, amount: '3' },
    });
    expect(title).toContain('Idempotency-Key');
    await api.refused('createBudgetRaise', 400, { ...call, idempotencyKey: '' });
  });

  test.each([
    ['nothing', { amount: '0.000' }, '/body/amount'],
    ['something negative', { amount: '-1' }, '/body/amount'],
    ['a float', { amount: 1.5 }, '/body/amount'],
    ['more than can be counted', { amount: '9000000' }, '/body/amount'],
    ['the past', { expiresAt: '2020-01-01T00:00:00Z' }, '/body/expiresAt'],
    ['no reason', { reason: '' }, '/body/reason'],
  ])('of %s is refused', async (_, changes, pointer) => {
    const { errors } = await api.refused('createBudgetRaise', 400, raise('wrong', changes));
    expect(errors.map((fault) => fault.pointer)).toEqual([pointer]);
  });

  test('grants no more than can be counted, with the budget and other raises', async () => {
    const { errors } = await api.refused('createBudgetRaise', 400, raise('too much', { amount: '8999950' }));
    expect(errors).toMatchObject([{ pointer: '/body/amount', code: 'too_big' }]);
  });

  test('of an organization’s own budget is the operator’s', async () => {
    const params = { organizationId: world.organizationId };
    const body = { monthlyBudget: dollars('50') };
    const { budgetId } = await api.ok('updateOrganization', { params, ifMatch: 1, body });
    const call = { ...raise('own'), params: { budgetId: budgetId ?? '' } };
    await api.refused('createBudgetRaise', 403, call);
    const { id } = await api.ok('createBudgetRaise', { ...call, token: api.operatorToken });
    const ending = { params: { budgetId: budgetId ?? '', budgetRaiseId: id } };
    await api.refused('endBudgetRaise', 403, { ...ending, token: world.token });
    await api.refused('endBudgetRaise', 404, { params: { ...ending.params, budgetId: world.budgetId } });
  });
});

test('notices say which budget of what was spent how far', async () => {
  const { data } = await api.ok('listBudgetNotices', { token: world.token, query: { budgetId: world.budgetId } });
  expect(data).toMatchObject([
    {
      ...{ scope: 'project', scopeId: world.projectId, scopeName: 'Web', percent: 80 },
      ...{ spent: { amount: '88.000000000000' }, granted: { amount: '110.000000000000' } },
    },
  ]);
});
