import { publicRequestId } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { TestBooks } from './books-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const now = new Date();
const NOON = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 5, 12);
const MONTH = new Date(NOON).toISOString().slice(0, 7);

let books: TestBooks;
let tenant: Tenant;

beforeAll(async () => {
  books = await TestBooks.open(NOON);
});
afterAll(() => books.close());
beforeEach(async () => {
  tenant = await books.organization('postpaid');
  await books.rows('DELETE FROM review_item');
});

const usage = (changes: Partial<UsageEvent> = {}): UsageEvent =>
  books.usage(tenant, { occurredAt: NOON - 1, ...changes });
const subjectOf = ({ requestId }: UsageEvent): string => publicRequestId(requestId);

interface Item {
  readonly kind: string;
  readonly subject: string;
  readonly organizationId: string | null;
  readonly amount: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly state: string;
}

const items = () =>
  books.rows<Item>(
    `SELECT kind, subject, organization_id AS "organizationId", amount, details, state FROM review_item ORDER BY kind, subject`,
  );

test('ordinary usage raises nothing, however often it is sent', async () => {
  const held = usage({ holdNanos: 2_600_000, capturedCost: '0.0026', providerReportedCost: '0.0026' });
  await books.book(held, usage());
  await books.book(held);
  expect(await items()).toEqual([]);
});

test('what is beyond its hold, or captured otherwise, is raised once for its request', async () => {
  const overrun = usage({ holdNanos: 2_599_999 });
  const mismatch = usage({ capturedCost: '0.0025' });
  await books.book(overrun, mismatch);
  const first = await items();
  const of = (event: UsageEvent) => ({
    subject: subjectOf(event),
    organizationId: tenant.organizationId,
    state: 'open',
  });
  expect(first).toMatchObject([
    {
      kind: 'overrun',
      ...of(overrun),
      amount: '0.000000001000',
      details: { hold: '0.002599999000', accountingPeriod: MONTH },
    },
    { kind: 'rating_mismatch', ...of(mismatch), amount: '0.000100000000', details: { captured: '0.002500000000' } },
  ]);
  // a correction says nothing of holds and captures, and what is sent again raises nothing again
  await books.book(overrun, { ...overrun, revision: 1 }, { ...mismatch, revision: 1 });
  expect(await items()).toEqual(first);
});

test('the estimate of a gateway that crashed waits until the truth turns up', async () => {
  const crashed = usage({
    outcome: 'gateway_crashed',
    errorCode: 'gateway_internal',
    status: 0,
    usageSource: 'estimated',
  });
  await books.book(crashed);
  expect(await items()).toMatchObject([{ kind: 'gateway_crashed', subject: subjectOf(crashed), state: 'open' }]);
  await books.book({ ...crashed, revision: 1, usage: { input: 5 } });
  expect(await items()).toMatchObject([{ state: 'open' }]); // still an estimate
  // as the gateway writes it, which knows nothing of the estimate
  await books.book({
    ...crashed,
    outcome: 'success',
    errorCode: null,
    status: 200,
    usageSource: 'reported',
  });
  expect(await items()).toMatchObject([{ state: 'resolved' }]);
  const [item] = await books.rows<{ by: string }>('SELECT resolved_by AS by FROM review_item');
  expect(item?.by).toBe('worker');
});

test('a model without a price is raised once, and never as nothing', async () => {
  const target = { ...usage().target, pricedModel: 'unheard-of', upstreamModel: 'unheard-of' } as UsageEvent['target'];
  await books.book(usage({ target }), usage({ target }));
  expect(await items()).toMatchObject([
    { kind: 'unpriced', subject: 'openai/unheard-of', organizationId: null, amount: null, state: 'open' },
  ]);
});

test('a provider that says another cost than we do is raised once for its model', async () => {
  const within = usage({ providerReportedCost: '0.002626' });
  const small = usage({ usage: { input: 1 }, providerReportedCost: '0.0001' });
  await books.book(within, small);
  expect(await items()).toEqual([]);
  await books.book(usage({ providerReportedCost: '0.0028' }));
  await books.book(usage({ providerReportedCost: '0.01' }));
  expect(await items()).toMatchObject([
    {
      kind: 'provider_cost_drift',
      subject: 'openai/gpt-4o',
      amount: '0.000200000000',
      details: { ours: '0.002600000000', reported: '0.0028' },
    },
  ]);
});

test('a prepaid organization that owes more than it may is raised, what is left of its credit considered', async () => {
  await books.rows(
    `UPDATE organization SET billing_mode = 'prepaid', overdraft_limit = 0.003 WHERE id = $1`,
    tenant.organizationId,
  );
  await books.post(tenant, { kind: 'payment', picos: 1_000_000_000n });
  await books.book(usage()); // before the payment came: owed, less what is left
  await books.book(usage({ occurredAt: NOON }));
  expect(await items()).toMatchObject([
    {
      kind: 'overdraft',
      subject: `${tenant.organizationId}/${MONTH}`,
      organizationId: tenant.organizationId,
      amount: '0.001200000000',
      details: { beyond: '0.004200000000', overdraftLimit: '0.003000000000' },
    },
  ]);
});
