import { Req, Res } from '@nestjs/common';
import { OPERATIONS, type ConsoleUser, type Entrance, type OperationInput, type StartedSignUp } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { browserRequestOf, setCookies } from '../../identity/browser-request.js';
import { ConsoleSignIn } from '../../identity/console-sign-in.js';
import { originOf } from '../http/caller-origin.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { SignUpService } from './sign-up.service.js';

type Operations = typeof OPERATIONS;

/** Open to everybody, as far as the installation is. */
@AdminController()
export class SignUpController {
  constructor(
    private readonly signUp: SignUpService,
    private readonly signIn: ConsoleSignIn,
  ) {}

  @Operate(OPERATIONS.readEntrance)
  entrance(): Promise<Entrance> {
    return this.signUp.entrance();
  }

  @Operate(OPERATIONS.startSignUp)
  start(@Input() { body }: OperationInput<Operations['startSignUp']>): Promise<void> {
    return this.signUp.start(body.email);
  }

  @Operate(OPERATIONS.checkSignUp)
  check(@Input() { body }: OperationInput<Operations['checkSignUp']>): Promise<StartedSignUp> {
    return this.signUp.check(body.token);
  }

  @Operate(OPERATIONS.completeSignUp)
  async complete(
    @Input() { body }: OperationInput<Operations['completeSignUp']>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsoleUser> {
    const user = await this.signUp.complete(body, originOf(request, reply));
    const { email } = user;
    setCookies(reply, await this.signIn.signIn(browserRequestOf(request), { email, password: body.password }));
    return user;
  }
}
