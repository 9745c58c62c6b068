import { newId } from '@tollgate/domain';
import { ORGANIZATION_HEADER, type Role } from '@tollgate/wire';
import { hashPassword } from '../../src/identity/password-hash.js';
import type { AdminApi } from './admin-api.js';

export const PASSWORD = 'correct horse battery staple';
const passwordHash = hashPassword(PASSWORD);

interface Membership {
  readonly organizationId: string;
  readonly role: Role;
}

/** Somebody with an account, signed in with a browser. */
export interface ConsolePerson {
  readonly userId: string;
  readonly email: string;
  /** Headers of a page of the console. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Those, of a page that shows the organization. */
  in(organizationId: string): Readonly<Record<string, string>>;
}

let counter = 0;

/** Makes a user as nobody but the database can, and signs them in as everybody does. */
export async function createPerson(
  api: Pick<AdminApi, 'database' | 'url' | 'send'>,
  { name = 'Person', operator = false, memberships = [] }: PersonOptions = {},
): Promise<ConsolePerson> {
  const userId = newId('consoleUser');
  const email = `person-${++counter}@example.com`;
  const { prisma } = api.database;
  await prisma.consoleUser.create({ data: { id: userId, name, email, emailVerified: true, operator } });
  await prisma.consoleAccount.create({
    data: {
      id: newId('consoleAccount'),
      userId,
      accountId: userId,
      providerId: 'credential',
      password: await passwordHash,
    },
  });
  for (const [index, { organizationId, role }] of memberships.entries()) {
    // ids of one millisecond have no order, and whoever has joined two organizations has joined one first
    const id = newId('member', Date.now() + index);
    await prisma.member.create({ data: { id, organizationId, userId, role } });
  }
  const credentials = { cookie: await signIn(api, email), origin: api.url };
  return {
    userId,
    email,
    credentials,
    in: (organizationId) => ({ ...credentials, [ORGANIZATION_HEADER]: organizationId }),
  };
}

interface PersonOptions {
  readonly name?: string;
  readonly operator?: boolean;
  readonly memberships?: readonly Membership[];
}

/** @returns the `cookie` header of later requests. */
async function signIn(api: Pick<AdminApi, 'database' | 'url' | 'send'>, email: string): Promise<string> {
  // each person may sign in, however many there were before
  await api.database.pool.query('TRUNCATE console_rate_limit');
  const answer = await api.send('POST', '/api/auth/sign-in/email', {
    headers: { 'content-type': 'application/json', origin: api.url },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (answer.status !== 200) throw new Error(`${email} could not sign in: ${answer.text}`);
  return cookieOf(answer.headers);
}

/** What a browser sends back of the cookies that it was given. */
export function cookieOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}
