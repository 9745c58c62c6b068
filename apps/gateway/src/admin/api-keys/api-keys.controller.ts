import { OPERATIONS, type ApiKey, type IssuedApiKey, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ApiKeysService } from './api-keys.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Operate(OPERATIONS.listApiKeys)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listApiKeys']>): Promise<Page<ApiKey>> {
    return this.apiKeys.list(actor, input);
  }

  @Operate(OPERATIONS.listOrganizationApiKeys)
  listOfOrganization(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listOrganizationApiKeys']>,
  ): Promise<Page<ApiKey>> {
    return this.apiKeys.listOfOrganization(actor, input);
  }

  @Operate(OPERATIONS.createApiKey)
  create(@Caller() actor: Actor, @Input() input: OperationInput<Operations['createApiKey']>): Promise<IssuedApiKey> {
    return this.apiKeys.create(actor, input);
  }

  @Operate(OPERATIONS.readApiKey)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readApiKey']>): Promise<ApiKey> {
    return this.apiKeys.read(actor, input.params.apiKeyId);
  }

  @Operate(OPERATIONS.updateApiKey)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updateApiKey']>): Promise<ApiKey> {
    return this.apiKeys.update(actor, input);
  }

  @Operate(OPERATIONS.rotateApiKey)
  rotate(@Caller() actor: Actor, @Input() input: OperationInput<Operations['rotateApiKey']>): Promise<IssuedApiKey> {
    return this.apiKeys.rotate(actor, input);
  }

  @Operate(OPERATIONS.revokeApiKey)
  revoke(@Caller() actor: Actor, @Input() input: OperationInput<Operations['revokeApiKey']>): Promise<ApiKey> {
    return this.apiKeys.revoke(actor, input.params.apiKeyId);
  }
}
