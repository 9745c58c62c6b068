import type { Database } from '@tollgate/database';
import { newId, type IdKind } from '@tollgate/domain';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthMiddleware, getIP } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { ATTEMPTS_WINDOW_SECONDS, type AccountThrottle, type SignInAttempt } from './account-throttle.js';
import { AUTH_PATH, CLIENT_ADDRESS_HEADER, COOKIE_PREFIX, SESSION_PATH, SIGN_IN_PATH } from './auth-names.js';
import { hashPassword, isPasswordOf } from './password-hash.js';

/** The only file that knows the sign-in library: a third of a second to load, so it is imported when it is needed. */
export interface AuthParts {
  readonly database: Database;
  readonly throttle: AccountThrottle;
  readonly baseUrl: string;
  /** Signs the cookies. */
  readonly secret: string;
  /** Told what the library logs, without its details: they may hold what somebody typed. */
  readonly onMessage: (message: string) => void;
}

const SESSION_SECONDS = 12 * 3600;
const SESSION_REFRESH_SECONDS = 3600;

export type AuthLibrary = ReturnType<typeof createAuth>;

export function createAuth({ database, throttle, baseUrl, secret, onMessage }: AuthParts) {
  return betterAuth({
    appName: 'Tollgate',
    baseURL: baseUrl,
    basePath: AUTH_PATH,
    telemetry: { enabled: false },
    // versioned from the first day on: what the next one encrypts stays readable when it changes
    secrets: [{ version: 1, value: secret }],
    database: prismaAdapter(database.prisma, { provider: 'postgresql', transaction: true }),
    user: { modelName: 'consoleUser' },
    // no cookie cache: a session that was ended must not live on
    session: { modelName: 'consoleSession', expiresIn: SESSION_SECONDS, updateAge: SESSION_REFRESH_SECONDS },
    account: { modelName: 'consoleAccount', encryptOAuthTokens: true },
    verification: { modelName: 'consoleVerification', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => isPasswordOf(hash, password),
      },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'consoleRateLimit',
      // the longest window is also how long the library keeps rows, those of the account's throttle included
      window: ATTEMPTS_WINDOW_SECONDS,
      max: 1000,
      customRules: { [SIGN_IN_PATH]: { window: 60, max: 20 }, [SESSION_PATH]: false },
    },
    hooks: throttleAccounts(throttle),
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: baseUrl.startsWith('https:'),
      ipAddress: CLIENT_ADDRESS,
      database: { generateId: ({ model }) => newId(ID_KINDS[model] ?? 'consoleVerification') },
    },
    // what is no refusal of the library's own is our fault or the database's: the route answers it
    onAPIError: { throw: true },
    logger: { level: 'warn', log: (_level, message) => onMessage(message) },
  });
}

/** One household or server has a whole /64 of IPv6: the addresses in it are one for every limit. */
const CLIENT_ADDRESS = { ipAddressHeaders: [CLIENT_ADDRESS_HEADER], ipv6Subnet: 64 as const };

/** By the names that the library has for its models. */
const ID_KINDS: Readonly<Record<string, IdKind>> = {
  user: 'consoleUser',
  session: 'consoleSession',
  account: 'consoleAccount',
  verification: 'consoleVerification',
  rateLimit: 'consoleRateLimit',
};

/** The library limits attempts by address and path only: who guesses at one account meets this one. */
function throttleAccounts(throttle: AccountThrottle) {
  return {
    before: createAuthMiddleware(async ({ path, body, headers }) => {
      if (path !== SIGN_IN_PATH) return;
      const waitSeconds = await throttle.attempt(attemptOf(body, headers));
      if (waitSeconds === 0) return;
      throw new APIError(
        'TOO_MANY_REQUESTS',
        { code: 'TOO_MANY_ATTEMPTS', message: 'Too many attempts for this account. Try again later.' },
        { 'x-retry-after': String(waitSeconds) },
      );
    }),
    after: createAuthMiddleware(async ({ path, body, headers, context }) => {
      if (path === SIGN_IN_PATH && context.newSession !== null) await throttle.forgetAddress(attemptOf(body, headers));
    }),
  };
}

const attemptOf = (body: unknown, headers: Headers | undefined): SignInAttempt => ({
  email: emailOf(body),
  address: headers === undefined ? null : getIP(headers, { advanced: { ipAddress: CLIENT_ADDRESS } }),
});

/** Of a body that nobody has validated yet. */
function emailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('email' in body)) return '';
  return typeof body.email === 'string' ? body.email : '';
}
