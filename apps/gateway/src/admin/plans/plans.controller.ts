import { OPERATIONS, type OperationInput, type Page, type Plan } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { PlansService } from './plans.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Operate(OPERATIONS.listPlans)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listPlans']>): Promise<Page<Plan>> {
    return this.plans.list(actor, input.query);
  }

  @Operate(OPERATIONS.createPlan)
  create(@Caller() actor: Actor, @Input() input: OperationInput<Operations['createPlan']>): Promise<Plan> {
    return this.plans.create(actor, input.body);
  }

  @Operate(OPERATIONS.readPlan)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readPlan']>): Promise<Plan> {
    return this.plans.read(actor, input.params.planId);
  }

  @Operate(OPERATIONS.updatePlan)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updatePlan']>): Promise<Plan> {
    return this.plans.update(actor, input);
  }
}
