import { OPERATIONS, type Member, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { MembersService } from './members.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Operate(OPERATIONS.listMembers)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listMembers']>): Promise<Page<Member>> {
    return this.members.list(actor, input);
  }

  @Operate(OPERATIONS.updateMember)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updateMember']>): Promise<Member> {
    return this.members.update(actor, input);
  }

  @Operate(OPERATIONS.removeMember)
  remove(@Caller() actor: Actor, @Input() input: OperationInput<Operations['removeMember']>): Promise<void> {
    return this.members.remove(actor, input.params.memberId);
  }
}
