import type { Mail } from '@tollgate/mail';
import { minuteOf } from '../http/presentation.js';

interface Invited {
  readonly email: string;
  readonly organization: string;
  readonly role: string;
  readonly invitedBy: string | null;
  readonly link: string;
  readonly expiresAt: Date;
}

export function invitationMail({ email, organization, role, invitedBy, link, expiresAt }: Invited): Mail {
  const who = invitedBy === null ? 'You are invited' : `${invitedBy} invites you`;
  return {
    to: email,
    subject: `Invitation to ${organization}`,
    text: [
      `${who} to join ${organization} on Tollgate, in the role ${role}.`,
      '',
      link,
      '',
      `The link works once, until ${minuteOf(expiresAt)}. Whoever has it can use it: do not hand it on.`,
      'If you do not know what this is about, there is nothing that you have to do.',
    ].join('\n'),
  };
}
