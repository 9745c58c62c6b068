import type { TollgateConfig } from '@tollgate/config';
import { providers } from '@tollgate/providers';
import type { DiscoveredProvider } from '../bootstrap/discover-providers.js';
import type { FirstSecrets } from '../bootstrap/first-organization.js';

export interface BannerFacts {
  readonly config: Pick<TollgateConfig, 'host' | 'port' | 'gatewayRoles'>;
  /** Where the data is. */
  readonly place: string;
  readonly secrets: FirstSecrets | null;
  readonly providers: readonly DiscoveredProvider[];
}

/** The two secrets that are shown once; all that a quiet start prints. */
export function secretLines(secrets: FirstSecrets): string {
  return `  API key            ${secrets.apiKey}
  Management token   ${secrets.managementToken}
  Keep both now: they are not shown again.
`;
}

/** What an operator sees when everything runs: plain text, the same in a terminal and in a log. */
export function banner(facts: BannerFacts): string {
  const origin = `http://${hostFor(facts.config.host)}:${facts.config.port}`;
  return [
    `Tollgate is ready.

  API base URL       ${origin}/v1
  Management API     ${origin}/api/v1
  Data               ${facts.place}
`,
    facts.secrets === null ? laterKeys() : secretLines(facts.secrets),
    tryIt(origin, facts.secrets?.apiKey ?? '$TOLLGATE_KEY'),
    found(facts.providers),
  ].join('\n');
}

function laterKeys(): string {
  return `  Keys               those you have; npm start -- keys create --name NAME makes another
`;
}

function tryIt(origin: string, key: string): string {
  return `Try it with the simulated model:

  curl ${origin}/v1/chat/completions \\
    -H "authorization: Bearer ${key}" \\
    -H "content-type: application/json" \\
    -d '{"model":"sandbox/echo","messages":[{"role":"user","content":"Hello"}]}'
`;
}

function found(discovered: readonly DiscoveredProvider[]): string {
  if (discovered.length === 0) {
    return `No provider was found. Set OPENAI_API_KEY, OPENAI_COMPATIBLE_URL or OLLAMA_HOST for real models.
`;
  }
  const lines = discovered.map(
    (each) => `  ${(providers.get(each.provider)?.displayName ?? each.provider).padEnd(27)} ${offer(each)}`,
  );
  return `Found in the environment:

${lines.join('\n')}
`;
}

function offer({ provider, models }: DiscoveredProvider): string {
  const others = `${provider}/NAME`;
  if (models === null) return `did not list its models; name them ${others}`;
  const [first] = models;
  if (first === undefined) return `has no model yet; name them ${others}`;
  return `${models.length} ${models.length === 1 ? 'model' : 'models'}, such as ${first}; any other as ${others}`;
}

/** "Any address" is a place to listen, not one to call. */
function hostFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
