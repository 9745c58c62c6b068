import { OPERATIONS, type Model, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ModelsService } from './models.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Operate(OPERATIONS.listModels)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listModels']>): Promise<Page<Model>> {
    return this.models.list(actor, input.query);
  }

  @Operate(OPERATIONS.readModel)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readModel']>): Promise<Model> {
    return this.models.read(actor, input);
  }
}
