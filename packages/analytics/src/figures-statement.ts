import { dayLabel } from '@tollgate/domain';
import type { UsageDimension } from '@tollgate/wire';
import type { Bearer, RollupChoice, RollupName } from './choose-rollup.js';
import type { Bucket } from './time-buckets.js';
import type { UsageFigures, UsageOwner } from './usage-analytics.js';

interface RollupTable {
  /** The column of time, and the type of its values. */
  readonly time: { readonly column: 'day' | 'hour'; readonly type: 'date' | 'timestamptz' };
  readonly histograms: boolean;
  readonly columns: Readonly<Partial<Record<UsageDimension, string>>>;
}

const BEARER_COLUMNS = { apiKey: 'scope_id', member: 'scope_id', endUser: 'scope_id', tag: 'scope_id' } as const;
const DAY = { column: 'day', type: 'date' } as const;
const HOUR = { column: 'hour', type: 'timestamptz' } as const;
const BREAKDOWN = { model: 'model', provider: 'provider', outcome: 'outcome' } as const;

const TABLES: Readonly<Record<RollupName, RollupTable>> = {
  usage_day: {
    time: DAY,
    histograms: true,
    columns: { organization: 'organization_id', project: 'project_id', ...BREAKDOWN },
  },
  usage_hour: { time: HOUR, histograms: true, columns: { organization: 'organization_id', ...BREAKDOWN } },
  spend_day: { time: DAY, histograms: false, columns: { organization: 'organization_id', ...BEARER_COLUMNS } },
  deployment_hour: {
    time: HOUR,
    histograms: true,
    columns: { deployment: 'deployment_id', provider: 'provider', outcome: 'outcome' },
  },
};

/** The values that `spend_day.scope` takes. */
const BEARER_SCOPES: Readonly<Record<Bearer, string>> = {
  apiKey: 'api_key',
  member: 'member',
  endUser: 'end_user',
  tag: 'tag',
};

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface StatementParts {
  readonly owner: UsageOwner | null;
  readonly figures: UsageFigures;
  readonly choice: RollupChoice;
  readonly buckets: readonly Bucket[];
  readonly maxRows: number;
}

/**
 * Sums of the chosen rollup by dimension and span of time. The spans are handed to Postgres as their bounds, so that
 * one calendar cuts them and not two. Columns of the answer: `bucket` (from 1), `key_0`, `key_1` …, and the sums.
 */
export function rollupStatement({ owner, figures, choice, buckets, maxRows }: StatementParts): Statement {
  const table = TABLES[choice.rollup];
  const { column, type } = table.time;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const bound = (ms: number): string => (type === 'date' ? dayLabel(ms, choice.zone) : new Date(ms).toISOString());
  const starts = parameter(buckets.map((bucket) => bound(bucket.startsAt)));
  const conditions = [
    `${column} >= ${parameter(bound(figures.from))}::${type}`,
    `${column} < ${parameter(bound(figures.to))}::${type}`,
  ];
  if (owner !== null) conditions.push(`organization_id = ${parameter(owner.id)}`);
  if (choice.bearer !== null) conditions.push(`scope = ${parameter(BEARER_SCOPES[choice.bearer])}`);
  for (const [dimension, wanted] of Object.entries(figures.filters)) {
    conditions.push(`${columnOf(table, dimension as UsageDimension)} = ${parameter(wanted)}`);
  }
  const keys = figures.dimensions.map((dimension, index) => `${columnOf(table, dimension)} AS key_${index}`);
  const positions = ['bucket', ...figures.dimensions.map((_, index) => `key_${index}`)].join(', ');
  const text = `
    SELECT ${[`width_bucket(${column}, ${starts}::${type}[]) AS bucket`, ...keys, ...sums(table)].join(', ')}
    FROM ${choice.rollup} WHERE ${conditions.join(' AND ')}
    GROUP BY ${positions} ORDER BY ${positions} LIMIT ${maxRows}`;
  return { text, values };
}

function sums({ histograms }: RollupTable): string[] {
  const counters = ['requests', 'errors', 'input_tokens', 'output_tokens', 'cache_read_tokens'];
  const costs = ['provider_cost', 'list_cost', 'billed_cost'];
  const merged = (name: string): string =>
    histograms ? `histogram_sum(${name}) AS ${name}` : `'{}'::integer[] AS ${name}`;
  return [
    ...[...counters, ...costs].map((name) => `sum(${name})::text AS ${name}`),
    merged('latency'),
    merged('first_token'),
  ];
}

function columnOf(table: RollupTable, dimension: UsageDimension): string {
  const column = table.columns[dimension];
  if (column === undefined) throw new TypeError(`the chosen rollup has no ${dimension}`);
  return column;
}
