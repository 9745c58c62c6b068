/**
 * The tables of `docs/providers.md`, from the declarations of providers; what stands around them is written by hand.
 * `node scripts/provider-page.mjs write` writes them; `check` fails when they are not what the sources say. Needs a build.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

const FILE = new URL('../docs/providers.md', import.meta.url);
const [BEGIN, END] = ['<!-- declared: begin -->', '<!-- declared: end -->'];

const { providers } = await import('@tollgate/providers').catch((cause) => {
  throw new Error('packages/providers is not built: run "npm run build" first', { cause });
});

/** What an operator pastes as the secret. */
const CREDENTIALS = {
  bearer: 'API key',
  'optional-bearer': 'API key, if the server asks for one',
  'x-api-key': 'API key',
  'x-goog-api-key': 'API key',
  aws: 'Bedrock API key; or `AKIA…:secret[:session token]`; or `{"accessKeyId", "secretAccessKey", "sessionToken"?, "region"?}`',
  'google-cloud': 'JSON key file of a service account; or an API key',
  azure: 'API key of the resource; or `{"tenantId", "clientId", "clientSecret"}` of an application',
  none: 'none',
};
const DIALECTS = {
  'openai-chat': 'chat completions',
  'openai-responses': 'responses',
  'openai-completions': 'completions',
  'anthropic-messages': 'messages',
  'google-generate': 'generateContent',
  'bedrock-converse': 'Converse',
  'cohere-chat': 'Cohere v2',
};
const OPERATIONS = {
  embeddings: 'embeddings',
  rerank: 'rerank',
  images: 'images',
  imageEdits: 'image edits',
  speech: 'speech',
  transcription: 'transcription',
  translation: 'translation',
  moderations: 'moderation',
};

const code = (texts) => texts.map((text) => `\`${text}\``).join(', ');
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (heads, rows) => [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

function variables({ environment }) {
  if (environment === undefined) return '–';
  const { secret = [], secretParts = {}, secretFile = [], baseUrl = [], baseUrlParts = {} } = environment;
  const parts = [...Object.values(secretParts), ...Object.values(baseUrlParts)].map(([first]) => first);
  return code([...secret, ...secretFile.map((name) => `${name} (a file)`), ...baseUrl, ...parts]);
}

const declared = [...providers.values()].filter(({ simulated }) => !simulated);
const reached = declared.map((provider) => [
  `[${provider.displayName}](${provider.documentationUrl})`,
  `\`${provider.id}\``,
  `\`${provider.defaultBaseUrl ?? provider.baseUrlTemplate}\``,
  CREDENTIALS[provider.authentication],
  variables(provider),
]);
const offered = declared.map(({ id, endpoints, operations = {}, regions }) => [
  `\`${id}\``,
  endpoints.map(({ dialect }) => DIALECTS[dialect]).join(', ') || '–',
  Object.keys(OPERATIONS)
    .filter((kind) => operations[kind])
    .map((kind) => OPERATIONS[kind])
    .join(', ') || '–',
  regions === undefined ? '–' : code(regions),
]);

const tables = [
  '## How each is reached\n',
  table(['provider', 'id', 'base URL', 'secret', 'environment variables'], reached),
  '\n## What each offers\n',
  'Every client is answered whatever the provider speaks; where both speak the same, nothing is translated.\n',
  table(['id', 'conversations', 'other operations', 'regions'], offered),
].join('\n');

const page = await readFile(FILE, 'utf8');
const [before, rest] = page.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) throw new Error(`docs/providers.md has no ${BEGIN} … ${END}`);
const options = (await resolveConfig(FILE)) ?? {};
const written = await format(`${before}${BEGIN}\n\n${tables}\n\n${END}${after}`, { ...options, parser: 'markdown' });

const [command] = process.argv.slice(2);
if (command === 'write') {
  await writeFile(FILE, written);
} else if (command === 'check') {
  if (page !== written) {
    console.error(
      'docs/providers.md is not what packages/providers declares: run "npm run providers:page" and commit it.',
    );
    process.exitCode = 1;
  }
} else {
  console.error('usage: node scripts/provider-page.mjs write|check');
  process.exitCode = 1;
}
