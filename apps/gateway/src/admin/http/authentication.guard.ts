import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { API_KEY_PREFIX, hashSecret, isWellFormedSecret, MANAGEMENT_TOKEN_PREFIX } from '@tollgate/domain';
import { grants, type Operation } from '@tollgate/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';
import { rememberActor } from './caller.js';
import { operationOf } from './operation-metadata.js';
import { ProblemError } from './problem-error.js';

/** Authenticates the management token and checks that it may perform the operation. Nothing is cached: revoked is revoked. */
@Injectable()
export class ManagementTokenGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const secret = bearerSecret(request.headers.authorization);
    const token = await this.database.prisma.managementToken.findUnique({ where: { hash: hashSecret(secret) } });
    if (token === null || token.revokedAt !== null) throw new ProblemError('unauthenticated', INVALID);
    if (token.expiresAt !== null && token.expiresAt.getTime() <= Date.now()) {
      throw new ProblemError('unauthenticated', 'The management token has expired.');
    }
    const actor: Actor = {
      tokenId: token.id,
      organizationId: token.organizationId,
      scopes: token.scopes,
      expiresAt: token.expiresAt?.getTime() ?? null,
      remoteAddress: request.ip,
      requestId: String(reply.getHeader('x-request-id') ?? ''),
    };
    requirePermission(actor, operationOf(context));
    rememberActor(request, actor);
    return true;
  }
}

const INVALID = 'The management token is not valid.';

function bearerSecret(header: string | undefined): string {
  if (header === undefined) {
    throw new ProblemError(
      'unauthenticated',
      'No management token was sent. Send it as "Authorization: Bearer tgm_…".',
    );
  }
  const secret = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
  if (secret.startsWith(API_KEY_PREFIX)) {
    throw new ProblemError(
      'unauthenticated',
      'This is an API key for inference. The management API takes management tokens (tgm_…) only.',
    );
  }
  // a mistyped token is refused without asking the database
  if (!isWellFormedSecret(MANAGEMENT_TOKEN_PREFIX, secret)) throw new ProblemError('unauthenticated', INVALID);
  return secret;
}

function requirePermission(actor: Actor, operation: Operation): void {
  if (operation.permission !== null && !grants(actor.scopes, operation.permission)) {
    throw new ProblemError('forbidden', `The management token lacks the scope ${operation.permission}.`);
  }
  if (operation.operatorOnly && actor.organizationId !== null) {
    throw new ProblemError('forbidden', 'Only a management token of the operator may do this.');
  }
}
