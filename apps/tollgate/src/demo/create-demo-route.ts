import { newId, type LadderRung, type RouteDefinition } from '@tollgate/domain';
import type pg from 'pg';
import type { AuditTrail } from '../bootstrap/audit-trail.js';

/** The name that clients use for it. */
export const DEMO_ROUTE = 'smart';

/** A powerful model for what is long or said to be complex, a cheap one for all else, through the same name. */
const DEFINITION: RouteDefinition = {
  strategy: 'balanced',
  targets: [
    { model: 'gpt-6-sol', when: { minInputTokens: 2_000 } },
    { model: 'gpt-6-sol', when: { tags: ['complex'] } },
    { model: 'gpt-6-luna' },
  ],
  constraints: {},
  fallbacks: { overload: ['claude-haiku-5-5'], budget: ['gpt-5.4-nano'] },
  sticky: true,
  canary: { model: 'claude-haiku-5-5', percent: 5 },
  shadow: null,
  hedgeAfterMs: null,
  firstTokenTimeoutMs: null,
  totalTimeoutMs: null,
};

/** Of every budget of a project. */
export const DEMO_LADDER: readonly LadderRung[] = [
  { percent: 80, action: 'notify' },
  { percent: 90, action: 'cheaper-model' },
  { percent: 95, action: 'notify' },
];

export async function createDemoRoute(client: pg.PoolClient, audit: AuditTrail): Promise<void> {
  const id = newId('route');
  await client.query('INSERT INTO route (id, name, definition) VALUES ($1, $2, $3)', [
    id,
    DEMO_ROUTE,
    JSON.stringify(DEFINITION),
  ]);
  audit.add({
    action: 'route.created',
    resourceId: id,
    organizationId: null,
    after: { name: DEMO_ROUTE, ...DEFINITION },
  });
}
