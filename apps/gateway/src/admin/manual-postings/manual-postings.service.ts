import { Injectable } from '@nestjs/common';
import { IdempotencyKeyReused, ManualPostingRefused, type ManualPostingDraft } from '@tollgate/database';
import { formatPicos, isId, parsePicos } from '@tollgate/domain';
import type { ManualPosting, ManualPostingListQuery, OperationInput, OPERATIONS, Page } from '@tollgate/wire';
import type { AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars, instantOrNull } from '../http/presentation.js';
import { conflict, invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { ManualPostingsRepository, type Decision, type ManualPostingRow } from './manual-postings.repository.js';

type Creation = OperationInput<typeof OPERATIONS.createManualPosting>;
type Rejection = OperationInput<typeof OPERATIONS.rejectManualPosting>;

@Injectable()
export class ManualPostingsService {
  constructor(private readonly repository: ManualPostingsRepository) {}

  async list(actor: Actor, query: ManualPostingListQuery): Promise<Page<ManualPosting>> {
    const { limit, sort, cursor, ...filters } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    requireReadableCursor(keyset);
    const rows = await this.repository.list(actor.organizationId, filters, keyset);
    return toKeyedPage(rows, order, {
      present: (row) => present(row, actor),
      key: ({ requested_at, id }) => [requested_at.toISOString(), id],
    });
  }

  async read(actor: Actor, id: string): Promise<ManualPosting> {
    return present(orNotFound(await this.repository.find(actor.organizationId, id)), actor);
  }

  async create(actor: Actor, creation: Creation): Promise<ManualPosting> {
    const draft = draftOf(actor, creation);
    const { organizationId } = draft;
    const { amount, ...told } = creation.body;
    const result = await this.repository
      .request(actor, draft, ({ id, state }) => ({
        action: state === 'pending' ? 'manual-posting.requested' : 'manual-posting.posted',
        resourceId: id,
        organizationId: state === 'pending' ? null : organizationId,
        before: null,
        after: { ...told, amount: formatPicos(parsePicos(amount)), state },
      }))
      .catch(explain);
    return this.read(actor, orNotFound(result).id);
  }

  approve(actor: Actor, id: string): Promise<ManualPosting> {
    return this.#decide(actor, { id, approve: true, reason: null });
  }

  reject(actor: Actor, { params, body }: Rejection): Promise<ManualPosting> {
    return this.#decide(actor, { id: params.manualPostingId, approve: false, reason: body.reason });
  }

  async #decide(actor: Actor, decision: Decision): Promise<ManualPosting> {
    const { id, approve, reason } = decision;
    const { organizationId, kind, amount, reason: why } = await this.read(actor, id);
    const factOf = ({ state }: { readonly state: string }): AuditFact => ({
      action: approve ? 'manual-posting.approved' : 'manual-posting.rejected',
      resourceId: id,
      // what came of it is the organization's to see, what came to nothing is not
      organizationId: approve ? organizationId : null,
      before: { state: 'pending' },
      after: {
        kind,
        amount: amount.amount,
        reason: why,
        state,
        ...(reason === null ? {} : { decisionReason: reason }),
      },
    });
    orNotFound(await this.repository.decide(actor, decision, factOf).catch(explain));
    return this.read(actor, id);
  }
}

function draftOf(actor: Actor, { params, body, idempotencyKey }: Creation): ManualPostingDraft {
  const { kind, amount, reason, priority, effectiveFrom, expiresAt, grantId } = body;
  return {
    organizationId: params.organizationId,
    kind,
    picos: parsePicos(amount),
    reason,
    requestedBy: actor.id,
    idempotencyKey,
    priority,
    effectiveFrom: effectiveFrom === undefined ? null : Date.parse(effectiveFrom),
    expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
    grantId: grantId ?? null,
  };
}

/** What is in a cursor goes into casts, which would fail on anything else. */
function requireReadableCursor({ after }: Keyset): void {
  if (after === null) return;
  const [requestedAt = '', id = ''] = after;
  if (!isWrittenInstant(requestedAt) || !isId('manualPosting', id)) throw new ProblemError('invalid-cursor');
}

function explain(error: unknown): never {
  if (error instanceof IdempotencyKeyReused) {
    const message = 'was sent before with another body; a new act needs a new key';
    throw new ProblemError('idempotency-key-reused', undefined, [
      { pointer: '/header/Idempotency-Key', code: 'reused', message },
    ]);
  }
  if (!(error instanceof ManualPostingRefused)) throw error;
  if (error.field === 'state') throw conflict(`The posting cannot be decided: ${error.message}.`);
  if (error.field === 'decidedBy') throw new ProblemError('forbidden', `You may not approve it: ${error.message}.`);
  throw invalidField(`/body/${error.field}`, error.message, 'not_postable');
}

/** Whom the operator has at work is told by name to the operator only. */
function present(row: ManualPostingRow, { organizationId }: Actor): ManualPosting {
  const isOperator = organizationId === null;
  return {
    id: row.id,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    kind: row.kind,
    amount: dollars(row.amount),
    reason: row.reason,
    priority: row.priority,
    effectiveFrom: instantOrNull(row.effective_from),
    expiresAt: instantOrNull(row.expires_at),
    grantId: row.grant_id,
    state: row.state,
    requestedBy: row.requested_by,
    requestedByName: isOperator ? row.requested_by_name : null,
    requestedAt: row.requested_at.toISOString(),
    decidedBy: row.decided_by,
    decidedByName: isOperator ? row.decided_by_name : null,
    decidedAt: instantOrNull(row.decided_at),
    decisionReason: row.decision_reason,
    ledgerTransactionId: row.transaction_id,
    creditGrantId: row.credit_grant_id,
  };
}
