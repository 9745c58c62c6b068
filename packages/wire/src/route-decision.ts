import { DECISION_REASONS, EXCLUSIONS, STRATEGIES } from '@tollgate/domain';
import { z } from 'zod';
import { id } from './fields.js';

/** How a deployment looked to whoever routed a request. */
export const decisionCandidateFields = {
  deploymentId: id('deployment'),
  provider: z.string(),
  upstreamModel: z.string(),
  region: z.string(),
  score: z.number().nullable().meta({
    description: 'By the strategy, lower is better. Null: it tells by no score, or the deployment was left out.',
  }),
  price: z.number().nullable().meta({
    description: 'USD of a request like the recent ones of the key: for comparing, never for billing. Null: no price.',
  }),
  uptime: z.number().meta({ description: 'Share of attempts that the provider did not fail, between 0 and 1.' }),
  firstTokenMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  cacheShare: z.number().meta({ description: "Share of input tokens from the provider's prompt cache." }),
  inFlight: z.int().nullable().meta({ description: 'For the operator only: others run there, too.' }),
  excluded: z.enum(EXCLUSIONS).nullable().meta({ description: 'Why it could not be chosen. Null: it could.' }),
};

/** How a request found its deployment, without the candidates. */
export const decisionFields = {
  routeId: id('route').nullable().meta({ description: "Null: a model's own name, without a route." }),
  strategy: z.enum(STRATEGIES),
  reason: z.enum(DECISION_REASONS).meta({ description: 'Why the first deployment that was asked was the one.' }),
};
