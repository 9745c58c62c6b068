import type { Database } from '@tollgate/database';
import { APIError, createAuthMiddleware, getIP, getSessionFromCtx, isAPIError } from 'better-auth/api';
import { recordAccountChange, type AccountChange } from './account-audit.js';
import { CODE_GUESSES, PASSWORD_GUESSES, RESET_MAILS, type AccountThrottle, type Attempt } from './account-throttle.js';
import { CLIENT_ADDRESS_HEADER } from './auth-names.js';
import { authRouteAt, AUTH_ROUTES, type AuthRoute } from './auth-route-table.js';
import { endOtherSessions } from './end-sessions.js';
import { comesByProviderOnly } from './sso/comes-by-provider-only.js';

/** One household or server has a whole /64 of IPv6: the addresses in it are one for every limit. */
export const CLIENT_ADDRESS = { ipAddressHeaders: [CLIENT_ADDRESS_HEADER], ipv6Subnet: 64 as const };

/** As long a session counts as fresh: whoever adds a passkey has just shown who they are. */
export const FRESH_SECONDS = 600;

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** Who is behind a request: signed in, or with the second factor still to come. */
interface Visitor {
  readonly id: string;
  readonly email: string;
  readonly hadTwoFactor: boolean;
  readonly signedIn: boolean;
}

interface Parts {
  readonly database: Database;
  readonly throttle: AccountThrottle;
}

/** What somebody who guesses would call again and again, by what is guessed. */
const GUESSES = new Map<AuthRoute, typeof PASSWORD_GUESSES>([
  [AUTH_ROUTES.signIn, PASSWORD_GUESSES],
  [AUTH_ROUTES.changePassword, PASSWORD_GUESSES],
  [AUTH_ROUTES.enableTwoFactor, PASSWORD_GUESSES],
  [AUTH_ROUTES.disableTwoFactor, PASSWORD_GUESSES],
  [AUTH_ROUTES.generateBackupCodes, PASSWORD_GUESSES],
  [AUTH_ROUTES.verifyTotp, CODE_GUESSES],
  [AUTH_ROUTES.verifyBackupCode, CODE_GUESSES],
  [AUTH_ROUTES.requestPasswordReset, RESET_MAILS],
]);

/** What changes how somebody signs in. */
const CHANGES = new Map<AuthRoute, AccountChange>([
  [AUTH_ROUTES.changePassword, 'console-user.password-changed'],
  [AUTH_ROUTES.verifyTotp, 'console-user.two-factor-turned-on'],
  [AUTH_ROUTES.disableTwoFactor, 'console-user.two-factor-turned-off'],
  [AUTH_ROUTES.generateBackupCodes, 'console-user.backup-codes-replaced'],
  [AUTH_ROUTES.addPasskey, 'console-user.passkey-added'],
  [AUTH_ROUTES.deletePasskey, 'console-user.passkey-removed'],
]);

/** Of these, what ends the sessions that somebody has elsewhere: they began under other rules. */
const ENDING = new Set<AuthRoute>([AUTH_ROUTES.changePassword, AUTH_ROUTES.verifyTotp, AUTH_ROUTES.disableTwoFactor]);

/**
 * Around every route of the library: who may come by it, how often, and what is written down of it. The library limits
 * attempts by address and path only, and takes the code of a second factor again while it lasts.
 */
