import { OPERATIONS, type OperationInput, type Page, type SsoConnection } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { SsoConnectionsService } from './sso-connections.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class SsoConnectionsController {
  constructor(private readonly ssoConnections: SsoConnectionsService) {}

  @Operate(OPERATIONS.listSsoConnections)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listSsoConnections']>,
  ): Promise<Page<SsoConnection>> {
    return this.ssoConnections.list(actor, input.query);
  }

  @Operate(OPERATIONS.createSsoConnection)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createSsoConnection']>,
  ): Promise<SsoConnection> {
    return this.ssoConnections.create(actor, input.body);
  }

  @Operate(OPERATIONS.readSsoConnection)
  read(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readSsoConnection']>,
  ): Promise<SsoConnection> {
    return this.ssoConnections.read(actor, input.params.ssoConnectionId);
  }

  @Operate(OPERATIONS.updateSsoConnection)
  update(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updateSsoConnection']>,
  ): Promise<SsoConnection> {
    return this.ssoConnections.update(actor, input);
  }

  @Operate(OPERATIONS.deleteSsoConnection)
  delete(@Caller() actor: Actor, @Input() input: OperationInput<Operations['deleteSsoConnection']>): Promise<void> {
    return this.ssoConnections.delete(actor, input.params.ssoConnectionId);
  }

  @Operate(OPERATIONS.verifySsoDomain)
  verifyDomain(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['verifySsoDomain']>,
  ): Promise<SsoConnection> {
    return this.ssoConnections.verifyDomain(actor, input);
  }
}
