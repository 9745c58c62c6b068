import { Injectable } from '@nestjs/common';
import { instantOfUuid, isId, publicRequestId } from '@tollgate/domain';
import type { CreditGrant, CreditGrantDetail, CreditGrantListQuery, Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars, instantOrNull } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { CreditGrantsRepository, type CreditGrantRow, type GrantUseRow } from './credit-grants.repository.js';

const SHOWN_USES = 50;

@Injectable()
export class CreditGrantsService {
  constructor(private readonly repository: CreditGrantsRepository) {}

  async list(actor: Actor, query: CreditGrantListQuery): Promise<Page<CreditGrant>> {
    const { limit, sort, cursor, ...filters } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    requireReadableCursor(keyset);
    const rows = await this.repository.list(actor.organizationId, filters, keyset);
    return toKeyedPage(rows, order, { present, key: ({ booked_at, id }) => [booked_at.toISOString(), id] });
  }

  async read(actor: Actor, id: string): Promise<CreditGrantDetail> {
    const row = orNotFound(await this.repository.find(actor.organizationId, id));
    const uses = await this.repository.uses(actor.organizationId, row, SHOWN_USES);
    return { ...present(row), uses: uses.map(presentUse) };
  }
}

/** What is in a cursor goes into casts, which would fail on anything else. */
function requireReadableCursor({ after }: Keyset): void {
  if (after === null) return;
  const [bookedAt = '', id = ''] = after;
  if (!isWrittenInstant(bookedAt) || !isId('creditGrant', id)) throw new ProblemError('invalid-cursor');
}

function present(row: CreditGrantRow): CreditGrant {
  return {
    id: row.id,
    organizationId: row.organization_id,
    account: row.account,
    origin: row.origin,
    amount: dollars(row.amount),
    remaining: dollars(row.remaining),
    priority: row.priority,
    effectiveFrom: row.effective_from.toISOString(),
    expiresAt: instantOrNull(row.expires_at),
    state: row.state,
    reason: row.reason,
    source: row.source,
    ledgerTransactionId: row.transaction_id,
    accountingPeriod: row.accounting_period,
    bookedAt: row.booked_at.toISOString(),
    lastUsedAt: row.last_request_id === null ? null : new Date(instantOfUuid(row.last_request_id)).toISOString(),
  };
}

function presentUse(row: GrantUseRow): CreditGrantDetail['uses'][number] {
  return {
    requestId: row.request_id === null ? null : publicRequestId(row.request_id),
    sourceId: row.source_id,
    revision: row.revision,
    amount: dollars(row.amount),
    bookedAt: row.booked_at.toISOString(),
  };
}
