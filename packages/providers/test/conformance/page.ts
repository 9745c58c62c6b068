import { type Cell, CONVERSATION_FEATURES, OPERATION_FEATURES, type Row } from './features.js';

const CLIENTS: Readonly<Record<string, string>> = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'openai-completions': 'completions',
  'anthropic-messages': 'messages',
  'google-generate': 'google',
};

const HEAD = `# Conformance

Written by \`npm run conformance\` from what the tests in \`packages/providers/test/conformance\` found; a test fails when this
page says anything else. It says what is proven, never what is hoped.

| word                | means                                                                                                                                                                                                                                                      |
| ------------------- | ---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------- |
| proven              | A test passed in every client dialect that has words for it: the declaration's address, the request as the gateway builds it, an answer in the vendor's published format, cut anywhere where it is streamed, read and written for the client, and compared |
| **recorded**        | The same, and an exchange that was recorded with this very provider is read to what it said                                                                                                                                                                |
| in part (…)         | The test passed for clients of these dialects and for no other: chat, responses, completions, messages, google                                                                                                                                             |
| chat; else refused  | Proven for clients of these dialects; refused to all others                                                                                                                                                                                                |
| refused             | The target cannot be told. The client is: by a 400 that names its parameter or, for hints that change no answer, by \`x-tollgate-dropped\`                                                                                                                   |
| –                   | Not proven: no test passed. It may work                                                                                                                                                                                                                     |

OpenAI's shapes are compared with OpenAI's published schemas. Vendors themselves cannot be reached in tests: their strictness
is that of the answers and errors that they publish, and of stand-ins of five of them, against which \`apps/gateway/test/*-sdk.spec.ts\`
run the SDKs of OpenAI, Anthropic, Google, Cohere, Vercel and LangChain through a running gateway. What a model can do depends on
the model: each row names the one whose name the declaration was asked by. Where client and provider speak the same dialect,
bytes travel on as they are; tests of that are elsewhere (\`passthrough\`).
`;

function show({ status, recorded, clients = [], othersRefused }: Cell): string {
  if (status === 'proven') return recorded ? '**recorded**' : 'proven';
  if (status === 'part') {
    const names = clients.map((client) => CLIENTS[client] ?? client).join(', ');
    return othersRefused === true ? `${names}; else refused` : `in part (${names})`;
  }
  return status === 'refused' ? 'refused' : '–';
}

function table(rows: readonly Row[], features: readonly string[], title: string): string {
  const lines = [
    [
      'feature',
      ...rows.map(
        ({ provider, endpoint, model }) => `${provider}<br>${title === '' ? `${endpoint}<br>` : ''}\`${model}\``,
      ),
    ],
    ...features.map((feature) => [
      feature,
      ...rows.map(({ cells }) => show(cells[feature] ?? { status: 'not proven', recorded: false })),
    ]),
  ];
  const [head = [], ...body] = lines;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** Features as lines, so that a table stays narrow enough to be read: a few providers beside each other. */
const BESIDE = 6;

/** The page, from what the suite found. */
export function conformancePage(conversations: readonly Row[], operations: readonly Row[]): string {
  const sections = [HEAD];
  const dialects = [...new Set(conversations.map(({ endpoint }) => endpoint))];
  for (const dialect of dialects) {
    sections.push(`## Conversations: ${dialect}\n`);
    const rows = conversations.filter(({ endpoint }) => endpoint === dialect);
    for (let at = 0; at < rows.length; at += BESIDE)
      sections.push(`${table(rows.slice(at, at + BESIDE), CONVERSATION_FEATURES, dialect)}\n`);
  }
  for (const [kind, features] of Object.entries(OPERATION_FEATURES)) {
    const rows = operations.filter(({ endpoint }) => endpoint === kind);
    if (rows.length === 0) continue;
    sections.push(`## ${kind}\n`);
    for (let at = 0; at < rows.length; at += BESIDE)
      sections.push(`${table(rows.slice(at, at + BESIDE), features, kind)}\n`);
  }
  return sections.join('\n');
}
