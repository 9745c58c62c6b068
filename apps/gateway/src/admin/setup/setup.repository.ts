import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { ConsoleUser } from '@tollgate/wire';
import { endOtherSessions } from '../../identity/end-sessions.js';
import { insertConsoleUser, insertPassword, PASSWORD_PROVIDER } from '../../identity/insert-console-user.js';
import type { Transaction } from '../http/transaction.js';

const LINK = {
  id: true,
  expiresAt: true,
  user: { select: { id: true, name: true, email: true } },
} as const satisfies Prisma.ConsoleSetupLinkSelect;

export type LiveSetupLink = Prisma.ConsoleSetupLinkGetPayload<{ select: typeof LINK }>;

const live = () => ({ usedAt: null, expiresAt: { gt: new Date() } });

@Injectable()
export class SetupRepository {
  constructor(private readonly database: Database) {}

  findLive(tokenHash: string): Promise<LiveSetupLink | null> {
    return this.database.prisma.consoleSetupLink.findFirst({ where: { tokenHash, ...live() }, select: LINK });
  }

  /** Of two links for a user at once, one waits here for the other: it ends the other. */
  async lockUser(userId: string, transaction: Transaction): Promise<void> {
    await transaction.$queryRaw`SELECT 1 FROM console_user WHERE id = ${userId} FOR NO KEY UPDATE`;
  }

  /** Whether the link was live until now: of two uses at once one waits for the other, and finds it used. */
  async use(id: string, transaction: Transaction): Promise<boolean> {
    const data = { usedAt: new Date() };
    const { count } = await transaction.consoleSetupLink.updateMany({ where: { id, ...live() }, data });
    return count > 0;
  }

  /** An operator, and owner of the organization that the installation began with. */
  async insertOwner(user: ConsoleUser, passwordHash: string, transaction: Transaction): Promise<void> {
    await insertConsoleUser(transaction, { ...user, passwordHash, emailVerified: false, operator: true });
    const organization = await transaction.organization.findFirst({ orderBy: { id: 'asc' }, select: { id: true } });
    if (organization === null) return;
    const member = { id: newId('member'), organizationId: organization.id, userId: user.id, role: 'owner' };
    await transaction.member.create({ data: member });
  }

  /** Whoever was signed in with the password before is so no longer, nor is what they had begun of any use: other links too. */
  async replacePassword(userId: string, passwordHash: string, transaction: Transaction): Promise<void> {
    const account = { userId, providerId: PASSWORD_PROVIDER };
    const { count } = await transaction.consoleAccount.updateMany({ where: account, data: { password: passwordHash } });
    if (count === 0) await insertPassword(transaction, userId, passwordHash);
    await transaction.consoleSetupLink.updateMany({ where: { userId, ...live() }, data: { usedAt: new Date() } });
    await endOtherSessions(transaction, userId, undefined);
  }
}