export function authHooks({ database, throttle }: Parts) {
  const visitors = new WeakMap<Request, Visitor>();
  const before = createAuthMiddleware(async (context) => {
    const route = authRouteAt(context.path);
    if (route === null) return;
    const visitor = route.access === 'nobody' ? null : await requireVisitor(context, route);
    if (visitor !== null && context.request !== undefined) visitors.set(context.request, visitor);
    if (visitor !== null && route.access === 'freshly-signed-in') await requireOwnSignIn(database, visitor);
    const limits = GUESSES.get(route);
    if (limits === undefined) return;
    refuseWhenWaiting(await throttle.attempt(limits, attemptOf(context, visitor)));
    if (route !== AUTH_ROUTES.verifyTotp || visitor === null) return;
    if (!(await throttle.claimCode(visitor.id, fieldOf(context.body, 'code')))) throw invalidCode();
  });
  const after = createAuthMiddleware(async (context) => {
    const route = authRouteAt(context.path);
    if (route === null || isAPIError(context.context.returned)) return;
    const visitor = context.request === undefined ? undefined : visitors.get(context.request);
    const limits = GUESSES.get(route);
    const proved = route !== AUTH_ROUTES.signIn || context.context.newSession !== null;
    if (limits !== undefined && limits !== RESET_MAILS && proved) {
      await throttle.forgetAddress(limits, attemptOf(context, visitor ?? null));
    }
    const change = CHANGES.get(route);
    if (change === undefined || visitor === undefined || !isChange(route, visitor)) return;
    if (ENDING.has(route)) await endOtherSessions(database.prisma, visitor.id, context.context.newSession?.session.id);
    await recordAccountChange(database, { userId: visitor.id, change, headers: context.headers });
  });
  return { before, after };
}

/** Whoever only signs in with a code changes nothing: it is the first code that turns the second factor on. */
const isChange = (route: AuthRoute, { signedIn, hadTwoFactor }: Visitor): boolean =>
  route !== AUTH_ROUTES.verifyTotp || (signedIn && !hadTwoFactor);

async function requireVisitor(context: Context, { access }: AuthRoute): Promise<Visitor> {
  const session = await getSessionFromCtx(context);
  if (session !== null) {
    const age = Date.now() - new Date(session.session.createdAt).getTime();
    if (access === 'freshly-signed-in' && age >= FRESH_SECONDS * 1000) throw notFresh();
    return { ...visitorOf(session.user), signedIn: true };
  }
  const user = access === 'challenged' ? await findChallenged(context) : null;
  if (user === null) throw new APIError('UNAUTHORIZED', { code: 'UNAUTHORIZED', message: 'Nobody is signed in.' });
  return { ...visitorOf(user), signedIn: false };
}

function visitorOf(user: { readonly id: string; readonly email: string }): Omit<Visitor, 'signedIn'> {
  return { id: user.id, email: user.email, hadTwoFactor: Reflect.get(user, 'twoFactorEnabled') === true };
}

/** Whose password was right, by the cookie that the library sets until the second factor has come. */
async function findChallenged({ context, getSignedCookie }: Context) {
  const identifier = await getSignedCookie(context.createAuthCookie('two_factor').name, context.secret);
  if (typeof identifier !== 'string') return null;
  const challenge = await context.internalAdapter.findVerificationValue(identifier);
  return challenge === null ? null : context.internalAdapter.findUserById(challenge.value);
}

function attemptOf({ body, headers }: Pick<Context, 'body' | 'headers'>, visitor: Visitor | null): Attempt {
  const address = headers === undefined ? null : getIP(headers, { advanced: { ipAddress: CLIENT_ADDRESS } });
  return { email: visitor?.email ?? fieldOf(body, 'email'), address };
}

/** Of a body that nobody has validated yet. */
function fieldOf(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}

function refuseWhenWaiting(waitSeconds: number): void {
  if (waitSeconds === 0) return;
  throw new APIError(
    'TOO_MANY_REQUESTS',
    { code: 'TOO_MANY_ATTEMPTS', message: 'Too many attempts for this account. Try again later.' },
    { 'x-retry-after': String(waitSeconds) },
  );
}

/** As the library says it of a wrong one. */
const invalidCode = (): APIError => new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' });

async function requireOwnSignIn(database: Database, visitor: Visitor): Promise<void> {
  if (!(await comesByProviderOnly(database, visitor))) return;
  const message = 'Your company’s provider signs you in: passkeys are kept there.';
  throw new APIError('FORBIDDEN', { code: 'SIGNED_IN_BY_PROVIDER', message });
}

const notFresh = (): APIError =>
  new APIError('FORBIDDEN', { code: 'SESSION_NOT_FRESH', message: 'Sign in again to do this.' });
