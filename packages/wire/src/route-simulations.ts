import { z } from 'zod';
import { id, money, tags, text } from './fields.js';
import { defineOperation } from './operation.js';
import { decisionCandidateFields, decisionFields } from './route-decision.js';
import { routingConstraints } from './routing-constraints.js';

const MAX_TOKENS = 100_000_000;

const tokens = (most: number) => z.int().min(0).max(most);

const routeQuestion = z
  .strictObject({
    organizationId: id('organization').optional().meta({
      description: 'Whose request it would be. Absent: the organization of the token.',
    }),
    apiKeyId: id('apiKey').nullable().default(null).meta({
      description: 'Null: a key that may use everything and has no constraints.',
    }),
    model: text(200),
    surface: text(64).default('openai-chat').meta({
      description: 'What the client speaks, or wants done, such as `anthropic-messages` or `embeddings`.',
    }),
    inputTokens: tokens(MAX_TOKENS).default(1_000),
    outputTokens: tokens(MAX_TOKENS).default(500),
    tags: tags().default([]),
    constraints: routingConstraints.default({}),
  })
  .meta({ id: 'RouteQuestion' });

const simulatedCandidate = z
  .strictObject({
    ...decisionCandidateFields,
    model: z.string().nullable().meta({ description: 'The name of the deployment. Null: it is gone by now.' }),
    credentialName: z.string().nullable().meta({ description: "Null too when it is the operator's, for others." }),
    cost: money.nullable().meta({ description: 'What the request would cost there. Null: no price.' }),
  })
  .meta({ id: 'SimulatedCandidate' });

export const routeSimulation = z
  .strictObject({
    ...decisionFields,
    routeName: z.string().nullable(),
    candidates: z.array(simulatedCandidate).meta({
      description: 'In the order in which they would be asked; those that are left out come last.',
    }),
  })
  .meta({ id: 'RouteSimulation' });

export const routeSimulationOperations = {
  simulateRoute: defineOperation({
    id: 'simulateRoute',
    tag: 'Routes',
    summary: 'Ask which deployment a request would get, and why',
    description:
      'Nothing is sent and nothing is charged. Answers 404 when the key may not use the model, or nothing serves it at ' +
      'that surface; 503 where the process serves no inference.',
    method: 'POST',
    path: '/route-simulations',
    permission: 'routes.read',
    body: routeQuestion,
    response: routeSimulation,
  }),
};

export type RouteSimulation = z.infer<typeof routeSimulation>;
export type SimulatedCandidate = z.infer<typeof simulatedCandidate>;
