import { z } from 'zod';
import { atLeastOneField, id, name, NO_FIELD_MESSAGE, revisionFields, text } from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';
import { baseUrl, providerSecret } from './provider-fields.js';

const tag = 'Provider credentials';

export const providerCredential = z
  .strictObject({
    id: id('providerCredential'),
    organizationId: id('organization').nullable().meta({ description: "Null: the operator's own." }),
    provider: z.string(),
    name: z.string(),
    baseUrl: z.string().nullable().meta({ description: "Null: the provider's own default." }),
    hasSecret: z.boolean().meta({ description: 'The secret itself is never answered.' }),
    source: z.string().meta({
      description:
        '`api`, or what keeps it up to date: those of the `environment` and of the `file` (tollgate.yaml) cannot be changed here.',
    }),
    ...revisionFields,
  })
  .meta({ id: 'ProviderCredential' });

const providerCredentialDraft = z
  .strictObject({
    organizationId: id('organization').nullable().optional().meta({
      description: "Null or absent: the operator's own, or the organization of the token.",
    }),
    provider: text(64),
    name: name(),
    baseUrl: baseUrl().default(null),
    secret: providerSecret().default(null),
  })
  .meta({ id: 'ProviderCredentialDraft' });

const providerCredentialChange = z
  .strictObject({ name: name(), baseUrl: baseUrl(), secret: providerSecret() })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'ProviderCredentialChange' });

export const connectionTest = z
  .strictObject({
    ok: z.boolean(),
    reason: z
      .enum([
        'reached',
        'address-refused',
        'unreachable',
        'timed-out',
        'secret-unreadable',
        'secret-rejected',
        'unexpected-answer',
      ])
      .meta({ description: '`reached` when ok.' }),
    message: z.string(),
    status: z.int().nullable().meta({ description: 'HTTP status of the provider, if it answered.' }),
    latencyMs: z.number().nullable(),
    models: z.int().nullable().meta({ description: 'How many models the provider offers with it.' }),
    testedAt: z.iso.datetime(),
  })
  .meta({ id: 'ConnectionTest' });

const params = z.strictObject({ providerCredentialId: id('providerCredential') });

export const providerCredentialOperations = {
  listProviderCredentials: defineOperation({
    id: 'listProviderCredentials',
    tag,
    summary: 'List provider credentials',
    method: 'GET',
    path: '/provider-credentials',
    permission: 'provider-credentials.read',
    query: z.strictObject({
      ...pageQuery(NAMED_ORDERS),
      organizationId: id('organization').optional(),
      provider: text(64).optional(),
    }),
    response: page(providerCredential).meta({ id: 'ProviderCredentialPage' }),
  }),
  createProviderCredential: defineOperation({
    id: 'createProviderCredential',
    tag,
    summary: 'Create a provider credential',
    method: 'POST',
    path: '/provider-credentials',
    permission: 'provider-credentials.write',
    body: providerCredentialDraft,
    status: 201,
    response: providerCredential,
    versioned: true,
  }),
  readProviderCredential: defineOperation({
    id: 'readProviderCredential',
    tag,
    summary: 'Read a provider credential',
    method: 'GET',
    path: '/provider-credentials/{providerCredentialId}',
    permission: 'provider-credentials.read',
    params,
    response: providerCredential,
    versioned: true,
  }),
  updateProviderCredential: defineOperation({
    id: 'updateProviderCredential',
    tag,
    summary: 'Change a provider credential',
    method: 'PATCH',
    path: '/provider-credentials/{providerCredentialId}',
    permission: 'provider-credentials.write',
    conditional: true,
    params,
    body: providerCredentialChange,
    response: providerCredential,
    versioned: true,
  }),
  deleteProviderCredential: defineOperation({
    id: 'deleteProviderCredential',
    tag,
    summary: 'Delete a provider credential that no deployment uses',
    method: 'DELETE',
    path: '/provider-credentials/{providerCredentialId}',
    permission: 'provider-credentials.write',
    params,
    response: null,
  }),
  testConnection: defineOperation({
    id: 'testConnection',
    tag,
    summary: 'Test whether the provider can be reached with the credential',
    description: "Asks for the provider's list of models; costs nothing.",
    method: 'POST',
    path: '/provider-credentials/{providerCredentialId}/connection-tests',
    permission: 'provider-credentials.write',
    params,
    status: 201,
    response: connectionTest,
  }),
};

export type ProviderCredential = z.infer<typeof providerCredential>;
export type ConnectionTest = z.infer<typeof connectionTest>;
