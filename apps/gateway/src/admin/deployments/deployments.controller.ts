import { OPERATIONS, type Deployment, type DeploymentHealth, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { DeploymentHealthService } from './deployment-health.service.js';
import { DeploymentsService } from './deployments.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class DeploymentsController {
  constructor(
    private readonly deployments: DeploymentsService,
    private readonly health: DeploymentHealthService,
  ) {}

  @Operate(OPERATIONS.listDeployments)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listDeployments']>,
  ): Promise<Page<Deployment>> {
    return this.deployments.list(actor, input.query);
  }

  @Operate(OPERATIONS.listDeploymentHealth)
  listHealth(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listDeploymentHealth']>,
  ): Promise<Page<DeploymentHealth>> {
    return this.health.list(actor, input.query);
  }

  @Operate(OPERATIONS.createDeployment)
  create(@Caller() actor: Actor, @Input() input: OperationInput<Operations['createDeployment']>): Promise<Deployment> {
    return this.deployments.create(actor, input.body);
  }

  @Operate(OPERATIONS.readDeployment)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readDeployment']>): Promise<Deployment> {
    return this.deployments.read(actor, input.params.deploymentId);
  }

  @Operate(OPERATIONS.updateDeployment)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updateDeployment']>): Promise<Deployment> {
    return this.deployments.update(actor, input);
  }

  @Operate(OPERATIONS.deleteDeployment)
  delete(@Caller() actor: Actor, @Input() input: OperationInput<Operations['deleteDeployment']>): Promise<void> {
    return this.deployments.delete(actor, input.params.deploymentId);
  }
}
