import { z } from 'zod';
import { id, name } from './fields.js';
import { role } from './members.js';
import { defineOperation } from './operation.js';
import { PERMISSIONS, type Permission } from './permissions.js';
import { consoleUser } from './setup.js';

export const me = z
  .strictObject({
    user: consoleUser
      .extend({ twoFactor: z.boolean() })
      .nullable()
      .meta({ description: 'Null: a management token asks.' }),
    managementToken: z
      .strictObject({ id: id('managementToken'), name: z.string() })
      .nullable()
      .meta({ description: 'Null: a console session asks.' }),
    operator: z
      .boolean()
      .meta({ description: 'Whether every organization can be seen, and operations of the operator.' }),
    organizations: z
      .array(
        z.strictObject({
          id: id('organization'),
          name: z.string(),
          slug: z.string(),
          role: role.nullable().meta({ description: "Null: a management token's organization." }),
        }),
      )
      .meta({ description: 'Those that the user is a member of, or the one of the token.' }),
    permissions: z.array(z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]])).meta({
      description: 'In the organization that the request is about: see the header `x-tollgate-organization`.',
    }),
  })
  .meta({ id: 'Me' });

const consoleSession = z
  .strictObject({
    id: id('consoleSession'),
    current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().meta({ description: 'To five minutes.' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'ConsoleSession' });

const meChange = z.strictObject({ name: name() }).meta({ id: 'MeChange' });

export const meOperations = {
  readMe: defineOperation({
    id: 'readMe',
    tag: 'Me',
    summary: 'Read who asks, and what they may do',
    method: 'GET',
    path: '/me',
    permission: null,
    response: me,
  }),
  updateMe: defineOperation({
    id: 'updateMe',
    tag: 'Me',
    summary: 'Change one’s name',
    method: 'PATCH',
    path: '/me',
    permission: null,
    personal: true,
    body: meChange,
    response: consoleUser,
  }),
  listMySessions: defineOperation({
    id: 'listMySessions',
    tag: 'Me',
    summary: 'List where one is signed in',
    method: 'GET',
    path: '/me/sessions',
    permission: null,
    personal: true,
    response: z.strictObject({ data: z.array(consoleSession) }).meta({ id: 'ConsoleSessions' }),
  }),
  revokeMySession: defineOperation({
    id: 'revokeMySession',
    tag: 'Me',
    summary: 'Sign out somewhere',
    method: 'DELETE',
    path: '/me/sessions/{sessionId}',
    permission: null,
    personal: true,
    params: z.strictObject({ sessionId: id('consoleSession') }),
    response: null,
  }),
  revokeMyOtherSessions: defineOperation({
    id: 'revokeMyOtherSessions',
    tag: 'Me',
    summary: 'Sign out everywhere else',
    method: 'POST',
    path: '/me/session-revocations',
    permission: null,
    personal: true,
    response: null,
  }),
};

export type ConsoleSession = z.infer<typeof consoleSession>;
export type Me = z.infer<typeof me>;
