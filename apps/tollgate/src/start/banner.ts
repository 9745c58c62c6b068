import type { TollgateConfig } from '@tollgate/config';
import { providers } from '@tollgate/providers';
import { demoLines } from '../demo/demo-lines.js';
import type { DemoFile } from '../demo/demo-file.js';
import type { DiscoveredProvider } from '../bootstrap/discover-providers.js';
import type { FirstSecrets } from '../bootstrap/first-organization.js';

/** What is shown once. */
export interface SecretFacts {
  readonly config: Pick<TollgateConfig, 'host' | 'port' | 'publicUrl' | 'gatewayRoles'>;
  readonly secrets: FirstSecrets | null;
  readonly setupToken: string | null;
  readonly demo: DemoFile | null;
}

export interface BannerFacts extends SecretFacts {
  /** Where the data is. */
  readonly place: string;
  readonly providers: readonly DiscoveredProvider[];
}

/** The secrets that are shown once; all that a quiet start prints. */
export function secretLines({ config, secrets, setupToken, demo }: SecretFacts): string {
  if (demo !== null) return demoLines(demo);
  const keys =
    secrets === null
      ? ''
      : `  API key            ${secrets.apiKey}
  Management token   ${secrets.managementToken}
  Keep both now: they are not shown again.
`;
  if (setupToken === null) return keys;
  return `${keys}  Console set-up     ${setupLink(consoleUrl(config), setupToken)}
  The link works once, for a day; the next start makes another.
`;
}

/** The token stands behind `#`: browsers keep that to themselves, so that it is in no server's log. */
export function setupLink(address: string, token: string): string {
  return `${address}/setup#token=${token}`;
}

/** Where browsers reach the console, by the settings. */
export function consoleUrl({ publicUrl, host, port }: Pick<TollgateConfig, 'host' | 'port' | 'publicUrl'>): string {
  return publicUrl ?? `http://${hostFor(host)}:${port}`;
}

/** What an operator sees when everything runs: plain text, the same in a terminal and in a log. */
export function banner(facts: BannerFacts): string {
  const origin = `http://${hostFor(facts.config.host)}:${facts.config.port}`;
  return [
    `Tollgate is ready.

  API base URL       ${origin}/v1
${servesConsole(facts.config) ? managing(facts.config, origin) : ''}  Data               ${facts.place}
`,
    ...(facts.demo === null ? forReal(facts, origin) : [secretLines(facts), tryIt(origin, facts.demo.apiKey.secret)]),
  ].join('\n');
}

function forReal(facts: BannerFacts, origin: string): string[] {
  return [
    facts.secrets === null ? laterKeys() + secretLines(facts) : secretLines(facts),
    tryIt(origin, facts.secrets?.apiKey ?? '$TOLLGATE_KEY'),
    found(facts.providers),
  ];
}

function managing(config: SecretFacts['config'], origin: string): string {
  return `  Management API     ${origin}/api/v1
  Console            ${consoleUrl(config)}
`;
}

export function servesConsole({ gatewayRoles }: Pick<TollgateConfig, 'gatewayRoles'>): boolean {
  return gatewayRoles !== 'inference';
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
    return `No provider was found. Set OPENAI_API_KEY, ANTHROPIC_API_KEY, OPENAI_COMPATIBLE_URL or OLLAMA_HOST for real models.
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
