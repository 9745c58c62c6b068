import { wasteKindOf } from '@tollgate/billing';
import type { WastedMoney } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { Outcome, Picos, WasteKind } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { hourText } from '../usage-tables/instant-texts.js';
import type { UsageContribution } from './usage-contribution.js';

interface HourRow {
  readonly key: readonly string[];
  billedCost: Picos;
}

interface WasteRow extends HourRow {
  events: number;
  providerCost: Picos;
}

const HOUR_COLUMNS: readonly Column<HourRow>[] = [
  { name: 'organization_id', type: 'text', value: ({ key }) => key[0] ?? null },
  { name: 'hour', type: 'timestamptz', value: ({ key }) => key[1] ?? null },
  { name: 'project_id', type: 'text', value: ({ key }) => key[2] ?? null },
  { name: 'api_key_id', type: 'text', value: ({ key }) => key[3] ?? null },
  { name: 'billed_cost', type: 'numeric', value: (row) => formatPicos(row.billedCost) },
];

const WASTE_KEY = ['organization_id', 'day', 'kind', 'project_id', 'api_key_id', 'model', 'provider'] as const;

const WASTE_COLUMNS: readonly Column<WasteRow>[] = [
  ...WASTE_KEY.map((name, index): Column<WasteRow> => ({
    name,
    type: name === 'day' ? 'date' : 'text',
    value: ({ key }) => key[index] ?? null,
  })),
  { name: 'events', type: 'bigint', value: (row) => row.events },
  { name: 'provider_cost', type: 'numeric', value: (row) => formatPicos(row.providerCost) },
  { name: 'billed_cost', type: 'numeric', value: (row) => formatPicos(row.billedCost) },
];

const ADD_HOURS = `${insertStatement('spend_hour', HOUR_COLUMNS)}
  ON CONFLICT (organization_id, hour, project_id, api_key_id) DO UPDATE SET billed_cost = t.billed_cost + excluded.billed_cost`;

const ADD_WASTE = `${insertStatement('waste_day', WASTE_COLUMNS)}
  ON CONFLICT (${WASTE_KEY.join(', ')}) DO UPDATE SET events = t.events + excluded.events,
    provider_cost = t.provider_cost + excluded.provider_cost, billed_cost = t.billed_cost + excluded.billed_cost`;

/**
 * Adds to what is watched while it happens: spend of keys by the hour, and money that bought nothing. Both are rows of
 * organizations, guarded by their locks. Most requests cost something and waste nothing: most batches write no waste.
 */
export async function addToWatchedSpend(
  client: pg.PoolClient,
  contributions: readonly UsageContribution[],
): Promise<void> {
  const hours = hourRows(contributions);
  if (hours.length > 0) {
    await client.query({ name: 'add_to_spend_hour', text: ADD_HOURS, values: columnValues(HOUR_COLUMNS, hours) });
  }
  const waste = wasteRows(contributions);
  if (waste.length > 0) {
    await client.query({ name: 'add_to_waste_day', text: ADD_WASTE, values: columnValues(WASTE_COLUMNS, waste) });
  }
}

function hourRows(contributions: readonly UsageContribution[]): HourRow[] {
  const rows = new Map<string, HourRow>();
  for (const { sign, organization, occurredAt, projectId, apiKeyId, billedCost } of contributions) {
    if (billedCost === 0n) continue;
    const key = [organization.id, hourText(occurredAt), projectId, apiKeyId];
    rowOf(rows, key, (): HourRow => ({ key, billedCost: 0n })).billedCost += BigInt(sign) * billedCost;
  }
  return inOrder(rows);
}

interface Wasted extends WastedMoney {
  readonly kind: WasteKind;
}

function wasteRows(contributions: readonly UsageContribution[]): WasteRow[] {
  const rows = new Map<string, WasteRow>();
  for (const contribution of contributions) {
    const wasted = wastedBy(contribution);
    if (wasted === null) continue;
    const { sign, organization, day, projectId, apiKeyId, model, provider } = contribution;
    const key = [organization.id, day, wasted.kind, projectId, apiKeyId, model, provider];
    const row = rowOf(rows, key, (): WasteRow => ({ key, events: 0, providerCost: 0n, billedCost: 0n }));
    row.events += sign;
    row.providerCost += BigInt(sign) * wasted.providerCost;
    row.billedCost += BigInt(sign) * wasted.billedCost;
  }
  return inOrder(rows);
}

function wastedBy(contribution: UsageContribution): Wasted | null {
  const { outcome, charge, providerCost, billedCost, promptCachePremium } = contribution;
  // of an event the outcome is one that was checked when it was read
  const kind = wasteKindOf(outcome as Outcome, charge);
  if (kind !== null) return { kind, providerCost, billedCost };
  if (promptCachePremium === null) return null;
  // a cache without a price of its own
  if (promptCachePremium.providerCost === 0n && promptCachePremium.billedCost === 0n) return null;
  return { kind: 'prompt_cache', ...promptCachePremium };
}

function rowOf<Row>(rows: Map<string, Row>, key: readonly string[], create: () => Row): Row {
  const id = key.join('\0');
  const known = rows.get(id);
  if (known !== undefined) return known;
  const created = create();
  rows.set(id, created);
  return created;
}

/** Rows are written in the order of their keys, so that lanes never dead-lock. */
function inOrder<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
