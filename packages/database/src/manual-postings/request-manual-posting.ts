import { newId } from '@tollgate/domain';
import type pg from 'pg';

import { BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import { carryOut, openCarryingOut } from './carry-out.js';
import { IdempotencyKeyReused, ManualPostingRefused } from './manual-posting.js';
import type { ManualPostingDraft, ManualPostingResult } from './manual-posting.js';
import {
  findPosting,
  findPostingByKey,
  insertPosting,
  isSamePosting,
  postingOf,
  writeDecision,
} from './manual-posting-rows.js';
import type { KeptPosting } from './manual-posting-rows.js';
import { refuseImpossible } from './refusals.js';
import { isSamePerson, needsSecondPerson } from './second-person.js';

/**
 * Posts what a person wants posted, once for each key, in the open accounting period; from the installation's threshold on
 * it waits for a second person, and posts nothing yet. Within the caller's transaction, under the organization's lock.
 * @returns null when there is no such organization.
 * @throws IdempotencyKeyReused when the key stands for another posting.
 * @throws ManualPostingRefused when the books do not allow it.
 */
export async function requestManualPosting(
  client: pg.PoolClient,
  draft: ManualPostingDraft,
): Promise<ManualPostingResult | null> {
  const calendar = await BookingCalendar.open(client, [draft.organizationId]);
  const organization = calendar.organizations.get(draft.organizationId);
  if (organization === undefined) return null;
  const posting = postingOf(newId('manualPosting'), draft);
  const earlier = await findPostingByKey(client, posting);
  if (earlier !== null) {
    if (!isSamePosting(posting, earlier)) throw new IdempotencyKeyReused();
    return resultOf(earlier, false);
  }
  const books = await openCarryingOut(client, calendar, organization);
  refuseImpossible(posting, books);
  const at = organization.bookedAt;
  if (draft.approved !== true && (await needsSecondPerson(client, posting.picos))) {
    const pending = { ...posting, state: 'pending', transactionId: null, creditGrantId: null } as const;
    await insertPosting(client, { ...pending, at });
    return resultOf(pending, false);
  }
  const posted = { ...posting, state: 'posted', ...(await carryOut(client, books, posting)) } as const;
  await insertPosting(client, { ...posted, at });
  return resultOf(posted, true);
}

export interface ManualPostingDecision {
  readonly id: string;
  /** Id of the second person. */
  readonly decidedBy: string;
  readonly approve: boolean;
  readonly reason: string | null;
}

/**
 * Decides a posting that waits. What is approved is posted now, if the books still allow it; what is rejected posts
 * nothing. Whoever asked for it may withdraw it, and not approve it; of a token that is who made it too.
 * @returns null when there is no such posting.
 * @throws ManualPostingRefused when it has been decided, may not be decided by this person, or cannot be posted any more.
 */
export async function decideManualPosting(
  client: pg.PoolClient,
  { id, decidedBy, approve, reason }: ManualPostingDecision,
): Promise<ManualPostingResult | null> {
  const found = await findPosting(client, id);
  if (found === null) return null;
  const calendar = await BookingCalendar.open(client, [found.organizationId]);
  const organization = calendar.organizations.get(found.organizationId);
  // under the lock: somebody may have decided it meanwhile
  const posting = await findPosting(client, id);
  if (organization === undefined || posting === null) return null;
  if (posting.state !== 'pending') throw new ManualPostingRefused('state', `it is ${posting.state} already`);
  const decision = { id, decidedBy, reason, at: organization.bookedAt };
  if (!approve) {
    const rejected = { state: 'rejected', transactionId: null, creditGrantId: null } as const;
    await writeDecision(client, { ...decision, ...rejected });
    return resultOf({ ...posting, ...rejected }, false);
  }
  if (await isSamePerson(client, posting.requestedBy, decidedBy)) {
    throw new ManualPostingRefused('decidedBy', 'whoever asked for it cannot approve it: a second person has to');
  }
  const books = await openCarryingOut(client, calendar, organization);
  refuseImpossible(posting, books);
  const posted = { state: 'posted', ...(await carryOut(client, books, posting)) } as const;
  await writeDecision(client, { ...decision, ...posted });
  return resultOf({ ...posting, ...posted }, true);
}

type Told = Pick<KeptPosting, 'id' | 'state' | 'transactionId' | 'creditGrantId'>;

function resultOf({ id, state, transactionId, creditGrantId }: Told, posted: boolean): ManualPostingResult {
  return { id, state, posted, transactionId, creditGrantId };
}
