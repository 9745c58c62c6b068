import type { Prisma } from '@tollgate/database';

/**
 * Ends every session of the user but one, and what was begun elsewhere: links to reset a password, sign-ins that wait for
 * a second factor.
 */
export async function endOtherSessions(
  transaction: Prisma.TransactionClient,
  userId: string,
  kept: string | undefined,
): Promise<void> {
  await transaction.consoleSession.deleteMany({
    where: { userId, ...(kept === undefined ? {} : { id: { not: kept } }) },
  });
  await transaction.consoleVerification.deleteMany({ where: { value: userId } });
}
