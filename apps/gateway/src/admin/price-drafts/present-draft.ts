import type { PriceDraftRow } from '@tollgate/database';
import type { PriceBookDraft } from '@tollgate/wire';
import { instantOrNull, revisionOf } from '../http/presentation.js';

export function presentDraft(row: PriceDraftRow): PriceBookDraft {
  return {
    id: row.id,
    priceBookId: row.priceBookId,
    name: row.name,
    changes: row.changes as PriceBookDraft['changes'],
    state: row.state,
    effectiveAt: instantOrNull(row.effectiveAt),
    publicationId: row.snapshotId,
    createdBy: row.createdBy,
    decidedBy: row.decidedBy,
    decidedAt: instantOrNull(row.decidedAt),
    failure: row.failure,
    ...revisionOf(row),
  };
}
