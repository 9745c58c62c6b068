import { Req } from '@nestjs/common';
import { OPERATIONS, type ConsoleSession, type ConsoleUser, type Me, type OperationInput } from '@tollgate/wire';
import type { FastifyRequest } from 'fastify';
import { browserRequestOf } from '../../identity/browser-request.js';
import { ConsoleSignIn } from '../../identity/console-sign-in.js';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { orNotFound } from '../http/problem-error.js';
import { MeService } from './me.service.js';
import { OwnSessionsService } from './own-sessions.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class MeController {
  constructor(
    private readonly me: MeService,
    private readonly sessions: OwnSessionsService,
    private readonly signIn: ConsoleSignIn,
  ) {}

  @Operate(OPERATIONS.readMe)
  read(@Caller() actor: Actor): Promise<Me> {
    return this.me.read(actor);
  }

  @Operate(OPERATIONS.updateMe)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updateMe']>): Promise<ConsoleUser> {
    return this.me.rename(actor, input.body.name);
  }

  @Operate(OPERATIONS.listMySessions)
  async listSessions(@Caller() actor: Actor, @Req() request: FastifyRequest): Promise<{ data: ConsoleSession[] }> {
    return this.sessions.list(actor.id, await this.currentSession(request));
  }

  @Operate(OPERATIONS.revokeMySession)
  revokeSession(
    @Caller() actor: Actor,
    @Input() { params }: OperationInput<Operations['revokeMySession']>,
  ): Promise<void> {
    return this.sessions.revoke(actor, params.sessionId);
  }

  @Operate(OPERATIONS.revokeMyOtherSessions)
  async revokeOtherSessions(@Caller() actor: Actor, @Req() request: FastifyRequest): Promise<void> {
    await this.sessions.revokeOthers(actor, await this.currentSession(request));
  }

  private async currentSession(request: FastifyRequest): Promise<string> {
    return orNotFound(await this.signIn.findSession(browserRequestOf(request))).id;
  }
}
