import { z } from 'zod';
import { email, id, linkToken, name, password } from './fields.js';
import { defineOperation } from './operation.js';

const tag = 'Set-up';

export const setupLink = z
  .strictObject({
    purpose: z.enum(['new-owner', 'new-password']).meta({
      description: 'Whether the link makes a user, or gives the one with this `email` a new password.',
    }),
    name: z.string().nullable(),
    email: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SetupLink' });

const setupCheck = z.strictObject({ token: linkToken() }).meta({ id: 'SetupCheck' });

const setupCompletion = z
  .strictObject({
    token: linkToken(),
    password: password(),
    name: name().optional().meta({ description: 'Required by a link for a new owner, refused by others.' }),
    email: email().optional().meta({ description: 'Required by a link for a new owner, refused by others.' }),
  })
  .meta({ id: 'SetupCompletion' });

export const consoleUser = z
  .strictObject({ id: id('consoleUser'), name: z.string(), email: z.string() })
  .meta({ id: 'ConsoleUser' });

export const setupOperations = {
  checkSetupLink: defineOperation({
    id: 'checkSetupLink',
    tag,
    summary: 'See what a set-up link is for',
    description: 'Answers 410 when the link does not work, or no longer.',
    method: 'POST',
    path: '/setup/checks',
    permission: null,
    open: true,
    body: setupCheck,
    response: setupLink,
  }),
  completeSetup: defineOperation({
    id: 'completeSetup',
    tag,
    summary: 'Use a set-up link',
    description:
      'Makes an owner, or sets a forgotten password and ends the sessions of its user. The link works once; afterwards ' +
      'it answers 410. The answer signs in: it sets the session cookie.',
    method: 'POST',
    path: '/setup/completions',
    permission: null,
    open: true,
    body: setupCompletion,
    status: 201,
    response: consoleUser,
  }),
};

export type SetupLink = z.infer<typeof setupLink>;
export type ConsoleUser = z.infer<typeof consoleUser>;
