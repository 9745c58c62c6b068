import { formatPicos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { sharedInstantText } from '../usage-tables/instant-texts.js';
import { addAmount, keyColumn, sorted } from './keyed-amounts.js';
import type { Amount } from './keyed-amounts.js';
import type { UsageContribution } from './usage-contribution.js';

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
    const period = sharedInstantText(contribution.periodStartsAt);
    const picos = BigInt(sign) * billedCost;
    addAmount(amounts, [organization.id, 'api_key', contribution.apiKeyId, period], picos);
    addAmount(amounts, [organization.id, 'project', contribution.projectId, period], picos);
    addAmount(amounts, [organization.id, 'organization', organization.id, period], picos);
  }
  const rows = sorted(amounts);
  if (rows.length === 0) return;
  await client.query({ name: 'add_to_spend', text: ADD_SPEND, values: columnValues(SPEND_COLUMNS, rows) });
}
