import { OPERATIONS, type OperationInput, type WasteAnswer } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { WasteService } from './waste.service.js';

@AdminController()
export class WasteController {
  constructor(private readonly waste: WasteService) {}

  @Operate(OPERATIONS.readWaste)
  read(@Caller() actor: Actor, @Input() input: OperationInput<typeof OPERATIONS.readWaste>): Promise<WasteAnswer> {
    return this.waste.read(actor, input.query);
  }
}
