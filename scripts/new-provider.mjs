// Writes what a new OpenAI-compatible provider needs: npm run new:provider -- <id> "<Display name>" <base URL>
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SOURCES = path.resolve(import.meta.dirname, '../packages/providers/src');
const REGISTRY = path.join(SOURCES, 'providers/registry.ts');
const IDS = path.join(SOURCES, 'provider-id.ts');
/** New entries go before it, so that vendors stand together and engines behind them. */
const FIRST_ENGINE = 'ollama';

const [id = '', displayName = '', baseUrl = ''] = process.argv.slice(2);
const problem = problemOf();
if (problem !== null) {
  console.error(`${problem}\nUsage: npm run new:provider -- <id> "<Display name>" <base URL>`);
  process.exit(1);
}

const name = id.replaceAll(/-([a-z0-9])/g, (_all, letter) => letter.toUpperCase());
const variable = id.toUpperCase().replaceAll('-', '_');
const folder = path.join(SOURCES, 'providers', id);
const url = baseUrl.replace(/\/+$/, '');

mkdirSync(folder);
writeFileSync(path.join(folder, 'declaration.ts'), declaration());
writeFileSync(path.join(folder, 'declaration.spec.ts'), spec());
edit(IDS, (text) => text.replace(`  | '${FIRST_ENGINE}'`, `  | '${id}'\n  | '${FIRST_ENGINE}'`));
edit(REGISTRY, (text) =>
  sortedImports(`import { ${name} } from './${id}/declaration.js';\n${text}`).replace(
    `\n  ${FIRST_ENGINE},\n`,
    `\n  ${name},\n  ${FIRST_ENGINE},\n`,
  ),
);
console.log(`Written: packages/providers/src/providers/${id}, its id and its registry entry. Next:
  1. Put an answer from the vendor's reference into declaration.spec.ts.
  2. Say in declaration.ts what is different: refused parameters, thinking, the list of models.
  3. node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js packages/providers/src/providers
  4. Read docs/adding-a-provider.md for what else a declaration can say.`);

function problemOf() {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) return 'The id must be lower-case words joined by hyphens.';
  if (displayName === '' || /['\\\n]/.test(displayName)) return 'The display name must be given, without quotes.';
  if (!URL.canParse(baseUrl) || !/^https?:\/\/[^'\\\s?#]+$/.test(baseUrl)) return 'The base URL must be an http URL.';
  if (existsSync(path.join(SOURCES, 'providers', id))) return `There is already a provider ${id}.`;
  return null;
}

function edit(file, change) {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${file} has no place for the new provider`);
  writeFileSync(file, after);
}

/** The types first, then by path, as the file has them. */
function sortedImports(text) {
  const lines = text.split('\n');
  const imports = lines.filter((line) => line.startsWith('import { '));
  const others = lines.filter((line) => !line.startsWith('import { '));
  const types = others.findLastIndex((line) => line.startsWith('import type'));
  return [...others.slice(0, types + 1), ...imports.sort(byPath), ...others.slice(types + 1)].join('\n');
}

function byPath(a, b) {
  const [first, second] = [a, b].map((line) => line.split(' from ')[1]);
  return first < second ? -1 : 1;
}

function declaration() {
  return `import { chatVendor } from '../openai-compatible/chat-vendor.js';

/** Source: the vendor's reference of chat completions. */
export const ${name} = chatVendor({
  id: '${id}',
  displayName: '${displayName}',
  documentationUrl: '${new URL(url).origin}',
  credentialUrl: '${new URL(url).origin}',
  environment: { secret: ['${variable}_API_KEY'], baseUrl: ['${variable}_BASE_URL'] },
  defaultBaseUrl: '${url}',
  takes: () => ({ refuses: [] }),
});
`;
}

function spec() {
  return `import { expect, test } from '@jest/globals';

import { readChatCompletion } from '../../passthrough/read-chat-completion.js';
import { ${name} } from './declaration.js';

/** In the form that the vendor's reference publishes. */
const ANSWER = {
  id: 'x',
  object: 'chat.completion',
  created: 0,
  model: 'a-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
};

test('an answer is read with its usage', () => {
  const answer = readChatCompletion(Buffer.from(JSON.stringify(ANSWER)));
  expect(answer).toMatchObject({ valid: true, error: null, usage: { usage: { input: 9, output: 3 }, problem: null } });
});

test('its models are listed', () => {
  const list = { object: 'list', data: [{ id: 'a-model' }] };
  expect(${name}.connectionTest.readModels(Buffer.from(JSON.stringify(list)))).toEqual(['a-model']);
});
`;
}
