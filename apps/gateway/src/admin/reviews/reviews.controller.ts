import { OPERATIONS, type OperationInput, type Page, type ReviewItem, type ReviewSummary } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ReviewsService } from './reviews.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Operate(OPERATIONS.listReviewItems)
  list(@Input() input: OperationInput<Operations['listReviewItems']>): Promise<Page<ReviewItem>> {
    return this.reviews.list(input.query);
  }

  @Operate(OPERATIONS.readReviewSummary)
  summary(): Promise<ReviewSummary> {
    return this.reviews.summary();
  }

  @Operate(OPERATIONS.readReviewItem)
  read(@Input() input: OperationInput<Operations['readReviewItem']>): Promise<ReviewItem> {
    return this.reviews.read(input.params.reviewItemId);
  }

  @Operate(OPERATIONS.resolveReviewItem)
  resolve(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['resolveReviewItem']>,
  ): Promise<ReviewItem> {
    return this.reviews.resolve(actor, input);
  }

  @Operate(OPERATIONS.resolveReviewItems)
  resolveKind(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['resolveReviewItems']>,
  ): Promise<{ resolved: number }> {
    return this.reviews.resolveKind(actor, input.body);
  }
}
