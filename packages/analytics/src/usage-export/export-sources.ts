import { dayAround, dayLabel, lowestUuidAt, METERS } from '@tollgate/domain';
import { UsageFiguresError } from '../usage-analytics.js';
import type { UsageExportRequest } from './usage-export.js';

/** What identifies a row within an organization, in the order of the file. */
export const ROW_KEY = ['day', 'accounting_period', 'project_id', 'api_key_id', 'model', 'provider'] as const;

export const COUNTERS = ['requests', 'errors', 'input_tokens', 'output_tokens', 'cache_read_tokens'] as const;
export const COSTS = ['provider_cost', 'list_cost', 'billed_cost'] as const;
export const QUANTITIES = METERS.map((meter) => `quantity_${meter}`);

/** A piece of a file that is read by itself: a query whose columns are {@link ROW_KEY} and the sums. */
export interface ExportSource {
  /** `after` is the key of the last row that was read, as parameters; rows of the query all lie beyond it. */
  query(parameter: (value: unknown) => string, after: readonly string[] | null): string;
}

/**
 * Where a file is read from. In the organization's own days, that is the rollup with these very rows. Days of another
 * zone are added up from the events, one day at a time.
 * @throws UsageFiguresError when the range cannot be cut into days.
 */
export function exportSources(request: UsageExportRequest): Iterable<ExportSource> {
  const { organization, range, accountingPeriod } = request;
  const zone = request.zone ?? organization.timeZone;
  if (range !== null) requireMidnights(range, zone);
  if (zone === organization.timeZone) return [rollupSource(request, zone)];
  if (accountingPeriod !== null) {
    const message = `Accounting periods are months of the organization's own zone, ${organization.timeZone}.`;
    throw new UsageFiguresError('zone', message);
  }
  requireFewDays(range);
  return eventSources(request, zone);
}

/** Each day is a statement of its own over events. */
const MAX_FOREIGN_DAYS = 400;
const DAY_MS = 86_400_000;

function requireFewDays(range: UsageExportRequest['range']): void {
  if (range === null || range.to - range.from <= MAX_FOREIGN_DAYS * DAY_MS) return;
  const message = `may be ${MAX_FOREIGN_DAYS} days behind "from" at most, in a zone that is not the organization's own`;
  throw new UsageFiguresError('to', message);
}

function requireMidnights({ from, to }: { readonly from: number; readonly to: number }, zone: string): void {
  if (dayAround(from, zone).startsAt !== from) throw new UsageFiguresError('from', `must be a midnight in ${zone}`);
  if (dayAround(to, zone).startsAt !== to) throw new UsageFiguresError('to', `must be a midnight in ${zone}`);
}

