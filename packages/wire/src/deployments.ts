import { z } from 'zod';
import { atLeastOneField, id, NO_FIELD_MESSAGE, revisionFields, text } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';
import { modelName, priority, STARS_DISAGREE, starsAgree } from './provider-fields.js';

const tag = 'Deployments';

export const deployment = z
  .strictObject({
    id: id('deployment'),
    organizationId: id('organization').nullable().meta({ description: 'Null: every organization may use it.' }),
    providerCredentialId: id('providerCredential'),
    provider: z.string(),
    model: z.string().meta({ description: 'The name that clients use; `*` in it is any model of the provider.' }),
    upstreamModel: z
      .string()
      .meta({ description: 'The name that the provider uses; `*` stands for what `*` matched.' }),
    region: z.string(),
    enabled: z.boolean(),
    priority: z.int().meta({ description: 'Lower is tried first.' }),
    drained: z.boolean().meta({ description: 'It finishes what it has and gets nothing new.' }),
    source: z.string().meta({
      description:
        'Those of the `environment` follow it: nothing but `drained` can be changed here. Those of the `file` follow ' +
        'tollgate.yaml and cannot be changed here.',
    }),
    ...revisionFields,
  })
  .meta({ id: 'Deployment' });

/** In words, from the worst; `degraded` and `failing` speak of what the provider is to blame for. */
const HEALTH_STATES = ['disabled', 'unused', 'failing', 'degraded', 'healthy'] as const;

const liveHealth = z
  .strictObject({
    upstreamModel: z.string(),
    circuit: z.enum(['closed', 'open', 'half-open']).meta({
      description: '`half-open`: one attempt at a time may find out whether it is back.',
    }),
    benchedUntil: z.iso.datetime().nullable().meta({
      description: 'Until when nothing is sent there, because it asked for that or failed.',
    }),
    credentialDead: z.boolean().meta({
      description: 'The credential was refused with a 401 and has not been repaired since.',
    }),
    inFlight: z.int(),
    uptime: z.number().nullable().meta({
      description: 'Share of recent attempts that the provider did not fail, between 0 and 1. Null: none yet.',
    }),
    firstTokenMs: z.number().nullable(),
    tokensPerSecond: z.number().nullable(),
    cacheShare: z.number().meta({ description: "Share of input tokens from the provider's prompt cache." }),
    probe: z
      .strictObject({ at: z.iso.datetime(), ok: z.boolean() })
      .nullable()
      .meta({ description: 'When the provider was last asked without a request, and whether it took the secret.' }),
  })
  .meta({
    id: 'LiveHealth',
    description: 'How an upstream model is doing at this moment in the process that answers.',
  });

export const deploymentHealth = z
  .strictObject({
    deploymentId: id('deployment'),
    organizationId: id('organization').nullable(),
    provider: z.string(),
    model: z.string(),
    state: z.enum(HEALTH_STATES).meta({
      description:
        '`unused`: no requests. `degraded`: the provider is to blame for failures of at least 2 % of the requests; ' +
        '`failing`: of at least half.',
    }),
    since: z.iso.datetime().meta({ description: 'The full hour with which the figures begin.' }),
    requests: z.int().meta({ description: 'Those that it ended; requests that went on to another count there.' }),
    errors: z.int().meta({ description: "By whoever's fault." }),
    providerFailures: z.int().meta({ description: 'About how many of these the provider is to blame for.' }),
    successShare: z.number().nullable().meta({ description: 'Between 0 and 1: without provider failures.' }),
    latencyP50: z.number().nullable(),
    latencyP95: z.number().nullable(),
    firstTokenP50: z.number().nullable(),
    lastFailure: z
      .strictObject({
        requestId: id('request'),
        code: z.string(),
        status: z.int(),
        occurredAt: z.iso.datetime(),
      })
      .nullable()
      .meta({ description: 'The newest for which the provider is to blame.' }),
    live: z
      .array(liveHealth)
      .nullable()
      .meta({ description: 'Of each upstream model that was asked for. Null: the process serves no inference.' }),
  })
  .meta({ id: 'DeploymentHealth' });

const hours = z
  .string()
  .regex(/^\d{1,3}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.int().min(1).max(168))
  .default(24)
  .meta({ type: 'integer', minimum: 1, maximum: 168, default: 24, description: 'How far back the figures go.' });

const deploymentDraft = z
  .strictObject({
    organizationId: id('organization').nullable().optional().meta({
      description: 'Null or absent: every organization, or the organization of the token.',
    }),
    providerCredentialId: id('providerCredential'),
    model: modelName(),
    upstreamModel: modelName(),
    region: text(64).default('*'),
    enabled: z.boolean().default(true),
    drained: z.boolean().default(false),
    priority: priority().default(100),
  })
  .refine(starsAgree, { path: ['upstreamModel'], message: STARS_DISAGREE })
  .meta({ id: 'DeploymentDraft' });

const deploymentChange = z
  .strictObject({
    model: modelName(),
    upstreamModel: modelName(),
    region: text(64),
    enabled: z.boolean(),
    drained: z.boolean(),
    priority: priority(),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'DeploymentChange' });

const params = z.strictObject({ deploymentId: id('deployment') });

export const deploymentOperations = {
  listDeployments: defineOperation({
    id: 'listDeployments',
    tag,
    summary: 'List deployments',
    method: 'GET',
    path: '/deployments',
    permission: 'deployments.read',
    query: z.strictObject({
      ...pageQuery(['-createdAt', 'createdAt']),
      organizationId: id('organization').optional(),
      providerCredentialId: id('providerCredential').optional(),
      model: text(200).optional(),
    }),
    response: page(deployment).meta({ id: 'DeploymentPage' }),
  }),
  listDeploymentHealth: defineOperation({
    id: 'listDeploymentHealth',
    tag,
    summary: 'List how deployments have been doing',
    description: 'In the order of `GET /deployments`, with the same filters.',
    method: 'GET',
    path: '/deployment-health',
    permission: 'deployments.read',
    query: z.strictObject({
      ...pageQuery(['-createdAt', 'createdAt']),
      organizationId: id('organization').optional(),
      providerCredentialId: id('providerCredential').optional(),
      model: text(200).optional(),
      hours,
    }),
    response: page(deploymentHealth).meta({ id: 'DeploymentHealthPage' }),
  }),
  createDeployment: defineOperation({
    id: 'createDeployment',
    tag,
    summary: 'Create a deployment',
    method: 'POST',
    path: '/deployments',
    permission: 'deployments.write',
    body: deploymentDraft,
    status: 201,
    response: deployment,
    versioned: true,
  }),
  readDeployment: defineOperation({
    id: 'readDeployment',
    tag,
    summary: 'Read a deployment',
    method: 'GET',
    path: '/deployments/{deploymentId}',
    permission: 'deployments.read',
    params,
    response: deployment,
    versioned: true,
  }),
  updateDeployment: defineOperation({
    id: 'updateDeployment',
    tag,
    summary: 'Change a deployment',
    method: 'PATCH',
    path: '/deployments/{deploymentId}',
    permission: 'deployments.write',
    conditional: true,
    params,
    body: deploymentChange,
    response: deployment,
    versioned: true,
  }),
  deleteDeployment: defineOperation({
    id: 'deleteDeployment',
    tag,
    summary: 'Delete a deployment',
    method: 'DELETE',
    path: '/deployments/{deploymentId}',
    permission: 'deployments.write',
    params,
    response: null,
  }),
};

export type Deployment = z.infer<typeof deployment>;
export type DeploymentHealth = z.infer<typeof deploymentHealth>;
