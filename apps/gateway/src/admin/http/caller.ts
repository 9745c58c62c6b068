import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';

const ACTOR = Symbol('actor');

type AuthenticatedRequest = FastifyRequest & { [ACTOR]?: Actor };

export function rememberActor(request: FastifyRequest, actor: Actor): void {
  (request as AuthenticatedRequest)[ACTOR] = actor;
}

/** Who calls, as the guard found out. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = context.switchToHttp().getRequest<AuthenticatedRequest>()[ACTOR];
  if (actor === undefined) throw new TypeError('the guard did not run');
  return actor;
});
