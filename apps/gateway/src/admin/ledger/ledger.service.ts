import { Injectable } from '@nestjs/common';
import { IdempotencyKeyReused, LEDGER_CURRENCY } from '@tollgate/database';
import { formatPicos, isId, parsePicos } from '@tollgate/domain';
import type {
  LedgerEntry,
  LedgerEntryListQuery,
  LedgerTransaction,
  LedgerTransactionDetail,
  LedgerTransactionListQuery,
  OperationInput,
  OPERATIONS,
  OrganizationBalance,
  Page,
} from '@tollgate/wire';
import { OPERATOR_LEDGER_ACCOUNTS } from '@tollgate/domain';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { entryId, presentEntry, presentTransaction } from './present-ledger.js';

type Credit = OperationInput<typeof OPERATIONS.createCredit>;

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

  async credit(actor: Actor, { params, body, idempotencyKey }: Credit): Promise<LedgerTransactionDetail> {
    const { organizationId } = params;
    const { kind, reason, amount, currency } = body;
    const source = actor.id;
    const draft = { organizationId, kind, reason, source, idempotencyKey, picos: parsePicos(amount) };
    const after = { kind, amount: formatPicos(draft.picos), currency, reason };
    const credit = await this.repository
      .credit(actor, draft, ({ transactionId }) => ({
        action: 'credit.posted',
        resourceId: transactionId,
        organizationId,
        before: null,
        after,
      }))
      .catch(explainReuse);
    return this.transaction(actor, orNotFound(credit).transactionId);
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

function explainReuse(error: unknown): never {
  if (!(error instanceof IdempotencyKeyReused)) throw error;
  const message = 'was sent before with another body; a new act needs a new key';
  throw new ProblemError('idempotency-key-reused', undefined, [
    { pointer: '/header/Idempotency-Key', code: 'reused', message },
  ]);
}
