import { Injectable } from '@nestjs/common';
import { isId } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, ReviewItem, ReviewItemListQuery, ReviewSummary } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars, instantOrNull } from '../http/presentation.js';
import { conflict, orNotFound, ProblemError } from '../http/problem-error.js';
import { ReviewsRepository, type ReviewRow } from './reviews.repository.js';

type Resolution = OperationInput<typeof OPERATIONS.resolveReviewItem>;
type BulkResolution = OperationInput<typeof OPERATIONS.resolveReviewItems>['body'];

@Injectable()
export class ReviewsService {
  constructor(private readonly repository: ReviewsRepository) {}

  async list(query: ReviewItemListQuery): Promise<Page<ReviewItem>> {
    const { limit, sort, cursor, ...filters } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    requireReadableCursor(keyset);
    const rows = await this.repository.list(null, filters, keyset);
    return toKeyedPage(rows, order, { present, key: ({ opened_at, id }) => [opened_at.toISOString(), id] });
  }

  async read(id: string): Promise<ReviewItem> {
    return present(orNotFound(await this.repository.find(null, id)));
  }

  async summary(): Promise<ReviewSummary> {
    const [kinds, waiting] = await Promise.all([this.repository.openByKind(), this.repository.waiting()]);
    return {
      open: kinds.map(({ kind, count, amount }) => ({ kind, count, amount: dollars(amount) })),
      openCount: kinds.reduce((sum, { count }) => sum + count, 0),
      ...waiting,
      asOf: new Date().toISOString(),
    };
  }

  async resolve(actor: Actor, { params, body }: Resolution): Promise<ReviewItem> {
    const { reviewItemId: id } = params;
    const { kind, subject, state } = await this.read(id);
    refuseDecisions(kind);
    const fact = {
      action: 'review-item.resolved',
      resourceId: id,
      organizationId: null,
      before: { kind, subject, state },
      after: { kind, subject, state: 'resolved', resolution: body.resolution },
    };
    const isResolved = await this.repository.resolve(actor, { id, resolution: body.resolution }, fact);
    if (!isResolved) throw conflict('The item has been resolved already.');
    return this.read(id);
  }

  async resolveKind(actor: Actor, body: BulkResolution): Promise<{ resolved: number }> {
    const { kind, organizationId = null, openedBefore, resolution } = body;
    refuseDecisions(kind);
    return { resolved: await this.repository.resolveKind(actor, { kind, organizationId, openedBefore, resolution }) };
  }
}

/** A note decides nothing about a price, and the next import would take it for a decision: for the first source. */
function refuseDecisions(kind: ReviewItem['kind']): void {
  if (kind !== 'price_difference') return;
  throw conflict('Which price holds has to be decided: POST /price-differences/{reviewItemId}/resolutions.');
}

/** What is in a cursor goes into casts, which would fail on anything else. */
function requireReadableCursor({ after }: Keyset): void {
  if (after === null) return;
  const [openedAt = '', id = ''] = after;
  if (!isWrittenInstant(openedAt) || !isId('reviewItem', id)) throw new ProblemError('invalid-cursor');
}

function present(row: ReviewRow): ReviewItem {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    amount: row.amount === null ? null : dollars(row.amount),
    details: row.details,
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    resolvedAt: instantOrNull(row.resolved_at),
    resolvedBy: row.resolved_by,
    resolvedByName: row.resolved_by_name,
    resolution: row.resolution,
  };
}
