import { isLiveAt } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';

import type { Books } from './carry-out.js';
import { ManualPostingRefused } from './manual-posting.js';
import type { ManualPosting } from './manual-posting-rows.js';

const dollars = (picos: Picos): string => `${formatPicos(picos).replace(/0+$/, '').replace(/\.$/, '')} USD`;

/** @throws ManualPostingRefused when the books, as they are now, do not allow the posting. */
export function refuseImpossible(posting: ManualPosting, books: Books): void {
  const { kind, picos } = posting;
  if (picos === 0n) throw new ManualPostingRefused('amount', 'must not be 0');
  if (picos < 0n && kind !== 'adjustment') throw new ManualPostingRefused('amount', 'must be above 0');
  refuseTerms(posting, books);
  if (kind === 'refund') refuseRefund(picos, books);
  if (kind === 'write_off') refuseWriteOff(picos, books);
  if (kind === 'revocation') refuseRevocation(posting, books);
}

/** Of credit: from when and until when. */
function refuseTerms({ kind, picos, expiresAt, effectiveFrom, grantId }: ManualPosting, books: Books): void {
  const { bookedAt } = books.organization;
  const gives = kind === 'payment' || kind === 'promotion' || (kind === 'adjustment' && picos > 0n);
  if (!gives && expiresAt !== null) throw new ManualPostingRefused('expiresAt', 'only what gives credit expires');
  if (!gives && effectiveFrom !== null) {
    throw new ManualPostingRefused('effectiveFrom', 'only what gives credit begins some day');
  }
  if (expiresAt !== null && expiresAt <= Math.max(bookedAt, effectiveFrom ?? bookedAt)) {
    throw new ManualPostingRefused('expiresAt', 'must be in the future, and after the credit begins');
  }
  if (kind !== 'revocation' && grantId !== null) {
    throw new ManualPostingRefused('grantId', 'only a revocation is of a grant');
  }
}

/** Money that the organization would owe again goes to nobody. */
function refuseRefund(picos: Picos, { owed, organization, fund }: Books): void {
  const left = fund.grants
    .filter((grant) => grant.account === 'prepaid' && isLiveAt(grant, organization.bookedAt))
    .reduce((sum, { remaining }) => sum + remaining, 0n);
  const refundable = owed > 0n ? left - owed : left;
  if (picos <= refundable) return;
  const most = refundable > 0n ? refundable : 0n;
  throw new ManualPostingRefused('amount', `at most ${dollars(most)} of prepaid credit can be refunded`);
}

function refuseWriteOff(picos: Picos, { owed }: Books): void {
  if (picos <= owed) return;
  throw new ManualPostingRefused('amount', `no more than ${dollars(owed > 0n ? owed : 0n)} is owed`);
}

function refuseRevocation({ grantId, picos }: ManualPosting, { fund, organization }: Books): void {
  if (grantId === null) throw new ManualPostingRefused('grantId', 'says which grant is revoked');
  const grant = fund.grant(grantId);
  if (grant === undefined) {
    throw new ManualPostingRefused('grantId', 'is no grant of the organization that anything is left of');
  }
  if (grant.account !== 'promo') {
    throw new ManualPostingRefused('grantId', 'was paid for: money goes back by a refund');
  }
  if (grant.expiresAt !== null && grant.expiresAt <= organization.bookedAt) {
    throw new ManualPostingRefused('grantId', 'has expired');
  }
  if (picos > grant.remaining) {
    throw new ManualPostingRefused('amount', `no more than ${dollars(grant.remaining)} is left of the grant`);
  }
}
