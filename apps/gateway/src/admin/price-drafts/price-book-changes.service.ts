import { Injectable } from '@nestjs/common';
import { Database, inTransaction, loadHeldRules, publishPrices } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, PriceBook, PriceRule, Publication } from '@tollgate/wire';
import type pg from 'pg';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { conflict, invalidField, orNotFound } from '../http/problem-error.js';
import { requireVersion } from '../http/transaction.js';
import { presentPriceBook, presentPublication } from '../price-books/present-price-book.js';
import { PriceBooksRepository } from '../price-books/price-books.repository.js';

type Draft = OperationInput<typeof OPERATIONS.createPriceBook>['body'];
type Change = OperationInput<typeof OPERATIONS.updatePriceBook>;
type History = OperationInput<typeof OPERATIONS.listPublications>;

const INSERT = `INSERT INTO price_book (id, organization_id, name, parent_id) VALUES ($1, $2, $3, $4)`;

/** The book that an organization has now, or the default one. */
const PARENT = `
  SELECT coalesce((SELECT p.price_book_id FROM organization o JOIN plan p ON p.id = o.plan_id WHERE o.id = $1),
                  (SELECT default_price_book_id FROM installation)) AS id`;

/** Price books come into being and are renamed; what they say is changed by drafts. */
@Injectable()
export class PriceBookChanges {
  constructor(
    private readonly database: Database,
    private readonly repository: PriceBooksRepository,
  ) {}

  async create(actor: Actor, { name, organizationId, parentId }: Draft): Promise<PriceBook> {
    const id = newId('priceBook');
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      await requireOwner(client, organizationId);
      const parent = await parentOf(client, { organizationId, parentId });
      await client.query(INSERT, [id, organizationId, name, parent]);
      // without a published state it would be in nobody's chain
      await publishPrices(client, { bookId: id, prices: [], source: 'api', mode: 'edit', publishedBy: actor.id });
      const after = { name, organizationId, parentId: parent };
      const fact = { action: 'price-book.created', resourceId: id, organizationId, before: null, after };
      await insertAuditEntry(client, actor, fact);
    });
    return presentPriceBook(orNotFound(await this.repository.find(null, id)));
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<PriceBook> {
    const id = params.priceBookId;
    const found = orNotFound(await this.repository.find(null, id));
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const text = 'SELECT version, name FROM price_book WHERE id = $1 FOR UPDATE';
      const before = orNotFound((await client.query<{ version: number; name: string }>(text, [id])).rows[0]);
      requireVersion(before, ifMatch);
      const after = { name: body.name ?? before.name };
      await client.query('UPDATE price_book SET name = $2, version = version + 1 WHERE id = $1', [id, after.name]);
      const { organizationId } = found;
      const fact = {
        action: 'price-book.updated',
        resourceId: id,
        organizationId,
        before: { name: before.name },
        after,
      };
      await insertAuditEntry(client, actor, fact);
    });
    return presentPriceBook(orNotFound(await this.repository.find(null, id)));
  }

  async listPublications({ params, query }: History): Promise<Page<Publication>> {
    orNotFound(await this.repository.find(null, params.priceBookId));
    const keyset = readKeyset(query);
    return toPage(await this.repository.listPublications(params.priceBookId, keyset), query, presentPublication);
  }

  async listRules(priceBookId: string): Promise<{ readonly data: readonly PriceRule[] }> {
    orNotFound(await this.repository.find(null, priceBookId));
    return { data: await loadHeldRules(this.database.pool, priceBookId) };
  }
}

async function requireOwner(client: pg.PoolClient, organizationId: string | null): Promise<void> {
  if (organizationId === null) return;
  const { rows } = await client.query('SELECT FROM organization WHERE id = $1 FOR UPDATE', [organizationId]);
  if (rows.length === 0) throw invalidField('/body/organizationId', 'there is no such organization', 'unknown');
  const own = await client.query('SELECT FROM price_book WHERE organization_id = $1', [organizationId]);
  if (own.rows.length > 0) throw conflict('The organization has a price book of its own.');
}

async function parentOf(
  client: pg.PoolClient,
  { organizationId, parentId }: { readonly organizationId: string | null; readonly parentId: string | undefined },
): Promise<string> {
  if (parentId === undefined) {
    const { rows } = await client.query<{ id: string | null }>(PARENT, [organizationId]);
    return orNotFound(rows[0]?.id);
  }
  const text = 'SELECT organization_id AS "organizationId" FROM price_book WHERE id = $1';
  const parent = (await client.query<{ organizationId: string | null }>(text, [parentId])).rows[0];
  if (parent === undefined) throw invalidField('/body/parentId', 'there is no such price book', 'unknown');
  const foreign = parent.organizationId !== null && parent.organizationId !== organizationId;
  if (foreign) throw invalidField('/body/parentId', 'belongs to another organization', 'foreign');
  return parentId;
}
