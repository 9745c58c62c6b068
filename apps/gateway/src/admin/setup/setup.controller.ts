import { Req, Res } from '@nestjs/common';
import { OPERATIONS, type ConsoleUser, type OperationInput, type SetupLink } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { browserRequestOf, setCookies } from '../../identity/browser-request.js';
import { ConsoleSignIn } from '../../identity/console-sign-in.js';
import { originOf } from '../http/caller-origin.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { SetupService } from './setup.service.js';

type Operations = typeof OPERATIONS;

/** Open to whoever has the link. */
@AdminController()
export class SetupController {
  constructor(
    private readonly setup: SetupService,
    private readonly signIn: ConsoleSignIn,
  ) {}

  @Operate(OPERATIONS.checkSetupLink)
  check(@Input() { body }: OperationInput<Operations['checkSetupLink']>): Promise<SetupLink> {
    return this.setup.check(body.token);
  }

  @Operate(OPERATIONS.completeSetup)
  async complete(
    @Input() { body }: OperationInput<Operations['completeSetup']>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsoleUser> {
    const user = await this.setup.complete(body, originOf(request, reply));
    const { email } = user;
    setCookies(reply, await this.signIn.signIn(browserRequestOf(request), { email, password: body.password }));
    return user;
  }
}
