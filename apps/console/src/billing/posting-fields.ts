import { dayAround, parsePicos, type ManualPostingKind, type Picos } from '@tollgate/domain';
import type { RequestOf } from '../api/call-operation.js';
import { startOfDay } from '../url/time-range.js';

/** A posting as it is filled in: text until it is sent. */
export interface PostingFields {
  readonly kind: ManualPostingKind;
  readonly amount: string;
  readonly direction: 'favour' | 'against';
  readonly grantId: string;
  /** A day; empty is never. */
  readonly expiresAt: string;
  readonly priority: string;
  readonly reason: string;
}

export const EMPTY_POSTING: PostingFields = {
  kind: 'payment',
  amount: '',
  direction: 'favour',
  grantId: '',
  expiresAt: '',
  priority: '',
  reason: '',
};

export const POSTED_AMOUNT = /^(?=.*[1-9])\d{1,9}(\.\d{1,12})?$/;

type Body = RequestOf<'createManualPosting'>['body'];

/** Whether credit comes of it, which has a priority and may expire. */
export const givesCredit = ({ kind, direction }: Pick<PostingFields, 'kind' | 'direction'>): boolean =>
  kind === 'payment' || kind === 'promotion' || (kind === 'adjustment' && direction === 'favour');

const isAgainst = ({ kind, direction }: PostingFields): boolean => kind === 'adjustment' && direction === 'against';

/** What was filled in, if it is an amount; below zero where it is charged to the organization. */
export function picosOf(fields: PostingFields): Picos | null {
  if (!POSTED_AMOUNT.test(fields.amount)) return null;
  const picos = parsePicos(fields.amount);
  return isAgainst(fields) ? -picos : picos;
}

/** @param zone in which the day of the expiry ends */
export function bodyOf(fields: PostingFields, zone: string): Body {
  const { kind, amount, grantId, expiresAt, priority, reason } = fields;
  const gives = givesCredit(fields);
  return {
    kind,
    amount: isAgainst(fields) ? `-${amount}` : amount,
    currency: 'USD',
    reason,
    ...(kind === 'revocation' ? { grantId } : {}),
    ...(gives && expiresAt !== '' ? { expiresAt: endOf(expiresAt, zone) } : {}),
    ...(gives && priority !== '' ? { priority: Number(priority) } : {}),
  };
}

/** The instant at which the day is over. */
export function endOf(day: string, zone: string): string {
  const startsAt = startOfDay(day, zone);
  if (startsAt === null) throw new RangeError(`there is no day ${day}`);
  return new Date(dayAround(startsAt, zone).endsAt).toISOString();
}
