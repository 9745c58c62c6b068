import {
  OPERATIONS,
  type OperationInput,
  type Page,
  type Price,
  type PriceBook,
  type PublicationResult,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { PriceBooksService } from './price-books.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class PriceBooksController {
  constructor(private readonly priceBooks: PriceBooksService) {}

  @Operate(OPERATIONS.listPriceBooks)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listPriceBooks']>): Promise<Page<PriceBook>> {
    return this.priceBooks.list(actor, input.query);
  }

  @Operate(OPERATIONS.readPriceBook)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readPriceBook']>): Promise<PriceBook> {
    return this.priceBooks.read(actor, input.params.priceBookId);
  }

  @Operate(OPERATIONS.listPrices)
  listPrices(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listPrices']>): Promise<Page<Price>> {
    return this.priceBooks.listPrices(actor, input);
  }

  @Operate(OPERATIONS.readPrice)
  readPrice(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readPrice']>): Promise<Price> {
    return this.priceBooks.readPrice(actor, input);
  }

  @Operate(OPERATIONS.publishPrices)
  publish(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['publishPrices']>,
  ): Promise<PublicationResult> {
    return this.priceBooks.publish(actor, input);
  }
}
