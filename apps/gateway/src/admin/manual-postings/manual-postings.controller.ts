import { OPERATIONS, type ManualPosting, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ManualPostingsService } from './manual-postings.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ManualPostingsController {
  constructor(private readonly postings: ManualPostingsService) {}

  @Operate(OPERATIONS.createManualPosting)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createManualPosting']>,
  ): Promise<ManualPosting> {
    return this.postings.create(actor, input);
  }

  @Operate(OPERATIONS.listManualPostings)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listManualPostings']>,
  ): Promise<Page<ManualPosting>> {
    return this.postings.list(actor, input.query);
  }

  @Operate(OPERATIONS.readManualPosting)
  read(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readManualPosting']>,
  ): Promise<ManualPosting> {
    return this.postings.read(actor, input.params.manualPostingId);
  }

  @Operate(OPERATIONS.approveManualPosting)
  approve(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['approveManualPosting']>,
  ): Promise<ManualPosting> {
    return this.postings.approve(actor, input.params.manualPostingId);
  }

  @Operate(OPERATIONS.rejectManualPosting)
  reject(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['rejectManualPosting']>,
  ): Promise<ManualPosting> {
    return this.postings.reject(actor, input);
  }
}
