import { Injectable } from '@nestjs/common';
import { LEDGER_CURRENCY } from '@tollgate/database';
import { formatPicos, isId, OPERATOR_LEDGER_ACCOUNTS } from '@tollgate/domain';
import type {
  LedgerEntry,
  LedgerEntryListQuery,
  LedgerTransaction,
  LedgerTransactionDetail,
  LedgerTransactionListQuery,
  OrganizationBalance,
  Page,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { entryId, presentEntry, presentTransaction } from './present-ledger.js';

const money = (picos: bigint) => dollars(formatPicos(picos));

@Injectable()
export class LedgerService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly repository: LedgerRepository,
  ) {}

  async balance(actor: Actor, id: string): Promise<OrganizationBalance> {
    const { id: organizationId } = orNotFound(await this.organizations.find(actor.organizationId, id));
    const { accounts, credited, spent, available, owed, cost } = await this.repository.balance(organizationId);
    const isOperator = actor.organizationId === null;
    return {
      organizationId,
      currency: LEDGER_CURRENCY,
      credited: money(credited),
      spent: money(spent),
      available: money(available),
      owed: money(owed),
      // what the operator pays is not told to those who pay the operator
      ...(isOperator ? { cost: money(cost) } : {}),
      accounts: accounts
        .filter(({ account }) => isOperator || !OPERATOR_LEDGER_ACCOUNTS.includes(account))
        .map(({ account, posted, accrued }) => ({
          account,
          balance: money(posted + accrued),
          posted: money(posted),
          accrued: money(accrued),
        })),
      asOf: new Date().toISOString(),
    };
  }

  async transactions(actor: Actor, query: LedgerTransactionListQuery): Promise<Page<LedgerTransaction>> {
    const { limit, sort, cursor, ...filters } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    requireReadableCursor(keyset, (id) => isId('ledgerTransaction', id));
    const rows = await this.repository.listTransactions(actor.organizationId, filters, keyset);
    return toKeyedPage(rows, order, {
      present: presentTransaction,
      key: ({ booked_at, id }) => [booked_at.toISOString(), id],
    });
  }

  async transaction(actor: Actor, id: string): Promise<LedgerTransactionDetail> {
    const row = orNotFound(await this.repository.findTransaction(actor.organizationId, id));
    const entries = await this.repository.entriesOf(actor.organizationId, id);
    return { ...presentTransaction(row), entries: entries.map(presentEntry) };
  }

  async entries(actor: Actor, query: LedgerEntryListQuery): Promise<Page<LedgerEntry>> {
    const { limit, sort, cursor, ...filters } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    requireReadableCursor(keyset, (id) => /^[^.]+\.\d{1,4}$/.test(id));
    const rows = await this.repository.listEntries(actor.organizationId, filters, keyset);
    return toKeyedPage(rows, order, {
      present: presentEntry,
      key: (row) => [row.booked_at.toISOString(), entryId(row)],
    });
  }
}

/** What is in a cursor goes into casts, which would fail on anything else. */
function requireReadableCursor({ after }: Keyset, isKnown: (id: string) => boolean): void {
  if (after === null) return;
  const [bookedAt = '', id = ''] = after;
  if (!isWrittenInstant(bookedAt) || !isKnown(id)) throw new ProblemError('invalid-cursor');
}
