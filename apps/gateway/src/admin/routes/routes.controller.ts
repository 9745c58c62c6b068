import { OPERATIONS, type OperationInput, type Page, type Route } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { RoutesService } from './routes.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class RoutesController {
  constructor(private readonly routes: RoutesService) {}

  @Operate(OPERATIONS.listRoutes)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listRoutes']>): Promise<Page<Route>> {
    return this.routes.list(actor, input.query);
  }

  @Operate(OPERATIONS.createRoute)
  create(@Caller() actor: Actor, @Input() input: OperationInput<Operations['createRoute']>): Promise<Route> {
    return this.routes.create(actor, input.body);
  }

  @Operate(OPERATIONS.readRoute)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readRoute']>): Promise<Route> {
    return this.routes.read(actor, input.params.routeId);
  }

  @Operate(OPERATIONS.updateRoute)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updateRoute']>): Promise<Route> {
    return this.routes.update(actor, input);
  }

  @Operate(OPERATIONS.deleteRoute)
  delete(@Caller() actor: Actor, @Input() input: OperationInput<Operations['deleteRoute']>): Promise<void> {
    return this.routes.delete(actor, input.params.routeId);
  }
}
