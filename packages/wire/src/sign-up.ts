import { z } from 'zod';
import { email, linkToken, money, name, password } from './fields.js';
import { defineOperation } from './operation.js';
import { consoleUser } from './setup.js';

const tag = 'Sign-up';

/** Who may come in: nobody but those who are there; those who were invited; anybody who proves an e-mail address. */
export const signUpMode = z.enum(['closed', 'invitation', 'open']).meta({ id: 'SignUpMode' });

export const entrance = z
  .strictObject({
    signUp: signUpMode,
    starterGrant: money.nullable().meta({ description: 'What a new organization begins with, where sign-up is open.' }),
    singleSignOn: z.boolean().meta({ description: 'Whether some organization signs in by a provider of its own.' }),
    mail: z.boolean().meta({ description: 'Whether a mail server is set, so that a forgotten password can be reset.' }),
  })
  .meta({ id: 'Entrance' });

const signUpDraft = z.strictObject({ email: email() }).meta({ id: 'SignUpDraft' });
const signUpCheck = z.strictObject({ token: linkToken() }).meta({ id: 'SignUpCheck' });
const startedSignUp = z.strictObject({ email: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'SignUp' });
const signUpCompletion = z
  .strictObject({ token: linkToken(), name: name(), password: password(), organization: name() })
  .meta({ id: 'SignUpCompletion' });

export const signUpOperations = {
  readEntrance: defineOperation({
    id: 'readEntrance',
    tag,
    summary: 'Read how one may come in',
    method: 'GET',
    path: '/entrance',
    permission: null,
    open: true,
    response: entrance,
  }),
  startSignUp: defineOperation({
    id: 'startSignUp',
    tag,
    summary: 'Ask for a link to sign up with',
    description: 'Answers alike whoever has the address: who has an account is mailed that they have one.',
    method: 'POST',
    path: '/sign-ups',
    permission: null,
    open: true,
    body: signUpDraft,
    status: 202,
    response: null,
  }),
  checkSignUp: defineOperation({
    id: 'checkSignUp',
    tag,
    summary: 'See whose sign-up a link is',
    description: 'Answers 410 when the link does not work, or no longer.',
    method: 'POST',
    path: '/sign-up-checks',
    permission: null,
    open: true,
    body: signUpCheck,
    response: startedSignUp,
  }),
  completeSignUp: defineOperation({
    id: 'completeSignUp',
    tag,
    summary: 'Sign up with a mailed link',
    description:
      'Makes a user and their organization, prepaid, with a first project and the starter grant; the link works once. ' +
      'The answer signs in: it sets the session cookie.',
    method: 'POST',
    path: '/sign-up-completions',
    permission: null,
    open: true,
    body: signUpCompletion,
    status: 201,
    response: consoleUser,
  }),
};

export type Entrance = z.infer<typeof entrance>;
export type StartedSignUp = z.infer<typeof startedSignUp>;
export type SignUpMode = z.infer<typeof signUpMode>;
