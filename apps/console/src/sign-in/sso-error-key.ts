import type { TextKey } from '../i18n/use-text.js';

const KNOWN: Readonly<Record<string, TextKey>> = {};

/** The words for why single sign-on refused, by the code in the address. */
export const ssoErrorKey = (code: string): TextKey => KNOWN[code] ?? 'signIn.ssoFailed';
