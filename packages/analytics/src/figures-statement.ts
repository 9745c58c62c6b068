import { dayLabel, lowestUuidAt, type Period } from '@tollgate/domain';
import { LATENCY_MEASURES, type UsageDimension } from '@tollgate/wire';
import type { SourceChoice, UtcDaysName } from './choose-source.js';
import {
  BEARER_SCOPES,
  COSTS,
  COUNTERS,
  SOURCES,
  EVENT_VALUES,
  UTC_DAYS,
  type FiguresSource,
  type HistogramName,
} from './figures-sources.js';
import type { Bucket } from './time-buckets.js';
import type { UsageFigures, UsageOwner } from './usage-analytics.js';
import { cutAtUtcDays } from './utc-days.js';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface StatementParts {
  readonly owner: UsageOwner | null;
  readonly figures: UsageFigures;
  readonly choice: SourceChoice;
  readonly buckets: readonly Bucket[];
  readonly maxRows: number;
}

type Parameter = (value: unknown) => string;

/** The FROM and the WHERE of the rows that count. */
interface Rows {
  readonly from: string;
  readonly where: string;
}

/**
 * Sums of the chosen source by dimension and span of time. The spans are handed to Postgres as their bounds, so that
 * one calendar cuts them and not two. Columns of the answer: `bucket` (from 1), `key_0`, `key_1` …, and the sums.
 * Histograms are merged slot by slot, which is many times quicker than an aggregate that merges arrays, and only when
 * a percentile is wanted; their counts are doubles, because those of years outgrow an integer and are exact up to 2^53.
 */
export function figuresStatement({ owner, figures, choice, buckets, maxRows }: StatementParts): Statement {
  const source = SOURCES[choice.source];
  const values: unknown[] = [];
  const parameter: Parameter = (value) => `$${values.push(value)}`;
  const wanted = histogramsOf(figures);
  const selected = selectedRows(source, { owner, figures, choice, buckets, parameter });
  const bound = boundOf(source, choice);
  const starts = parameter(buckets.map((bucket) => bound(bucket.startsAt)));
  const expressions = [
    `width_bucket(${source.time.column}, ${starts}::${source.time.type}[]) AS bucket`,
    ...figures.dimensions.map((dimension, index) => `${columnOf(source, dimension)} AS key_${index}`),
  ].join(', ');
  const key = ['bucket', ...figures.dimensions.map((_, index) => `key_${index}`)].join(', ');
  // sums and histograms each go through the rows: of requests, which are wide and scattered, through what was kept
  const isKept = choice.source === 'usage_event' && wanted.length > 0;
  const kept = `kept AS MATERIALIZED (
      SELECT ${expressions}, ${EVENT_VALUES} FROM ${selected.from} WHERE ${selected.where}), `;
  const rows = isKept ? { from: 'kept AS r', where: 'true' } : selected;
  const columns = isKept ? key : expressions;
  const histograms = wanted.map((name) => histogram(source, { name, rows, columns, key }));
  const merged = (name: HistogramName): string => (wanted.includes(name) ? `coalesce(${name}.packed, '{}')` : `'{}'`);
  const text = `
    WITH ${isKept ? kept : ''}sums AS (SELECT ${columns}, ${sums(source)} FROM ${rows.from} WHERE ${rows.where}
      GROUP BY ${key} HAVING ${isToBeShown(source, figures)} ORDER BY ${key} LIMIT ${maxRows})
         ${histograms.map((each) => `, ${each}`).join('')}
    SELECT sums.*, ${merged('latency')}::double precision[] AS latency,
           ${merged('first_token')}::double precision[] AS first_token
    FROM sums ${wanted.map((name) => `LEFT JOIN ${name} USING (${key})`).join(' ')}
    ORDER BY ${key}`;
  return { text, values };
}

interface Selection {
  readonly owner: UsageOwner | null;
  readonly figures: UsageFigures;
  readonly choice: SourceChoice;
  readonly buckets: readonly Bucket[];
  readonly parameter: Parameter;
}

function selectedRows(source: FiguresSource, selection: Selection): Rows {
  const { owner, figures, choice, parameter } = selection;
  if (choice.days !== null) return daysAndHours(source, choice.days, selection);
  const { column, type } = source.time;
  const bound = boundOf(source, choice);
  const conditions = [
    `${column} >= ${parameter(bound(figures.from))}::${type}`,
    `${column} < ${parameter(bound(figures.to))}::${type}`,
  ];
  if (owner !== null) conditions.push(`r.organization_id = ${parameter(owner.id)}`);
  if (choice.bearer !== null) conditions.push(`r.scope = ${parameter(BEARER_SCOPES[choice.bearer])}`);
  if (choice.source === 'usage_event') return selectedEvents(figures, conditions, parameter);
  return { from: `${source.table} AS r`, where: [...conditions, ...filtersOf(source, selection)].join(' AND ') };
}

const filtersOf = (source: FiguresSource, { figures, parameter }: Selection): string[] =>
  Object.entries(figures.filters).map(
    ([dimension, wanted]) => `${columnOf(source, dimension as UsageDimension)} = ${parameter(wanted)}`,
  );

