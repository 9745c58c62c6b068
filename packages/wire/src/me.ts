import { z } from 'zod';
import { id } from './fields.js';
import { defineOperation } from './operation.js';
import { PERMISSIONS, type Permission } from './permissions.js';
import { consoleUser } from './setup.js';

export const me = z
  .strictObject({
    user: consoleUser.nullable().meta({ description: 'Null: a management token asks.' }),
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
          role: z.string().nullable().meta({ description: "Null: a management token's organization." }),
        }),
      )
      .meta({ description: 'Those that the user is a member of, or the one of the token.' }),
    permissions: z.array(z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]])),
  })
  .meta({ id: 'Me' });

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
};

export type Me = z.infer<typeof me>;
