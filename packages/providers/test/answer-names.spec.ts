import { expect, test } from '@jest/globals';

import { clientDialects, providerDialects } from '../src/dialects/registry.js';
import { completionParts } from '../src/translation/completion-parts.js';

const OPTIONS = {
  createdAt: 1_700_000_000,
  includeUsage: true,
  requestId: 'req_0193-ab',
  requestedModel: 'house-model',
};
const BEDROCK = { output: { message: { role: 'assistant', content: [{ text: 'Hi.' }] } }, stopReason: 'end_turn' };

/** Converse says neither who it is nor which model wrote. */
test.each([
  ['openai-chat', { id: 'chatcmpl-0193ab', model: 'house-model' }],
  ['openai-completions', { id: 'cmpl-0193ab', model: 'house-model' }],
  ['openai-responses', { id: 'resp_0193ab', model: 'house-model' }],
  ['anthropic-messages', { id: 'msg_0193ab', model: 'house-model' }],
  ['google-generate', { responseId: '0193ab', modelVersion: 'house-model' }],
] as const)('%s clients are told an id and a model though the provider says none', (client, named) => {
  const completion = providerDialects['bedrock-converse'].readResponse(BEDROCK);
  if (completion === null) throw new Error('no answer');
  expect(clientDialects[client].writeResponse(completion, OPTIONS)).toMatchObject(named);
  const parts = completionParts(completion);
  for (const told of [parts, parts.filter(({ kind }) => kind !== 'start')]) {
    const writer = clientDialects[client].streamWriter(OPTIONS);
    const events = told.map((part) => writer.write(part)).join('');
    for (const word of Object.values(named)) expect(events).toContain(`"${word}"`);
    expect(events).not.toMatch(/"(?:id|model|responseId|modelVersion)":""/);
  }
  const other = clientDialects[client].writeResponse({ ...completion, id: 'theirs', model: 'their-model' }, OPTIONS);
  expect(Object.values(other)).toEqual(expect.arrayContaining(['theirs', 'their-model']));
});
