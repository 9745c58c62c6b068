import { OPERATIONS, type OperationInput, type UsageAnswer } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { UsageService } from './usage.service.js';

@AdminController()
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Operate(OPERATIONS.readUsage)
  read(@Caller() actor: Actor, @Input() input: OperationInput<typeof OPERATIONS.readUsage>): Promise<UsageAnswer> {
    return this.usage.read(actor, input.query);
  }
}
