import type { CreditKind, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { requestManualPosting } from '../manual-postings/request-manual-posting.js';

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
  /** Of a promotion, the id of its grant. */
  readonly transactionId: string;
  /** False when it had been posted before, by the same key. */
  readonly posted: boolean;
}

/** The way of the endpoint that is about to go: use {@link requestManualPosting}. */
export async function postCredit(client: pg.PoolClient, draft: CreditDraft): Promise<PostedCredit | null> {
  const { source, ...posting } = draft;
  const result = await requestManualPosting(client, { ...posting, requestedBy: source, approved: true });
  if (result === null) return null;
  return { transactionId: result.transactionId ?? result.creditGrantId ?? result.id, posted: result.posted };
}
