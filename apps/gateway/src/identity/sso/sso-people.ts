import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { recordAudit } from '../../admin/audit-log/audit-recorder.js';
import { isUniqueViolation } from '../../admin/http/database-errors.js';
import { inTransaction, type Transaction } from '../../admin/http/transaction.js';
import { actingUser } from '../account-audit.js';
import type { SsoConnectionRow } from './sso-connection-row.js';
import { SsoRefusedError } from './sso-refusal.js';

/** Whom a provider vouches for. */
export interface Identity {
  /** The provider's own name for the person, which never changes. */
  readonly subject: string;
  /** In lower case; in one of the connection's verified domains. */
  readonly email: string;
  readonly name: string;
}

interface Arrival {
  readonly connection: SsoConnectionRow;
  readonly identity: Identity;
  readonly headers: Headers | undefined;
}

/** Finds or makes the user that a provider vouches for, and the member. */
@Injectable()
export class SsoPeople {
  constructor(private readonly database: Database) {}

  /**
   * @returns the id of the user.
   * @throws SsoRefusedError for operators, whom no provider of a tenant may vouch for, and for users of other domains.
   */
  async admit(arrival: Arrival): Promise<string> {
    const admit = (): Promise<string> => inTransaction(this.database, (transaction) => admitIn(transaction, arrival));
    // of two first sign-ins at once one finds what the other has made
    return admit().catch((error: unknown) => {
      if (isUniqueViolation(error)) return admit();
      throw error;
    });
  }
}

async function admitIn(transaction: Transaction, arrival: Arrival): Promise<string> {
  const { connection, identity } = arrival;
  const known = { providerId: connection.id, accountId: identity.subject };
  const account = await transaction.consoleAccount.findUnique({
    where: { providerId_accountId: known },
    include: { user: true },
  });
  const found = account?.user ?? (await transaction.consoleUser.findUnique({ where: { email: identity.email } }));
  if (found?.operator === true) throw new SsoRefusedError('sso-operator');
  // whoever was linked while another domain was the connection's is not its to vouch for any more
  if (found !== null && !isInVerifiedDomain(connection, found.email)) throw new SsoRefusedError('sso-foreign-domain');
  const userId = found?.id ?? (await insertUser(transaction, identity));
  if (account === null) {
    await transaction.consoleAccount.create({ data: { ...known, id: newId('consoleAccount'), userId } });
  }
  await ensureMember(transaction, arrival, userId);
  return userId;
}

async function insertUser(transaction: Transaction, { email, name }: Identity): Promise<string> {
  const id = newId('consoleUser');
  await transaction.consoleUser.create({ data: { id, email, name, emailVerified: true } });
  return id;
}

/** The provider decides who belongs to the organization: who was removed comes back, until the provider lets go. */
async function ensureMember(transaction: Transaction, arrival: Arrival, userId: string): Promise<void> {
  const { organizationId, defaultRole } = arrival.connection;
  const key = { organizationId_userId: { organizationId, userId } };
  if ((await transaction.member.findUnique({ where: key, select: { id: true } })) !== null) return;
  const member = { id: newId('member'), organizationId, userId, role: defaultRole };
  await transaction.member.create({ data: member });
  await recordAudit(transaction, actingUser(userId, arrival.headers), {
    action: 'member.joined-by-sso',
    resourceId: member.id,
    organizationId,
    before: null,
    after: { ...member, ssoConnectionId: arrival.connection.id },
  });
}

/** Whether an address lies in a domain that the connection has proved. */
export function isInVerifiedDomain({ domains }: SsoConnectionRow, email: string): boolean {
  const domain = domainOf(email);
  return domains.some((known) => known.verifiedAt !== null && known.domain === domain);
}

export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();
