import {
  OPERATIONS,
  type IssuedManagementToken,
  type ManagementToken,
  type OperationInput,
  type Page,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ManagementTokensService } from './management-tokens.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ManagementTokensController {
  constructor(private readonly managementTokens: ManagementTokensService) {}

  @Operate(OPERATIONS.listManagementTokens)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listManagementTokens']>,
  ): Promise<Page<ManagementToken>> {
    return this.managementTokens.list(actor, input.query);
  }

  @Operate(OPERATIONS.createManagementToken)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createManagementToken']>,
  ): Promise<IssuedManagementToken> {
    return this.managementTokens.create(actor, input.body);
  }

  @Operate(OPERATIONS.readManagementToken)
  read(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readManagementToken']>,
  ): Promise<ManagementToken> {
    return this.managementTokens.read(actor, input.params.managementTokenId);
  }

  @Operate(OPERATIONS.revokeManagementToken)
  revoke(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['revokeManagementToken']>,
  ): Promise<ManagementToken> {
    return this.managementTokens.revoke(actor, input.params.managementTokenId);
  }
}
