import { OPERATIONS, type CreditGrant, type CreditGrantDetail, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { CreditGrantsService } from './credit-grants.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class CreditGrantsController {
  constructor(private readonly grants: CreditGrantsService) {}

  @Operate(OPERATIONS.listCreditGrants)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listCreditGrants']>,
  ): Promise<Page<CreditGrant>> {
    return this.grants.list(actor, input.query);
  }

  @Operate(OPERATIONS.readCreditGrant)
  read(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readCreditGrant']>,
  ): Promise<CreditGrantDetail> {
    return this.grants.read(actor, input.params.creditGrantId);
  }
}
