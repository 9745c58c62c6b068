import { z } from 'zod';
import { budgetLadder } from './budget-ladder.js';
import { countedAmount, name, rateLimit, slug, text } from './fields.js';
import { defineOperation } from './operation.js';
import { baseUrl, modelName, priority, providerSecret, STARS_DISAGREE, starsAgree } from './provider-fields.js';
import { routeDraftFields } from './routes.js';

const MAX_PROVIDERS = 200;
const MAX_OBJECTS = 5_000;

const organization = () => slug().nullable().default(null);

const configuredProvider = z
  .strictObject({
    name: name().meta({ description: 'By which deployments of the file refer to it.' }),
    provider: text(64),
    baseUrl: baseUrl().default(null),
    secret: providerSecret().default(null),
  })
  .meta({ id: 'ConfiguredProvider' });

const configuredDeployment = z
  .strictObject({
    provider: name().meta({ description: 'Name of a provider of the file, or of another provider credential.' }),
    model: modelName(),
    upstreamModel: modelName().optional().meta({ description: 'Absent: `model`, or `*` where that has one.' }),
    region: text(64).default('*'),
    priority: priority().default(100),
    enabled: z.boolean().default(true),
    drained: z.boolean().default(false),
    organization: organization().meta({ description: 'Slug. Null or absent: every organization.' }),
  })
  .refine(({ model, upstreamModel = model }) => starsAgree({ model, upstreamModel }), {
    path: ['upstreamModel'],
    message: STARS_DISAGREE,
  })
  .meta({ id: 'ConfiguredDeployment' });

const configuredRoute = z
  .strictObject({
    ...routeDraftFields,
    organization: organization().meta({ description: 'Slug. Null or absent: every organization.' }),
  })
  .meta({ id: 'ConfiguredRoute' });

const NO_LIMITS = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };
const ceilings = z.strictObject({
  requestsPerMinute: rateLimit.shape.requestsPerMinute.default(null),
  tokensPerMinute: rateLimit.shape.tokensPerMinute.default(null),
  concurrency: rateLimit.shape.concurrency.default(null),
});

const configuredLimits = z
  .strictObject({
    organization: slug(),
    project: name().nullable().default(null).meta({ description: 'Null or absent: the organization itself.' }),
    monthlyBudget: countedAmount().nullable().default(null).meta({ description: 'USD. Null or absent: no budget.' }),
    ladder: budgetLadder().default([]),
    rateLimit: ceilings.default(NO_LIMITS).meta({ description: 'What is absent is no limit.' }),
  })
  .refine(({ monthlyBudget, ladder }) => monthlyBudget !== null || ladder.length === 0, {
    path: ['ladder'],
    message: 'needs a monthlyBudget',
  })
  .meta({ id: 'ConfiguredLimits' });

const configuration = z
  .strictObject({
    version: z.literal(1),
    providers: z.array(configuredProvider).max(MAX_PROVIDERS).default([]),
    deployments: z.array(configuredDeployment).max(MAX_OBJECTS).default([]),
    routes: z.array(configuredRoute).max(MAX_OBJECTS).default([]),
    limits: z.array(configuredLimits).max(MAX_OBJECTS).default([]),
  })
  .meta({ id: 'Configuration', description: 'What tollgate.yaml says.' });

const configurationChange = z
  .strictObject({
    kind: z.enum(['provider', 'deployment', 'route', 'limits']),
    name: z.string().meta({ description: 'For people: what tells it from others of its kind.' }),
    resourceId: z.string().nullable().meta({ description: 'Null: not created yet, of a dry run.' }),
    action: z.enum(['created', 'changed', 'unchanged', 'removed']).meta({
      description: 'Limits that are no longer described are `removed` from the file and stay as they are.',
    }),
    fields: z
      .record(z.string(), z.strictObject({ before: z.unknown(), after: z.unknown() }))
      .meta({ description: 'What differs. Of a secret, only that it does.' }),
  })
  .meta({ id: 'ConfigurationChange' });

export const appliedConfiguration = z
  .strictObject({
    dryRun: z.boolean(),
    changed: z.boolean().meta({ description: 'Whether anything differs, or differed.' }),
    changes: z.array(configurationChange),
  })
  .meta({ id: 'AppliedConfiguration' });

const dryRun = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true')
  .meta({ type: 'boolean', default: false, description: 'Tells what would change, and changes nothing.' });

export const configurationOperations = {
  applyConfiguration: defineOperation({
    id: 'applyConfiguration',
    tag: 'Configuration',
    summary: 'Make everything that tollgate.yaml owns what it says',
    description:
      'All or nothing. What the file described before and no longer does is removed. What it owns is refused to every ' +
      'other write. Applied again, it changes nothing.',
    method: 'PUT',
    path: '/configuration',
    permission: 'configuration.write',
    operatorOnly: true,
    query: z.strictObject({ dryRun }),
    body: configuration,
    response: appliedConfiguration,
  }),
};

export type Configuration = z.output<typeof configuration>;
export type ConfigurationChange = z.infer<typeof configurationChange>;
export type AppliedConfiguration = z.infer<typeof appliedConfiguration>;
