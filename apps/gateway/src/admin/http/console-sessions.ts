import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { ALL_PERMISSIONS, ORGANIZATION_HEADER, ROLE_SCOPES, roleOf } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { browserRequestOf, setCookies } from '../../identity/browser-request.js';
import { ConsoleSignIn } from '../../identity/console-sign-in.js';
import { NO_ORGANIZATION, type Actor } from './actor.js';
import { ProblemError } from './problem-error.js';

type Rights = Pick<Actor, 'organizationId' | 'scopes'>;

interface RightsRow {
  readonly operator: boolean;
  readonly organization_id: string | null;
  readonly role: string | null;
}

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
      ...(await this.rightsOf(session.userId, request)),
      expiresAt: null,
      remoteAddress: request.ip,
      requestId: String(reply.getHeader('x-request-id') ?? ''),
    };
  }

  /** Read at each call: a role that was taken away is gone at once. */
  private async rightsOf(userId: string, request: FastifyRequest): Promise<Rights> {
    const { rows } = await this.database.pool.query<RightsRow>(
      `SELECT u.operator, m.organization_id, m.role FROM console_user u LEFT JOIN member m ON m.user_id = u.id
       WHERE u.id = $1 ORDER BY m.id`,
      [userId],
    );
    if (rows[0]?.operator === true) return { organizationId: null, scopes: [ALL_PERMISSIONS] };
    const { organization_id: organizationId, role } = membershipOf(rows, request) ?? NONE;
    if (organizationId === null || role === null) return { organizationId: NO_ORGANIZATION, scopes: [] };
    return { organizationId, scopes: ROLE_SCOPES[roleOf(role)] };
  }
}

const NONE = { organization_id: null, role: null };

/**
 * What the header names decides. A link cannot send headers: without one it is what the path or the query names, if the
 * caller is a member there, and else the organization that they joined first.
 */
function membershipOf(rows: readonly RightsRow[], request: FastifyRequest): Omit<RightsRow, 'operator'> | undefined {
  const find = (named: unknown) => rows.find(({ organization_id }) => organization_id === named);
  const header = request.headers[ORGANIZATION_HEADER];
  if (header === undefined) return find(namedIn(request.params)) ?? find(namedIn(request.query)) ?? rows[0];
  return find(header);
}

function namedIn(fields: unknown): unknown {
  return typeof fields === 'object' && fields !== null && 'organizationId' in fields
    ? fields.organizationId
    : undefined;
}
