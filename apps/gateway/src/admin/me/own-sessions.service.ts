import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type { ConsoleSession } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { ProblemError } from '../http/problem-error.js';
import { inTransaction } from '../http/transaction.js';

/** Its token never leaves the database. */
const SESSION = {
  id: true,
  ipAddress: true,
  userAgent: true,
  createdAt: true,
  updatedAt: true,
  expiresAt: true,
} as const;

/** Where a console user is signed in. */
@Injectable()
export class OwnSessionsService {
  constructor(private readonly database: Database) {}

  /** Newest first. @param currentId the session that asks. */
  async list(userId: string, currentId: string): Promise<{ data: ConsoleSession[] }> {
    const rows = await this.database.prisma.consoleSession.findMany({
      where: { userId, expiresAt: { gt: new Date() } },
      select: SESSION,
      orderBy: { id: 'desc' },
      take: 200,
    });
    const data = rows.map((row) => ({
      id: row.id,
      current: row.id === currentId,
      ipAddress: row.ipAddress === '' ? null : row.ipAddress,
      userAgent: row.userAgent === '' ? null : row.userAgent,
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.updatedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    }));
    return { data };
  }

  /** @throws ProblemError `not-found` for what is not a session of this user. */
  async revoke(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const { count } = await transaction.consoleSession.deleteMany({ where: { id, userId: actor.id } });
      if (count === 0) throw new ProblemError('not-found');
      await recordAudit(transaction, actor, { ...REVOKED, resourceId: id });
    });
  }

  async revokeOthers(actor: Actor, currentId: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const where = { userId: actor.id, id: { not: currentId } };
      const { count } = await transaction.consoleSession.deleteMany({ where });
      if (count > 0) await recordAudit(transaction, actor, { ...OTHERS_REVOKED, resourceId: actor.id });
    });
  }
}

const OF_USER = { organizationId: null, before: null, after: null };
const REVOKED = { action: 'console-session.revoked', ...OF_USER };
const OTHERS_REVOKED = { action: 'console-user.other-sessions-revoked', ...OF_USER };
