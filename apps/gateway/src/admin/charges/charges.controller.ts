import { OPERATIONS, type ChargeExplanation, type OperationInput } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ChargesService } from './charges.service.js';

@AdminController()
export class ChargesController {
  constructor(private readonly charges: ChargesService) {}

  @Operate(OPERATIONS.explainCharge)
  explain(
    @Caller() actor: Actor,
    @Input() input: OperationInput<typeof OPERATIONS.explainCharge>,
  ): Promise<ChargeExplanation> {
    return this.charges.explain(actor, input);
  }
}
