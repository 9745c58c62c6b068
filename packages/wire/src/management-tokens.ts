import { z } from 'zod';
import { futureInstant, id, name } from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';
import { SCOPES } from './permissions.js';

const tag = 'Management tokens';

const managementTokenFields = {
  id: id('managementToken'),
  organizationId: id('organization').nullable().meta({ description: "Null: the operator's." }),
  name: z.string(),
  displayPrefix: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
};

export const managementToken = z.strictObject(managementTokenFields).meta({ id: 'ManagementToken' });

export const issuedManagementToken = z
  .strictObject({
    ...managementTokenFields,
    secret: z.string().meta({ description: 'Answered this once and never again.' }),
  })
  .meta({ id: 'IssuedManagementToken' });

const managementTokenDraft = z
  .strictObject({
    organizationId: id('organization').nullable().optional().meta({
      description: "Null or absent: the operator's, or the organization of the token that asks.",
    }),
    name: name(),
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).meta({
      description: 'Permissions; `*` is all. No more than the token that asks has itself.',
    }),
    expiresAt: futureInstant().nullable().default(null),
  })
  .meta({ id: 'ManagementTokenDraft' });

const params = z.strictObject({ managementTokenId: id('managementToken') });

export const managementTokenOperations = {
  listManagementTokens: defineOperation({
    id: 'listManagementTokens',
    tag,
    summary: 'List management tokens',
    method: 'GET',
    path: '/management-tokens',
    permission: 'management-tokens.read',
    query: z.strictObject({ ...pageQuery(NAMED_ORDERS), organizationId: id('organization').optional() }),
    response: page(managementToken).meta({ id: 'ManagementTokenPage' }),
  }),
  createManagementToken: defineOperation({
    id: 'createManagementToken',
    tag,
    summary: 'Create a management token',
    description: 'The answer holds the secret, this once.',
    method: 'POST',
    path: '/management-tokens',
    permission: 'management-tokens.write',
    body: managementTokenDraft,
    status: 201,
    response: issuedManagementToken,
  }),
  readManagementToken: defineOperation({
    id: 'readManagementToken',
    tag,
    summary: 'Read a management token',
    method: 'GET',
    path: '/management-tokens/{managementTokenId}',
    permission: 'management-tokens.read',
    params,
    response: managementToken,
  }),
  revokeManagementToken: defineOperation({
    id: 'revokeManagementToken',
    tag,
    summary: 'Revoke a management token',
    description: 'Final and at once; revoking it again changes nothing.',
    method: 'POST',
    path: '/management-tokens/{managementTokenId}/revocations',
    permission: 'management-tokens.write',
    params,
    status: 201,
    response: managementToken,
  }),
};

export type ManagementToken = z.infer<typeof managementToken>;
export type IssuedManagementToken = z.infer<typeof issuedManagementToken>;
