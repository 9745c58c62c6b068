import { Req, Res } from '@nestjs/common';
import { OPERATIONS, type ConsoleUser, type OpenInvitation, type OperationInput } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { browserRequestOf, carriesSession, setCookies } from '../../identity/browser-request.js';
import { ConsoleSignIn } from '../../identity/console-sign-in.js';
import { originOf } from '../http/caller-origin.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { InvitationAcceptanceService } from './invitation-acceptance.service.js';

type Operations = typeof OPERATIONS;

/** Open to whoever has the link. */
@AdminController()
export class InvitationAcceptanceController {
  constructor(
    private readonly acceptance: InvitationAcceptanceService,
    private readonly signIn: ConsoleSignIn,
  ) {}

  @Operate(OPERATIONS.checkInvitation)
  check(@Input() { body }: OperationInput<Operations['checkInvitation']>): Promise<OpenInvitation> {
    return this.acceptance.check(body.token);
  }

  @Operate(OPERATIONS.acceptInvitation)
  async accept(
    @Input() { body }: OperationInput<Operations['acceptInvitation']>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsoleUser> {
    const browser = browserRequestOf(request);
    const sessionUserId = async (): Promise<string | null> =>
      carriesSession(request) ? ((await this.signIn.findSession(browser))?.userId ?? null) : null;
    const { user, isNew } = await this.acceptance.accept(body, originOf(request, reply), sessionUserId);
    const { password } = body;
    if (isNew && password !== undefined) {
      setCookies(reply, await this.signIn.signIn(browser, { email: user.email, password }));
    }
    return user;
  }
}
