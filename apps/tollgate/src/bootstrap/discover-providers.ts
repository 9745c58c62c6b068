import type { EnvironmentProvider } from '@tollgate/config';
import { catalogue, providers } from '@tollgate/providers';
import { testConnection, UpstreamAuthorizers } from '@tollgate/upstream-authorization';
import { getGlobalDispatcher } from 'undici';

/** A provider of the environment with the models that it is known to serve. */
export interface DiscoveredProvider extends EnvironmentProvider {
  /** The provider's own names; null when it could not be asked. */
  readonly models: readonly string[] | null;
}

const LIST_TIMEOUT_MS = 2000;
const PROBE_TIMEOUT_MS = 300;
/** Found without being named: an engine on this machine, on its usual port. */
const PROBED = 'ollama';

/**
 * What the environment offers. Vendors of the catalogue are not asked for their models: their lists hold much that is
 * no model for requests, and nothing without a price. Engines are asked, since nobody else knows what they have loaded.
 */
export async function discoverProviders(named: readonly EnvironmentProvider[]): Promise<DiscoveredProvider[]> {
  const [probed, ...listed] = await Promise.all([
    named.some(({ provider }) => provider === PROBED) ? null : probe(),
    ...named.map(async (provider) => ({ ...provider, models: await modelsOf(provider) })),
  ]);
  return probed === null ? listed : [...listed, probed];
}

async function probe(): Promise<DiscoveredProvider | null> {
  const candidate = { provider: PROBED, baseUrl: null, secret: null } as const;
  const models = await listModels(candidate, PROBE_TIMEOUT_MS);
  return models === null ? null : { ...candidate, models };
}

async function modelsOf(candidate: EnvironmentProvider): Promise<readonly string[] | null> {
  const known = catalogue.models.filter((model) => model.provider === candidate.provider);
  // dated names too: many clients have them in their configuration
  return known.length > 0
    ? known.flatMap(({ name, aliases }) => [name, ...aliases])
    : listModels(candidate, LIST_TIMEOUT_MS);
}

async function listModels(candidate: EnvironmentProvider, timeoutMs: number): Promise<readonly string[] | null> {
  const provider = providers.get(candidate.provider);
  if (provider === undefined) return null;
  const { baseUrl, secret } = candidate;
  // not there, too slow, or no list: the caller goes on without one
  const asked = { provider, baseUrl, secret, owner: { isTenant: false }, dispatcher: getGlobalDispatcher(), timeoutMs };
  return (await testConnection(new UpstreamAuthorizers(), asked)).models;
}
