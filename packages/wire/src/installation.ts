import { z } from 'zod';
import { atLeastOneField, budgetAmount, email, money, NO_FIELD_MESSAGE, revisionFields } from './fields.js';
import { defineOperation } from './operation.js';
import { signUpMode } from './sign-up.js';

const tag = 'Installation';

export const installation = z
  .strictObject({
    signUp: signUpMode,
    starterGrant: money.nullable(),
    approvalThreshold: money.nullable(),
    mail: z
      .strictObject({ from: z.string() })
      .nullable()
      .meta({ description: 'Null: no mail server is set, mails are written to the log.' }),
    publicUrl: z.string().nullable(),
    ...revisionFields,
  })
  .meta({ id: 'Installation' });

const installationChange = z
  .strictObject({
    signUp: signUpMode,
    starterGrant: budgetAmount
      .nullable()
      .meta({ description: 'What a new organization begins with, where sign-up is open; null is nothing.' }),
    approvalThreshold: budgetAmount
      .nullable()
      .meta({ description: 'From how much on a posting by hand waits for a second person; null: never.' }),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'InstallationChange' });

const testMail = z.strictObject({ to: email() }).meta({ id: 'TestMail' });
const mailResult = z
  .strictObject({
    delivery: z.enum(['mailed', 'logged', 'failed']),
    detail: z.string().nullable().meta({ description: 'Why it failed, as the mail server says it.' }),
  })
  .meta({ id: 'MailResult' });

export const installationOperations = {
  readInstallation: defineOperation({
    id: 'readInstallation',
    tag,
    summary: 'Read how the installation is set up',
    method: 'GET',
    path: '/installation',
    permission: 'installation.read',
    operatorOnly: true,
    response: installation,
    versioned: true,
  }),
  updateInstallation: defineOperation({
    id: 'updateInstallation',
    tag,
    summary: 'Change how the installation is set up',
    method: 'PATCH',
    path: '/installation',
    permission: 'installation.write',
    operatorOnly: true,
    conditional: true,
    body: installationChange,
    response: installation,
    versioned: true,
  }),
  sendTestMail: defineOperation({
    id: 'sendTestMail',
    tag,
    summary: 'Send a mail to see whether mail works',
    method: 'POST',
    path: '/installation/test-mails',
    permission: 'installation.write',
    operatorOnly: true,
    body: testMail,
    status: 201,
    response: mailResult,
  }),
};

export type Installation = z.infer<typeof installation>;
export type MailResult = z.infer<typeof mailResult>;
