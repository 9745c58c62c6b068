import { Inject, Injectable, Optional } from '@nestjs/common';
import { isId, type Picos } from '@tollgate/domain';
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
import { AdmissionInspector } from '../../platform/admission-inspector.js';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { presentBalance } from './present-balance.js';
import { entryId, presentEntry, presentTransaction } from './present-ledger.js';

type BalanceQuestion = OperationInput<typeof OPERATIONS.readBalance>;

@Injectable()
export class LedgerService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly repository: LedgerRepository,
    @Optional() @Inject(AdmissionInspector) private readonly admission: AdmissionInspector | undefined,
  ) {}

  async balance(actor: Actor, { params, query }: BalanceQuestion): Promise<OrganizationBalance> {
    const organization = orNotFound(await this.organizations.find(actor.organizationId, params.organizationId));
    const { id: organizationId, billingMode } = organization;
    const asOf = query.asOf === undefined ? undefined : Date.parse(query.asOf);
    const [balance, held] = await Promise.all([
      this.repository.balance(organizationId, asOf),
      // what is held is held now, and in the process that answers
      asOf === undefined ? this.#held(organizationId) : null,
    ]);
    return presentBalance(balance, { organizationId, billingMode, held, isOperator: actor.organizationId === null });
  }

  async #held(organizationId: string): Promise<Picos | null> {
    const live = await this.admission?.balanceOf(organizationId);
    return live?.held ?? null;
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
