import { dayLabel } from '@tollgate/domain';
import type { Statement } from './figures-statement.js';
import type { UsageFigures, UsageOwner } from './usage-analytics.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Filters that the rollups know; the others only make the number smaller. */
const BY_KEY = { project: 'project_id', apiKey: 'api_key_id', model: 'model', provider: 'provider' } as const;
const BY_HOUR = { model: 'model', provider: 'provider', outcome: 'outcome' } as const;

/** How many requests there are at most, by the rollup that knows most of the filters. Column: `requests`. */
export function eventCountStatement(owner: UsageOwner, { from, to, filters }: UsageFigures): Statement {
  const values: unknown[] = [owner.id];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const byKey = filters.apiKey !== undefined || filters.project !== undefined;
  const range = byKey
    ? `day >= ${parameter(dayLabel(from, owner.timeZone))}::date AND day < ${parameter(dayLabel(to + DAY_MS, owner.timeZone))}::date`
    : `hour > ${parameter(new Date(from - HOUR_MS).toISOString())}::timestamptz AND hour < ${parameter(new Date(to).toISOString())}::timestamptz`;
  const columns: Readonly<Partial<Record<keyof typeof filters, string>>> = byKey ? BY_KEY : BY_HOUR;
  const conditions = (Object.entries(filters) as [keyof typeof filters, string][]).flatMap(([dimension, wanted]) => {
    const column = columns[dimension];
    return column === undefined ? [] : [`${column} = ${parameter(wanted)}`];
  });
  const where = ['organization_id = $1', range, ...conditions].join(' AND ');
  return {
    text: `SELECT sum(requests) AS requests FROM ${byKey ? 'usage_key_day' : 'usage_hour'} WHERE ${where}`,
    values,
  };
}
