import { newId } from '@tollgate/domain';
import type { AlertChannelKind, AlertFacts, AlertKind, AlertSeverity } from '@tollgate/domain';
import type pg from 'pg';

import { inTransaction } from '../transaction.js';

/** Longer than any attempt: who has claimed a delivery has noted what came of it by then, or is dead. */
const LEASE_MS = 60_000;
const BATCH_SIZE = 16;
/** Of one channel: a receiver that hangs keeps few of the places. */
const OF_A_CHANNEL = 2;

/** A delivery that is to be sent, with everything that sending it takes. */
export interface ClaimedDelivery {
  readonly id: string;
  /** Attempts with this one. */
  readonly attempts: number;
  readonly recipient: string;
  readonly channelId: string;
  readonly channelKind: AlertChannelKind;
  readonly url: string | null;
  readonly urlByOperator: boolean;
  readonly ciphertext: Uint8Array | null;
  readonly alertId: string;
  readonly alertKind: AlertKind;
  readonly severity: AlertSeverity;
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly timeZone: string;
  readonly subject: string;
  readonly facts: AlertFacts[AlertKind];
  readonly raisedAt: Date;
}

const CLAIM = `
  WITH due AS (
    SELECT id FROM (
      SELECT d.id, row_number() OVER (PARTITION BY d.channel_id ORDER BY d.next_attempt_at, d.id) AS place, d.next_attempt_at
      FROM alert_delivery d JOIN alert_channel c ON c.id = d.channel_id AND c.enabled
      WHERE d.state = 'pending' AND d.next_attempt_at <= $1 AND d.alert_id IS NOT NULL
    ) AS waiting WHERE place <= ${OF_A_CHANNEL} ORDER BY next_attempt_at LIMIT ${BATCH_SIZE}
  ), locked AS (
    SELECT d.id FROM alert_delivery d JOIN due ON due.id = d.id
    WHERE d.state = 'pending' AND d.next_attempt_at <= $1 FOR UPDATE OF d SKIP LOCKED
  ), claimed AS (
    UPDATE alert_delivery d SET attempts = d.attempts + 1, next_attempt_at = $2
    FROM locked WHERE d.id = locked.id
    RETURNING d.id, d.attempts, d.recipient, d.channel_id, d.alert_id
  )
  SELECT claimed.id, claimed.attempts, claimed.recipient, c.id AS "channelId", c.kind AS "channelKind", c.url,
         c.url_by_operator AS "urlByOperator", c.ciphertext, a.id AS "alertId", a.kind AS "alertKind", a.severity,
         a.organization_id AS "organizationId", o.name AS "organizationName", coalesce(o.time_zone, 'UTC') AS "timeZone",
         a.subject, a.facts, a.raised_at AS "raisedAt"
  FROM claimed
  JOIN alert_channel c ON c.id = claimed.channel_id
  JOIN alert a ON a.id = claimed.alert_id
  LEFT JOIN organization o ON o.id = a.organization_id`;

/**
 * Takes deliveries that are due. Nobody else takes them before the lease ends; when whoever took them dies first, they are
 * sent again, with the same id.
 */
export async function claimDeliveries(pool: pg.Pool, at: Date): Promise<readonly ClaimedDelivery[]> {
  return (await pool.query<ClaimedDelivery>(CLAIM, [at, new Date(at.getTime() + LEASE_MS)])).rows;
}

/** What came of an attempt. */
export interface DeliveryAttempt {
  readonly deliveryId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  /** When it is tried again, if it is; of one that was delivered null. */
  readonly nextAttemptAt: Date | null;
  /** That the receiver wants nothing any more: its channel is switched off. */
  readonly isGone: boolean;
}

const KEEP_ATTEMPT = `
  INSERT INTO alert_delivery_attempt (delivery_id, started_at, duration_ms, status, error) VALUES ($1, $2, $3, $4, $5)`;

const FINISH = `
  UPDATE alert_delivery SET state = $2, finished_at = CASE WHEN $2 = 'pending' THEN NULL ELSE $3::timestamptz END,
    next_attempt_at = coalesce($4, next_attempt_at)
  WHERE id = $1 AND state = 'pending'`;

/** Before any of its deliveries, as whoever switches it off locks them: two attempts may find at once that it is gone. */
const LOCK_CHANNEL = `
  SELECT FROM alert_channel WHERE id = (SELECT channel_id FROM alert_delivery WHERE id = $1) FOR UPDATE`;

const SWITCH_OFF = `
  UPDATE alert_channel c SET enabled = false, disabled_reason = 'gone', version = version + 1, updated_at = $2
  FROM alert_delivery d WHERE d.id = $1 AND c.id = d.channel_id`;

const GIVE_UP = `
  UPDATE alert_delivery SET state = 'dead', finished_at = $2
  WHERE channel_id = (SELECT channel_id FROM alert_delivery WHERE id = $1) AND state = 'pending'`;

export async function noteAttempt(pool: pg.Pool, attempt: DeliveryAttempt): Promise<void> {
  const { deliveryId, startedAt, durationMs, status, error, nextAttemptAt, isGone } = attempt;
  const endedAt = new Date(startedAt.getTime() + durationMs);
  const state = error === null ? 'delivered' : nextAttemptAt === null ? 'dead' : 'pending';
  await inTransaction(pool, 'READ COMMITTED', async (client) => {
    if (isGone) await client.query(LOCK_CHANNEL, [deliveryId]);
    await client.query(KEEP_ATTEMPT, [deliveryId, startedAt, durationMs, status, error]);
    await client.query(FINISH, [deliveryId, state, endedAt, nextAttemptAt]);
    if (!isGone) return;
    await client.query(SWITCH_OFF, [deliveryId, endedAt]);
    await client.query(GIVE_UP, [deliveryId, endedAt]);
  });
}

const REPLAY = `
  UPDATE alert_delivery SET state = 'pending', attempts = 0, next_attempt_at = $2, finished_at = NULL
  WHERE id = $1 AND state <> 'pending' AND alert_id IS NOT NULL
    AND EXISTS (SELECT FROM alert_channel c WHERE c.id = channel_id AND c.enabled)`;

/**
 * Sends a delivery again, as if it had never been tried. False when it is under way already, when it was a test, and when its
 * channel is switched off.
 */
export async function replayDelivery(client: pg.PoolClient, id: string, at: Date): Promise<boolean> {
  return (await client.query(REPLAY, [id, at])).rowCount === 1;
}

interface TestedChannel {
  readonly channelId: string;
  readonly organizationId: string | null;
  readonly recipient: string;
}

/** Keeps a test of a channel as a delivery of its own. */
export async function keepTest(
  client: pg.PoolClient,
  { channelId, organizationId, recipient }: TestedChannel,
  { startedAt, durationMs, status, error }: Pick<DeliveryAttempt, 'startedAt' | 'durationMs' | 'status' | 'error'>,
): Promise<string> {
  const id = newId('alertDelivery');
  const state = error === null ? 'delivered' : 'dead';
  await client.query(
    `INSERT INTO alert_delivery (id, channel_id, organization_id, recipient, state, attempts, next_attempt_at, created_at, finished_at)
     VALUES ($1, $2, $3, $4, $5, 1, $6, $6, $7)`,
    [id, channelId, organizationId, recipient, state, startedAt, new Date(startedAt.getTime() + durationMs)],
  );
  await client.query(KEEP_ATTEMPT, [id, startedAt, durationMs, status, error]);
  return id;
}
