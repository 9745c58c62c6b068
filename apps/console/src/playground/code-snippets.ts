import type { Language } from '../keys/snippets.js';
import { type ClientDialect, PATHS, type RequestBody } from './request-body.js';

interface SnippetParts {
  readonly dialect: ClientDialect;
  /** Of this installation, without a path. */
  readonly origin: string;
  readonly body: RequestBody;
}

/** Stands where the key belongs: what the playground itself uses is shown nowhere. */
const KEY = 'YOUR_KEY';
/** Of an image so much is shown as tells that there is one. */
const SHOWN_BASE64 = 24;

/** The request that would be sent now, in words of a program. */
export function snippetOf(language: Language, { dialect, origin, body }: SnippetParts): string {
  const shown = shortened(body) as RequestBody;
  if (language === 'curl') return curl({ dialect, origin, body: shown });
  if (language === 'Python') return python({ dialect, origin, body: shown });
  return typeScript({ dialect, origin, body: shown });
}

function curl({ dialect, origin, body }: SnippetParts): string {
  const headers =
    dialect === 'openai-chat'
      ? [`Authorization: Bearer ${KEY}`]
      : [`x-api-key: ${KEY}`, 'anthropic-version: 2023-06-01'];
  return [
    `curl ${origin}${PATHS[dialect]} \\`,
    ...[...headers, 'content-type: application/json'].map((header) => `  -H "${header}" \\`),
    // in single quotes the shell takes everything as it is but a single quote
    `  -d '${JSON.stringify(body, null, 2).replaceAll("'", `'"'"'`)}'`,
  ].join('\n');
}

function python({ dialect, origin, body }: SnippetParts): string {
  // the helper streams by itself
  const fields = dialect === 'openai-chat' ? body : without(body, 'stream');
  const given = Object.entries(fields).map(([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`);
  if (dialect === 'openai-chat') {
    return [
      'from openai import OpenAI\n',
      `client = OpenAI(base_url="${origin}/v1", api_key="${KEY}")`,
      'stream = client.chat.completions.create(',
      ...given,
      ')',
      'for chunk in stream:',
      '    if chunk.choices:',
      '        print(chunk.choices[0].delta.content or "", end="")',
    ].join('\n');
  }
  return [
    'from anthropic import Anthropic\n',
    `client = Anthropic(base_url="${origin}", api_key="${KEY}")`,
    'with client.messages.stream(',
    ...given,
    ') as stream:',
    '    for text in stream.text_stream:',
    '        print(text, end="")',
  ].join('\n');
}

function typeScript({ dialect, origin, body }: SnippetParts): string {
  const given = JSON.stringify(body, null, 2).replaceAll(/^(\s*)"([A-Za-z_]\w*)":/gm, '$1$2:');
  if (dialect === 'openai-chat') {
    return [
      "import OpenAI from 'openai';\n",
      `const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${KEY}' });`,
      `const stream = await client.chat.completions.create(${given});`,
      'for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");',
    ].join('\n');
  }
  return [
    "import Anthropic from '@anthropic-ai/sdk';\n",
    `const client = new Anthropic({ baseURL: '${origin}', apiKey: '${KEY}' });`,
    `const stream = await client.messages.create(${given});`,
    'for await (const event of stream) {',
    "  if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {",
    '    process.stdout.write(event.delta.text);',
    '  }',
    '}',
  ].join('\n');
}

function without(body: RequestBody, name: string): RequestBody {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}

/** JSON is Python but for three words. */
function pythonLiteral(value: unknown, depth: number): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  const pad = '    '.repeat(depth + 1);
  const close = '    '.repeat(depth);
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${pad}${pythonLiteral(item, depth + 1)},\n`).join('')}${close}]`;
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item, depth)}`);
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === 'data' ? shorten(item) : shortened(item)]),
    );
  }
  return typeof value === 'string' && value.startsWith('data:') ? shorten(value) : value;
}

function shorten(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const start = value.indexOf(',') + 1;
  return value.length <= start + SHOWN_BASE64 ? value : `${value.slice(0, start + SHOWN_BASE64)}…`;
}
