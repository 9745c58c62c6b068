import { expiryPostings } from '@tollgate/billing';
import { formatPicos, newId } from '@tollgate/domain';
import type { GrantAccount, GrantOrigin, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { LEDGER_CURRENCY, postTransactions } from '../ledger/post-transactions.js';
import type { LedgerTransactionDraft } from '../ledger/post-transactions.js';
import type { BookedOrganization, BookingCalendar } from '../usage-ingestion/booking-calendar.js';

/** A grant to be. Instants are Unix milliseconds. */
export interface GrantDraft {
  readonly organization: BookedOrganization;
  readonly account: GrantAccount;
  readonly origin: GrantOrigin;
  readonly picos: Picos;
  readonly priority: number;
  readonly effectiveFrom: number;
  /** After the instant of booking; `null` never expires. */
  readonly expiresAt: number | null;
  readonly reason: string;
  readonly source: string;
  readonly idempotencyKey: string;
  readonly transactionId: string | null;
  readonly accountingPeriod: string;
}

interface Grant extends GrantDraft {
  readonly id: string;
}

const instant = (ms: number): string => new Date(ms).toISOString();

const COLUMNS: readonly Column<Grant>[] = [
  { name: 'id', type: 'text', value: ({ id }) => id },
  { name: 'organization_id', type: 'text', value: ({ organization }) => organization.id },
  { name: 'account', type: 'text', value: ({ account }) => account },
  { name: 'origin', type: 'text', value: ({ origin }) => origin },
  { name: 'amount', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
  { name: 'priority', type: 'smallint', value: ({ priority }) => priority },
  { name: 'effective_from', type: 'timestamptz', value: ({ effectiveFrom }) => instant(effectiveFrom) },
  {
    name: 'expires_at',
    type: 'timestamptz',
    value: ({ expiresAt }) => (expiresAt === null ? null : instant(expiresAt)),
  },
  { name: 'reason', type: 'text', value: ({ reason }) => reason },
  { name: 'source', type: 'text', value: ({ source }) => source },
  { name: 'idempotency_key', type: 'text', value: ({ idempotencyKey }) => idempotencyKey },
  { name: 'transaction_id', type: 'text', value: ({ transactionId }) => transactionId },
  { name: 'accounting_period', type: 'text', value: ({ accountingPeriod }) => accountingPeriod },
  { name: 'booked_at', type: 'timestamptz', value: ({ organization }) => instant(organization.bookedAt) },
];
const INSERT = insertStatement('credit_grant', COLUMNS, { currency: `'${LEDGER_CURRENCY}'` });

const BALANCE_COLUMNS: readonly Column<Grant>[] = [
  { name: 'grant_id', type: 'text', value: ({ id }) => id },
  { name: 'organization_id', type: 'text', value: ({ organization }) => organization.id },
  { name: 'amount', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
  { name: 'remaining', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
];
const INSERT_BALANCES = insertStatement('credit_grant_balance', BALANCE_COLUMNS);

/**
 * Adds grants, under the locks of their organizations. That prepaid credit will expire is booked at once, for the day on
 * which it does: no job has to come by then. Returns their ids in order.
 */
export async function insertGrants(
  client: pg.PoolClient,
  calendar: BookingCalendar,
  drafts: readonly GrantDraft[],
): Promise<readonly string[]> {
  const grants = drafts.map((draft) => ({ ...draft, id: newId('creditGrant') }));
  await client.query(INSERT, columnValues(COLUMNS, grants));
  await client.query(INSERT_BALANCES, columnValues(BALANCE_COLUMNS, grants));
  const expiries: LedgerTransactionDraft[] = [];
  for (const grant of grants) {
    const expiry = await expiryOf(calendar, grant);
    if (expiry !== null) expiries.push(expiry);
  }
  await postTransactions(client, expiries);
  return grants.map(({ id }) => id);
}

async function expiryOf(calendar: BookingCalendar, grant: Grant): Promise<LedgerTransactionDraft | null> {
  const { organization, account, expiresAt, picos } = grant;
  if (account !== 'prepaid' || expiresAt === null) return null;
  return {
    organizationId: organization.id,
    kind: 'expiry',
    accountingPeriod: await calendar.openPeriodAt(organization, expiresAt),
    reason: `Expiry of credit grant ${grant.id}`,
    source: grant.source,
    idempotencyKey: `expiry:${grant.id}`,
    bookedAt: expiresAt,
    postings: expiryPostings(picos),
  };
}
