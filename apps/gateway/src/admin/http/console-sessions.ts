import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { ALL_PERMISSIONS, ROLE_SCOPES, roleOf } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { browserRequestOf, setCookies } from '../../identity/browser-request.js';
import { ConsoleSignIn } from '../../identity/console-sign-in.js';
import type { Actor } from './actor.js';
import { ProblemError } from './problem-error.js';

/** Authenticates callers whose browser carries a console session. */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly database: Database,
    private readonly signIn: ConsoleSignIn,
  ) {}

  /** @throws ProblemError `unauthenticated` when the session is none, or has ended. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
    const session = await this.signIn.findSession(browserRequestOf(request));
    if (session === null) throw new ProblemError('unauthenticated', 'The session has ended. Sign in again.');
    setCookies(reply, session.cookies);
    return {
      kind: 'console-user',
      id: session.userId,
      ...(await this.rightsOf(session.userId)),
      expiresAt: null,
      remoteAddress: request.ip,
      requestId: String(reply.getHeader('x-request-id') ?? ''),
    };
  }

  /** Read at each call: a role that was taken away is gone at once. */
  private async rightsOf(userId: string): Promise<Pick<Actor, 'organizationId' | 'scopes'>> {
    const user = await this.database.prisma.consoleUser.findUnique({
      where: { id: userId },
      select: { operator: true, members: { orderBy: { id: 'asc' }, take: 1 } },
    });
    if (user?.operator === true) return { organizationId: null, scopes: [ALL_PERMISSIONS] };
    const [member] = user?.members ?? [];
    if (member === undefined) throw new ProblemError('forbidden', 'You are not a member of any organization.');
    return { organizationId: member.organizationId, scopes: ROLE_SCOPES[roleOf(member.role)] };
  }
}
