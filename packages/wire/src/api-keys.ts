import { z } from 'zod';
import { budgetLadder, limitFields } from './budget-ladder.js';
import {
  atLeastOneField,
  futureInstant,
  id,
  ipRanges,
  monthlyBudget,
  name,
  NO_FIELD_MESSAGE,
  rateLimit,
  revisionFields,
  tags,
  text,
} from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';
import { routingConstraints } from './routing-constraints.js';

const tag = 'API keys';
const MAX_OVERLAP_SECONDS = 30 * 24 * 60 * 60;

const keySecret = z
  .strictObject({
    id: id('keySecret'),
    displayPrefix: z.string(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'KeySecret', description: 'What is kept of a secret: enough to recognize it, too little to use it.' });

const unsupportedParameters = z.enum(['refuse', 'drop']).meta({
  description:
    'What becomes of a parameter that the model behind a name cannot be told, when client and provider speak different ' +
    'dialects: `refuse` answers 400 and names it, `drop` leaves it out and names it in `x-tollgate-dropped`. Hints that ' +
    'change no answer (cache markers, metadata, service tiers) are always left out.',
});

const apiKeyFields = {
  id: id('apiKey'),
  organizationId: id('organization'),
  projectId: id('project'),
  name: z.string(),
  ownerId: z.string().nullable().meta({
    description: 'The console user who owns the key, or the management token whose playground it is; null: nobody.',
  }),
  ownerName: z.string().nullable().meta({ description: 'Null too when the owner is a person no longer.' }),
  modelAllowlist: z.array(z.string()),
  tags: z.array(z.string()),
  ipRanges: z.array(z.string()).meta({ description: 'From where the key works; empty: from everywhere.' }),
  unsupportedParameters,
  constraints: routingConstraints,
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  ...limitFields,
  lastUsedAt: z.iso.datetime().nullable().meta({
    description: 'When the newest request with the key occurred that has been booked; null: none yet.',
  }),
  secrets: z.array(keySecret),
  ...revisionFields,
};

export const apiKey = z.strictObject(apiKeyFields).meta({ id: 'ApiKey' });

export const issuedApiKey = z
  .strictObject({
    ...apiKeyFields,
    secret: z.string().meta({ description: 'Answered this once and never again.' }),
  })
  .meta({ id: 'IssuedApiKey' });

const modelAllowlist = () =>
  z
    .array(text(200))
    .min(1, 'must name at least one model or pattern; "*" is every model')
    .max(200)
    .meta({ description: 'Model names and patterns with `*`. What is not listed is denied.', example: ['gpt-4o*'] });

const ownerId = () =>
  id('consoleUser')
    .nullable()
    .meta({
      description:
        'A member of the organization, to whom its usage is attributed. Who may create keys of their own only owns what ' +
        'they create, whatever stands here.',
    });

const apiKeyDraft = z
  .strictObject({
    name: name(),
    modelAllowlist: modelAllowlist(),
    ownerId: ownerId().default(null),
    tags: tags().default([]),
    ipRanges: ipRanges().default([]),
    unsupportedParameters: unsupportedParameters.default('refuse'),
    constraints: routingConstraints.default({}),
    expiresAt: futureInstant().nullable().default(null),
    rateLimit: rateLimit.optional(),
    monthlyBudget: monthlyBudget().optional(),
    budgetLadder: budgetLadder().optional(),
  })
  .meta({ id: 'ApiKeyDraft' });

const apiKeyChange = z
  .strictObject({
    name: name(),
    modelAllowlist: modelAllowlist(),
    ownerId: ownerId(),
    tags: tags(),
    ipRanges: ipRanges(),
    unsupportedParameters,
    constraints: routingConstraints,
    expiresAt: futureInstant().nullable(),
    rateLimit,
    monthlyBudget: monthlyBudget(),
    budgetLadder: budgetLadder(),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'ApiKeyChange' });

const rotationDraft = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).default(0).meta({
      description: 'How long the secrets from before keep working beside the new one.',
    }),
  })
  .meta({ id: 'ApiKeyRotationDraft' });

const ofProject = z.strictObject({ projectId: id('project') });
const params = z.strictObject({ apiKeyId: id('apiKey') });
const query = z.strictObject({
  ...pageQuery(NAMED_ORDERS),
  name: name().optional(),
  tag: text(64).optional(),
  ownerId: text(64).optional(),
});

export const apiKeyOperations = {
  listApiKeys: defineOperation({
    id: 'listApiKeys',
    tag,
    summary: 'List the API keys of a project',
    method: 'GET',
    path: '/projects/{projectId}/api-keys',
    permission: 'api-keys.read',
    params: ofProject,
    query,
    response: page(apiKey).meta({ id: 'ApiKeyPage' }),
  }),
  listOrganizationApiKeys: defineOperation({
    id: 'listOrganizationApiKeys',
    tag,
    summary: 'List the API keys of an organization, over all its projects',
    method: 'GET',
    path: '/organizations/{organizationId}/api-keys',
    permission: 'api-keys.read',
    params: z.strictObject({ organizationId: id('organization') }),
    query: query.extend({ projectId: id('project').optional() }),
    response: page(apiKey).meta({ id: 'ApiKeyPage' }),
  }),
  createApiKey: defineOperation({
    id: 'createApiKey',
    tag,
    summary: 'Create an API key',
    description: 'The answer holds the secret, this once.',
    method: 'POST',
    path: '/projects/{projectId}/api-keys',
    permission: 'api-keys.write',
    ownPermission: 'own-api-keys.write',
    params: ofProject,
    body: apiKeyDraft,
    status: 201,
    response: issuedApiKey,
    versioned: true,
  }),
  readApiKey: defineOperation({
    id: 'readApiKey',
    tag,
    summary: 'Read an API key',
    method: 'GET',
    path: '/api-keys/{apiKeyId}',
    permission: 'api-keys.read',
    params,
    response: apiKey,
    versioned: true,
  }),
  updateApiKey: defineOperation({
    id: 'updateApiKey',
    tag,
    summary: 'Change an API key',
    method: 'PATCH',
    path: '/api-keys/{apiKeyId}',
    permission: 'api-keys.write',
    ownPermission: 'own-api-keys.write',
    conditional: true,
    params,
    body: apiKeyChange,
    response: apiKey,
    versioned: true,
  }),
  rotateApiKey: defineOperation({
    id: 'rotateApiKey',
    tag,
    summary: 'Issue a new secret for an API key',
    description: 'The key keeps its id, limits, budget and spend. The answer holds the new secret, this once.',
    method: 'POST',
    path: '/api-keys/{apiKeyId}/rotations',
    permission: 'api-keys.write',
    ownPermission: 'own-api-keys.write',
    params,
    body: rotationDraft,
    status: 201,
    response: issuedApiKey,
    versioned: true,
  }),
  revokeApiKey: defineOperation({
    id: 'revokeApiKey',
    tag,
    summary: 'Revoke an API key',
    description: 'Final. Gateways refuse the key within seconds; revoking it again changes nothing.',
    method: 'POST',
    path: '/api-keys/{apiKeyId}/revocations',
    permission: 'api-keys.write',
    ownPermission: 'own-api-keys.write',
    params,
    status: 201,
    response: apiKey,
    versioned: true,
  }),
};

export type ApiKey = z.infer<typeof apiKey>;
export type IssuedApiKey = z.infer<typeof issuedApiKey>;
