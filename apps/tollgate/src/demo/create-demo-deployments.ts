import { newId } from '@tollgate/domain';
import type pg from 'pg';
import type { AuditTrail } from '../bootstrap/audit-trail.js';
import { createSandbox } from '../bootstrap/first-organization.js';
import { DEPLOYMENTS } from './deployments.js';

/** What answers instead of the real models. */
const SANDBOX_MODEL = 'sandbox/lorem';

const CREDENTIAL_NAMES = { openai: 'OpenAI (simulated)', anthropic: 'Anthropic (simulated)' } as const;

/** Deployments by the names of real models, at credentials of the sandbox: a request to one is answered, and costs nothing. */
export async function createDemoDeployments(client: pg.PoolClient, audit: AuditTrail): Promise<void> {
  await createSandbox(client, audit);
  const credentials = { openai: newId('providerCredential'), anthropic: newId('providerCredential') };
  for (const vendor of ['openai', 'anthropic'] as const) {
    const after = { provider: 'sandbox', name: CREDENTIAL_NAMES[vendor] };
    const id = credentials[vendor];
    await client.query(
      `INSERT INTO provider_credential (id, provider, name, source) VALUES ($1, $2, $3, 'bootstrap')`,
      [id, after.provider, after.name],
    );
    audit.add({ action: 'provider-credential.created', resourceId: id, organizationId: null, after });
  }
  for (const { model, provider, priority } of DEPLOYMENTS) {
    const id = newId('deployment');
    await client.query(
      `INSERT INTO deployment (id, provider_credential_id, model, upstream_model, priority, source)
       VALUES ($1, $2, $3, $4, $5, 'bootstrap')`,
      [id, credentials[provider], model, SANDBOX_MODEL, priority],
    );
    const after = { model, upstreamModel: SANDBOX_MODEL, priority };
    audit.add({ action: 'deployment.created', resourceId: id, organizationId: null, after });
  }
}
