import type { Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { ConsoleUser } from '@tollgate/wire';

/** What the sign-in library calls the account of a password; its id is the user's. */
export const PASSWORD_PROVIDER = 'credential';

interface NewUser extends ConsoleUser {
  readonly passwordHash: string;
  /** Whether they have shown that they read the mailbox. */
  readonly emailVerified: boolean;
  readonly operator: boolean;
}

/** Somebody who signs in with a password. */
export async function insertConsoleUser(transaction: Prisma.TransactionClient, user: NewUser): Promise<void> {
  const { passwordHash, ...row } = user;
  await transaction.consoleUser.create({ data: row });
  await insertPassword(transaction, user.id, passwordHash);
}

export async function insertPassword(
  transaction: Prisma.TransactionClient,
  userId: string,
  passwordHash: string,
): Promise<void> {
  const id = newId('consoleAccount');
  const account = { id, userId, accountId: userId, providerId: PASSWORD_PROVIDER, password: passwordHash };
  await transaction.consoleAccount.create({ data: account });
}
