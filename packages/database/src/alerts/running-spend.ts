import { parsePicos } from '@tollgate/domain';
import type { AnomalySensitivity, Picos } from '@tollgate/domain';
import type pg from 'pg';

type SpendScope = 'organization' | 'project' | 'api_key';

/** What spends so much at the moment that it could be unusual. */
export interface RunningSpend {
  readonly organizationId: string;
  readonly projectId: string | null;
  readonly scope: SpendScope;
  readonly scopeId: string;
  readonly scopeName: string;
  readonly sensitivity: AnomalySensitivity;
  readonly floor: Picos;
  /** In the clock hour so far, and in the day (UTC) so far. */
  readonly hour: Picos;
  readonly day: Picos;
}

const RUNNING = `
  WITH spent AS (
    SELECT organization_id, project_id, api_key_id, sum(billed_cost) FILTER (WHERE hour = $1) AS of_hour,
           sum(billed_cost) AS of_day
    FROM spend_hour WHERE hour >= $2 AND hour <= $1
    GROUP BY GROUPING SETS ((organization_id), (organization_id, project_id), (organization_id, project_id, api_key_id))
  )
  SELECT s.organization_id AS "organizationId", s.project_id AS "projectId",
         CASE WHEN s.api_key_id IS NOT NULL THEN 'api_key' WHEN s.project_id IS NOT NULL THEN 'project' ELSE 'organization' END AS scope,
         coalesce(s.api_key_id, s.project_id, s.organization_id) AS "scopeId",
         coalesce(k.name, p.name, o.name) AS "scopeName", coalesce(t.anomaly_sensitivity, 'normal') AS sensitivity,
         coalesce(t.anomaly_floor, 1)::numeric(38, 12)::text AS floor, coalesce(s.of_hour, 0)::numeric(38, 12)::text AS hour,
         s.of_day::numeric(38, 12)::text AS day
  FROM spent s
  JOIN organization o ON o.id = s.organization_id
  LEFT JOIN alert_settings t ON t.organization_id = s.organization_id
  LEFT JOIN api_key k ON k.id = s.api_key_id
  LEFT JOIN project p ON p.id = s.project_id AND s.api_key_id IS NULL
  WHERE coalesce(t.anomaly_sensitivity, 'normal') <> 'off'
    AND (s.of_hour > coalesce(t.anomaly_floor, 1) OR s.of_day > 8 * coalesce(t.anomaly_floor, 1))
  ORDER BY s.organization_id, s.project_id NULLS LAST, s.api_key_id NULLS LAST`;

/** The start of the clock hour and of the day (UTC) around an instant. */
export function spansAround(at: Date): { readonly hour: Date; readonly day: Date } {
  const hour = new Date(at);
  hour.setUTCMinutes(0, 0, 0);
  const day = new Date(hour);
  day.setUTCHours(0);
  return { hour, day };
}

/** Keys, projects and organizations that have spent more than their floor; keys come before what they are in. */
export async function readRunningSpend(pool: pg.Pool, at: Date): Promise<readonly RunningSpend[]> {
  const { hour, day } = spansAround(at);
  type Row = Omit<RunningSpend, 'floor' | 'hour' | 'day'> & { floor: string; hour: string; day: string };
  const { rows } = await pool.query<Row>(RUNNING, [hour, day]);
  return rows.map((row) => ({
    ...row,
    floor: parsePicos(row.floor),
    hour: parsePicos(row.hour),
    day: parsePicos(row.day),
  }));
}

const BEFORE = `
  SELECT max(spent)::text AS hour, sum(spent)::text AS day
  FROM (
    SELECT hour, sum(billed_cost) AS spent FROM spend_hour
    WHERE organization_id = $1 AND ($2 = 'organization' OR CASE $2 WHEN 'project' THEN project_id ELSE api_key_id END = $3)
      AND hour < $4 AND hour >= $4::timestamptz - interval '28 days'
    GROUP BY hour
  ) AS hours
  GROUP BY date_trunc('day', hour AT TIME ZONE 'UTC') HAVING sum(spent) > 0`;

/** The days of the four weeks before today with any spend: their costliest hours, and what they cost. */
export async function readSpentDays(
  pool: pg.Pool,
  { organizationId, scope, scopeId }: Pick<RunningSpend, 'organizationId' | 'scope' | 'scopeId'>,
  today: Date,
): Promise<readonly { readonly hour: Picos; readonly day: Picos }[]> {
  const values = [organizationId, scope, scopeId, today];
  const { rows } = await pool.query<{ hour: string; day: string }>(BEFORE, values);
  return rows.map(({ hour, day }) => ({ hour: parsePicos(hour), day: parsePicos(day) }));
}

export interface Suspicion {
  readonly organizationId: string;
  readonly scope: SpendScope;
  readonly scopeId: string;
  readonly span: 'hour' | 'day';
  readonly startsAt: Date;
  /** Decimal USD. */
  readonly spent: string;
}

const SUSPECT = `
  INSERT INTO spend_suspicion (organization_id, scope, scope_id, span, starts_at, first_seen_at, spent)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`;

const SUSPECTED = `
  SELECT first_seen_at AS "firstSeenAt", spent::text FROM spend_suspicion
  WHERE organization_id = $1 AND scope = $2 AND scope_id = $3 AND span = $4 AND starts_at = $5`;

const TOLD = `SELECT FROM alert WHERE kind = 'spend.anomaly' AND subject = $1 AND raised_at > $2::timestamptz - interval '1 day' LIMIT 1`;

/**
 * Keeps that spend was found unusual.
 * @returns what was seen first; null when that is now, or when it has been told within a day.
 */
export async function suspect(
  pool: pg.Pool,
  { organizationId, scope, scopeId, span, startsAt, spent }: Suspicion,
  at: Date,
): Promise<{ readonly firstSeenAt: Date; readonly spent: Picos } | null> {
  if ((await pool.query(TOLD, [scopeId, at])).rowCount !== 0) return null;
  const key = [organizationId, scope, scopeId, span, startsAt];
  if ((await pool.query(SUSPECT, [...key, at, spent])).rowCount !== 0) return null;
  const { rows } = await pool.query<{ firstSeenAt: Date; spent: string }>(SUSPECTED, key);
  const [first] = rows;
  return first === undefined ? null : { firstSeenAt: first.firstSeenAt, spent: parsePicos(first.spent) };
}

/** Removes what is no longer compared with. */
export async function forgetOldSpend(pool: pg.Pool, at: Date): Promise<void> {
  await pool.query(`DELETE FROM spend_hour WHERE hour < $1::timestamptz - interval '30 days'`, [at]);
  await pool.query(`DELETE FROM spend_suspicion WHERE starts_at < $1::timestamptz - interval '3 days'`, [at]);
}
