import { describe, expect, test } from '@jest/globals';

import { MESSAGE_FIXTURES } from '../../test/message-fixtures.js';
import { collectCompletion } from '../collect-completion.js';
import { anthropicMessages } from '../dialects/anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../dialects/openai-chat/openai-chat.js';
import { answerAsStream, streamAsAnswer } from './answer-in-other-form.js';
import { completionParts } from './completion-parts.js';

const options = { createdAt: 1, includeUsage: true };

/** An empty thought is no event of a chat completion's stream. */
const said = (answer: object): unknown =>
  JSON.parse(
    JSON.stringify({ ...answer, usage: null, service_tier: null, stop_details: null })
      .replace('"reasoning_content":""', '')
      .replace(',}', '}'),
  );

describe('an answer in the form that was not asked for', () => {
  test.each(MESSAGE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, { message, sse }) => {
    const completion = anthropicMessages.readResponse(message);
    if (completion === null) throw new Error('not read');
    const collected = collectCompletion(completionParts(completion));
    expect(collected).toEqual({ completion, error: null, done: true });

    for (const client of [anthropicMessages, openaiChat]) {
      const dialects = { upstream: anthropicMessages, client };
      const answer = streamAsAnswer(Buffer.from(sse), dialects, options);
      expect(answer.facts).toMatchObject({ valid: true, usage: completion.usage, error: null });
      expect(JSON.parse(answer.body?.toString() ?? '')).toEqual(
        JSON.parse(JSON.stringify(client.writeResponse(completion, options))),
      );
      const stream = answerAsStream(Buffer.from(JSON.stringify(message)), dialects, options);
      const reader = client.streamReader();
      const bytes = Buffer.concat([stream?.events ?? Buffer.of(), stream?.doneFrame ?? Buffer.of()]);
      const again = collectCompletion([...reader.push(bytes), ...reader.end()]);
      expect(again).toMatchObject({ done: true, error: null });
      // how tokens were kept, and at which tier, streams have less words for than whole answers
      expect(said(client.writeResponse(again.completion, options))).toEqual(
        said(client.writeResponse(completion, options)),
      );
    }
  });

  test('a stream that broke off is no answer, and an error inside it is told', () => {
    const dialects = { upstream: openaiChat, client: openaiChat };
    const cut = streamAsAnswer(
      Buffer.from('data: {"id":"1","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'),
      dialects,
      options,
    );
    expect(cut).toMatchObject({ body: null, facts: { valid: false } });
    const failed = streamAsAnswer(Buffer.from('data: {"error":{"message":"busy","code":503}}\n\n'), dialects, options);
    expect(failed).toMatchObject({ body: null, facts: { valid: false, error: { code: 'provider_overloaded' } } });
    expect(answerAsStream(Buffer.from('<html>'), dialects, options)).toBeNull();
  });
});
