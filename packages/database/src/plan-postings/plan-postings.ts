import { allocate, chargePostings, sumsByAccount } from '@tollgate/billing';
import { DEFAULT_GRANT_PRIORITY } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { insertGrants } from '../funding/insert-grants.js';
import { chargeGrants } from '../funding/use-grants.js';
import { postTransactions } from '../ledger/post-transactions.js';
import { openCarryingOut } from '../manual-postings/carry-out.js';
import { BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import type { BookedOrganization } from '../usage-ingestion/booking-calendar.js';

/** What a plan gives or charges in a month, which is the organization's accounting period around the instant. */
export interface PlanPosting {
  readonly organizationId: string;
  /** US dollars; nothing happens for none. */
  readonly picos: Picos;
  /** In words, such as the plan's name. */
  readonly reason: string;
  /** Id of the plan. */
  readonly source: string;
  /** Unix milliseconds, within the month; by default the present. */
  readonly at?: number;
}

export interface PlanCredit {
  readonly accountingPeriod: string;
  /** Whether this very call gave it. */
  readonly granted: boolean;
  /** `null` when there was nothing to give. */
  readonly creditGrantId: string | null;
}

/**
 * Gives the credit that a plan includes, once for each organization and month: it may be spent on what occurs in the month,
 * before what was paid for, and expires at the month's end. Within the caller's transaction.
 * @returns null when there is no such organization.
 */
export async function grantPlanCredit(client: pg.PoolClient, posting: PlanPosting): Promise<PlanCredit | null> {
  const month = await openMonth(client, posting);
  if (month === null) return null;
  const { calendar, organization, period } = month;
  const idempotencyKey = `plan:${period.label}`;
  const text = 'SELECT id FROM credit_grant WHERE organization_id = $1 AND idempotency_key = $2';
  const { rows } = await client.query<{ id: string }>(text, [organization.id, idempotencyKey]);
  const earlier = rows[0]?.id ?? null;
  const given = { accountingPeriod: period.label, granted: false, creditGrantId: earlier };
  if (earlier !== null || posting.picos === 0n || period.endsAt <= organization.bookedAt) return given;
  const { accountingPeriod } = await openCarryingOut(client, calendar, organization);
  const [creditGrantId = ''] = await insertGrants(client, calendar, [
    {
      organization,
      account: 'promo',
      origin: 'plan',
      picos: posting.picos,
      priority: DEFAULT_GRANT_PRIORITY.promo,
      effectiveFrom: period.startsAt,
      expiresAt: period.endsAt,
      reason: posting.reason,
      source: posting.source,
      idempotencyKey,
      transactionId: null,
      accountingPeriod,
    },
  ]);
  return { accountingPeriod: period.label, granted: true, creditGrantId };
}

export interface PlatformFee {
  readonly accountingPeriod: string;
  /** Whether this very call charged it. */
  readonly charged: boolean;
  /** `null` when there was nothing to charge. */
  readonly transactionId: string | null;
}

/**
 * Charges a plan's fee, once for each organization and month. Prepaid credit pays it, the rest is owed: what was given away
 * is for usage. Within the caller's transaction.
 * @returns null when there is no such organization.
 */
export async function chargePlatformFee(client: pg.PoolClient, posting: PlanPosting): Promise<PlatformFee | null> {
  const month = await openMonth(client, posting);
  if (month === null) return null;
  const { calendar, organization, period } = month;
  const idempotencyKey = `platform_fee:${period.label}`;
  const text = 'SELECT id FROM ledger_transaction WHERE organization_id = $1 AND idempotency_key = $2';
  const { rows } = await client.query<{ id: string }>(text, [organization.id, idempotencyKey]);
  const earlier = rows[0]?.id ?? null;
  const { picos: billedCost, reason, source } = posting;
  if (earlier !== null || billedCost === 0n) {
    return { accountingPeriod: period.label, charged: false, transactionId: earlier };
  }
  const { fund } = await openCarryingOut(client, calendar, organization);
  const prepaid = fund.grants.filter(({ account }) => account === 'prepaid');
  const uses = fund.use(allocate(billedCost, organization.bookedAt, prepaid));
  const accountingPeriod = await calendar.openPeriodAt(organization, period.startsAt);
  const { id: organizationId, bookedAt } = organization;
  const postings = chargePostings({ billedCost, prepaidCost: sumsByAccount(uses).prepaid, promoCost: 0n });
  const draft = { organizationId, kind: 'platform_fee', accountingPeriod, reason, source, idempotencyKey } as const;
  const [transactionId = ''] = await postTransactions(client, [{ ...draft, bookedAt, postings }]);
  await chargeGrants(client, calendar, { organization, fund, accountingPeriod, sourceId: transactionId, uses });
  return { accountingPeriod: period.label, charged: true, transactionId };
}

interface Month {
  readonly calendar: BookingCalendar;
  readonly organization: BookedOrganization;
  readonly period: { readonly label: string; readonly startsAt: number; readonly endsAt: number };
}

async function openMonth(client: pg.PoolClient, { organizationId, picos, at }: PlanPosting): Promise<Month | null> {
  if (picos < 0n) throw new RangeError('a plan gives and charges nothing below zero');
  const calendar = await BookingCalendar.open(client, [organizationId], at);
  const organization = calendar.organizations.get(organizationId);
  if (organization === undefined) return null;
  return { calendar, organization, period: await calendar.periodAt(organization, at ?? organization.bookedAt) };
}
