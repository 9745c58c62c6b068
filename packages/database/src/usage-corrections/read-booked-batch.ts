import type pg from 'pg';

import { BOOKED_USAGE_COLUMNS } from './booked-usage.js';
import type { BookedUsageRow } from './booked-usage.js';

/** Which booked usage is rated anew. */
export interface UsageFilter {
  readonly organizationId: string;
  readonly from: Date;
  /** Excluded. */
  readonly to: Date;
  readonly provider: string | null;
  /** The catalogue's name. */
  readonly model: string | null;
  /** Whether what nobody was charged for counts too: it costs us all the same. */
  readonly withWaste: boolean;
}

/** The last event that was read of an organization. */
export interface UsagePosition {
  readonly organizationId: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly requestId: string;
  readonly part: number;
}

/**
 * The newest revision of each event, the oldest event first. The bounds of the ids say the same as those of the instants,
 * and leave out the partitions of other months.
 */
const BATCH = `
  SELECT ${BOOKED_USAGE_COLUMNS}
  FROM usage_event e
  WHERE e.organization_id = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3
    AND e.request_id >= $4::uuid AND e.request_id < $5::uuid
    AND e.provider IS NOT NULL AND e.charge <> 'none' AND (e.charge = 'customer' OR $6)
    AND ($7::text IS NULL OR e.provider = $7)
    AND ($8::text IS NULL OR coalesce(e.priced_model, e.upstream_model) = $8)
    AND ($9::timestamptz IS NULL OR (e.occurred_at, e.request_id, e.part) > ($9, $10::uuid, $11::smallint))
    AND NOT EXISTS (
      SELECT FROM usage_event later
      WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision
    )
  ORDER BY e.occurred_at, e.request_id, e.part LIMIT $12`;

/** The next events of an organization after a position, at most `limit`. */
export async function readBookedBatch(
  client: pg.Pool | pg.PoolClient,
  filter: UsageFilter,
  { after, limit }: { readonly after: UsagePosition | null; readonly limit: number },
): Promise<BookedUsageRow[]> {
  const { organizationId, from, to, withWaste, provider, model } = filter;
  const values = [organizationId, from, to, lowestId(from), lowestId(to), withWaste, provider, model];
  const { rows } = await client.query<BookedUsageRow>(BATCH, [
    ...values,
    after?.occurredAt ?? null,
    after?.requestId ?? null,
    after?.part ?? null,
    limit,
  ]);
  return rows;
}

/** The smallest UUIDv7 of an instant. */
function lowestId(at: Date): string {
  const ms = at.getTime().toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-0000-0000-000000000000`;
}

export function positionOf({ organizationId, occurredAt, requestId, part }: BookedUsageRow): UsagePosition {
  return { organizationId, occurredAt: occurredAt.toISOString(), requestId, part };
}

const COUNT = `SELECT coalesce(sum(requests), 0)::bigint AS requests FROM usage_hour
  WHERE organization_id = ANY($1) AND hour >= date_trunc('hour', $2::timestamptz) AND hour < $3
    AND ($4::text IS NULL OR provider = $4)`;

/** About how many events there are, for the progress that people see. */
export async function countRequests(
  client: pg.Pool | pg.PoolClient,
  organizationIds: readonly string[],
  { from, to, provider }: Pick<UsageFilter, 'from' | 'to' | 'provider'>,
): Promise<number> {
  const { rows } = await client.query<{ requests: string }>(COUNT, [organizationIds, from, to, provider]);
  return Number(rows[0]?.requests ?? 0);
}
