import { needsSecret, type ProviderEnvironment } from './provider-declaration.js';
import type { ProviderId } from './provider-id.js';
import { providers } from './providers/registry.js';

/** How a provider is named in the environment. */
export interface EnvironmentNames extends ProviderEnvironment {
  readonly provider: ProviderId;
  /** Without a secret of its own the provider is of no use. */
  readonly needsSecret: boolean;
  readonly defaultBaseUrl: string | null;
  readonly baseUrlTemplate: string | null;
}

/** Engines on this machine stand last: what was pointed to by name goes before them. */
const isEngine = ({ defaultBaseUrl }: EnvironmentNames): boolean => defaultBaseUrl?.startsWith('http://') ?? false;

const ALL: readonly EnvironmentNames[] = [...providers.values()].flatMap((provider) => {
  const { id, environment, defaultBaseUrl, baseUrlTemplate = null } = provider;
  if (environment === undefined) return [];
  return [{ ...environment, provider: id, needsSecret: needsSecret(provider), defaultBaseUrl, baseUrlTemplate }];
});

/** Apart from the rest of the package, since every process reads its configuration and few of them call providers. */
export const environmentNames: readonly EnvironmentNames[] = ALL.toSorted(
  (a, b) => Number(isEngine(a)) - Number(isEngine(b)),
);
