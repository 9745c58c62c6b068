import { OPERATIONS, type AppliedConfiguration, type OperationInput } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ConfigurationService } from './configuration.service.js';

@AdminController()
export class ConfigurationController {
  constructor(private readonly configuration: ConfigurationService) {}

  @Operate(OPERATIONS.applyConfiguration)
  apply(
    @Caller() actor: Actor,
    @Input() input: OperationInput<typeof OPERATIONS.applyConfiguration>,
  ): Promise<AppliedConfiguration> {
    return this.configuration.apply(actor, input);
  }
}
