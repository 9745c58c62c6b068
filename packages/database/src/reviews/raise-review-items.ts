import { formatPicos, newId } from '@tollgate/domain';
import type { Picos, ReviewKind } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';

/** Something that somebody has to look at. */
export interface ReviewItemDraft {
  readonly kind: ReviewKind;
  /** What it is about: an item is raised once for each kind and subject, however often it is found. */
  readonly subject: string;
  readonly organizationId: string | null;
  /** US dollars at stake; `null` where nobody knows yet. */
  readonly picos: Picos | null;
  readonly details: Readonly<Record<string, string | number | null>>;
}

const COLUMNS: readonly Column<ReviewItemDraft>[] = [
  { name: 'id', type: 'text', value: () => newId('reviewItem') },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'subject', type: 'text', value: ({ subject }) => subject },
  { name: 'organization_id', type: 'text', value: ({ organizationId }) => organizationId },
  { name: 'amount', type: 'numeric', value: ({ picos }) => (picos === null ? null : formatPicos(picos)) },
  { name: 'details', type: 'jsonb', value: ({ details }) => JSON.stringify(details) },
];

const INSERT = `${insertStatement('review_item', COLUMNS)} ON CONFLICT (kind, subject) DO NOTHING`;

/** Raises items; what was raised before, resolved or not, stays as it is. In the order of their keys: no dead-locks. */
export async function raiseReviewItems(
  client: pg.Pool | pg.PoolClient,
  items: readonly ReviewItemDraft[],
): Promise<void> {
  if (items.length === 0) return;
  const keyOf = ({ kind, subject }: ReviewItemDraft): string => `${kind} ${subject}`;
  const distinct = new Map(items.toReversed().map((item) => [keyOf(item), item]));
  const rows = [...distinct.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await client.query({ name: 'raise_review_items', text: INSERT, values: columnValues(COLUMNS, rows) });
}

const RESOLVE = `
  UPDATE review_item SET state = 'resolved', resolved_at = now(), resolved_by = 'worker', resolution = $3
  WHERE kind = $1 AND subject = ANY($2) AND state = 'open'`;

/** Resolves what has settled itself. */
export async function resolveReviewItems(
  client: pg.Pool | pg.PoolClient,
  { kind, subjects, resolution }: { kind: ReviewKind; subjects: readonly string[]; resolution: string },
): Promise<void> {
  if (subjects.length > 0) await client.query(RESOLVE, [kind, subjects, resolution]);
}
