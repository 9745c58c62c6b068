import { OPERATIONS, type OperationInput, type Organization, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { OrganizationsService } from './organizations.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Operate(OPERATIONS.listOrganizations)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listOrganizations']>,
  ): Promise<Page<Organization>> {
    return this.organizations.list(actor, input.query);
  }

  @Operate(OPERATIONS.createOrganization)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createOrganization']>,
  ): Promise<Organization> {
    return this.organizations.create(actor, input.body);
  }

  @Operate(OPERATIONS.readOrganization)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readOrganization']>): Promise<Organization> {
    return this.organizations.read(actor, input.params.organizationId);
  }

  @Operate(OPERATIONS.updateOrganization)
  update(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updateOrganization']>,
  ): Promise<Organization> {
    return this.organizations.update(actor, input);
  }
}
