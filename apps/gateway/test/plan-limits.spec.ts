import { InProcessAdmissionStore, type ScopeState } from '@tollgate/admission';
import { loadControlPlane } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { AdmissionScopes } from '../src/inference/control-plane/admission-scopes.js';
import { PricedBooks } from './priced-books.js';

let books: PricedBooks;
let planId: string;

beforeAll(async () => {
  books = await PricedBooks.open();
  planId = newId('plan');
  const limits = { requestsPerMinute: 60, concurrency: 3, monthlyBudget: '10' };
  await books.database.prisma.plan.create({ data: { id: planId, name: 'Starter', ...limits } });
});
afterAll(() => books.close());

async function stateOf(organizationId: string): Promise<ScopeState & { readonly hasMoneyScope: boolean }> {
  const store = new InProcessAdmissionStore({ onExpired: () => undefined });
  const scopes = new AdmissionScopes(await loadControlPlane(books.database.pool), store);
  store.configure(scopes.configuration);
  const scope = scopes.organizationOf(organizationId);
  if (scope === null) throw new Error('no such organization');
  const key = { apiKeyId: 'key', projectId: 'proj', organizationId, ownerId: null } as Parameters<
    AdmissionScopes['scopesOf']
  >[0];
  return { ...store.inspect(scope, Date.now()), hasMoneyScope: scopes.scopesOf(key).hasMoneyScope };
}

test('a plan bounds an organization where it has no limit of its own, and each by itself', async () => {
  const { prisma } = books.database;
  const [plain, own, none] = [
    await books.createOrganization(),
    await books.createOrganization(),
    await books.createOrganization(),
  ];
  await prisma.organization.updateMany({ where: { id: { in: [plain, own] } }, data: { planId } });
  const scope = { scope: 'organization', scopeId: own, organizationId: own } as const;
  await prisma.rateLimit.create({ data: { ...scope, requestsPerMinute: 5, tokensPerMinute: 7 } });
  await prisma.budget.create({ data: { id: newId('budget'), ...scope, amount: '2' } });
  expect(await stateOf(plain)).toMatchObject({
    requestsPerMinute: 60,
    tokensPerMinute: null,
    concurrency: 3,
    grantedNanos: 10_000_000_000,
    hasMoneyScope: true,
  });
  expect(await stateOf(own)).toMatchObject({
    requestsPerMinute: 5,
    tokensPerMinute: 7,
    concurrency: 3,
    grantedNanos: 2_000_000_000,
    hasMoneyScope: true,
  });
  expect(await stateOf(none)).toMatchObject({ requestsPerMinute: null, grantedNanos: null, hasMoneyScope: false });
});

test('a prepaid plan bounds by the balance, and its book is the organization’s', async () => {
  const { prisma, pool } = books.database;
  const priceBookId = newId('priceBook');
  await prisma.priceBook.create({ data: { id: priceBookId, name: 'Dearer' } });
  const prepaid = newId('plan');
  await prisma.plan.create({ data: { id: prepaid, name: 'Prepaid', billingMode: 'prepaid', priceBookId } });
  const id = await books.createOrganization();
  await prisma.organization.update({ where: { id }, data: { planId: prepaid } });
  expect(await stateOf(id)).toMatchObject({ hasMoneyScope: true, grantedNanos: null });
  const row = (await loadControlPlane(pool)).organizations.find((each) => each.id === id);
  // the book of the plan has never been published, so nothing can be served by it
  expect(row).toMatchObject({ billingMode: 'prepaid', priceSnapshotId: null });
});
