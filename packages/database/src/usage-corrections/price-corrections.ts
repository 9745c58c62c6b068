import { newId } from '@tollgate/domain';
import type pg from 'pg';

import type { UsagePosition } from './read-booked-batch.js';

/**
 * `computed`: the difference is known, and nothing has changed. `posting`: corrections of the events are being sent and
 * booked. `posted`: each of them is booked, or it is told why not.
 */
export type PriceCorrectionState =
  'requested' | 'computing' | 'computed' | 'posting' | 'posted' | 'failed' | 'cancelled';

/** A row of `price_correction`. */
export interface PriceCorrectionRow {
  readonly id: string;
  readonly state: PriceCorrectionState;
  readonly from: Date;
  readonly to: Date;
  readonly organizationId: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly snapshotId: string | null;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly computedAt: Date | null;
  readonly postedBy: string | null;
  readonly postingAt: Date | null;
  readonly postedAt: Date | null;
  readonly idempotencyKey: string | null;
  readonly eventsTotal: string;
  readonly eventsDone: string;
  readonly position: UsagePosition | null;
  readonly failure: string | null;
}

export const PRICE_CORRECTION_COLUMNS = `
  id, state, from_at AS "from", to_at AS "to", organization_id AS "organizationId", provider, model,
  snapshot_id AS "snapshotId", reason, requested_by AS "requestedBy", requested_at AS "requestedAt",
  started_at AS "startedAt", computed_at AS "computedAt", posted_by AS "postedBy", posting_at AS "postingAt",
  posted_at AS "postedAt", idempotency_key AS "idempotencyKey", events_total AS "eventsTotal",
  events_done AS "eventsDone", position, failure`;

export type NewPriceCorrection = Pick<
  PriceCorrectionRow,
  'from' | 'to' | 'organizationId' | 'provider' | 'model' | 'snapshotId' | 'reason' | 'requestedBy'
>;

const REQUEST = `
  INSERT INTO price_correction (id, from_at, to_at, organization_id, provider, model, snapshot_id, reason, requested_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${PRICE_CORRECTION_COLUMNS}`;

/** Asks what usage should have cost. A worker computes it; nothing is changed by that. */
export async function requestPriceCorrection(
  client: pg.PoolClient,
  correction: NewPriceCorrection,
): Promise<PriceCorrectionRow> {
  const { from, to, organizationId, provider, model, snapshotId, reason, requestedBy } = correction;
  const scope = [from, to, organizationId, provider, model, snapshotId, reason, requestedBy];
  const [row] = (await client.query<PriceCorrectionRow>(REQUEST, [newId('priceCorrection'), ...scope])).rows;
  if (row === undefined) throw new TypeError('INSERT … RETURNING returned nothing');
  return row;
}

const BEGIN_POSTING = `
  UPDATE price_correction
  SET state = 'posting', posted_by = $2, idempotency_key = $3, posting_at = now(), position = NULL, events_done = 0,
      events_total = (SELECT count(*) FROM price_correction_event WHERE price_correction_id = $1)
  WHERE id = $1 AND state = 'computed' RETURNING ${PRICE_CORRECTION_COLUMNS}`;

/** Has the shown difference posted; `null` when the correction is not in the state for it. */
export async function beginPosting(
  client: pg.PoolClient,
  id: string,
  { postedBy, idempotencyKey }: { readonly postedBy: string; readonly idempotencyKey: string },
): Promise<PriceCorrectionRow | null> {
  return (await client.query<PriceCorrectionRow>(BEGIN_POSTING, [id, postedBy, idempotencyKey])).rows[0] ?? null;
}

/** A row of `price_correction_line`; amounts are decimal USD. */
export interface PriceCorrectionLine {
  readonly organizationId: string;
  readonly provider: string;
  readonly model: string;
  readonly events: string;
  readonly differing: string;
  readonly unpriced: string;
  readonly billedBefore: string;
  readonly billedAfter: string;
  readonly costBefore: string;
  readonly costAfter: string;
}

export const PRICE_CORRECTION_LINE_COLUMNS = `
  organization_id AS "organizationId", provider, model, events, differing, unpriced, billed_before AS "billedBefore",
  billed_after AS "billedAfter", cost_before AS "costBefore", cost_after AS "costAfter"`;

/** What has come of the events of a correction, by their state. */
export interface CorrectedEvents {
  readonly state: 'shown' | 'sent' | 'booked' | 'superseded' | 'refused';
  readonly events: string;
  /** Decimal USD: what the organizations are charged more. */
  readonly difference: string;
}

const OUTCOME = `SELECT state, count(*) AS events, sum(billed_after - billed_before) AS difference
  FROM price_correction_event WHERE price_correction_id = $1 GROUP BY state ORDER BY state`;

export async function readCorrectedEvents(pool: pg.Pool, id: string): Promise<CorrectedEvents[]> {
  return (await pool.query<CorrectedEvents>(OUTCOME, [id])).rows;
}
