/** Who may come by a route: `challenged` is who has given the password, and is asked for the second factor. */
type Access = 'nobody' | 'challenged' | 'signed-in' | 'freshly-signed-in';

/** A text of at most so many characters, or what a browser's authenticator says of one of its credentials. */
type Field = number | 'credential';

export interface AuthRoute {
  readonly method: 'GET' | 'POST';
  /** Below `/api/auth`, with `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  /** All that a body may hold: fields that the library knows beyond these are switches that nobody has looked at. */
  readonly fields: Readonly<Record<string, Field>>;
  /** What the library is told besides, whatever is sent. */
  readonly always?: Readonly<Record<string, boolean>>;
}

const EMAIL = 254;
const PASSWORD = 128;
const CODE = 20;

/** What of the sign-in library can be reached: whatever is not here answers 404. */
export const AUTH_ROUTES = {
  signIn: {
    method: 'POST',
    path: '/sign-in/email',
    access: 'nobody',
    fields: { email: EMAIL, password: PASSWORD },
  },
  signOut: { method: 'POST', path: '/sign-out', access: 'nobody', fields: {} },
  readSession: { method: 'GET', path: '/get-session', access: 'nobody', fields: {} },

  changePassword: {
    method: 'POST',
    path: '/change-password',
    access: 'signed-in',
    fields: { currentPassword: PASSWORD, newPassword: PASSWORD },
    // whoever knew the old one is out
    always: { revokeOtherSessions: true },
  },
  requestPasswordReset: {
    method: 'POST',
    path: '/request-password-reset',
    access: 'nobody',
    fields: { email: EMAIL },
  },
  resetPassword: {
    method: 'POST',
    path: '/reset-password',
    access: 'nobody',
    fields: { token: 100, newPassword: PASSWORD },
  },

  enableTwoFactor: {
    method: 'POST',
    path: '/two-factor/enable',
    access: 'signed-in',
    fields: { password: PASSWORD },
  },
  verifyTotp: { method: 'POST', path: '/two-factor/verify-totp', access: 'challenged', fields: { code: CODE } },
  verifyBackupCode: {
    method: 'POST',
    path: '/two-factor/verify-backup-code',
    access: 'challenged',
    fields: { code: CODE },
  },
  generateBackupCodes: {
    method: 'POST',
    path: '/two-factor/generate-backup-codes',
    access: 'signed-in',
    fields: { password: PASSWORD },
  },
  disableTwoFactor: {
    method: 'POST',
    path: '/two-factor/disable',
    access: 'signed-in',
    fields: { password: PASSWORD },
  },

  beginPasskey: {
    method: 'GET',
    path: '/passkey/generate-register-options',
    access: 'freshly-signed-in',
    fields: {},
  },
  addPasskey: {
    method: 'POST',
    path: '/passkey/verify-registration',
    access: 'freshly-signed-in',
    fields: { response: 'credential', name: 100 },
  },
  listPasskeys: { method: 'GET', path: '/passkey/list-user-passkeys', access: 'signed-in', fields: {} },
  deletePasskey: { method: 'POST', path: '/passkey/delete-passkey', access: 'signed-in', fields: { id: 50 } },
  beginPasskeySignIn: {
    method: 'GET',
    path: '/passkey/generate-authenticate-options',
    access: 'nobody',
    fields: {},
  },
  signInByPasskey: {
    method: 'POST',
    path: '/passkey/verify-authentication',
    access: 'nobody',
    fields: { response: 'credential' },
  },

  beginSso: { method: 'POST', path: '/sign-in/sso', access: 'nobody', fields: { email: EMAIL, returnTo: 2000 } },
  finishSso: { method: 'GET', path: '/sso/callback/:connectionId', access: 'nobody', fields: {} },
} as const satisfies Readonly<Record<string, AuthRoute>>;

const BY_PATH = new Map<string, AuthRoute>(Object.values(AUTH_ROUTES).map((route) => [route.path, route]));

/** The route at a path of the library; null for what cannot be reached. */
export const authRouteAt = (path: string): AuthRoute | null => BY_PATH.get(path) ?? null;
