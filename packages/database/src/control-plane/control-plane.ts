import type pg from 'pg';

import { SNAPSHOT_OF_ORGANIZATION } from '../prices/organization-snapshots.js';
import { inTransaction } from '../transaction.js';
import type { BudgetRow, ControlPlaneRows, DeploymentRow, ModelRow, PlanLimitsRow } from './control-plane-rows.js';
import type { OrganizationRow, PrincipalRow, ProjectRow, RateLimitRow, RouteRow } from './control-plane-rows.js';

/**
 * Triggers raise it with every change that gateways must see. Polling it is the guarantee; a notification on the channel
 * `control_plane` is a hint.
 */
export async function readControlPlaneVersion(pool: pg.Pool | pg.PoolClient): Promise<bigint> {
  const { rows } = await pool.query<{ version: string }>('SELECT version FROM control_plane_version');
  return BigInt(rows[0]?.version ?? 0);
}

const ORGANIZATIONS = `
  SELECT o.id, o.time_zone AS "timeZone", o.billing_mode AS "billingMode", o.simulated, o.plan_id AS "planId",
         snapshot.id AS "priceSnapshotId"
  FROM organization o
  LEFT JOIN plan p ON p.id = o.plan_id ${SNAPSHOT_OF_ORGANIZATION}`;

const PLANS = `
  SELECT id, requests_per_minute AS "requestsPerMinute", tokens_per_minute AS "tokensPerMinute", concurrency,
         monthly_budget AS "monthlyBudget"
  FROM plan`;

const DEPLOYMENTS = `
  SELECT d.id, d.organization_id AS "organizationId", d.model, d.upstream_model AS "upstreamModel", d.region, d.priority,
         d.drained, c.provider, c.id AS "credentialId", c.base_url AS "baseUrl", c.ciphertext, c.master_key_id AS "masterKeyId",
         c.version AS "credentialVersion",
         CASE WHEN c.organization_id IS NULL THEN 'operator' ELSE 'organization' END AS "credentialOwner"
  FROM deployment d JOIN provider_credential c ON c.id = d.provider_credential_id
  WHERE d.enabled ORDER BY d.priority, d.id`;

const ROUTES = `
  SELECT id, organization_id AS "organizationId", name, definition FROM route WHERE enabled ORDER BY id`;

const RATE_LIMITS = `
  SELECT scope, scope_id AS "scopeId", organization_id AS "organizationId", requests_per_minute AS "requestsPerMinute",
         tokens_per_minute AS "tokensPerMinute", concurrency, version
  FROM rate_limit`;

/** An expiry is no change that raises the version: gateways end what has expired since by themselves. */
const BUDGETS = `
  SELECT b.id, b.scope, b.scope_id AS "scopeId", b.organization_id AS "organizationId", b.amount, b.ladder, b.version,
         coalesce(raise.list, '[]') AS raises
  FROM budget b
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
      'amount', r.amount::text, 'expiresAt', (extract(epoch FROM r.expires_at) * 1000)::bigint
    ) ORDER BY r.expires_at, r.id) AS list
    FROM budget_raise r WHERE r.budget_id = b.id AND r.expires_at > now()
  ) raise ON true`;

const MODELS = `
  SELECT provider, name, display_name AS "displayName", context_window AS "contextWindow",
         max_output_tokens AS "maxOutputTokens", input_modalities AS "inputModalities",
         output_modalities AS "outputModalities", features, knowledge_cutoff AS "knowledgeCutoff", aliases, deprecated
  FROM model`;

/** Reads the whole control plane as of one instant. Secrets stay sealed. */
export async function loadControlPlane(pool: pg.Pool): Promise<ControlPlaneRows> {
  return inTransaction(pool, 'REPEATABLE READ READ ONLY', async (client) => ({
    version: await readControlPlaneVersion(client),
    organizations: (await client.query<OrganizationRow>(ORGANIZATIONS)).rows,
    plans: (await client.query<PlanLimitsRow>(PLANS)).rows,
    projects: (await client.query<ProjectRow>('SELECT id, organization_id AS "organizationId", name FROM project'))
      .rows,
    deployments: (await client.query<DeploymentRow>(DEPLOYMENTS)).rows,
    routes: (await client.query<RouteRow>(ROUTES)).rows,
    rateLimits: (await client.query<RateLimitRow>(RATE_LIMITS)).rows,
    budgets: (await client.query<BudgetRow>(BUDGETS)).rows,
    models: (await client.query<ModelRow>(MODELS)).rows,
  }));
}

const PRINCIPALS = `
  SELECT s.id AS "secretId", s.hash AS "secretHash", k.id AS "apiKeyId", k.organization_id AS "organizationId",
         k.project_id AS "projectId", k.owner_id AS "ownerId", k.name, k.model_allowlist AS "modelAllowlist", k.tags,
         k.ip_ranges AS "ipRanges", k.unsupported_parameters AS "unsupportedParameters",
         k.constraints,
         least(k.expires_at, s.expires_at) AS "expiresAt"
  FROM key_secret s JOIN api_key k ON k.id = s.api_key_id
  WHERE s.hash = ANY($1) AND s.revoked_at IS NULL AND k.revoked_at IS NULL`;

/**
 * The principals behind hashes of secrets. Unknown and revoked ones are missing from the answer; expired ones are in it,
 * so that the caller can be told why.
 */
export async function loadPrincipals(pool: pg.Pool, secretHashes: readonly string[]): Promise<PrincipalRow[]> {
  type Row = Omit<PrincipalRow, 'expiresAt'> & { expiresAt: Date | null };
  const { rows } = await pool.query<Row>(PRINCIPALS, [secretHashes]);
  return rows.map((row) => ({ ...row, expiresAt: row.expiresAt?.getTime() ?? null }));
}

/** The principal of a key by its id, with whichever of its secrets is the newest; `null` where it has none that lives. */
export async function loadPrincipalOfKey(pool: pg.Pool, apiKeyId: string): Promise<PrincipalRow | null> {
  const { rows } = await pool.query<{ hash: string }>(
    'SELECT hash FROM key_secret WHERE api_key_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC LIMIT 1',
    [apiKeyId],
  );
  const [newest] = rows;
  return newest === undefined ? null : ((await loadPrincipals(pool, [newest.hash]))[0] ?? null);
}
