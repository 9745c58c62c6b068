import {
  OPERATIONS,
  type ConnectionTest,
  type OperationInput,
  type Page,
  type ProviderCredential,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ProviderCredentialsService } from './provider-credentials.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ProviderCredentialsController {
  constructor(private readonly providerCredentials: ProviderCredentialsService) {}

  @Operate(OPERATIONS.listProviderCredentials)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listProviderCredentials']>,
  ): Promise<Page<ProviderCredential>> {
    return this.providerCredentials.list(actor, input.query);
  }

  @Operate(OPERATIONS.createProviderCredential)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createProviderCredential']>,
  ): Promise<ProviderCredential> {
    return this.providerCredentials.create(actor, input.body);
  }

  @Operate(OPERATIONS.readProviderCredential)
  read(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readProviderCredential']>,
  ): Promise<ProviderCredential> {
    return this.providerCredentials.read(actor, input.params.providerCredentialId);
  }

  @Operate(OPERATIONS.updateProviderCredential)
  update(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updateProviderCredential']>,
  ): Promise<ProviderCredential> {
    return this.providerCredentials.update(actor, input);
  }

  @Operate(OPERATIONS.deleteProviderCredential)
  delete(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['deleteProviderCredential']>,
  ): Promise<void> {
    return this.providerCredentials.delete(actor, input.params.providerCredentialId);
  }

  @Operate(OPERATIONS.testConnection)
  test(@Caller() actor: Actor, @Input() input: OperationInput<Operations['testConnection']>): Promise<ConnectionTest> {
    return this.providerCredentials.testConnection(actor, input.params.providerCredentialId);
  }
}
