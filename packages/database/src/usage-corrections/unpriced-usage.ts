import type pg from 'pg';

/** Newest revisions of the last 30 days with something that has no price. */
const UNPRICED = `
  usage_event e WHERE e.rating_state = 'unpriced' AND e.occurred_at > now() - interval '30 days' AND NOT EXISTS (
    SELECT FROM usage_event later
    WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision
  )`;

/** How many events of the last 30 days have a quantity without a price. */
export async function countUnpricedUsage(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ events: string }>(`SELECT count(*) AS events FROM ${UNPRICED}`);
  return Number(rows[0]?.events ?? 0);
}

/** What has no price, or nothing that tells what we pay: one meter of one model at one provider. */
export interface UnpricedUsage {
  readonly provider: string;
  /** The catalogue's name, under which a price is wanted. */
  readonly model: string;
  readonly meter: string;
  /** Service tiers at which it was used. */
  readonly serviceTiers: readonly string[];
  readonly requests: string;
  /** Units of the meter. */
  readonly quantity: string;
  readonly since: Date;
  readonly last: Date;
  readonly organizationIds: readonly string[];
}

const LIST = `
  SELECT e.provider, coalesce(e.priced_model, e.upstream_model) AS model, unpriced.meter,
         array_agg(DISTINCT e.service_tier ORDER BY e.service_tier) AS "serviceTiers",
         count(*) AS requests, coalesce(sum((e.usage ->> unpriced.meter)::bigint), 0) AS quantity,
         min(e.occurred_at) AS since, max(e.occurred_at) AS last,
         (array_agg(DISTINCT e.organization_id ORDER BY e.organization_id))[1:20] AS "organizationIds"
  FROM (SELECT * FROM ${UNPRICED}) e
  CROSS JOIN LATERAL unnest(
    CASE WHEN e.unpriced_meters = '{}' THEN ARRAY(SELECT jsonb_object_keys(e.usage)) ELSE e.unpriced_meters END
  ) AS unpriced(meter)
  WHERE e.provider IS NOT NULL
  GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 1, 2, 3 LIMIT $1`;

/** What was used in the last 30 days and has no price, the most used first. */
export async function readUnpricedUsage(pool: pg.Pool, limit: number): Promise<UnpricedUsage[]> {
  return (await pool.query<UnpricedUsage>(LIST, [limit])).rows;
}
