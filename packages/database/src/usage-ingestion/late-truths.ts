import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import type { RatedEvent } from './rated-event.js';

interface NewestRow {
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  readonly outcome: string;
}

const NEWEST = `
  SELECT DISTINCT ON (e.request_id, e.part) e.request_id AS "requestId", e.part, e.revision, e.outcome
  FROM unnest($1::uuid[], $2::smallint[]) AS wanted(request_id, part)
  JOIN usage_event e USING (request_id, part)
  ORDER BY e.request_id, e.part, e.revision DESC`;

/**
 * Of events that are booked already, those whose booking is an estimate for a gateway that was taken for dead, and that say
 * themselves what happened: each as the next revision, a correction of the estimate. Gateways write first revisions only,
 * because they do not know what others have booked for them.
 */
export async function lateTruths(client: pg.PoolClient, again: readonly RatedEvent[]): Promise<RatedEvent[]> {
  const truths = again.filter(({ booked }) => booked.event.outcome !== 'gateway_crashed');
  if (truths.length === 0) return [];
  const { rows } = await client.query<NewestRow>(NEWEST, [
    arrayLiteral(truths.map(({ booked }) => booked.event.requestId)),
    arrayLiteral(truths.map(({ booked }) => booked.event.part)),
  ]);
  const newest = new Map(rows.map((row) => [`${row.requestId} ${row.part}`, row]));
  return truths.flatMap(({ payload, booked }) => {
    const { event } = booked;
    const before = newest.get(`${event.requestId} ${event.part}`);
    if (before?.outcome !== 'gateway_crashed') return [];
    return [{ payload, booked: { ...booked, event: { ...event, revision: before.revision + 1 } } }];
  });
}
