/**
 * The OpenAPI document of the management API, committed so that a change of the API is seen in review.
 * `node scripts/openapi.mjs write` writes it; `check` fails when it is not what the sources say. Needs a build.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

const FILE = new URL('../docs/openapi.json', import.meta.url);

const { buildOpenApiDocument } = await import('@tollgate/wire/openapi').catch((cause) => {
  throw new Error('packages/wire is not built: run "npm run build" first', { cause });
});
const options = (await resolveConfig(FILE)) ?? {};
const document = await format(JSON.stringify(buildOpenApiDocument()), { ...options, parser: 'json' });

const [command] = process.argv.slice(2);
if (command === 'write') {
  await writeFile(FILE, document);
} else if (command === 'check') {
  const committed = await readFile(FILE, 'utf8').catch(() => '');
  if (committed !== document) {
    console.error('docs/openapi.json is not what packages/wire describes: run "npm run openapi" and commit it.');
    process.exitCode = 1;
  }
} else {
  console.error('usage: node scripts/openapi.mjs write|check');
  process.exitCode = 1;
}
