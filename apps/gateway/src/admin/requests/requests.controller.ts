import { OPERATIONS, type OperationInput, type Page, type RequestDetail, type RequestSummary } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { RequestsService } from './requests.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class RequestsController {
  constructor(private readonly requests: RequestsService) {}

  @Operate(OPERATIONS.listRequests)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listRequests']>,
  ): Promise<Page<RequestSummary>> {
    return this.requests.list(actor, input.query);
  }

  @Operate(OPERATIONS.readRequest)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readRequest']>): Promise<RequestDetail> {
    return this.requests.read(actor, input.params.requestId);
  }
}