interface Day {
  readonly label: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** One day after the other as it is read: cutting a calendar takes time that other requests wait for. */
function* eventSources(request: UsageExportRequest, zone: string): Generator<ExportSource, void, void> {
  const { range } = request;
  if (range === null) return;
  for (let at = range.from; at < range.to;) {
    const day = dayAround(at, zone);
    yield eventSource(request, { ...day, label: dayLabel(at, zone) });
    at = day.endsAt;
  }
}

/** A row of zeros tells nothing. Of what requests cost beside, only those who may see what we pay are told. */
const isToBeTold = ({ withProviderCost }: UsageExportRequest, figure: (name: string) => string): string =>
  [...COUNTERS, ...COSTS, ...QUANTITIES]
    .filter((name) => withProviderCost || name !== 'provider_cost')
    .map((name) => `${figure(name)} <> 0`)
    .join(' OR ');

const FILTERS = { projectId: 'project_id', apiKeyId: 'api_key_id', model: 'model', provider: 'provider' } as const;

function rollupSource(request: UsageExportRequest, zone: string) {
  const { organization, range, accountingPeriod, filters } = request;
  return {
    query(parameter: (value: unknown) => string, after: readonly string[] | null): string {
      const told = `(${isToBeTold(request, (name) => name)})`;
      const conditions = [`organization_id = ${parameter(organization.id)}`, told];
      if (range !== null) {
        conditions.push(`day >= ${parameter(dayLabel(range.from, zone))}::date`);
        conditions.push(`day < ${parameter(dayLabel(range.to, zone))}::date`);
      }
      if (accountingPeriod !== null) conditions.push(`accounting_period = ${parameter(accountingPeriod)}`);
      for (const [name, column] of Object.entries(FILTERS) as [keyof typeof FILTERS, string][]) {
        if (filters[name] !== undefined) conditions.push(`${column} = ${parameter(filters[name])}`);
      }
      if (after !== null) {
        const [day, ...rest] = after;
        const bound = [`${parameter(day)}::date`, ...rest.map((value) => parameter(value))];
        conditions.push(`(${ROW_KEY.join(', ')}) > (${bound.join(', ')})`);
      }
      return `SELECT ${[...ROW_KEY, ...COUNTERS, ...COSTS, ...QUANTITIES].join(', ')}
        FROM usage_key_day WHERE ${conditions.join(' AND ')}`;
    },
  } satisfies ExportSource;
}

/** How a column of the rollup follows from an event `e`, as ingestion counts it. */
const EVENT_KEY = {
  project_id: 'e.project_id',
  api_key_id: 'e.api_key_id',
  model: `CASE WHEN e.provider IS NULL THEN '' ELSE e.requested_model END`,
  provider: `coalesce(e.provider, '')`,
} as const;

/** Parts above 0 are what requests cost beside: they add what we pay and what is billed, which is nothing. */
const EVENT_SUMS: Readonly<Record<string, string>> = {
  requests: 'coalesce(sum(sign) FILTER (WHERE e.part = 0), 0)',
  errors: 'coalesce(sum(sign) FILTER (WHERE e.part = 0 AND e.error_code IS NOT NULL), 0)',
  ...Object.fromEntries(
    ['input_tokens', 'output_tokens', 'cache_read_tokens', 'list_cost'].map((name) => [
      name,
      `coalesce(sum(sign * e.${name}) FILTER (WHERE e.part = 0), 0)`,
    ]),
  ),
  provider_cost: 'sum(sign * e.provider_cost)',
  billed_cost: 'sum(sign * e.billed_cost)',
  ...Object.fromEntries(
    METERS.map((meter) => [
      `quantity_${meter}`,
      `coalesce(sum(sign * (e.usage ->> '${meter}')::bigint) FILTER (WHERE e.part = 0), 0)`,
    ]),
  ),
};

/** A correction counts in its own accounting period, and takes what it corrects out of the same one. */
function eventSource(request: UsageExportRequest, day: Day): ExportSource {
  const { organization, filters } = request;
  return {
    query(parameter, after) {
      const organizationId = parameter(organization.id);
      const bounds = [day.startsAt, day.endsAt].map((at) => parameter(new Date(at).toISOString()));
      const ids = [day.startsAt, day.endsAt].map((at) => parameter(lowestUuidAt(at)));
      const within = (table: string): string =>
        `${table}.organization_id = ${organizationId} AND ${table}.occurred_at >= ${bounds[0]}
          AND ${table}.occurred_at < ${bounds[1]} AND ${table}.request_id >= ${ids[0]} AND ${table}.request_id < ${ids[1]}`;
      const conditions = (Object.entries(FILTERS) as [keyof typeof FILTERS, keyof typeof EVENT_KEY][]).flatMap(
        ([name, column]) => (filters[name] === undefined ? [] : [`${EVENT_KEY[column]} = ${parameter(filters[name])}`]),
      );
      const key = ['booked_in', ...Object.values(EVENT_KEY)];
      if (after !== null) {
        const bound = after.slice(1).map((value) => parameter(value));
        conditions.push(`(${key.join(', ')}) > (${bound.join(', ')})`);
      }
      return `SELECT ${parameter(day.label)}::date AS day, booked_in AS accounting_period,
          ${Object.entries(EVENT_KEY)
            .map(([name, expression]) => `${expression} AS ${name}`)
            .join(', ')},
          ${Object.entries(EVENT_SUMS)
            .map(([name, sum]) => `${sum} AS ${name}`)
            .join(', ')}
        FROM (
          SELECT 1 AS sign, kept.accounting_period AS booked_in, kept.* FROM usage_event kept WHERE ${within('kept')}
          UNION ALL
          SELECT -1, later.accounting_period, before.* FROM usage_event later
          JOIN usage_event before ON before.request_id = later.request_id AND before.part = later.part
            AND before.revision = later.revision - 1
          WHERE ${within('later')} AND later.revision > 0
        ) AS e
        ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
        GROUP BY ${key.join(', ')}
        HAVING ${isToBeTold(request, (name) => EVENT_SUMS[name] ?? '0')}`;
    },
  };
}
