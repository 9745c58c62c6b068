import { expect } from '@jest/globals';
import { parsePicos, publicRequestId } from '@tollgate/domain';
import type pg from 'pg';

import { type RunningProduct, until } from './running-product.js';
import type { Sent } from './traffic.js';

/** What the books say of one request. */
export interface BookedRequest {
  readonly requestId: string;
  readonly endUser: string | null;
  readonly outcome: string;
  readonly billedCost: string;
}

const BOOKED_WITHIN_MS = 40_000;

/** Waits until whatever was answered, or received by a provider, has its event, and nothing is on its way any more. */
export async function untilBooked(
  product: RunningProduct,
  sent: readonly Sent[],
  dispatched: Iterable<string>,
): Promise<void> {
  const answered = sent.filter(({ requestId, status }) => requestId !== null && status === 200);
  const wanted = [...new Set([...answered.map(({ user }) => user), ...dispatched])];
  let missing = wanted;
  let waiting = 0;
  await until(
    async () => {
      try {
        const found = await product.pool.query<{ user: string }>(
          'SELECT end_user AS user FROM usage_event WHERE end_user = ANY($1)',
          [missing],
        );
        const booked = new Set(found.rows.map(({ user }) => user));
        missing = missing.filter((user) => !booked.has(user));
        const inbox = await product.pool.query<{ waiting: number }>('SELECT count(*)::int AS waiting FROM usage_inbox');
        waiting = inbox.rows[0]?.waiting ?? 0;
        return missing.length === 0 && waiting === 0;
      } catch {
        return false; // Postgres is on its way back
      }
    },
    () => `${missing.length} of ${wanted.length} requests have no event, ${waiting} wait: ${product.log.slice(-4000)}`,
    BOOKED_WITHIN_MS,
  );
}

async function booked(pool: pg.Pool): Promise<BookedRequest[]> {
  const { rows } = await pool.query<BookedRequest>(
    `SELECT request_id AS "requestId", end_user AS "endUser", outcome, billed_cost AS "billedCost"
     FROM usage_event WHERE part = 0 AND revision = 0`,
  );
  return rows;
}

/**
 * What must hold whatever has happened: nothing lost, nothing twice, and every sum of the books is the sum of its parts,
 * to the picounit.
 */
export async function checkBooks(product: RunningProduct, sent: readonly Sent[], dispatched: Iterable<string>) {
  const requests = await booked(product.pool);
  const byUser = Map.groupBy(requests, ({ endUser }) => endUser ?? '');
  const twice = [...Map.groupBy(requests, ({ requestId }) => requestId)].filter(([, rows]) => rows.length > 1);
  expect(twice).toEqual([]);
  // what a provider has received was intended first, so it has an event however it ended
  for (const user of dispatched) expect([user, byUser.get(user)?.length]).toEqual([user, 1]);
  for (const { user, requestId, complete, status } of sent) {
    if (requestId === null || status !== 200) continue;
    const rows = byUser.get(user) ?? [];
    expect(rows.map((row) => publicRequestId(row.requestId))).toEqual([requestId]);
    if (complete) expect([user, rows[0]?.outcome]).toEqual([user, 'success']);
  }
  await checkSums(product.pool);
  return requests;
}

const LINES = 'SELECT coalesce(sum(billed_cost), 0) AS billed, coalesce(sum(provider_cost), 0) AS cost FROM rated_line';
const EVENTS = `SELECT coalesce(sum(billed_cost), 0) AS billed, coalesce(sum(provider_cost), 0) AS cost,
  count(*) FILTER (WHERE part = 0)::int AS requests, count(*) FILTER (WHERE captured_cost <> billed_cost)::int AS differing FROM usage_event`;
const ACCRUALS = `SELECT account, sum(amount) AS amount FROM (
  SELECT kind, account, amount FROM usage_accrual UNION ALL SELECT kind, account, amount FROM ledger_entry
) AS booked WHERE kind IN ('usage', 'correction') GROUP BY account`;
const ROLLUPS = `SELECT (SELECT coalesce(sum(requests), 0)::int FROM usage_day) AS days,
  (SELECT coalesce(sum(billed_cost), 0) FROM usage_day) AS "daysBilled",
  (SELECT coalesce(sum(requests), 0)::int FROM usage_hour) AS hours,
  (SELECT coalesce(sum(spent), 0) FROM budget_spend WHERE scope = 'api_key') AS "keysSpent",
  (SELECT coalesce(sum(spent), 0) FROM budget_spend WHERE scope = 'organization') AS "organizationsSpent",
  (SELECT count(*)::int FROM usage_quarantine) AS quarantined`;

async function checkSums(pool: pg.Pool): Promise<void> {
  const one = async <T extends pg.QueryResultRow>(text: string): Promise<T> => {
    const [row] = (await pool.query<T>(text)).rows;
    if (row === undefined) throw new Error('no sums');
    return row;
  };
  const lines = await one<{ billed: string; cost: string }>(LINES);
  const events = await one<{ billed: string; cost: string; requests: number; differing: number }>(EVENTS);
  const rollups = await one<Record<string, string | number>>(ROLLUPS);
  const accruals = await pool.query<{ account: string; amount: string }>(ACCRUALS);
  const accrued = (...accounts: string[]): bigint =>
    accruals.rows.filter(({ account }) => accounts.includes(account)).reduce((sum, row) => sum + picos(row.amount), 0n);
  const [billed, cost] = [picos(lines.billed), picos(lines.cost)];
  expect({ billed: picos(events.billed), cost: picos(events.cost), differing: events.differing }).toEqual({
    billed,
    cost,
    differing: 0,
  });
  expect({
    debtors: accrued('receivable', 'prepaid', 'promo'),
    revenue: accrued('revenue'),
    cost: accrued('provider_cost', 'waste'),
    payable: accrued('provider_payable'),
  }).toEqual({ debtors: billed, revenue: -billed, cost, payable: -cost });
  expect(rollups).toEqual({
    days: events.requests,
    hours: events.requests,
    daysBilled: events.billed,
    keysSpent: events.billed,
    organizationsSpent: events.billed,
    quarantined: 0,
  });
}

/** Also of negative amounts, which the domain's own reader refuses. */
function picos(amount: string): bigint {
  return amount.startsWith('-') ? -parsePicos(amount.slice(1)) : parsePicos(amount);
}

interface ShownKey {
  readonly scopes: readonly {
    readonly scope: string;
    readonly budget: { readonly spent: string; readonly held: string };
  }[];
}

/**
 * What the running gateway counts against the key's budget is what the books say. Admission counts whole nanounits and
 * rounds each request up.
 */
export async function checkSpent(product: RunningProduct, key = product.apiKey): Promise<void> {
  const response = await fetch(`${product.baseUrl}/key`, { headers: { authorization: `Bearer ${key}` } });
  const shown = (await response.json()) as ShownKey & { readonly id: string };
  const { rows } = await product.pool.query<{ billed: string; requests: number }>(
    'SELECT coalesce(sum(billed_cost), 0) AS billed, count(*)::int AS requests FROM usage_event WHERE api_key_id = $1',
    [shown.id],
  );
  const billed = picos(rows[0]?.billed ?? '0');
  const budget = shown.scopes.find(({ scope }) => scope === 'api_key')?.budget;
  const spent = picos(budget?.spent ?? '-1');
  expect(picos(budget?.held ?? '-1')).toBe(0n);
  expect(spent).toBeGreaterThanOrEqual(billed);
  expect(spent - billed).toBeLessThan(1_000n * BigInt((rows[0]?.requests ?? 0) + 1));
}
