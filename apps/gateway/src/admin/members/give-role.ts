import { mayGiveRole, type Role } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { ProblemError } from '../http/problem-error.js';

/** @throws ProblemError `forbidden` when the role has permissions that the caller lacks. */
export function requireMayGive(actor: Actor, role: Role): void {
  if (mayGiveRole(actor.scopes, role)) return;
  const message = `has permissions that you do not have; ask somebody who has them`;
  throw new ProblemError('forbidden', `You cannot give the role ${role}.`, [
    { pointer: '/body/role', code: 'beyond_own_role', message },
  ]);
}

/** @throws ProblemError `forbidden` when somebody with that role is none of the caller's to change. */
export function requireMayTake(actor: Actor, role: Role): void {
  if (mayGiveRole(actor.scopes, role)) return;
  throw new ProblemError(
    'forbidden',
    `You cannot take the role ${role} from anybody: it has more permissions than you.`,
  );
}
