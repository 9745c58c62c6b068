import { OPERATIONS, type OperationInput, type PlaygroundKey } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { PlaygroundService } from './playground.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class PlaygroundController {
  constructor(private readonly playground: PlaygroundService) {}

  @Operate(OPERATIONS.openPlayground)
  open(@Caller() actor: Actor, @Input() input: OperationInput<Operations['openPlayground']>): Promise<PlaygroundKey> {
    return this.playground.open(actor, input);
  }
}
