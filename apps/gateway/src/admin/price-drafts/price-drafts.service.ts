import { Injectable } from '@nestjs/common';
import {
  changePriceDraft,
  createPriceDraft,
  Database,
  decidePriceDraft,
  draftFaults,
  inTransaction,
  loadHeldBook,
  lockPriceDraft,
  PRICE_DRAFT_COLUMNS,
  publishDraft,
  type PriceDraftRow,
} from '@tollgate/database';
import type { OperationInput, OPERATIONS, Page, PriceBookDraft, PriceDraftChanges } from '@tollgate/wire';
import type pg from 'pg';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { conflict, invalidRequest, orNotFound } from '../http/problem-error.js';
import { requireVersion } from '../http/transaction.js';
import { PriceBooksRepository } from '../price-books/price-books.repository.js';
import { presentDraft } from './present-draft.js';

type Operations = typeof OPERATIONS;
type List = OperationInput<Operations['listPriceDrafts']>;
type Creation = OperationInput<Operations['createPriceDraft']>;
type Change = OperationInput<Operations['updatePriceDraft']>;
type Publication = OperationInput<Operations['publishPriceDraft']>;

/** What a draft would do is checked whenever it is written, and again when it is published: the book may have changed. */
@Injectable()
export class PriceDraftsService {
  constructor(
    private readonly database: Database,
    private readonly books: PriceBooksRepository,
  ) {}

  async list({ params, query }: List): Promise<Page<PriceBookDraft>> {
    orNotFound(await this.books.find(null, params.priceBookId));
    const { direction, after, limit } = readKeyset(query);
    const beyond = direction === 'desc' ? '<' : '>';
    const text = `SELECT ${PRICE_DRAFT_COLUMNS} FROM price_draft
      WHERE price_book_id = $1 AND ($2::text IS NULL OR id ${beyond} $2)
      ORDER BY id ${direction === 'desc' ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`;
    const { rows } = await this.database.pool.query<PriceDraftRow>(text, [params.priceBookId, after?.[0] ?? null]);
    return toPage(rows, query, presentDraft);
  }

  async read(id: string): Promise<PriceBookDraft> {
    const text = `SELECT ${PRICE_DRAFT_COLUMNS} FROM price_draft WHERE id = $1`;
    return presentDraft(orNotFound((await this.database.pool.query<PriceDraftRow>(text, [id])).rows[0]));
  }

  async create(actor: Actor, { params, body }: Creation): Promise<PriceBookDraft> {
    const { priceBookId } = params;
    orNotFound(await this.books.find(null, priceBookId));
    return this.#transact(async (client) => {
      await requireSound(client, priceBookId, { changes: body.changes, pointer: '/body/changes' });
      const { name, changes } = body;
      const draft = await createPriceDraft(client, { priceBookId, name, changes, createdBy: actor.id });
      await audit(client, actor, { action: 'price-draft.created', before: null, after: draft });
      return draft;
    });
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<PriceBookDraft> {
    return this.#transact(async (client) => {
      const before = await lockOpen(client, params.priceDraftId, ['open']);
      requireVersion(before, ifMatch);
      const changes = body.changes ?? before.changes;
      await requireSound(client, before.priceBookId, { changes, pointer: '/body/changes' });
      const after = await changePriceDraft(client, { id: before.id, name: body.name ?? before.name, changes });
      await audit(client, actor, { action: 'price-draft.updated', before, after });
      return after;
    });
  }

  async discard(actor: Actor, id: string): Promise<void> {
    await this.#transact(async (client) => {
      const before = await lockOpen(client, id, ['open', 'scheduled']);
      const decision = { state: 'discarded', effectiveAt: null, decidedBy: actor.id } as const;
      const after = await decidePriceDraft(client, id, decision);
      await audit(client, actor, { action: 'price-draft.discarded', before, after });
      return after;
    });
  }

  /** Now, as of an instant that has gone, or scheduled for one to come. */
  async publish(actor: Actor, { params, body, ifMatch }: Publication): Promise<PriceBookDraft> {
    return this.#transact(async (client) => {
      const before = await lockOpen(client, params.priceDraftId, ['open']);
      requireVersion(before, ifMatch);
      const { changes } = before;
      const now = Date.now();
      const at = body.effectiveAt === undefined ? now : Date.parse(body.effectiveAt);
      await requireSound(client, before.priceBookId, { changes, pointer: '/changes', at });
      const effectiveAt = new Date(at);
      if (at > now) {
        const decision = { state: 'scheduled', effectiveAt, decidedBy: actor.id } as const;
        const after = await decidePriceDraft(client, before.id, decision);
        await audit(client, actor, { action: 'price-draft.scheduled', before, after });
        return after;
      }
      const { draft, snapshotId, introduced, retired } = await publishDraft(client, before, {
        effectiveAt,
        publishedBy: actor.id,
      });
      await insertAuditEntry(client, actor, {
        action: 'price-book.published',
        resourceId: before.priceBookId,
        organizationId: null,
        before: null,
        after: { draft: before.id, currentPublication: snapshotId, introduced, retired, effectiveAt },
      });
      return draft;
    });
  }

  async #transact(run: (client: pg.PoolClient) => Promise<PriceDraftRow>): Promise<PriceBookDraft> {
    return presentDraft(await inTransaction(this.database.pool, 'READ COMMITTED', run));
  }
}

async function lockOpen(
  client: pg.PoolClient,
  id: string,
  states: readonly PriceDraftRow['state'][],
): Promise<PriceDraftRow> {
  const draft = orNotFound(await lockPriceDraft(client, id));
  if (!states.includes(draft.state)) throw conflict(`The draft is ${draft.state}.`);
  return draft;
}

interface Drafted {
  readonly changes: PriceDraftRow['changes'] | PriceDraftChanges;
  /** JSON Pointer to the changes. */
  readonly pointer: string;
  readonly at?: number;
}

/** @throws ProblemError that names each row and field by which the book would make no sense */
async function requireSound(
  client: pg.PoolClient,
  bookId: string,
  { changes, pointer, at = Date.now() }: Drafted,
): Promise<void> {
  const faults = draftFaults(await loadHeldBook(client, bookId), changes, at);
  if (faults.length > 0) {
    throw invalidRequest(faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` })));
  }
}

interface DraftFact {
  readonly action: string;
  readonly before: PriceDraftRow | null;
  readonly after: PriceDraftRow;
}

async function audit(client: pg.PoolClient, actor: Actor, { action, before, after }: DraftFact): Promise<void> {
  const told = (draft: PriceDraftRow | null): object | null =>
    draft === null
      ? null
      : { name: draft.name, changes: draft.changes, state: draft.state, effectiveAt: draft.effectiveAt };
  const fact = { action, resourceId: after.id, organizationId: null, before: told(before), after: told(after) };
  await insertAuditEntry(client, actor, fact);
}
