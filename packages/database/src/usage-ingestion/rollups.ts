import { formatPicos, METERS } from '@tollgate/domain';
import type { Meter, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral, columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { latencyBucket, packHistogram } from '../usage-tables/histogram.js';
import { dayText, hourText } from '../usage-tables/instant-texts.js';
import type { UsageContribution } from './usage-contribution.js';

/** One row of a rollup: its key and what a batch adds to its counters. */
interface RollupRow {
  readonly key: readonly string[];
  requests: number;
  errors: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  providerCost: Picos;
  listCost: Picos;
  billedCost: Picos;
  readonly quantities: Map<Meter, number>;
  readonly latency: Map<number, number>;
  readonly firstToken: Map<number, number>;
}

interface Rollup {
  readonly table: string;
  readonly key: readonly { readonly name: string; readonly type: 'text' | 'date' | 'timestamptz' }[];
  /** What it keeps besides counters and costs: histograms of latency, or the quantity of each meter. */
  readonly keeps: 'histograms' | 'quantities' | 'neither';
  /** The keys of the rows that an event counts into. */
  readonly keysOf: (contribution: UsageContribution) => readonly (readonly string[])[];
}

const text = (name: string) => ({ name, type: 'text' }) as const;
const HOUR = { name: 'hour', type: 'timestamptz' } as const;
const DAY = { name: 'day', type: 'date' } as const;

const USAGE_HOUR: Rollup = {
  table: 'usage_hour',
  key: [text('organization_id'), HOUR, text('model'), text('provider'), text('outcome')],
  keeps: 'histograms',
  keysOf: (c) => [[c.organization.id, hourText(c.occurredAt), c.model, c.provider, c.outcome]],
};

const USAGE_DAY: Rollup = {
  table: 'usage_day',
  key: [
    text('organization_id'),
    DAY,
    text('accounting_period'),
    text('project_id'),
    text('model'),
    text('provider'),
    text('outcome'),
  ],
  keeps: 'histograms',
  keysOf: (c) => [[c.organization.id, c.day, c.accountingPeriod, c.projectId, c.model, c.provider, c.outcome]],
};

const USAGE_KEY_DAY: Rollup = {
  table: 'usage_key_day',
  key: [
    text('organization_id'),
    DAY,
    text('accounting_period'),
    text('project_id'),
    text('api_key_id'),
    text('model'),
    text('provider'),
  ],
  keeps: 'quantities',
  keysOf: (c) => [[c.organization.id, c.day, c.accountingPeriod, c.projectId, c.apiKeyId, c.model, c.provider]],
};

const SPEND_DAY: Rollup = {
  table: 'spend_day',
  key: [text('organization_id'), DAY, text('accounting_period'), text('scope'), text('scope_id')],
  keeps: 'neither',
  keysOf: (c) => {
    const row = (scope: string, id: string): string[] => [c.organization.id, c.day, c.accountingPeriod, scope, id];
    const keys: string[][] = [];
    if (c.memberId !== null) keys.push(row('member', c.memberId));
    if (c.endUser !== null) keys.push(row('end_user', c.endUser));
    for (const tag of c.tags) keys.push(row('tag', tag));
    return keys;
  },
};

const DEPLOYMENT_HOUR: Rollup = {
  table: 'deployment_hour',
  key: [text('deployment_id'), HOUR, text('provider'), text('upstream_model'), text('outcome')],
  keeps: 'histograms',
  keysOf: (c) =>
    c.deploymentId === null ? [] : [[c.deploymentId, hourText(c.occurredAt), c.provider, c.upstreamModel, c.outcome]],
};

const INSTALLATION_HOUR: Rollup = {
  table: 'installation_hour',
  key: [HOUR, text('model'), text('provider'), text('outcome')],
  keeps: 'histograms',
  keysOf: (c) => [[hourText(c.occurredAt), c.model, c.provider, c.outcome]],
};

/** Days of UTC, in which the operator compares what has days or hours of its own. */
const ORGANIZATION_DAY: Rollup = {
  table: 'organization_day',
  key: [DAY, text('organization_id')],
  keeps: 'neither',
  keysOf: (c) => [[dayText(c.occurredAt), c.organization.id]],
};

const DEPLOYMENT_DAY: Rollup = {
  table: 'deployment_day',
  key: [DAY, text('deployment_id'), text('provider'), text('outcome')],
  keeps: 'histograms',
  keysOf: (c) => (c.deploymentId === null ? [] : [[dayText(c.occurredAt), c.deploymentId, c.provider, c.outcome]]),
};

const INSTALLATION_DAY: Rollup = {
  table: 'installation_day',
  key: [DAY, text('model'), text('provider'), text('outcome')],
  keeps: 'histograms',
  keysOf: (c) => [[dayText(c.occurredAt), c.model, c.provider, c.outcome]],
};

/** Rollups of organizations: their rows are guarded by the organizations' locks. */
export const ORGANIZATION_ROLLUPS: readonly Rollup[] = [
  USAGE_HOUR,
  USAGE_DAY,
  USAGE_KEY_DAY,
  SPEND_DAY,
  ORGANIZATION_DAY,
];
/** Rows that organizations share: written last, so that they are locked for the shortest time. */
export const SHARED_ROLLUPS: readonly Rollup[] = [DEPLOYMENT_HOUR, INSTALLATION_HOUR, DEPLOYMENT_DAY, INSTALLATION_DAY];

/** Adds contributions to rollups. Rows are written in the order of their keys, so that lanes never dead-lock. */
export async function addToRollups(
  client: pg.PoolClient,
  rollups: readonly Rollup[],
  contributions: readonly UsageContribution[],
): Promise<void> {
  for (const rollup of rollups) {
    const rows = aggregate(rollup, contributions);
    if (rows.length === 0) continue;
    const { name, sql, columns } = statementOf(rollup, rows);
    await client.query({ name, text: sql, values: columnValues(columns, rows) });
  }
}

function aggregate(rollup: Rollup, contributions: readonly UsageContribution[]): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  for (const contribution of contributions) {
    for (const key of rollup.keysOf(contribution)) {
      const id = key.join('\0');
      let row = rows.get(id);
      if (row === undefined) rows.set(id, (row = emptyRow(key)));
      add(row, contribution, rollup.keeps);
    }
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function emptyRow(key: readonly string[]): RollupRow {
  const counters = { requests: 0, errors: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 };
  const costs = { providerCost: 0n, listCost: 0n, billedCost: 0n };
  return { key, ...counters, ...costs, quantities: new Map(), latency: new Map(), firstToken: new Map() };
}

function add(row: RollupRow, contribution: UsageContribution, keeps: Rollup['keeps']): void {
  const { sign, isRequest } = contribution;
  const money = BigInt(sign);
  if (isRequest) row.requests += sign;
  if (contribution.failed) row.errors += sign;
  row.inputTokens += sign * contribution.inputTokens;
  row.outputTokens += sign * contribution.outputTokens;
  row.cacheReadTokens += sign * contribution.cacheReadTokens;
  row.providerCost += money * contribution.providerCost;
  row.listCost += money * contribution.listCost;
  row.billedCost += money * contribution.billedCost;
  if (keeps === 'quantities') addQuantities(row.quantities, contribution);
  if (keeps !== 'histograms' || !isRequest) return;
  count(row.latency, contribution.totalMs, sign);
  if (contribution.firstTokenMs !== null) count(row.firstToken, contribution.firstTokenMs, sign);
}

function addQuantities(quantities: Map<Meter, number>, { usage, sign }: UsageContribution): void {
  for (const [meter, quantity] of Object.entries(usage) as [Meter, number][]) {
    quantities.set(meter, (quantities.get(meter) ?? 0) + sign * quantity);
  }
}

function count(buckets: Map<number, number>, ms: number, sign: number): void {
  const bucket = latencyBucket(ms);
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + sign);
}

const COUNTERS: readonly Column<RollupRow>[] = [
  { name: 'requests', type: 'bigint', value: (row) => row.requests },
  { name: 'errors', type: 'bigint', value: (row) => row.errors },
  { name: 'input_tokens', type: 'bigint', value: (row) => row.inputTokens },
  { name: 'output_tokens', type: 'bigint', value: (row) => row.outputTokens },
  { name: 'cache_read_tokens', type: 'bigint', value: (row) => row.cacheReadTokens },
  { name: 'provider_cost', type: 'numeric', value: (row) => formatPicos(row.providerCost) },
  { name: 'list_cost', type: 'numeric', value: (row) => formatPicos(row.listCost) },
  { name: 'billed_cost', type: 'numeric', value: (row) => formatPicos(row.billedCost) },
];

const quantity = (meter: Meter): Column<RollupRow> => ({
  name: `quantity_${meter}`,
  type: 'bigint',
  value: (row) => row.quantities.get(meter) ?? 0,
});

const HISTOGRAMS: readonly Column<RollupRow>[] = [
  { name: 'latency', type: 'integer[]', value: (row) => arrayLiteral(packHistogram(row.latency)) },
  { name: 'first_token', type: 'integer[]', value: (row) => arrayLiteral(packHistogram(row.firstToken)) },
];

interface Statement {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly Column<RollupRow>[];
}

const statements = new Map<string, Statement>();

/** Most batches count on few of the meters; the columns of the others stay as they are, 0 in a new row. */
function statementOf(rollup: Rollup, rows: readonly RollupRow[]): Statement {
  const meters = METERS.filter((meter) => rows.some(({ quantities }) => quantities.has(meter)));
  // a name that Postgres does not cut: which meters, as the bits of a number
  const used = meters.reduce((bits, meter) => bits + 2 ** METERS.indexOf(meter), 0);
  const name = `add_to_${rollup.table}${used === 0 ? '' : `_${used.toString(36)}`}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  const statement = { name, ...writeStatement(rollup, meters) };
  statements.set(name, statement);
  return statement;
}

function writeStatement(rollup: Rollup, meters: readonly Meter[]): Omit<Statement, 'name'> {
  const key: Column<RollupRow>[] = rollup.key.map(({ name, type }, index) => ({
    name,
    type,
    value: (row) => row.key[index] ?? null,
  }));
  const counters = [...COUNTERS, ...meters.map(quantity)];
  const histograms = rollup.keeps === 'histograms' ? HISTOGRAMS : [];
  const columns = [...key, ...counters, ...histograms];
  const updates = [
    ...counters.map(({ name }) => `${name} = t.${name} + excluded.${name}`),
    ...histograms.map(({ name }) => `${name} = merge_histograms(t.${name}, excluded.${name})`),
  ];
  const sql = `${insertStatement(rollup.table, columns)}
    ON CONFLICT (${key.map(({ name }) => name).join(', ')}) DO UPDATE SET ${updates.join(', ')}`;
  return { sql, columns };
}
