import { z } from 'zod';
import { email, id, linkToken, name, password } from './fields.js';
import { role } from './members.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';
import { consoleUser } from './setup.js';

const tag = 'Invitations';

const INVITATION_STATES = ['pending', 'accepted', 'revoked', 'expired'] as const;

export const invitation = z
  .strictObject({
    id: id('invitation'),
    organizationId: id('organization'),
    email: z.string(),
    role,
    state: z.enum(INVITATION_STATES),
    invitedBy: z.string().nullable().meta({ description: 'Name of the user or management token.' }),
    delivery: z.enum(['mailed', 'logged', 'failed']).meta({
      description: 'What became of the newest mail. `logged`: no mail server is set, the link stands in the log.',
    }),
    expiresAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

/** The link is a proof of who reads the mailbox: whoever invites must not learn it. */
const sentInvitation = z
  .strictObject({
    ...invitation.shape,
    link: z.string().nullable().meta({
      description: 'To hand over by other means. Only the operator is told it, and only where no mail server is set.',
    }),
  })
  .meta({ id: 'SentInvitation' });

const invitationDraft = z.strictObject({ email: email(), role }).meta({ id: 'InvitationDraft' });

const invitationCheck = z.strictObject({ token: linkToken() }).meta({ id: 'InvitationCheck' });

export const openInvitation = z
  .strictObject({
    organization: z.string(),
    email: z.string(),
    role,
    invitedBy: z.string().nullable(),
    hasAccount: z.boolean().meta({ description: 'Whether somebody has this address already: they accept signed in.' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'OpenInvitation' });

const invitationAcceptance = z
  .strictObject({
    token: linkToken(),
    name: name().optional().meta({ description: 'Required from who has no account yet, refused from others.' }),
    password: password().optional().meta({ description: 'Required from who has no account yet, refused from others.' }),
  })
  .meta({ id: 'InvitationAcceptance' });

const params = z.strictObject({ invitationId: id('invitation') });
const ofOrganization = z.strictObject({ organizationId: id('organization') });
const INVITATION_ORDERS = ['createdAt', '-createdAt'] as const;

export const invitationOperations = {
  listInvitations: defineOperation({
    id: 'listInvitations',
    tag,
    summary: 'List the invitations of an organization',
    method: 'GET',
    path: '/organizations/{organizationId}/invitations',
    permission: 'members.read',
    params: ofOrganization,
    query: z.strictObject({ ...pageQuery(INVITATION_ORDERS), state: z.enum(INVITATION_STATES).optional() }),
    response: page(invitation).meta({ id: 'InvitationPage' }),
  }),
  createInvitation: defineOperation({
    id: 'createInvitation',
    tag,
    summary: 'Invite somebody by e-mail',
    description:
      'The link in the mail works once, for a week. A role with more permissions than one’s own cannot be given. ' +
      'Where sign-up is closed, only those who have an account can be invited.',
    method: 'POST',
    path: '/organizations/{organizationId}/invitations',
    permission: 'members.write',
    params: ofOrganization,
    body: invitationDraft,
    status: 201,
    response: sentInvitation,
  }),
  resendInvitation: defineOperation({
    id: 'resendInvitation',
    tag,
    summary: 'Send an invitation again',
    description: 'With a new link; the one from before works no longer.',
    method: 'POST',
    path: '/invitations/{invitationId}/deliveries',
    permission: 'members.write',
    params,
    status: 201,
    response: sentInvitation,
  }),
  revokeInvitation: defineOperation({
    id: 'revokeInvitation',
    tag,
    summary: 'Revoke an invitation',
    method: 'POST',
    path: '/invitations/{invitationId}/revocations',
    permission: 'members.write',
    params,
    status: 201,
    response: invitation,
  }),
  checkInvitation: defineOperation({
    id: 'checkInvitation',
    tag,
    summary: 'See what an invitation is for',
    description: 'Answers 410 when the link does not work, or no longer.',
    method: 'POST',
    path: '/invitation-checks',
    permission: null,
    open: true,
    body: invitationCheck,
    response: openInvitation,
  }),
  acceptInvitation: defineOperation({
    id: 'acceptInvitation',
    tag,
    summary: 'Accept an invitation',
    description:
      'Who has no account gets one, with the address that the invitation went to, and is signed in. Who has one must be ' +
      'signed in with it.',
    method: 'POST',
    path: '/invitation-acceptances',
    permission: null,
    open: true,
    body: invitationAcceptance,
    status: 201,
    response: consoleUser,
  }),
};

export type Invitation = z.infer<typeof invitation>;
export type SentInvitation = z.infer<typeof sentInvitation>;
export type OpenInvitation = z.infer<typeof openInvitation>;
