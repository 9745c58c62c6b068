import { OPERATIONS, type Me } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { MeService } from './me.service.js';

@AdminController()
export class MeController {
  constructor(private readonly me: MeService) {}

  @Operate(OPERATIONS.readMe)
  read(@Caller() actor: Actor): Promise<Me> {
    return this.me.read(actor);
  }
}
