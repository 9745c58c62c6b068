import { newId } from '@tollgate/domain';
import pg from 'pg';

import { inTransaction } from '../transaction.js';
import { decidePriceDraft, PRICE_DRAFT_COLUMNS, publishDraft } from './price-drafts.js';
import type { PriceDraftRow } from './price-drafts.js';

const DUE = `SELECT ${PRICE_DRAFT_COLUMNS} FROM price_draft WHERE state = 'scheduled' AND effective_at <= now()
  ORDER BY effective_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

const AUDIT = `
  INSERT INTO audit_log_entry (id, organization_id, actor, action, resource_id, changes)
  SELECT $1, b.organization_id, $2, 'price-book.published', b.id, $3 FROM price_book b WHERE b.id = $4`;

/** SQLSTATE class of violated constraints. */
const INTEGRITY = '23';

/** Publishes the drafts whose instant has come, each in its own transaction. Two callers never publish one twice. */
export async function publishDueDrafts(pool: pg.Pool): Promise<readonly PriceDraftRow[]> {
  const done: PriceDraftRow[] = [];
  for (let next = await publishNext(pool); next !== null; next = await publishNext(pool)) done.push(next);
  return done;
}

async function publishNext(pool: pg.Pool): Promise<PriceDraftRow | null> {
  return inTransaction(pool, 'READ COMMITTED', async (client) => {
    const draft = (await client.query<PriceDraftRow>(DUE)).rows[0];
    if (draft === undefined) return null;
    const { effectiveAt } = draft;
    if (effectiveAt === null) throw new TypeError('a scheduled draft without an instant');
    const decidedBy = draft.decidedBy ?? draft.createdBy;
    await client.query('SAVEPOINT publication');
    try {
      const { snapshotId, introduced, retired, ...published } = await publishDraft(client, draft, {
        effectiveAt,
        publishedBy: decidedBy,
      });
      const after = { draft: draft.id, currentPublication: snapshotId, introduced, retired, effectiveAt };
      const changes = Object.fromEntries(
        Object.entries(after).map(([key, value]) => [key, { before: null, after: value }]),
      );
      await client.query(AUDIT, [newId('auditLogEntry'), decidedBy, JSON.stringify(changes), draft.priceBookId]);
      return published.draft;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT publication');
      const failure = error instanceof Error ? error.message : String(error);
      return decidePriceDraft(client, draft.id, { state: 'open', effectiveAt: null, decidedBy, failure });
    }
  });
}

/** The book has changed since the draft was checked, so that both no longer go together. */
function isRefusal(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof pg.DatabaseError && error.code?.slice(0, 2) === INTEGRITY);
}
