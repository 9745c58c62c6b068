import { passkey } from '@better-auth/passkey';
import type { Database } from '@tollgate/database';
import { newId, type IdKind } from '@tollgate/domain';
import type { Mailer } from '@tollgate/mail';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { AccountThrottle } from './account-throttle.js';
import { authHooks, CLIENT_ADDRESS, FRESH_SECONDS } from './auth-hooks.js';
import { AUTH_PATH, COOKIE_PREFIX } from './auth-names.js';
import { AUTH_ROUTES } from './auth-route-table.js';
import { ATTEMPTS_WINDOW_SECONDS } from './count-attempt.js';
import { hashPassword, isPasswordOf } from './password-hash.js';
import { PasswordReset, RESET_SECONDS } from './password-reset.js';
import { ssoPlugin } from './sso/sso-plugin.js';
import type { SsoSignIn } from './sso/sso-sign-in.js';

/** The way to the sign-in library: half a second to load, so this file is imported when it is needed. */
export interface AuthParts {
  readonly database: Database;
  readonly throttle: AccountThrottle;
  readonly mailer: Mailer;
  readonly sso: SsoSignIn;
  /** Where browsers reach the console. */
  readonly baseUrl: string;
  /** Signs the cookies. */
  readonly secret: string;
  /** Told what the library logs, without its details: they may hold what somebody typed. */
  readonly onMessage: (message: string) => void;
}

const APP_NAME = 'Tollgate';
const SESSION_SECONDS = 12 * 3600;
/** Also how exactly one can say when somebody was last seen. */
const SESSION_REFRESH_SECONDS = 300;

export type AuthLibrary = ReturnType<typeof createAuth>;

export function createAuth({ database, throttle, mailer, sso, baseUrl, secret, onMessage }: AuthParts) {
  const passwordReset = new PasswordReset({ database, throttle, mailer, baseUrl });
  return betterAuth({
    appName: APP_NAME,
    baseURL: baseUrl,
    basePath: AUTH_PATH,
    telemetry: { enabled: false },
    // versioned from the first day on: what the next one encrypts stays readable when it changes
    secrets: [{ version: 1, value: secret }],
    database: prismaAdapter(database.prisma, { provider: 'postgresql', transaction: true }),
    user: { modelName: 'consoleUser' },
    session: {
      modelName: 'consoleSession',
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_REFRESH_SECONDS,
      freshAge: FRESH_SECONDS,
      // no cookie cache: a session that was ended must not live on
      cookieCache: { enabled: false },
    },
    account: { modelName: 'consoleAccount', encryptOAuthTokens: true },
    verification: { modelName: 'consoleVerification', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: (asked) => passwordReset.send(asked),
      onPasswordReset: ({ user }, request) => passwordReset.done(user, request?.headers),
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => isPasswordOf(hash, password),
      },
    },
    rateLimit: RATE_LIMIT,
    hooks: authHooks({ database, throttle }),
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: baseUrl.startsWith('https:'),
      ipAddress: CLIENT_ADDRESS,
      database: { generateId: ({ model }) => newId(ID_KINDS[model] ?? 'consoleVerification') },
    },
    plugins: [twoFactor({ issuer: APP_NAME }), passkeys(baseUrl), ssoPlugin(sso)],
    // what is no refusal of the library's own is our fault or the database's: the route answers it
    onAPIError: { throw: true },
    logger: { level: 'warn', log: (_level, message) => onMessage(message) },
  });
}

/** For the console's host only: a passkey of another one opens nothing here. */
const passkeys = (baseUrl: string) =>
  passkey({
    rpID: new URL(baseUrl).hostname,
    rpName: APP_NAME,
    origin: baseUrl,
    schema: { passkey: { fields: { credentialID: 'credentialId' } } },
    // a passkey stands for password and second factor: its owner has to have proved themselves to the device
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: { afterVerification: ({ verification }) => requireVerified(verification.registrationInfo) },
    authentication: { afterVerification: ({ verification }) => requireVerified(verification.authenticationInfo) },
  });

/** By address and path, besides what the account's throttle bounds. In seconds. */
const RATE_LIMIT = {
  enabled: true,
  storage: 'database',
  modelName: 'consoleRateLimit',
  // the longest window is also how long the library keeps rows, those of the account's throttle included
  window: ATTEMPTS_WINDOW_SECONDS,
  max: 1000,
  customRules: {
    ...Object.fromEntries(Object.values(AUTH_ROUTES).map(({ path }) => [path, { window: 60, max: 60 }])),
    [AUTH_ROUTES.signIn.path]: { window: 60, max: 20 },
    [AUTH_ROUTES.verifyTotp.path]: { window: 60, max: 20 },
    [AUTH_ROUTES.verifyBackupCode.path]: { window: 60, max: 20 },
    [AUTH_ROUTES.requestPasswordReset.path]: { window: 60, max: 10 },
    [AUTH_ROUTES.resetPassword.path]: { window: 60, max: 20 },
    [AUTH_ROUTES.readSession.path]: false,
  },
} as const;

/** By the names that the library has for its models. */
const ID_KINDS: Readonly<Record<string, IdKind>> = {
  user: 'consoleUser',
  session: 'consoleSession',
  account: 'consoleAccount',
  verification: 'consoleVerification',
  rateLimit: 'consoleRateLimit',
  twoFactor: 'twoFactor',
  passkey: 'passkey',
};

/** @throws APIError unless the device says that its owner has unlocked it. */
function requireVerified(info: { readonly userVerified: boolean } | undefined): void {
  if (info?.userVerified === true) return;
  throw new APIError('UNAUTHORIZED', {
    code: 'USER_NOT_VERIFIED',
    message: 'The passkey was not unlocked by its owner.',
  });
}
