import { Injectable } from '@nestjs/common';
import type { NewPrice, PublishedPrices } from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, Price, PriceBook, PublicationResult } from '@tollgate/wire';
import type { AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { withoutUndefined } from '../http/presentation.js';
import { invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { overlappingDrafts } from './overlapping-drafts.js';
import { PriceBooksRepository, type PriceBookRow } from './price-books.repository.js';
import { presentPrice } from './present-price.js';
import { presentPriceBook, presentPublication } from './present-price-book.js';

type ListQuery = OperationInput<typeof OPERATIONS.listPriceBooks>['query'];
type PriceList = OperationInput<typeof OPERATIONS.listPrices>;
type PriceRead = OperationInput<typeof OPERATIONS.readPrice>;
type PublicationInput = OperationInput<typeof OPERATIONS.publishPrices>;
type PriceDraft = PublicationInput['body']['prices'][number];

@Injectable()
export class PriceBooksService {
  constructor(private readonly repository: PriceBooksRepository) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<PriceBook>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, presentPriceBook);
  }

  async read(actor: Actor, id: string): Promise<PriceBook> {
    return presentPriceBook(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async listPrices(actor: Actor, { params, query }: PriceList): Promise<Page<Price>> {
    const { limit, sort, cursor, sequence, ...named } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    const book = orNotFound(await this.repository.find(actor.organizationId, params.priceBookId));
    const filter = { ...withoutUndefined(named), sequence: sequence ?? book.snapshots[0]?.sequence ?? 0 };
    const rows = await this.repository.listPrices(actor.organizationId, book.id, { filter, keyset });
    return toPage(rows, order, presentPrice);
  }

  async readPrice(actor: Actor, { params }: PriceRead): Promise<Price> {
    const row = await this.repository.findPrice(actor.organizationId, params.priceBookId, params.priceId);
    return presentPrice(orNotFound(row));
  }

  async publish(actor: Actor, { params, body }: PublicationInput): Promise<PublicationResult> {
    const book = orNotFound(await this.repository.find(actor.organizationId, params.priceBookId));
    const { source, mode, prices } = body;
    const faults = overlappingDrafts(prices);
    if (faults.length > 0) throw new ProblemError('invalid-request', 'Prices contradict each other.', faults);
    const publication = { bookId: book.id, prices: prices.map(toNewPrice), source, mode, publishedBy: actor.id };
    const factOf = (published: PublishedPrices): AuditFact => publicationFact(book, { published, source, mode });
    const { introduced, retired, overruled, changed } = await this.repository
      .publish(null, publication, { actor, factOf })
      .catch(explainPrices);
    const after = orNotFound(await this.repository.find(actor.organizationId, book.id));
    const published = orNotFound(after.snapshots[0]);
    return { publication: presentPublication(published), introduced, retired, overruled, changed };
  }
}

function publicationFact(
  book: PriceBookRow,
  { published, source, mode }: { published: PublishedPrices; source: string; mode: string },
): AuditFact {
  const { snapshotId, introduced, retired, overruled } = published;
  return {
    action: 'price-book.published',
    resourceId: book.id,
    organizationId: book.organizationId,
    before: { currentPublication: book.snapshots[0]?.id ?? null },
    after: { currentPublication: snapshotId, introduced, retired, overruled, source, mode },
  };
}

function toNewPrice(draft: PriceDraft): NewPrice {
  const { amount, effectiveFrom, effectiveTo, ...dimensions } = draft;
  return {
    ...dimensions,
    amountPicos: parsePicos(amount),
    effectiveFrom: Date.parse(effectiveFrom),
    effectiveTo: effectiveTo === null ? null : Date.parse(effectiveTo),
  };
}

const OVERLAP = '23P01';

/** Prices that contradict each other are found when the whole book is put together. */
function explainPrices(error: unknown): never {
  if (error instanceof RangeError) throw invalidField('/body/prices', error.message, 'inconsistent');
  if (error instanceof Error && 'code' in error && error.code === OVERLAP) {
    throw invalidField('/body/prices', 'two prices are for the same thing at the same time', 'overlapping');
  }
  throw error;
}
