import { describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';

import type { Dialect } from '../src/dialect.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { openaiResponses } from '../src/dialects/openai-responses/openai-responses.js';
import { writeErrorEvent } from '../src/dialects/openai-responses/write-error.js';
import { MESSAGE_FIXTURES } from './message-fixtures.js';
import { RESPONSE_FIXTURES } from './response-fixtures.js';

const OPTIONS = { includeUsage: true, createdAt: 1_700_000_000 };

/** OpenAI's own SDK, for which every request has this answer. */
function clientOf(body: string, type: string): OpenAI {
  const answer = (): Promise<Response> => Promise.resolve(new Response(body, { headers: { 'content-type': type } }));
  return new OpenAI({ apiKey: 'none', baseURL: 'http://localhost', fetch: answer, maxRetries: 0 });
}

function streamed(dialect: Dialect, sse: string): string {
  const reader = dialect.streamReader();
  const writer = openaiResponses.streamWriter(OPTIONS);
  return [...reader.push(Buffer.from(sse)), ...reader.end()].map((part) => writer.write(part)).join('');
}

const answers = [
  ...MESSAGE_FIXTURES.map(({ name, message, sse }) => [name, anthropicMessages, message, sse] as const),
  ...RESPONSE_FIXTURES.map(({ name, response, sse }) => [name, openaiResponses, response, sse] as const),
];

describe('what OpenAI’s SDK makes of it', () => {
  test.each(answers)('%s', async (_name, dialect, body, sse) => {
    const completion = dialect.readResponse(body);
    if (completion === null) throw new Error('not read');
    const written = openaiResponses.writeResponse(completion, OPTIONS);
    const response = await clientOf(JSON.stringify(written), 'application/json').responses.create({
      model: 'm',
      input: 'x',
    });
    const stream = clientOf(streamed(dialect, sse), 'text/event-stream').responses.stream({ model: 'm', input: 'x' });
    const last = await stream.finalResponse();
    expect(last.output_text).toBe(response.output_text);
    expect(last.output).toMatchObject(response.output);
    expect([last.usage, last.status]).toEqual([response.usage, response.status]);
  });

  test('it throws for an error inside a stream', async () => {
    const error = { code: 'provider_rate_limited', message: 'Wait.', param: null } as const;
    const client = clientOf(writeErrorEvent(error), 'text/event-stream');
    const stream = await client.responses.create({ model: 'm', input: 'x', stream: true });
    const read = async (): Promise<void> => {
      for await (const event of stream) expect(event).toBeNull();
    };
    await expect(read()).rejects.toThrow('Wait.');
  });
});
