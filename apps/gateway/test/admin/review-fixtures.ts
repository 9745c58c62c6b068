import { idOfBytes, newId, type ReviewKind } from '@tollgate/domain';
import { createHash } from 'node:crypto';
import type { WorldApi } from './admin-api.js';

let inserted = 0;

/** Something that the worker has found doubtful: each a millisecond after the one before, however fast they come. */
export async function insertReviewItem(
  api: WorldApi,
  changes: { readonly subject?: string; readonly organizationId?: string; readonly kind?: ReviewKind } = {},
): Promise<string> {
  const id = newId('reviewItem');
  const { subject = 'openai/gpt-9', organizationId = null, kind = 'unpriced' } = changes;
  await api.database.pool.query(
    `INSERT INTO review_item (id, kind, subject, organization_id, amount, details, opened_at)
     VALUES ($1, $2, $3, $4, 0.25, $5, now() - interval '1 minute' + $6 * interval '1 millisecond')`,
    [id, kind, subject, organizationId, { requests: 3 }, (inserted += 1)],
  );
  return id;
}

/** A payload that could not be booked. */
export async function insertQuarantined(api: WorldApi, payload: string, reason = 'cannot be booked'): Promise<string> {
  const digest = createHash('sha256').update(payload).digest();
  await api.database.pool.query('INSERT INTO usage_quarantine (digest, payload, reason) VALUES ($1, $2, $3)', [
    digest,
    payload,
    reason,
  ]);
  return idOfBytes('quarantinedUsage', digest.subarray(0, 16));
}
