import { METERS } from '@tollgate/domain';
import { z } from 'zod';
import { id, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';

const tag = 'Models';

/** A price that holds now, for a caller of the organization. `*` is any. */
export const currentPrice = z
  .strictObject({
    id: id('price'),
    meter: z.enum(METERS),
    serviceTier: z.string(),
    region: z.string(),
    fromTokens: z.int().meta({ description: 'Holds for requests with at least so many input tokens.' }),
    timeWindow: z.string().meta({ description: '`HH:MM-HH:MM` in UTC, or `*`.' }),
    per: z.int().meta({ description: 'Units of the meter that an amount buys.' }),
    listAmount: money,
    billedAmount: money.meta({ description: 'With the markup or discount of the price book.' }),
  })
  .meta({ id: 'CurrentPrice' });

export const model = z
  .strictObject({
    id: z.string().meta({ description: '`provider:name`.', example: 'openai:gpt-4o' }),
    provider: z.string(),
    name: z.string().meta({ description: "The provider's own name for it." }),
    displayName: z.string(),
    contextWindow: z.int().nullable(),
    maxOutputTokens: z.int().nullable(),
    inputModalities: z.array(z.string()),
    outputModalities: z.array(z.string()),
    features: z.array(z.string()),
    knowledgeCutoff: z
      .string()
      .nullable()
      .meta({ description: 'Year and month up to which its knowledge is reliable.', example: '2026-06' }),
    aliases: z.array(z.string()).meta({ description: 'Further names that the provider takes for it.' }),
    deprecated: z.boolean(),
    deployable: z.boolean().meta({ description: 'Whether a credential for its provider is there.' }),
    deployedAs: z.array(z.string()).meta({
      description: 'Names under which clients can call it. Empty: no enabled deployment serves it.',
    }),
    prices: z.array(currentPrice).meta({ description: 'Empty: unpriced.' }),
  })
  .meta({ id: 'Model' });

const boolean = () =>
  z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .meta({ type: 'string', enum: ['true', 'false'] });

const organizationId = id('organization').optional().meta({
  description: "Whose prices and deployments; an organization's own token sees its own.",
});

const apiKeyId = id('apiKey').optional().meta({
  description: 'As this key may call them: `deployedAs` holds only names of its allowlist; its organization’s prices.',
});

export const modelOperations = {
  listModels: defineOperation({
    id: 'listModels',
    tag,
    summary: 'List the model catalogue',
    method: 'GET',
    path: '/models',
    permission: 'models.read',
    query: z.strictObject({
      ...pageQuery(['id']),
      provider: text(64).optional(),
      search: text(100).optional().meta({ description: 'Part of the name.' }),
      deprecated: boolean().optional(),
      deployable: boolean().optional(),
      organizationId,
      apiKeyId,
    }),
    response: page(model).meta({ id: 'ModelPage' }),
  }),
  readModel: defineOperation({
    id: 'readModel',
    tag,
    summary: 'Read a model of the catalogue',
    method: 'GET',
    path: '/models/{modelId}',
    permission: 'models.read',
    params: z.strictObject({
      modelId: text(300).regex(/^[^:]+:.+$/, 'must be "provider:name"'),
    }),
    query: z.strictObject({ organizationId, apiKeyId }),
    response: model,
  }),
};

export type Model = z.infer<typeof model>;
export type CurrentPrice = z.infer<typeof currentPrice>;
