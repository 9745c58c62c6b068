import { ApiError } from '../api/api-error.js';
import type { Text, TextKey } from '../i18n/use-text.js';

/** By the sign-in library's own names. */
const BY_CODE: Readonly<Record<string, TextKey>> = {
  INVALID_EMAIL_OR_PASSWORD: 'signIn.wrong',
  INVALID_PASSWORD: 'signIn.wrongPassword',
  INVALID_CODE: 'signIn.wrongCode',
  INVALID_BACKUP_CODE: 'signIn.wrongCode',
  INVALID_TWO_FACTOR_COOKIE: 'signIn.challengeEnded',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'signIn.challengeEnded',
  INVALID_TOKEN: 'signIn.linkSpent',
  SESSION_NOT_FRESH: 'signIn.notFresh',
  PASSKEY_NOT_FOUND: 'signIn.unknownPasskey',
  AUTHENTICATION_FAILED: 'signIn.unknownPasskey',
};

const BY_STATUS: Readonly<Record<number, TextKey>> = {
  0: 'page.unreachable',
  429: 'signIn.throttled',
};

/** What went wrong on the way in, in words. */
export function authErrorText(error: Error, text: Text): string {
  if (!(error instanceof ApiError)) return error.message;
  const known = BY_STATUS[error.status] ?? (error.code === null ? undefined : BY_CODE[error.code]);
  return known === undefined ? error.message : text(known);
}
