import { usagePostings } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import type { UsageContribution } from './usage-contribution.js';

interface Amount {
  readonly key: readonly string[];
  picos: Picos;
}

const keyColumn = (index: number, name: string, type: 'text' | 'timestamptz' = 'text'): Column<Amount> => ({
  name,
  type,
  value: ({ key }) => key[index] ?? null,
});

const SPEND_COLUMNS: readonly Column<Amount>[] = [
  keyColumn(0, 'organization_id'),
  keyColumn(1, 'scope'),
  keyColumn(2, 'scope_id'),
  keyColumn(3, 'period_starts_at', 'timestamptz'),
  { name: 'spent', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
];

const ADD_SPEND = `${insertStatement('budget_spend', SPEND_COLUMNS)}
  ON CONFLICT (organization_id, scope, scope_id, period_starts_at) DO UPDATE SET spent = t.spent + excluded.spent`;

/** Adds what customers are charged to the budget periods in which the requests occurred. */
export async function addToSpend(client: pg.PoolClient, contributions: readonly UsageContribution[]): Promise<void> {
  const amounts = new Map<string, Amount>();
  for (const contribution of contributions) {
    const { organization, billedCost, sign } = contribution;
    const period = new Date(contribution.periodStartsAt).toISOString();
    const picos = BigInt(sign) * billedCost;
    addAmount(amounts, [organization.id, 'api_key', contribution.apiKeyId, period], picos);
    addAmount(amounts, [organization.id, 'project', contribution.projectId, period], picos);
    addAmount(amounts, [organization.id, 'organization', organization.id, period], picos);
  }
  const rows = sorted(amounts);
  if (rows.length === 0) return;
  await client.query({ name: 'add_to_spend', text: ADD_SPEND, values: columnValues(SPEND_COLUMNS, rows) });
}

const ACCRUAL_COLUMNS: readonly Column<Amount>[] = [
  keyColumn(0, 'organization_id'),
  keyColumn(1, 'booking_minute', 'timestamptz'),
  keyColumn(2, 'accounting_period'),
  keyColumn(3, 'account'),
  { name: 'amount', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
];

const MINUTE_MS = 60_000;

const ACCRUE = `${insertStatement('usage_accrual', ACCRUAL_COLUMNS)}
  ON CONFLICT (organization_id, booking_minute, accounting_period, account) DO UPDATE SET amount = t.amount + excluded.amount`;

/** Adds the postings of usage to the accounts of its booking minute. */
export async function addToAccruals(client: pg.PoolClient, contributions: readonly UsageContribution[]): Promise<void> {
  const amounts = new Map<string, Amount>();
  for (const { organization, accountingPeriod, charge, sign, ...costs } of contributions) {
    const billedCost = BigInt(sign) * costs.billedCost;
    const providerCost = BigInt(sign) * costs.providerCost;
    const { billingMode, bookedAt } = organization;
    const minute = new Date(bookedAt - (bookedAt % MINUTE_MS)).toISOString();
    for (const { account, picos } of usagePostings({ billingMode, charge, billedCost, providerCost })) {
      addAmount(amounts, [organization.id, minute, accountingPeriod, account], picos);
    }
  }
  const rows = sorted(amounts);
  if (rows.length === 0) return;
  await client.query({ name: 'accrue_usage', text: ACCRUE, values: columnValues(ACCRUAL_COLUMNS, rows) });
}

function addAmount(amounts: Map<string, Amount>, key: readonly string[], picos: Picos): void {
  if (picos === 0n) return;
  const id = key.join('\0');
  const amount = amounts.get(id);
  if (amount === undefined) amounts.set(id, { key, picos });
  else amount.picos += picos;
}

/** In the order of their keys, so that two transactions never wait for each other. */
function sorted(amounts: ReadonlyMap<string, Amount>): Amount[] {
  return [...amounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, amount]) => amount);
}
