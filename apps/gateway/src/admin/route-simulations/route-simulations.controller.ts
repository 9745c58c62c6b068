import { OPERATIONS, type OperationInput, type RouteSimulation } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { RouteSimulationsService } from './route-simulations.service.js';

@AdminController()
export class RouteSimulationsController {
  constructor(private readonly simulations: RouteSimulationsService) {}

  @Operate(OPERATIONS.simulateRoute)
  simulate(
    @Caller() actor: Actor,
    @Input() input: OperationInput<typeof OPERATIONS.simulateRoute>,
  ): Promise<RouteSimulation> {
    return this.simulations.simulate(actor, input.body);
  }
}
