import type { Mail } from '@tollgate/mail';
import { minuteOf } from '../http/presentation.js';

export function signUpMail(email: string, { link, expiresAt }: { link: string; expiresAt: Date }): Mail {
  return {
    to: email,
    subject: 'Your sign-up at Tollgate',
    text: [
      'Somebody, probably you, wants to sign up at Tollgate with this address. Go on here:',
      '',
      link,
      '',
      `The link works once, until ${minuteOf(expiresAt)}.`,
      'If it was not you, there is nothing that you have to do.',
    ].join('\n'),
  };
}

/** To somebody who has an account: whoever asked must not learn that they have. */
export function knownAddressMail(email: string, console: string): Mail {
  return {
    to: email,
    subject: 'You have an account at Tollgate',
    text: [
      'Somebody, probably you, wants to sign up at Tollgate with this address. You have an account already; sign in here:',
      '',
      console,
      '',
      'If it was not you, there is nothing that you have to do.',
    ].join('\n'),
  };
}
