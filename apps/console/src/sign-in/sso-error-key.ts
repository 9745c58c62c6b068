import type { SsoRefusal } from '@tollgate/wire';
import type { TextKey } from '../i18n/use-text.js';

const REFUSALS: Readonly<Record<SsoRefusal, TextKey>> = {
  'sso-expired': 'signIn.ssoError.expired',
  'sso-connection-gone': 'signIn.ssoError.gone',
  'sso-denied': 'signIn.ssoError.denied',
  'sso-no-email': 'signIn.ssoError.noEmail',
  'sso-email-unverified': 'signIn.ssoError.unverified',
  'sso-foreign-domain': 'signIn.ssoError.foreignDomain',
  'sso-operator': 'signIn.ssoError.operator',
  'sso-failed': 'signIn.ssoError.failed',
};

/** The words for why single sign-on refused, by the code in the address, where anybody may write anything. */
export const ssoErrorKey = (code: string): TextKey =>
  Object.hasOwn(REFUSALS, code) ? REFUSALS[code as SsoRefusal] : 'signIn.ssoError.failed';
