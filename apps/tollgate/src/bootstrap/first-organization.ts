import { newId } from '@tollgate/domain';
import type pg from 'pg';
import type { AuditTrail } from './audit-trail.js';
import { createApiKey, createManagementToken } from './issue-secrets.js';

/** Shown once, at the first start. */
export interface FirstSecrets {
  readonly apiKey: string;
  readonly managementToken: string;
}

/** What somebody needs to send a first request: an organization, a project, a key, the sandbox; and a token to go on. */
export async function createFirstOrganization(client: pg.PoolClient, audit: AuditTrail): Promise<FirstSecrets> {
  const organizationId = await createOrganization(client, audit);
  const projectId = await createProject(client, audit, organizationId);
  await createSandbox(client, audit);
  return {
    apiKey: await createApiKey(client, audit, { organizationId, projectId, name: 'First key', modelAllowlist: ['*'] }),
    managementToken: await createManagementToken(client, audit, { organizationId: null, name: 'First operator' }),
  };
}

async function createOrganization(client: pg.PoolClient, audit: AuditTrail): Promise<string> {
  const id = newId('organization');
  const after = { name: 'Default organization', slug: 'default', billingMode: 'postpaid' };
  await client.query('INSERT INTO organization (id, name, slug, billing_mode) VALUES ($1, $2, $3, $4::billing_mode)', [
    id,
    after.name,
    after.slug,
    after.billingMode,
  ]);
  audit.add({ action: 'organization.created', resourceId: id, organizationId: id, after });
  return id;
}

async function createProject(client: pg.PoolClient, audit: AuditTrail, organizationId: string): Promise<string> {
  const id = newId('project');
  const after = { name: 'Default project' };
  await client.query('INSERT INTO project (id, organization_id, name) VALUES ($1, $2, $3)', [
    id,
    organizationId,
    after.name,
  ]);
  audit.add({ action: 'project.created', resourceId: id, organizationId, after });
  return id;
}

/** The simulated provider, under the names of its own models. */
export async function createSandbox(client: pg.PoolClient, audit: AuditTrail): Promise<void> {
  const credentialId = newId('providerCredential');
  const credential = { provider: 'sandbox', name: 'Sandbox (simulated)' };
  await client.query(`INSERT INTO provider_credential (id, provider, name, source) VALUES ($1, $2, $3, 'bootstrap')`, [
    credentialId,
    credential.provider,
    credential.name,
  ]);
  const deploymentId = newId('deployment');
  const deployment = { model: 'sandbox/*', upstreamModel: 'sandbox/*' };
  await client.query(
    `INSERT INTO deployment (id, provider_credential_id, model, upstream_model, source) VALUES ($1, $2, $3, $4, 'bootstrap')`,
    [deploymentId, credentialId, deployment.model, deployment.upstreamModel],
  );
  audit.add({
    action: 'provider-credential.created',
    resourceId: credentialId,
    organizationId: null,
    after: credential,
  });
  audit.add({ action: 'deployment.created', resourceId: deploymentId, organizationId: null, after: deployment });
}
