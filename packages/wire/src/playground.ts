import { z } from 'zod';
import { id, money } from './fields.js';
import { defineOperation } from './operation.js';

const playgroundKey = z
  .strictObject({
    apiKeyId: id('apiKey').meta({ description: 'The key that the requests are booked on; its tag is `playground`.' }),
    secret: z.string().meta({ description: 'For inference, until `expiresAt`. To be kept in memory, never shown.' }),
    expiresAt: z.iso.datetime(),
    monthlyBudget: money.nullable(),
  })
  .meta({ id: 'PlaygroundKey' });

const playgroundDraft = z
  .strictObject({
    unpricedModels: z.boolean().default(false).meta({
      description: 'For models without a price, such as those of a local engine: on a key without a budget.',
    }),
  })
  .meta({ id: 'PlaygroundDraft' });

export const playgroundOperations = {
  openPlayground: defineOperation({
    id: 'openPlayground',
    tag: 'Playground',
    summary: 'Get a secret for trying models out',
    description:
      'Each caller has one key for the playground in a project, with a small monthly budget, which is created when it ' +
      'is first asked for. Every call issues another secret of it that ends within the hour. Requests with it pass the ' +
      'same limits and are billed like any other.',
    method: 'POST',
    path: '/projects/{projectId}/playground',
    permission: 'api-keys.write',
    ownPermission: 'own-api-keys.write',
    params: z.strictObject({ projectId: id('project') }),
    body: playgroundDraft,
    status: 201,
    response: playgroundKey,
  }),
};

export type PlaygroundKey = z.infer<typeof playgroundKey>;
