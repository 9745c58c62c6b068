import type { Database } from '@tollgate/database';

/**
 * Ends every session of the user but one, and what was begun elsewhere: links to reset a password, sign-ins that wait for
 * a second factor.
 */
export async function endOtherSessions(database: Database, userId: string, kept: string | undefined): Promise<void> {
  await database.prisma.consoleSession.deleteMany({
    where: { userId, ...(kept === undefined ? {} : { id: { not: kept } }) },
  });
  await database.prisma.consoleVerification.deleteMany({ where: { value: userId } });
}
