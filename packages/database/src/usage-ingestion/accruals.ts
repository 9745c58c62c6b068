import { expiryPostings, usagePostings } from '@tollgate/billing';
import type { UsageMoney } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { AccrualKind, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import type { BookedOrganization, BookingCalendar } from './booking-calendar.js';
import type { EventAllocation } from './funded-event.js';
import { addAmount, keyColumn, sorted } from './keyed-amounts.js';
import type { Amount } from './keyed-amounts.js';
import type { UsageContribution } from './usage-contribution.js';

const COLUMNS: readonly Column<Amount>[] = [
  keyColumn(0, 'organization_id'),
  keyColumn(1, 'booking_minute', 'timestamptz'),
  keyColumn(2, 'accounting_period'),
  keyColumn(3, 'kind'),
  keyColumn(4, 'effective_at', 'timestamptz'),
  keyColumn(5, 'account'),
  { name: 'amount', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
];

const ACCRUE = `${insertStatement('usage_accrual', COLUMNS)}
  ON CONFLICT (organization_id, booking_minute, accounting_period, kind, effective_at, account)
  DO UPDATE SET amount = t.amount + excluded.amount`;

const MINUTE_MS = 60_000;
/** Counts from its booking minute on. */
const FROM_ITS_MINUTE = '-infinity';

const minuteOf = ({ bookedAt }: BookedOrganization): number => bookedAt - (bookedAt % MINUTE_MS);

interface Accruing {
  readonly contributions: readonly UsageContribution[];
  readonly allocations: readonly EventAllocation[];
  readonly calendar: BookingCalendar;
}

/** Adds the postings of usage, and of what it takes from grants that expire, to the accounts of its booking minute. */
export async function addToAccruals(client: pg.PoolClient, accruing: Accruing): Promise<void> {
  const amounts = new Map<string, Amount>();
  addUsage(amounts, accruing.contributions);
  await addExpiries(amounts, accruing);
  const rows = sorted(amounts);
  if (rows.length === 0) return;
  await client.query({ name: 'accrue_usage', text: ACCRUE, values: columnValues(COLUMNS, rows) });
}

interface Row {
  readonly accountingPeriod: string;
  readonly kind: AccrualKind;
  readonly effectiveAt: string;
}

/** The key of a row but for its account. */
const keyOf = (organization: BookedOrganization, { accountingPeriod, kind, effectiveAt }: Row): string[] => [
  organization.id,
  new Date(minuteOf(organization)).toISOString(),
  accountingPeriod,
  kind,
  effectiveAt,
];

type Money = { -readonly [Figure in keyof UsageMoney]: UsageMoney[Figure] };

interface MinuteMoney extends Money {
  readonly organization: BookedOrganization;
  readonly row: Row;
}

/** Summed up before it is posted: postings are many for each event, and few for a minute. */
function addUsage(amounts: Map<string, Amount>, contributions: readonly UsageContribution[]): void {
  for (const { organization, row, ...money } of moneyByMinute(contributions)) {
    const key = keyOf(organization, row);
    for (const { account, picos } of usagePostings(money)) addAmount(amounts, [...key, account], picos);
  }
}

function moneyByMinute(contributions: readonly UsageContribution[]): Iterable<MinuteMoney> {
  const sums = new Map<string, MinuteMoney>();
  for (const contribution of contributions) {
    const { organization, accountingPeriod, kind, charge } = contribution;
    if (contribution.billedCost === 0n && contribution.providerCost === 0n) continue;
    const id = `${organization.id} ${accountingPeriod} ${kind} ${charge}`;
    let sum = sums.get(id);
    if (sum === undefined) {
      const row = { accountingPeriod, kind, effectiveAt: FROM_ITS_MINUTE };
      const nothing = { billedCost: 0n, prepaidCost: 0n, promoCost: 0n, providerCost: 0n };
      sums.set(id, (sum = { organization, row, charge, ...nothing }));
    }
    const sign = BigInt(contribution.sign);
    sum.billedCost += sign * contribution.billedCost;
    sum.prepaidCost += sign * contribution.prepaidCost;
    sum.promoCost += sign * contribution.promoCost;
    sum.providerCost += sign * contribution.providerCost;
  }
  return sums.values();
}

/**
 * The expiry of prepaid grants was booked for the whole of them. What is used is taken back on the day of the expiry; of
 * usage that is booked after it, at once, in the period of the usage.
 */
async function addExpiries(
  amounts: Map<string, Amount>,
  { allocations, calendar }: Pick<Accruing, 'allocations' | 'calendar'>,
): Promise<void> {
  const used = new Map<
    string,
    { readonly organization: BookedOrganization; readonly row: ExpiringRow; picos: Picos }
  >();
  for (const { booked, use } of allocations) {
    const { grant, picos } = use;
    if (grant.account !== 'prepaid' || grant.expiresAt === null) continue;
    const { organization, accountingPeriod } = booked;
    const id = `${organization.id} ${accountingPeriod} ${grant.expiresAt}`;
    const known = used.get(id);
    if (known !== undefined) known.picos += picos;
    else used.set(id, { organization, row: { accountingPeriod, expiresAt: grant.expiresAt }, picos });
  }
  for (const { organization, row, picos } of used.values()) {
    const isAhead = row.expiresAt > minuteOf(organization);
    const key = keyOf(organization, {
      accountingPeriod: isAhead ? await calendar.openPeriodAt(organization, row.expiresAt) : row.accountingPeriod,
      kind: 'expiry',
      effectiveAt: isAhead ? new Date(row.expiresAt).toISOString() : FROM_ITS_MINUTE,
    });
    for (const posting of expiryPostings(-picos)) addAmount(amounts, [...key, posting.account], posting.picos);
  }
}

interface ExpiringRow {
  readonly accountingPeriod: string;
  readonly expiresAt: number;
}
