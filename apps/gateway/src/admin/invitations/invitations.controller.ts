import { OPERATIONS, type Invitation, type OperationInput, type Page, type SentInvitation } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { InvitationsService } from './invitations.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Operate(OPERATIONS.listInvitations)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listInvitations']>,
  ): Promise<Page<Invitation>> {
    return this.invitations.list(actor, input);
  }

  @Operate(OPERATIONS.createInvitation)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createInvitation']>,
  ): Promise<SentInvitation> {
    return this.invitations.create(actor, input);
  }

  @Operate(OPERATIONS.resendInvitation)
  resend(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['resendInvitation']>,
  ): Promise<SentInvitation> {
    return this.invitations.resend(actor, input.params.invitationId);
  }

  @Operate(OPERATIONS.revokeInvitation)
  revoke(@Caller() actor: Actor, @Input() input: OperationInput<Operations['revokeInvitation']>): Promise<Invitation> {
    return this.invitations.revoke(actor, input.params.invitationId);
  }
}
