import {
  OPERATIONS,
  type OperationInput,
  type Page,
  type PriceBook,
  type PriceBookDraft,
  type PricePreview,
  type PriceRule,
  type Publication,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { PriceBookChanges } from './price-book-changes.service.js';
import { PriceDraftsService } from './price-drafts.service.js';
import { PricePreviewsService } from './price-previews.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class PriceDraftsController {
  constructor(
    private readonly books: PriceBookChanges,
    private readonly drafts: PriceDraftsService,
    private readonly previews: PricePreviewsService,
  ) {}

  @Operate(OPERATIONS.createPriceBook)
  createBook(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createPriceBook']>,
  ): Promise<PriceBook> {
    return this.books.create(actor, input.body);
  }

  @Operate(OPERATIONS.updatePriceBook)
  updateBook(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updatePriceBook']>,
  ): Promise<PriceBook> {
    return this.books.update(actor, input);
  }

  @Operate(OPERATIONS.listPublications)
  listPublications(@Input() input: OperationInput<Operations['listPublications']>): Promise<Page<Publication>> {
    return this.books.listPublications(input);
  }

  @Operate(OPERATIONS.listPriceRules)
  listRules(
    @Input() input: OperationInput<Operations['listPriceRules']>,
  ): Promise<{ readonly data: readonly PriceRule[] }> {
    return this.books.listRules(input.params.priceBookId);
  }

  @Operate(OPERATIONS.listPriceDrafts)
  list(@Input() input: OperationInput<Operations['listPriceDrafts']>): Promise<Page<PriceBookDraft>> {
    return this.drafts.list(input);
  }

  @Operate(OPERATIONS.createPriceDraft)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createPriceDraft']>,
  ): Promise<PriceBookDraft> {
    return this.drafts.create(actor, input);
  }

  @Operate(OPERATIONS.readPriceDraft)
  read(@Input() input: OperationInput<Operations['readPriceDraft']>): Promise<PriceBookDraft> {
    return this.drafts.read(input.params.priceDraftId);
  }

  @Operate(OPERATIONS.updatePriceDraft)
  update(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updatePriceDraft']>,
  ): Promise<PriceBookDraft> {
    return this.drafts.update(actor, input);
  }

  @Operate(OPERATIONS.discardPriceDraft)
  discard(@Caller() actor: Actor, @Input() input: OperationInput<Operations['discardPriceDraft']>): Promise<void> {
    return this.drafts.discard(actor, input.params.priceDraftId);
  }

  @Operate(OPERATIONS.requestPricePreview)
  requestPreview(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['requestPricePreview']>,
  ): Promise<PricePreview> {
    return this.previews.request(actor, input.params.priceDraftId);
  }

  @Operate(OPERATIONS.readPricePreview)
  readPreview(@Input() input: OperationInput<Operations['readPricePreview']>): Promise<PricePreview> {
    return this.previews.read(input.params.priceDraftId);
  }

  @Operate(OPERATIONS.cancelPricePreview)
  cancelPreview(@Input() input: OperationInput<Operations['cancelPricePreview']>): Promise<void> {
    return this.previews.cancel(input.params.priceDraftId);
  }

  @Operate(OPERATIONS.publishPriceDraft)
  publish(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['publishPriceDraft']>,
  ): Promise<PriceBookDraft> {
    return this.drafts.publish(actor, input);
  }
}
