import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type { OperationInput, OPERATIONS } from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';

type Query = OperationInput<typeof OPERATIONS.readWaste>['query'];

export interface WasteRow {
  readonly key: Readonly<Record<string, string>>;
  readonly events: string;
  readonly charged: string;
  readonly cost: string;
}

const COLUMNS = {
  kind: 'kind',
  model: 'model',
  provider: 'provider',
  project: 'project_id',
  apiKey: 'api_key_id',
  organization: 'organization_id',
  day: 'day::text',
} as const;

const MOST_ROWS = 2_000;

/** Days that begin in the range, in the zone of their organization. */
const IN_RANGE = `(day::timestamp AT TIME ZONE o.time_zone) >= $2 AND (day::timestamp AT TIME ZONE o.time_zone) < $3
  AND day >= $2::timestamptz::date - 1 AND day <= $3::timestamptz::date + 1`;

/**
 * Of prompt caches each key, model and day by itself: what another one saved was not lost by this one. What operators pay is
 * among the sums; who may be told is decided by the caller.
 */
const WASTE = `
  SELECT organization_id, day, kind, project_id, api_key_id, model, provider,
         CASE WHEN kind = 'prompt_cache' AND billed_cost <= 0 AND provider_cost <= 0 THEN 0 ELSE events END AS events,
         CASE WHEN kind = 'prompt_cache' THEN greatest(billed_cost, 0) ELSE billed_cost END AS charged,
         CASE WHEN kind = 'prompt_cache' THEN greatest(provider_cost, 0) ELSE provider_cost END AS cost
  FROM waste_day w JOIN organization o ON o.id = w.organization_id
  WHERE ($1::text IS NULL OR w.organization_id = $1) AND ${IN_RANGE}
    AND ($4::text IS NULL OR w.organization_id = $4) AND ($5::text IS NULL OR project_id = $5)
    AND ($6::text IS NULL OR api_key_id = $6) AND ($7::text IS NULL OR model = $7) AND ($8::text IS NULL OR kind = $8)`;

const SPENT = `
  SELECT coalesce(sum(billed_cost), 0)::numeric(38, 12)::text AS spent
  FROM usage_key_day k JOIN organization o ON o.id = k.organization_id
  WHERE ($1::text IS NULL OR k.organization_id = $1) AND ${IN_RANGE}
    AND ($4::text IS NULL OR k.organization_id = $4) AND ($5::text IS NULL OR project_id = $5)
    AND ($6::text IS NULL OR api_key_id = $6) AND ($7::text IS NULL OR model = $7)`;

const SUMS = `sum(events)::text AS events, sum(charged)::numeric(38, 12)::text AS charged, sum(cost)::numeric(38, 12)::text AS cost`;

@Injectable()
export class WasteRepository {
  constructor(private readonly database: Database) {}

  /** @param costFirst whether what it costs the operator decides the order. */
  async read(tenant: Tenant, query: Query, costFirst: boolean): Promise<readonly WasteRow[]> {
    const by = query.by ?? ['kind'];
    const pairs = by.map((name) => `'${name}', ${COLUMNS[name]}`).join(', ');
    const group = by.map((name) => COLUMNS[name]).join(', ');
    const text = `
      SELECT json_build_object(${pairs}) AS key, ${SUMS} FROM (${WASTE}) AS wasted
      GROUP BY ${group} HAVING sum(charged) <> 0 OR (sum(cost) <> 0 AND ${String(costFirst)})
      ORDER BY ${costFirst ? 'sum(cost) DESC, ' : ''}sum(charged) DESC, ${group} LIMIT ${MOST_ROWS}`;
    return (await this.database.pool.query<WasteRow>(text, valuesOf(tenant, query))).rows;
  }

  async total(tenant: Tenant, query: Query): Promise<Omit<WasteRow, 'key'> & { readonly spent: string }> {
    const values = valuesOf(tenant, query);
    const sums = `SELECT ${SUMS} FROM (${WASTE}) AS wasted`;
    type Total = { events: string | null; charged: string | null; cost: string | null };
    const { rows } = await this.database.pool.query<Total>(sums, values);
    const spent = await this.database.pool.query<{ spent: string }>(SPENT, values.slice(0, 7));
    const [total] = rows;
    return {
      events: total?.events ?? '0',
      charged: total?.charged ?? '0',
      cost: total?.cost ?? '0',
      spent: spent.rows[0]?.spent ?? '0',
    };
  }
}

const valuesOf = (tenant: Tenant, query: Query): (string | null)[] => [
  tenant,
  query.from,
  query.to,
  query.organizationId ?? null,
  query.projectId ?? null,
  query.apiKeyId ?? null,
  query.model ?? null,
  query.kind ?? null,
];
