import { newId } from '@tollgate/domain';
import type { AlertFacts, AlertKind, AlertSeverity } from '@tollgate/domain';
import type pg from 'pg';

import { inTransaction } from '../transaction.js';

type DraftOf<K extends AlertKind> = {
  readonly kind: K;
  readonly severity: AlertSeverity;
  /** Whom it is told; null is the operator. */
  readonly organizationId: string | null;
  /** What it is about. */
  readonly subject: string;
  /** What it is the only one of: raised again, it is not raised. */
  readonly dedupeKey: string;
  readonly facts: AlertFacts[K];
};

export type AlertDraft = { readonly [K in AlertKind]: DraftOf<K> }[AlertKind];

const RAISE = `
  INSERT INTO alert (id, organization_id, kind, severity, subject, dedupe_key, facts, raised_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (dedupe_key) DO NOTHING`;

/**
 * Each recipient of each channel that wants it. People of a simulated organization have no mailboxes. Of people, owners,
 * admins and finance people are recipients: admins too of what is told about balances, which they do not see otherwise.
 */
const RECIPIENTS = `
  SELECT c.id AS "channelId", recipient.address AS recipient
  FROM alert a
  JOIN alert_channel c ON c.organization_id IS NOT DISTINCT FROM a.organization_id AND c.enabled
    AND (cardinality(c.alert_kinds) = 0 OR a.kind = ANY(c.alert_kinds))
    AND array_position(ARRAY['info', 'warning', 'critical'], a.severity)
        >= array_position(ARRAY['info', 'warning', 'critical'], c.min_severity)
  LEFT JOIN organization o ON o.id = c.organization_id
  CROSS JOIN LATERAL (
    SELECT '' AS address WHERE c.kind <> 'email'
    UNION SELECT unnest(c.recipients) WHERE c.kind = 'email'
    UNION SELECT u.email FROM member m JOIN console_user u ON u.id = m.user_id
      WHERE c.to_people AND m.organization_id = c.organization_id AND m.role IN ('owner', 'admin', 'finance')
        AND NOT o.simulated
    UNION SELECT u.email FROM console_user u WHERE c.to_people AND c.organization_id IS NULL AND u.operator
  ) AS recipient
  WHERE a.id = $1 ORDER BY 1, 2`;

const DELIVER = `
  INSERT INTO alert_delivery (id, alert_id, channel_id, organization_id, recipient, next_attempt_at, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING`;

/**
 * Raises alerts, each once for its key, whoever looks at the same time, and writes down whom it has to reach, in the
 * caller's transaction: an alert without its deliveries is never there.
 * @returns those that had not been raised before.
 */
export async function raiseAlerts(
  client: pg.PoolClient,
  drafts: readonly AlertDraft[],
  at: Date,
): Promise<readonly AlertDraft[]> {
  const raised: AlertDraft[] = [];
  for (const draft of drafts) {
    const id = newId('alert', at.getTime());
    const { organizationId, kind, severity, subject, dedupeKey, facts } = draft;
    const values = [id, organizationId, kind, severity, subject, dedupeKey, JSON.stringify(facts), at];
    const { rowCount } = await client.query(RAISE, values);
    if (rowCount === 0) continue;
    raised.push(draft);
    const { rows } = await client.query<{ channelId: string; recipient: string }>(RECIPIENTS, [id]);
    for (const { channelId, recipient } of rows) {
      await client.query(DELIVER, [newId('alertDelivery'), id, channelId, organizationId, recipient, at]);
    }
  }
  return raised;
}

/** The same in a transaction for each: one that cannot be raised keeps no others back for long. */
export async function raiseEach(
  pool: pg.Pool,
  drafts: readonly AlertDraft[],
  at: Date,
): Promise<readonly AlertDraft[]> {
  const raised: AlertDraft[] = [];
  for (const draft of drafts) {
    raised.push(...(await inTransaction(pool, 'READ COMMITTED', (client) => raiseAlerts(client, [draft], at))));
  }
  return raised;
}
