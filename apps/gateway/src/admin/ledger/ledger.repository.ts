import { Injectable } from '@nestjs/common';
import { Database, readBalance, type OrganizationBalance } from '@tollgate/database';
import { OPERATOR_LEDGER_ACCOUNTS } from '@tollgate/domain';
import type { LedgerEntryListQuery, LedgerTransactionListQuery } from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';
import type { LedgerEntryRow, LedgerTransactionRow } from './ledger-rows.js';

type Paging = 'limit' | 'cursor' | 'sort';
type TransactionFilters = Omit<LedgerTransactionListQuery, Paging>;
type EntryFilters = Omit<LedgerEntryListQuery, Paging>;

/** Accounts that are hidden from organizations; from the operator, none. */
const hiddenFrom = (organizationId: Tenant): readonly string[] =>
  organizationId === null ? [] : OPERATOR_LEDGER_ACCOUNTS;

const TRANSACTION_COLUMNS = `
  t.id, t.organization_id, t.kind, t.accounting_period, t.reason, t.source, t.booked_at, t.created_at,
  visible.amount::numeric(38, 12)::text AS amount`;

/** Which account tells what a transaction comes to, and with which sign. */
const AMOUNTS = `(VALUES
  ('usage', 'revenue', -1), ('correction', 'revenue', -1), ('platform_fee', 'revenue', -1), ('adjustment', 'revenue', 1),
  ('payment', 'cash', 1), ('refund', 'cash', 1), ('promotion', 'prepaid', -1), ('opening', 'prepaid', -1),
  ('expiry', 'breakage', -1), ('write_off', 'write_off', 1)
) AS amounts(kind, account, sign)`;

/**
 * The entries that the caller may see; a transaction without any is not there for the caller. As one amount it is told
 * from the organization's side: usage is what it is charged, what a person posts is what it is credited with.
 */
const VISIBLE_ENTRIES = `LATERAL (
  SELECT count(*) AS entries, coalesce(sum(amounts.sign * e.amount), 0) AS amount
  FROM ledger_entry e LEFT JOIN ${AMOUNTS} ON amounts.kind = t.kind AND amounts.account = e.account
  WHERE e.transaction_id = t.id AND e.account <> ALL($1)
) AS visible`;

const FIND = `
  SELECT ${TRANSACTION_COLUMNS} FROM ledger_transaction t CROSS JOIN ${VISIBLE_ENTRIES}
  WHERE t.id = $2 AND ($3::text IS NULL OR t.organization_id = $3) AND visible.entries > 0`;

const ENTRIES_OF = `
  SELECT e.transaction_id, e.line, e.organization_id, e.kind, e.accounting_period, e.booked_at, e.account, e.amount
  FROM ledger_entry e
  WHERE e.account <> ALL($1) AND e.transaction_id = $2 AND ($3::text IS NULL OR e.organization_id = $3) ORDER BY e.line`;

@Injectable()
export class LedgerRepository {
  constructor(private readonly database: Database) {}

  async listTransactions(
    organizationId: Tenant,
    filters: TransactionFilters,
    keyset: Keyset,
  ): Promise<LedgerTransactionRow[]> {
    const key = ['booked_at', 'id'] as const;
    const { conditions, values, order } = conditionsOf(organizationId, filters, { keyset, key });
    const text = `
      SELECT ${TRANSACTION_COLUMNS} FROM ledger_transaction t CROSS JOIN ${VISIBLE_ENTRIES}
      WHERE ${['visible.entries > 0', ...conditions].join(' AND ')}
      ORDER BY ${order} LIMIT ${keyset.limit + 1}`;
    return (await this.database.pool.query<LedgerTransactionRow>(text, values)).rows;
  }

  async findTransaction(organizationId: Tenant, id: string): Promise<LedgerTransactionRow | null> {
    const parameters = [hiddenFrom(organizationId), id, organizationId];
    return (await this.database.pool.query<LedgerTransactionRow>(FIND, parameters)).rows[0] ?? null;
  }

  async entriesOf(organizationId: Tenant, transactionId: string): Promise<LedgerEntryRow[]> {
    const parameters = [hiddenFrom(organizationId), transactionId, organizationId];
    return (await this.database.pool.query<LedgerEntryRow>(ENTRIES_OF, parameters)).rows;
  }

  async listEntries(organizationId: Tenant, filters: EntryFilters, keyset: Keyset): Promise<LedgerEntryRow[]> {
    const key = ['booked_at', 'transaction_id', 'line'] as const;
    const { conditions, values, order } = conditionsOf(organizationId, filters, { keyset, key });
    const text = `
      SELECT t.transaction_id, t.line, t.organization_id, t.kind, t.accounting_period, t.booked_at, t.account, t.amount
      FROM ledger_entry t WHERE ${['t.account <> ALL($1)', ...conditions].join(' AND ')}
      ORDER BY ${order} LIMIT ${keyset.limit + 1}`;
    return (await this.database.pool.query<LedgerEntryRow>(text, values)).rows;
  }

  /** @param asOf Unix milliseconds; now when absent */
  balance(organizationId: string, asOf: number | undefined): Promise<OrganizationBalance> {
    return readBalance(this.database.pool, organizationId, asOf);
  }
}

/** Filters that compare a column with a value. */
const COLUMNS = {
  organizationId: 'organization_id',
  kind: 'kind',
  accountingPeriod: 'accounting_period',
  account: 'account',
} as const satisfies Partial<Record<keyof EntryFilters, string>>;

interface Order {
  readonly keyset: Keyset;
  /** Columns that a page is sorted by, as the cursor names them. */
  readonly key: readonly string[];
}

/** Clauses over the row `t`. The first value is the hidden accounts. */
function conditionsOf(organizationId: Tenant, filters: EntryFilters, { keyset, key }: Order) {
  const values: unknown[] = [hiddenFrom(organizationId)];
  const conditions: string[] = [];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (organizationId !== null) add((p) => `t.organization_id = ${p}`, organizationId);
  for (const [filter, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    if (filters[filter] !== undefined) add((p) => `t.${column} = ${p}`, filters[filter]);
  }
  if (filters.from !== undefined) add((p) => `t.booked_at >= ${p}`, filters.from);
  if (filters.to !== undefined) add((p) => `t.booked_at < ${p}`, filters.to);
  if (keyset.after !== null) {
    const [bookedAt, id = ''] = keyset.after;
    const first = values.push(bookedAt, ...id.split('.')) - key.length;
    const parameters = key.map((_, index) => `$${first + index + 1}`);
    const columns = key.map((column) => `t.${column}`);
    conditions.push(`(${columns.join(', ')}) ${keyset.direction === 'desc' ? '<' : '>'} (${parameters.join(', ')})`);
  }
  const direction = keyset.direction === 'desc' ? 'DESC' : 'ASC';
  return { conditions, values, order: key.map((column) => `t.${column} ${direction}`).join(', ') };
}
