import type { UsageDimension, UsageSourceName } from '@tollgate/wire';
import type { Bearer, UtcDaysName } from './choose-source.js';

type Counter = (typeof COUNTERS)[number];
type Cost = (typeof COSTS)[number];
export type HistogramName = 'latency' | 'first_token';

export const COUNTERS = ['requests', 'errors', 'input_tokens', 'output_tokens', 'cache_read_tokens'] as const;
export const COSTS = ['provider_cost', 'list_cost', 'billed_cost'] as const;

/** How figures are read out of a table, which is called `r` in every expression. */
export interface FiguresSource {
  readonly table: string;
  /** The column of time, and the type of its values. */
  readonly time: { readonly column: string; readonly type: 'date' | 'timestamptz' };
  readonly columns: Readonly<Partial<Record<UsageDimension, string>>>;
  /** What is summed up for each counter. */
  readonly counters: Readonly<Record<Counter, string>>;
  readonly costs: Readonly<Record<Cost, string>>;
  /** A FROM item with the columns `slot` and `occurrences`: the row's part of the histogram. `null`: not kept. */
  readonly histogram: ((name: HistogramName) => string) | null;
}

const named = <Name extends string>(names: readonly Name[], of: (name: Name) => string = (name) => `r.${name}`) =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, string>;
const kept = (name: HistogramName): string => `
  unnest(r.${name}[:cardinality(r.${name}) / 2], r.${name}[cardinality(r.${name}) / 2 + 1:]) AS h(slot, occurrences)`;

const DAY = { column: 'r.day', type: 'date' } as const;
const HOUR = { column: 'r.hour', type: 'timestamptz' } as const;
const BREAKDOWN = { model: 'r.model', provider: 'r.provider', outcome: 'r.outcome' } as const;
const BEARER_COLUMNS = { member: 'r.scope_id', endUser: 'r.scope_id', tag: 'r.scope_id' } as const;

const rollup = (
  table: string,
  shape: Pick<FiguresSource, 'time' | 'columns'> & { readonly histograms: boolean },
): FiguresSource => ({
  table,
  time: shape.time,
  columns: shape.columns,
  counters: named(COUNTERS),
  costs: named(COSTS),
  histogram: shape.histograms ? kept : null,
});

/** What a request cost beside, in parts above 0, is no request, and adds nothing but what we pay. */
const ofRequest = (figure: string): string => `CASE WHEN r.part = 0 THEN ${figure} ELSE 0 END`;

/** A single request counts as ingestion counts it into the rollups. */
const EVENTS: FiguresSource = {
  table: 'usage_event',
  time: { column: 'r.occurred_at', type: 'timestamptz' },
  columns: {
    organization: 'r.organization_id',
    project: 'r.project_id',
    model: `CASE WHEN r.provider IS NULL THEN '' ELSE r.requested_model END`,
    provider: `coalesce(r.provider, '')`,
    outcome: 'r.outcome',
    apiKey: 'r.api_key_id',
    member: 'r.member_id',
    endUser: 'r.end_user',
    tag: 'tagged.tag',
    deployment: `coalesce(r.deployment_id, '')`,
  },
  counters: {
    ...named(COUNTERS, (name) => ofRequest(`r.${name}`)),
    requests: ofRequest('1'),
    errors: 'CASE WHEN r.error_code IS NULL OR r.part > 0 THEN 0 ELSE 1 END',
  },
  costs: { ...named(COSTS), list_cost: ofRequest('r.list_cost') },
  histogram: (name) => {
    const column = name === 'latency' ? 'r.total_ms' : 'r.first_token_ms';
    return `(SELECT latency_bucket(${column}) AS slot, 1 AS occurrences WHERE r.part = 0 AND ${column} IS NOT NULL) AS h`;
  },
};

export const SOURCES: Readonly<Record<UsageSourceName, FiguresSource>> = {
  usage_day: rollup('usage_day', {
    time: DAY,
    histograms: true,
    columns: { organization: 'r.organization_id', project: 'r.project_id', ...BREAKDOWN },
  }),
  usage_hour: rollup('usage_hour', {
    time: HOUR,
    histograms: true,
    columns: { organization: 'r.organization_id', ...BREAKDOWN },
  }),
  installation_hour: rollup('installation_hour', { time: HOUR, histograms: true, columns: BREAKDOWN }),
  usage_key_day: rollup('usage_key_day', {
    time: DAY,
    histograms: false,
    columns: {
      organization: 'r.organization_id',
      project: 'r.project_id',
      apiKey: 'r.api_key_id',
      model: 'r.model',
      provider: 'r.provider',
    },
  }),
  spend_day: rollup('spend_day', {
    time: DAY,
    histograms: false,
    columns: { organization: 'r.organization_id', ...BEARER_COLUMNS },
  }),
  deployment_hour: rollup('deployment_hour', {
    time: HOUR,
    histograms: true,
    columns: { deployment: 'r.deployment_id', provider: 'r.provider', outcome: 'r.outcome' },
  }),
  usage_event: EVENTS,
};

/** The columns of a request that counters, costs and histograms are made of. */
export const EVENT_VALUES = [
  ...['part', 'error_code', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'total_ms', 'first_token_ms'],
  ...COSTS,
]
  .map((name) => `r.${name}`)
  .join(', ');

const WITH_HISTOGRAMS = [...COUNTERS, ...COSTS, 'latency', 'first_token'];

/** The columns that days of UTC and the hours beside them have in common. */
export const UTC_DAYS: Readonly<Record<UtcDaysName, readonly string[]>> = {
  installation_day: ['model', 'provider', 'outcome', ...WITH_HISTOGRAMS],
  deployment_day: ['deployment_id', 'provider', 'outcome', ...WITH_HISTOGRAMS],
  organization_day: ['organization_id', ...COUNTERS, ...COSTS],
};

/** The values that `spend_day.scope` takes. */
export const BEARER_SCOPES: Readonly<Record<Bearer, string>> = {
  member: 'member',
  endUser: 'end_user',
  tag: 'tag',
};
