import { expiryPostings } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { postTransactions } from '../ledger/post-transactions.js';
import type { LedgerTransactionDraft } from '../ledger/post-transactions.js';
import type { BookedOrganization, BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import type { GrantUse, OrganizationFund } from './organization-fund.js';

interface UsedGrant {
  readonly id: string;
  readonly picos: Picos;
}

const USED_COLUMNS: readonly Column<UsedGrant>[] = [
  { name: 'id', type: 'text', value: ({ id }) => id },
  { name: 'used', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
];

const USE = `
  UPDATE credit_grant_balance b SET remaining = b.remaining - given.used
  FROM unnest($1::text[], $2::numeric[]) AS given(id, used) WHERE b.grant_id = given.id`;

/** Writes what is left of the grants that something was taken from. */
export async function writeGrantBalances(client: pg.PoolClient, funds: Iterable<OrganizationFund>): Promise<void> {
  const used = [...funds].flatMap((fund) => fund.used).map(({ grant, picos }) => ({ id: grant.id, picos }));
  if (used.length === 0) return;
  const values = columnValues(USED_COLUMNS, used);
  const { rowCount } = await client.query({ name: 'use_grants', text: USE, values });
  if (rowCount !== used.length) throw new Error('a grant has no balance');
}

interface GrantCharge {
  readonly sourceId: string;
  readonly line: number;
  readonly organization: BookedOrganization;
  readonly accountingPeriod: string;
  readonly use: GrantUse;
}

const CHARGE_COLUMNS: readonly Column<GrantCharge>[] = [
  { name: 'source_id', type: 'text', value: ({ sourceId }) => sourceId },
  { name: 'line', type: 'smallint', value: ({ line }) => line },
  { name: 'organization_id', type: 'text', value: ({ organization }) => organization.id },
  { name: 'grant_id', type: 'text', value: ({ use }) => use.grant.id },
  { name: 'account', type: 'text', value: ({ use }) => use.grant.account },
  { name: 'amount', type: 'numeric', value: ({ use }) => formatPicos(use.picos) },
  { name: 'accounting_period', type: 'text', value: ({ accountingPeriod }) => accountingPeriod },
  {
    name: 'booked_at',
    type: 'timestamptz',
    value: ({ organization }) => new Date(organization.bookedAt).toISOString(),
  },
];
const INSERT_CHARGES = insertStatement('grant_charge', CHARGE_COLUMNS);

interface Charging {
  readonly organization: BookedOrganization;
  readonly fund: OrganizationFund;
  readonly accountingPeriod: string;
  /** The ledger transaction, or the posting by hand where there is none. */
  readonly sourceId: string;
  /** What has been taken from the fund for it, and from nothing else in this transaction. */
  readonly uses: readonly GrantUse[];
}

/** Records what something else than usage took from live grants, and takes their expiry back as far. */
export async function chargeGrants(
  client: pg.PoolClient,
  calendar: BookingCalendar,
  { organization, fund, accountingPeriod, sourceId, uses }: Charging,
): Promise<void> {
  if (uses.length === 0) return;
  const charges = uses.map((use, line) => ({ sourceId, line, organization, accountingPeriod, use }));
  await client.query(INSERT_CHARGES, columnValues(CHARGE_COLUMNS, charges));
  const releases: LedgerTransactionDraft[] = [];
  for (const { grant, picos } of uses) {
    if (grant.account !== 'prepaid' || grant.expiresAt === null) continue;
    releases.push({
      organizationId: organization.id,
      kind: 'expiry',
      accountingPeriod: await calendar.openPeriodAt(organization, grant.expiresAt),
      reason: `Used before its expiry: credit grant ${grant.id}`,
      source: sourceId,
      idempotencyKey: `expiry:${grant.id}:${sourceId}`,
      bookedAt: grant.expiresAt,
      postings: expiryPostings(-picos),
    });
  }
  await postTransactions(client, releases);
  await writeGrantBalances(client, [fund]);
}
