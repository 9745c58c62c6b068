import { type DeploymentRow, openSecret } from '@tollgate/database';
import type { HealthRegistry, TargetHealth } from '@tollgate/routing';
import { testConnection, type UpstreamAuthorizers } from '@tollgate/upstream-authorization';
import { isCredentialProblem, providerById, type ProviderDeclaration, providerHeaders } from '@tollgate/providers';

import { requirePublicForm } from '@tollgate/public-address';
import type { Upstream } from '../pipeline/routing/route.js';
import type { UpstreamPools } from '../upstream-pools.js';

/** What a deployment needs to be called, besides its row. */
export interface UpstreamSources {
  readonly pools: UpstreamPools;
  readonly authorizers: UpstreamAuthorizers;
  readonly masterKey: Buffer;
  readonly health: HealthRegistry;
  /** Where the simulated provider listens in this process. */
  readonly sandboxBaseUrl: string;
  /** A deployment that cannot be used is left out; this says why. */
  onUnusable(deploymentId: string, reason: string): void;
}

/** A deployment, made ready to be called. */
export interface Deployment {
  readonly row: DeploymentRow;
  readonly provider: ProviderDeclaration;
  readonly upstream: Upstream;
  healthOf(upstreamModel: string): TargetHealth;
  /** Asks the provider with its credential for nothing that costs; resolves with whether it could be asked. */
  probe(): Promise<boolean>;
}

/** A deployment made ready to be called; none where it cannot be. */
export function usableDeployment(row: DeploymentRow, sources: UpstreamSources): Deployment[] {
  const provider = providerById(row.provider);
  if (provider === undefined) {
    sources.onUnusable(row.id, `this version has no provider ${row.provider}`);
    return [];
  }
  try {
    const { id: deploymentId, credentialId, credentialVersion } = row;
    const healthOf = (upstreamModel: string): TargetHealth =>
      sources.health.targetOf({ deploymentId, upstreamModel, credentialId, credentialVersion });
    const upstream = upstreamOf(row, provider, sources);
    return [{ row, provider, upstream, healthOf, probe: () => probe(row, { provider, upstream, sources }) }];
  } catch (error) {
    // whatever is wrong with one row, the others must go on being served, and revocations must go on arriving
    sources.onUnusable(row.id, error instanceof Error ? error.message : String(error));
    return [];
  }
}

function upstreamOf(row: DeploymentRow, provider: ProviderDeclaration, sources: UpstreamSources): Upstream {
  const baseUrl = provider.simulated ? sources.sandboxBaseUrl : (row.baseUrl ?? provider.defaultBaseUrl);
  if (baseUrl === null) throw new Error('the credential has no base URL');
  const url = new URL(baseUrl);
  const publicOnly = row.credentialOwner === 'organization';
  if (publicOnly) requirePublicForm(baseUrl);
  const secret = secretOf(row, sources);
  const authorizer =
    secret === null ? null : sources.authorizers.forProvider(provider, secret, { isTenant: publicOnly });
  if (authorizer !== null && isCredentialProblem(authorizer)) {
    throw new Error(`the secret cannot be used: ${authorizer.problem}`);
  }
  return {
    dispatcher: sources.pools.poolFor({ origin: url.origin, publicOnly, http2: provider.http2 === true }),
    origin: url.origin,
    authorizer,
    basePath: url.pathname.replace(/\/+$/, ''),
    query: url.search,
    headers: [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      ...Object.entries(authorizer === null ? providerHeaders(provider, secret) : provider.headers).flat(),
    ],
  };
}

function secretOf({ ciphertext, credentialId }: DeploymentRow, { masterKey }: UpstreamSources): string | null {
  return ciphertext === null ? null : openSecret(masterKey, ciphertext, credentialId);
}

interface Probed {
  readonly provider: ProviderDeclaration;
  readonly upstream: Upstream;
  readonly sources: UpstreamSources;
}

/** Through the pool that requests take, which also judges where a tenant's address may lead. */
async function probe(row: DeploymentRow, { provider, upstream, sources }: Probed): Promise<boolean> {
  const { ok } = await testConnection(sources.authorizers, {
    provider,
    baseUrl: row.baseUrl,
    secret: secretOf(row, sources),
    owner: { isTenant: row.credentialOwner === 'organization' },
    dispatcher: upstream.dispatcher,
  });
  return ok;
}
