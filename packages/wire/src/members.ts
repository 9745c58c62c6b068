import { z } from 'zod';
import { id, name, revisionFields } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';
import { ROLES } from './permissions.js';
import { consoleUser } from './setup.js';

const tag = 'Members';

export const role = z.enum(ROLES).meta({ id: 'Role', description: 'What a member may do; `GET /me` lists it.' });

export const member = z
  .strictObject({
    id: id('member'),
    organizationId: id('organization'),
    user: consoleUser,
    role,
    twoFactor: z.boolean().meta({ description: 'Whether their password needs a second factor.' }),
    lastSeenAt: z.iso.datetime().nullable().meta({ description: 'Of their newest session, to five minutes.' }),
    ...revisionFields,
  })
  .meta({ id: 'Member' });

const memberChange = z.strictObject({ role }).meta({ id: 'MemberChange' });

const params = z.strictObject({ memberId: id('member') });
const MEMBER_ORDERS = ['createdAt', '-createdAt'] as const;

export const memberOperations = {
  listMembers: defineOperation({
    id: 'listMembers',
    tag,
    summary: 'List the members of an organization',
    method: 'GET',
    path: '/organizations/{organizationId}/members',
    permission: 'members.read',
    params: z.strictObject({ organizationId: id('organization') }),
    query: z.strictObject({ ...pageQuery(MEMBER_ORDERS), role: role.optional(), name: name().optional() }),
    response: page(member).meta({ id: 'MemberPage' }),
  }),
  updateMember: defineOperation({
    id: 'updateMember',
    tag,
    summary: 'Change the role of a member',
    description:
      'Nobody gives or takes away a role with more permissions than their own. The last owner of an organization stays one. ' +
      'Invitations that they have sent to a role which they could not give any more are revoked.',
    method: 'PATCH',
    path: '/members/{memberId}',
    permission: 'members.write',
    conditional: true,
    params,
    body: memberChange,
    response: member,
    versioned: true,
  }),
  removeMember: defineOperation({
    id: 'removeMember',
    tag,
    summary: 'Remove a member',
    description:
      'They lose what they could see at once, and invitations that they have sent are revoked. API keys that they own belong to their projects and keep working; so do ' +
      'management tokens, which are the organization’s.',
    method: 'DELETE',
    path: '/members/{memberId}',
    permission: 'members.write',
    params,
    response: null,
  }),
};

export type Member = z.infer<typeof member>;
