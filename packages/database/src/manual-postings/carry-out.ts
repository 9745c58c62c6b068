import {
  allocate,
  chargePostings,
  creditPostings,
  isLiveAt,
  refundPostings,
  sumsByAccount,
  writeOffPostings,
} from '@tollgate/billing';
import type { GrantAccount, GrantOrigin, LedgerTransactionKind, Picos, Posting } from '@tollgate/domain';
import type pg from 'pg';

import { insertGrants } from '../funding/insert-grants.js';
import { loadFunds } from '../funding/load-funds.js';
import type { GrantUse, OrganizationFund } from '../funding/organization-fund.js';
import { readOwed } from '../funding/read-owed.js';
import { chargeGrants } from '../funding/use-grants.js';
import { postTransactions } from '../ledger/post-transactions.js';
import type { BookedOrganization, BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import type { ManualPosting } from './manual-posting-rows.js';

/** The books of an organization whose lock is held, as far as postings need them. */
export interface Books {
  readonly calendar: BookingCalendar;
  readonly organization: BookedOrganization;
  readonly fund: OrganizationFund;
  /** The receivable's balance; below zero the organization is owed. */
  readonly owed: Picos;
  readonly accountingPeriod: string;
}

export async function openCarryingOut(
  client: pg.PoolClient,
  calendar: BookingCalendar,
  organization: BookedOrganization,
): Promise<Books> {
  const { id, bookedAt } = organization;
  const funds = await loadFunds(client, calendar, { organizationIds: [id], since: bookedAt });
  const fund = funds.get(id);
  if (fund === undefined) throw new Error(`the funding of ${id} has just been opened`);
  const owed = (await readOwed(client, [id])).get(id) ?? 0n;
  const { accountingPeriod } = await calendar.timeOf(organization, bookedAt);
  return { calendar, organization, fund, owed, accountingPeriod };
}

interface CarriedOut {
  readonly transactionId: string | null;
  readonly creditGrantId: string | null;
}

/** Posts what the books allow; see the kinds in `MANUAL_POSTING_KINDS`. */
export function carryOut(client: pg.PoolClient, books: Books, posting: ManualPosting): Promise<CarriedOut> {
  switch (posting.kind) {
    case 'payment':
      return credit(client, books, { posting, source: 'cash' });
    case 'promotion':
      return giveAway(client, books, posting);
    case 'refund':
      return refund(client, books, posting);
    case 'adjustment':
      return posting.picos > 0n
        ? credit(client, books, { posting, source: 'revenue' })
        : charge(client, books, posting);
    case 'write_off':
      return writeOff(client, books, posting);
    case 'revocation':
      return revoke(client, books, posting);
  }
}

interface Entry {
  readonly kind: LedgerTransactionKind;
  readonly postings: readonly Posting[];
}

async function post(client: pg.PoolClient, books: Books, entry: Entry & { posting: ManualPosting }): Promise<string> {
  const { organization, accountingPeriod } = books;
  const { kind, postings, posting } = entry;
  const [id = ''] = await postTransactions(client, [
    {
      organizationId: organization.id,
      kind,
      accountingPeriod,
      reason: posting.reason,
      source: posting.requestedBy,
      idempotencyKey: `posting:${posting.id}`,
      bookedAt: organization.bookedAt,
      postings,
    },
  ]);
  return id;
}

interface Granted {
  readonly posting: ManualPosting;
  readonly account: GrantAccount;
  readonly origin: GrantOrigin;
  readonly picos: Picos;
  readonly transactionId: string | null;
}

async function grant(client: pg.PoolClient, books: Books, granted: Granted): Promise<string> {
  const { calendar, organization, accountingPeriod } = books;
  const { posting, account, origin, picos, transactionId } = granted;
  const [id = ''] = await insertGrants(client, calendar, [
    {
      organization,
      account,
      origin,
      picos,
      priority: posting.priority,
      effectiveFrom: posting.effectiveFrom ?? organization.bookedAt,
      expiresAt: posting.expiresAt,
      reason: posting.reason,
      source: posting.requestedBy,
      idempotencyKey: `posting:${posting.id}`,
      transactionId,
      accountingPeriod,
    },
  ]);
  return id;
}

/** What is owed is paid first; the rest becomes prepaid credit. */
async function credit(
  client: pg.PoolClient,
  books: Books,
  { posting, source }: { posting: ManualPosting; source: 'cash' | 'revenue' },
): Promise<CarriedOut> {
  const { picos } = posting;
  const owed = books.owed > 0n ? books.owed : 0n;
  const repaid = owed < picos ? owed : picos;
  const granted = picos - repaid;
  const kind = source === 'cash' ? 'payment' : 'adjustment';
  const postings = creditPostings(source, { repaid, granted });
  const transactionId = await post(client, books, { kind, postings, posting });
  if (granted === 0n) return { transactionId, creditGrantId: null };
  const terms = { posting, account: 'prepaid', origin: kind, picos: granted, transactionId } as const;
  return { transactionId, creditGrantId: await grant(client, books, terms) };
}

/** Nothing is posted before it is used: until then nobody owes anything for it. */
async function giveAway(client: pg.PoolClient, books: Books, posting: ManualPosting): Promise<CarriedOut> {
  const terms = { posting, account: 'promo', origin: 'promotion', picos: posting.picos, transactionId: null } as const;
  return { transactionId: null, creditGrantId: await grant(client, books, terms) };
}

/** Out of the prepaid grants that would be spent last. */
async function refund(client: pg.PoolClient, books: Books, posting: ManualPosting): Promise<CarriedOut> {
  const { fund, organization } = books;
  const prepaid = fund.grants.filter((each) => each.account === 'prepaid').toReversed();
  const uses = fund.use(allocate(posting.picos, organization.bookedAt, prepaid));
  const postings = refundPostings(posting.picos);
  const transactionId = await post(client, books, { kind: 'refund', postings, posting });
  await chargeFor(client, books, { sourceId: transactionId, uses });
  return { transactionId, creditGrantId: null };
}

/** Charged like usage: grants pay, the rest is owed. */
async function charge(client: pg.PoolClient, books: Books, posting: ManualPosting): Promise<CarriedOut> {
  const billedCost = -posting.picos;
  const uses = books.fund.take(billedCost, books.organization.bookedAt);
  const { prepaid, promo } = sumsByAccount(uses);
  const postings = chargePostings({ billedCost, prepaidCost: prepaid, promoCost: promo });
  const transactionId = await post(client, books, { kind: 'adjustment', postings, posting });
  await chargeFor(client, books, { sourceId: transactionId, uses });
  return { transactionId, creditGrantId: null };
}

async function writeOff(client: pg.PoolClient, books: Books, posting: ManualPosting): Promise<CarriedOut> {
  const postings = writeOffPostings(posting.picos);
  return { transactionId: await post(client, books, { kind: 'write_off', postings, posting }), creditGrantId: null };
}

async function revoke(client: pg.PoolClient, books: Books, posting: ManualPosting): Promise<CarriedOut> {
  const { fund, organization } = books;
  const revoked = fund.grants.filter((each) => each.id === posting.grantId && each.account === 'promo');
  // one that is to begin later is revoked like one that has begun
  const at = Math.max(organization.bookedAt, ...revoked.map(({ effectiveFrom }) => effectiveFrom));
  const uses = fund.use(
    allocate(
      posting.picos,
      at,
      revoked.filter((each) => isLiveAt(each, at)),
    ),
  );
  await chargeFor(client, books, { sourceId: posting.id, uses });
  return { transactionId: null, creditGrantId: null };
}

interface ChargedFor {
  readonly sourceId: string;
  readonly uses: readonly GrantUse[];
}

function chargeFor(client: pg.PoolClient, books: Books, { sourceId, uses }: ChargedFor): Promise<void> {
  const { calendar, organization, fund, accountingPeriod } = books;
  return chargeGrants(client, calendar, { organization, fund, accountingPeriod, sourceId, uses });
}
