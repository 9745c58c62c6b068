import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { grants, type Operation } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { carriesSession } from '../../identity/browser-request.js';
import { requireOwnOrigin } from '../../identity/own-origin.js';
import { APP_CONFIG } from '../../platform/tokens.js';
import type { Actor } from './actor.js';
import { rememberActor } from './caller.js';
import { ConsoleSessions } from './console-sessions.js';
import { ManagementTokens } from './management-tokens.js';
import { operationOf } from './operation-metadata.js';
import { ProblemError } from './problem-error.js';

/**
 * Finds out who calls, by management token or console session, and checks that they may perform the operation. Nothing
 * is cached: revoked is revoked, and signed out is signed out.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly tokens: ManagementTokens,
    private readonly sessions: ConsoleSessions,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl'>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const operation = operationOf(context);
    // a token has to be put into the request by somebody who knows it, a browser adds a session by itself
    const byToken = request.headers.authorization !== undefined;
    const bySession = !byToken && carriesSession(request);
    if (bySession || operation.open) {
      requireOwnOrigin(request, { publicUrl: this.config.publicUrl, carriesSession: bySession });
    }
    if (operation.open) return true;
    const actor = bySession
      ? await this.sessions.authenticate(request, reply)
      : await this.tokens.authenticate(request, reply);
    requirePermission(actor, operation);
    rememberActor(request, actor);
    return true;
  }
}

const CALLER = { 'management-token': 'management token', 'console-user': 'role' } as const;

function requirePermission(actor: Actor, operation: Operation): void {
  if (operation.permission !== null && !grants(actor.scopes, operation.permission)) {
    throw new ProblemError('forbidden', `The ${CALLER[actor.kind]} lacks the scope ${operation.permission}.`);
  }
  if (operation.operatorOnly && actor.organizationId !== null) {
    throw new ProblemError('forbidden', 'Only the operator may do this.');
  }
}
