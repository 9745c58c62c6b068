import { creditPostings } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { CreditKind, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import { LEDGER_CURRENCY, postTransactions } from './post-transactions.js';

export interface CreditDraft {
  readonly organizationId: string;
  readonly kind: CreditKind;
  /** US dollars. */
  readonly picos: Picos;
  readonly reason: string;
  /** Id of the management token. */
  readonly source: string;
  /** What the caller named this act. */
  readonly idempotencyKey: string;
}

export interface PostedCredit {
  readonly transactionId: string;
  /** False when it had been posted before, by the same key. */
  readonly posted: boolean;
}

/** The key was used for another credit of the organization. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
}

const EARLIER = `
  SELECT t.id, t.kind = $3 AND t.reason = $4 AND t.currency = $5 AND EXISTS (
    SELECT FROM ledger_entry e WHERE e.transaction_id = t.id AND e.account = 'prepaid' AND e.amount = -($6::numeric)
  ) AS same
  FROM ledger_transaction t WHERE t.organization_id = $1 AND t.idempotency_key = $2`;

/**
 * Credits an organization in its open accounting period, once for each key: whoever comes with the same key at the same
 * time waits for the organization's lock and then finds what was posted.
 * @returns null when there is no such organization.
 * @throws IdempotencyKeyReused when the key stands for a credit that differs.
 */
export async function postCredit(client: pg.PoolClient, draft: CreditDraft): Promise<PostedCredit | null> {
  const { organizationId, kind, picos, reason, source } = draft;
  const calendar = await BookingCalendar.open(client, [organizationId], Date.now());
  const organization = calendar.organizations.get(organizationId);
  if (organization === undefined) return null;
  const idempotencyKey = `credit:${draft.idempotencyKey}`;
  const values = [organizationId, idempotencyKey, kind, reason, LEDGER_CURRENCY, formatPicos(picos)];
  const { rows } = await client.query<{ id: string; same: boolean }>(EARLIER, values);
  const [earlier] = rows;
  if (earlier !== undefined) {
    if (!earlier.same) throw new IdempotencyKeyReused();
    return { transactionId: earlier.id, posted: false };
  }
  const { bookedAt } = organization;
  const { accountingPeriod } = await calendar.timeOf(organization, bookedAt);
  const postings = creditPostings(kind, picos);
  const [transactionId = ''] = await postTransactions(client, [
    { organizationId, kind, accountingPeriod, reason, source, idempotencyKey, bookedAt, postings },
  ]);
  return { transactionId, posted: true };
}
