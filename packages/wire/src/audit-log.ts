import { z } from 'zod';
import { id, text } from './fields.js';
import { defineOperation } from './operation.js';
import { CREATION_ORDERS, page, pageQuery } from './paging.js';

export const auditLogEntry = z
  .strictObject({
    id: id('auditLogEntry'),
    organizationId: id('organization').nullable(),
    actor: z
      .string()
      .meta({ description: 'Id of the management token or console user, or `bootstrap`, `command-line`, `worker`.' }),
    action: z.string().meta({ example: 'api-key.created' }),
    resourceId: z.string(),
    changes: z
      .record(z.string(), z.strictObject({ before: z.unknown(), after: z.unknown() }))
      .meta({ description: 'Changed fields; never a secret.' }),
    remoteAddress: z.string().nullable(),
    requestId: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'AuditLogEntry' });

export const auditLogOperations = {
  listAuditLog: defineOperation({
    id: 'listAuditLog',
    tag: 'Audit log',
    summary: 'List who changed what',
    method: 'GET',
    path: '/audit-log',
    permission: 'audit-log.read',
    query: z.strictObject({
      ...pageQuery(CREATION_ORDERS),
      organizationId: id('organization').optional(),
      actor: text(64).optional(),
      action: text(100).optional(),
      resourceId: text(300).optional(),
    }),
    response: page(auditLogEntry).meta({ id: 'AuditLogPage' }),
  }),
};

export type AuditLogEntry = z.infer<typeof auditLogEntry>;
