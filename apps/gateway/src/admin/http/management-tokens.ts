import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { API_KEY_PREFIX, hashSecret, isWellFormedSecret, MANAGEMENT_TOKEN_PREFIX } from '@tollgate/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';
import { ProblemError } from './problem-error.js';

/** Authenticates callers that send a management token. */
@Injectable()
export class ManagementTokens {
  constructor(private readonly database: Database) {}

  /** @throws ProblemError `unauthenticated` that says what is wrong with the token. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
    const secret = bearerSecret(request.headers.authorization);
    const token = await this.database.prisma.managementToken.findUnique({ where: { hash: hashSecret(secret) } });
    if (token === null || token.revokedAt !== null) throw new ProblemError('unauthenticated', INVALID);
    if (token.expiresAt !== null && token.expiresAt.getTime() <= Date.now()) {
      throw new ProblemError('unauthenticated', 'The management token has expired.');
    }
    return {
      kind: 'management-token',
      id: token.id,
      organizationId: token.organizationId,
      scopes: token.scopes,
      expiresAt: token.expiresAt?.getTime() ?? null,
      remoteAddress: request.ip,
      requestId: String(reply.getHeader('x-request-id') ?? ''),
    };
  }
}

const INVALID = 'The management token is not valid.';

function bearerSecret(header: string | undefined): string {
  if (header === undefined) {
    throw new ProblemError(
      'unauthenticated',
      'No management token was sent. Send it as "Authorization: Bearer tgm_…", or sign in to the console.',
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