/** Whole days of UTC stand beside hours as if each were its first hour; conditions on both go into either table. */
function daysAndHours(source: FiguresSource, table: UtcDaysName, selection: Selection): Rows {
  const { buckets, parameter } = selection;
  const { days, hours } = cutAtUtcDays(buckets);
  const columns = UTC_DAYS[table].join(', ');
  const bound = { date: (ms: number) => dayLabel(ms, 'UTC'), timestamptz: (ms: number) => new Date(ms).toISOString() };
  const within = (column: string, type: keyof typeof bound, spans: readonly Period[]): string =>
    spans
      .map(({ startsAt, endsAt }) => [parameter(bound[type](startsAt)), parameter(bound[type](endsAt))])
      .map(([from, to]) => `${column} >= ${from}::${type} AND ${column} < ${to}::${type}`)
      .join(' OR ') || 'false';
  const from = `(
    SELECT day::timestamp AT TIME ZONE 'UTC' AS hour, ${columns} FROM ${table} WHERE ${within('day', 'date', days)}
    UNION ALL
    SELECT hour, ${columns} FROM ${source.table} WHERE ${within('hour', 'timestamptz', hours)}) AS r`;
  return { from, where: filtersOf(source, selection).join(' AND ') || 'true' };
}

/** Filters in words that the indexes of the events understand; of corrected requests, the newest revision. */
const EVENT_FILTERS: Readonly<Record<Exclude<UsageDimension, 'organization'>, (value: string) => string>> = {
  project: (value) => `r.project_id = ${value}`,
  model: (value) => `r.requested_model = ${value} AND r.provider IS NOT NULL`,
  provider: (value) => `r.provider = ${value}`,
  outcome: (value) => `r.outcome = ${value}`,
  apiKey: (value) => `r.api_key_id = ${value}`,
  member: (value) => `r.member_id = ${value}`,
  endUser: (value) => `r.end_user = ${value}`,
  tag: (value) => `r.tags @> ARRAY[${value}::text]`,
  deployment: (value) => `r.deployment_id = ${value}`,
};

function selectedEvents(figures: UsageFigures, conditions: readonly string[], parameter: Parameter): Rows {
  const { filters, dimensions } = figures;
  // the instant stands in the id, by which the table is partitioned
  const ids = [parameter(lowestUuidAt(figures.from)), parameter(lowestUuidAt(figures.to))];
  const within = (table: string): string => `${table}.request_id >= ${ids[0]} AND ${table}.request_id < ${ids[1]}`;
  const named = Object.entries(filters) as [keyof typeof filters, string][];
  const all = [
    ...conditions,
    within('r'),
    ...named.map(([dimension, wanted]) => EVENT_FILTERS[dimension](parameter(wanted))),
    ...(filters.outcome !== undefined && filters.outcome !== 'success' ? [`r.outcome <> 'success'`] : []),
    // rollups of members and end users hold only requests that have one
    ...(dimensions.includes('member') ? ['r.member_id IS NOT NULL'] : []),
    ...(dimensions.includes('endUser') ? ['r.end_user IS NOT NULL'] : []),
    // a request has several tags; only those that were asked for get a series, as out of the rollup
    ...(dimensions.includes('tag') && filters.tag !== undefined ? [`tagged.tag = ${parameter(filters.tag)}`] : []),
    // said so that the few corrections are read once, by their index, instead of being looked for beside each request
    `NOT EXISTS (
      SELECT 1 FROM usage_event later
      WHERE later.request_id = r.request_id AND later.part = r.part AND later.revision > r.revision
        AND later.revision > 0 AND ${within('later')})`,
  ];
  const tagged = dimensions.includes('tag') ? ' CROSS JOIN unnest(r.tags) AS tagged(tag)' : '';
  return { from: `usage_event AS r${tagged}`, where: all.join(' AND ') };
}

function histogramsOf({ measures }: UsageFigures): HistogramName[] {
  const wanted = measures.filter((measure) => (LATENCY_MEASURES as readonly string[]).includes(measure));
  const names: HistogramName[] = [];
  if (wanted.some((measure) => measure.startsWith('latency'))) names.push('latency');
  if (wanted.some((measure) => measure.startsWith('firstToken'))) names.push('first_token');
  return names;
}

interface HistogramParts {
  readonly name: HistogramName;
  readonly rows: Rows;
  readonly columns: string;
  readonly key: string;
}

function histogram(source: FiguresSource, { name, rows, columns, key }: HistogramParts): string {
  if (source.histogram === null) throw new TypeError(`${source.table} keeps no histograms`);
  return `${name} AS (
    SELECT ${key}, array_agg(slot::double precision ORDER BY slot) || array_agg(total ORDER BY slot) AS packed
    FROM (
      SELECT ${columns}, h.slot, sum(h.occurrences)::double precision AS total
      FROM ${rows.from} CROSS JOIN LATERAL ${source.histogram(name)}
      WHERE ${rows.where}
      GROUP BY ${key}, h.slot HAVING sum(h.occurrences) <> 0
    ) AS slots
    GROUP BY ${key})`;
}

const boundOf = ({ time }: FiguresSource, { zone }: SourceChoice): ((ms: number) => string) =>
  time.type === 'date' ? (ms) => dayLabel(ms, zone) : (ms) => new Date(ms).toISOString();

function sums({ counters, costs }: FiguresSource): string {
  return [
    ...COUNTERS.map((name) => `sum(${counters[name]})::text AS ${name}`),
    ...COSTS.map((name) => `sum(${costs[name]})::text AS ${name}`),
  ].join(', ');
}

/**
 * A series of what requests cost beside, such as a provider that got nothing but shadow copies, is told only to those
 * who ask what we pay: to others it would be a row of zeros.
 */
function isToBeShown({ counters, costs }: FiguresSource, { measures }: UsageFigures): string {
  const told = COSTS.filter((name) => name !== 'provider_cost' || measures.includes('providerCost'));
  return [...COUNTERS.map((name) => counters[name]), ...told.map((name) => costs[name])]
    .map((figure) => `sum(${figure}) <> 0`)
    .join(' OR ');
}

function columnOf(source: FiguresSource, dimension: UsageDimension): string {
  const column = source.columns[dimension];
  if (column === undefined) throw new TypeError(`${source.table} has no ${dimension}`);
  return column;
}
