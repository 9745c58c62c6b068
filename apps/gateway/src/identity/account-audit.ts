import type { Database } from '@tollgate/database';
import { recordAudit } from '../admin/audit-log/audit-recorder.js';
import type { Actor } from '../admin/http/actor.js';
import { CLIENT_ADDRESS_HEADER, REQUEST_ID_HEADER } from './auth-names.js';

/** What somebody can change of how they sign in. */
export type AccountChange =
  | 'console-user.password-changed'
  | 'console-user.password-reset'
  | 'console-user.two-factor-turned-on'
  | 'console-user.two-factor-turned-off'
  | 'console-user.backup-codes-replaced'
  | 'console-user.passkey-added'
  | 'console-user.passkey-removed';

interface Fact {
  readonly userId: string;
  readonly change: AccountChange;
  /** As the library was given them. */
  readonly headers: Headers | undefined;
}

/** Stands in the operator's log: a user may be a member of several organizations, or of none. */
export function recordAccountChange(database: Database, { userId, change, headers }: Fact): Promise<void> {
  const fact = { action: change, resourceId: userId, organizationId: null, before: null, after: null };
  return recordAudit(database.prisma, actingUser(userId, headers), fact);
}

/** Somebody who acts on their own account, or has just proved who they are. */
export const actingUser = (userId: string, headers: Headers | undefined): Actor => ({
  kind: 'console-user',
  id: userId,
  organizationId: null,
  scopes: [],
  expiresAt: null,
  remoteAddress: headers?.get(CLIENT_ADDRESS_HEADER) ?? '',
  requestId: headers?.get(REQUEST_ID_HEADER) ?? '',
});
