import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { grants, ORGANIZATION_HEADER, type Operation } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AddressThrottle } from '../../identity/address-throttle.js';
import { carriesSession } from '../../identity/browser-request.js';
import { requireOwnOrigin } from '../../identity/own-origin.js';
import { APP_CONFIG } from '../../platform/tokens.js';
import { NO_ORGANIZATION, type Actor } from './actor.js';
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
    private readonly throttle: AddressThrottle,
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
    if (operation.open) {
      if (operation.method !== 'GET') await this.throttle.admit(operation.id, request.ip);
      return true;
    }
    const actor = bySession
      ? await this.sessions.authenticate(request, reply)
      : await this.tokens.authenticate(request, reply);
    if (operation.permission !== null) requireMembership(actor, request);
    rememberActor(request, confined(actor, operation));
    return true;
  }
}

const CALLER = { 'management-token': 'management token', 'console-user': 'role' } as const;

function requireMembership({ organizationId }: Actor, { headers }: FastifyRequest): void {
  if (organizationId !== NO_ORGANIZATION) return;
  if (headers[ORGANIZATION_HEADER] === undefined) {
    throw new ProblemError('forbidden', 'You are not a member of any organization.');
  }
  throw new ProblemError('not-found', 'There is no such organization, or you are not a member of it.');
}

/** The actor as far as the operation goes. @throws ProblemError `forbidden` when that is not at all. */
function confined(actor: Actor, operation: Operation): Actor {
  if (operation.personal && actor.kind !== 'console-user') {
    throw new ProblemError('forbidden', 'Only a console user may do this: it is about the person who asks.');
  }
  if (operation.operatorOnly && actor.organizationId !== null) {
    throw new ProblemError('forbidden', 'Only the operator may do this.');
  }
  const { permission, ownPermission } = operation;
  if (permission === null || grants(actor.scopes, permission)) return actor;
  if (ownPermission !== null && grants(actor.scopes, ownPermission)) return { ...actor, ownKeysOnly: true };
  throw new ProblemError('forbidden', `The ${CALLER[actor.kind]} lacks the scope ${permission}.`);
}
