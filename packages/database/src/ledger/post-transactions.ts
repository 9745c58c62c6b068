import { formatPicos, newId } from '@tollgate/domain';
import type { LedgerTransactionKind, Posting } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';

/** Usage accrues in US dollars, and credits are in what usage accrues in. */
export const LEDGER_CURRENCY = 'USD';

export interface LedgerTransactionDraft {
  readonly organizationId: string;
  readonly kind: LedgerTransactionKind;
  readonly accountingPeriod: string;
  readonly reason: string;
  /** `sealing`, or the id of a management token. */
  readonly source: string;
  /** The organization has one transaction with it at most. */
  readonly idempotencyKey: string;
  /** Unix milliseconds. */
  readonly bookedAt: number;
  /** Sum to zero; none of them is zero. */
  readonly postings: readonly Posting[];
}

interface IdentifiedDraft extends LedgerTransactionDraft {
  readonly id: string;
}

interface Entry {
  readonly transaction: IdentifiedDraft;
  readonly line: number;
  readonly posting: Posting;
}

const TRANSACTION_COLUMNS: readonly Column<IdentifiedDraft>[] = [
  { name: 'id', type: 'text', value: ({ id }) => id },
  { name: 'organization_id', type: 'text', value: ({ organizationId }) => organizationId },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'accounting_period', type: 'text', value: ({ accountingPeriod }) => accountingPeriod },
  { name: 'reason', type: 'text', value: ({ reason }) => reason },
  { name: 'source', type: 'text', value: ({ source }) => source },
  { name: 'idempotency_key', type: 'text', value: ({ idempotencyKey }) => idempotencyKey },
  { name: 'booked_at', type: 'timestamptz', value: ({ bookedAt }) => new Date(bookedAt).toISOString() },
];

const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  { name: 'transaction_id', type: 'text', value: ({ transaction }) => transaction.id },
  { name: 'line', type: 'smallint', value: ({ line }) => line },
  { name: 'organization_id', type: 'text', value: ({ transaction }) => transaction.organizationId },
  { name: 'kind', type: 'text', value: ({ transaction }) => transaction.kind },
  { name: 'accounting_period', type: 'text', value: ({ transaction }) => transaction.accountingPeriod },
  { name: 'booked_at', type: 'timestamptz', value: ({ transaction }) => new Date(transaction.bookedAt).toISOString() },
  { name: 'account', type: 'text', value: ({ posting }) => posting.account },
  { name: 'amount', type: 'numeric', value: ({ posting }) => formatPicos(posting.picos) },
];

const CURRENCY = { currency: `'${LEDGER_CURRENCY}'` };
const INSERT_TRANSACTIONS = insertStatement('ledger_transaction', TRANSACTION_COLUMNS, CURRENCY);
const INSERT_ENTRIES = insertStatement('ledger_entry', ENTRY_COLUMNS, CURRENCY);

/**
 * Posts transactions with their entries, all entries in one statement: the database refuses what does not sum to zero.
 * The caller holds the organizations' locks, under which accounting periods are closed. Returns the ids in order.
 */
export async function postTransactions(
  client: pg.PoolClient,
  drafts: readonly LedgerTransactionDraft[],
): Promise<readonly string[]> {
  if (drafts.length === 0) return [];
  const transactions = drafts.map((draft) => ({ ...draft, id: newId('ledgerTransaction') }));
  const entries = transactions.flatMap((transaction) =>
    transaction.postings.map((posting, index) => ({ transaction, line: index + 1, posting })),
  );
  await client.query({
    name: 'post_transactions',
    text: INSERT_TRANSACTIONS,
    values: columnValues(TRANSACTION_COLUMNS, transactions),
  });
  await client.query({ name: 'post_entries', text: INSERT_ENTRIES, values: columnValues(ENTRY_COLUMNS, entries) });
  return transactions.map(({ id }) => id);
}
