import type { Database } from '@tollgate/database';
import { domainOf } from './sso-people.js';

/**
 * Whether somebody has no password because a provider signs them in. They get none by mail, and add no passkey: by either
 * they could come in after their provider has let go of them.
 */
export async function comesByProviderOnly(
  { prisma }: Database,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<boolean> {
  const password = await prisma.consoleAccount.findFirst({ where: { userId: id, password: { not: null } } });
  if (password !== null) return false;
  return (await prisma.ssoDomain.findFirst({ where: { domain: domainOf(email), verifiedAt: { not: null } } })) !== null;
}
