import { createOpenAI } from '@ai-sdk/openai';
import { describe, expect, test } from '@jest/globals';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, jsonSchema, isStepCount, streamText, tool } from 'ai';

import type { Conversation } from '../src/conversation.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { openaiResponses } from '../src/dialects/openai-responses/openai-responses.js';
import { refusalOf } from '../src/inexpressible.js';
import { anthropicTargetModel } from '../src/providers/anthropic/target-model.js';
import { isRequestProblem } from '../src/request-problem.js';
import { MESSAGE_FIXTURES } from './message-fixtures.js';

const OPTIONS = { includeUsage: true, createdAt: 1_700_000_000 };
const CLAUDE = anthropicTargetModel('claude-sonnet-4-5', 64_000);

function fixture(name: string): (typeof MESSAGE_FIXTURES)[number] {
  const found = MESSAGE_FIXTURES.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** A model of Anthropic's behind responses: it thinks and calls a tool, and answers when it has the result. */
class Claude {
  readonly requests: Record<string, unknown>[] = [];

  readonly fetch = (_url: unknown, init?: { readonly body?: unknown }): Promise<Response> => {
    const conversation = openaiResponses.parseRequest(JSON.parse(String(init?.body)));
    if (isRequestProblem(conversation)) throw new Error(conversation.message);
    const { body, inexpressible } = anthropicMessages.buildRequest(conversation, CLAUDE);
    expect(refusalOf(inexpressible, 'refuse')).toBeNull();
    this.requests.push(body);
    return Promise.resolve(this.#answer(conversation, this.requests.length === 1 ? 'thinking between tools' : 'text'));
  };

  #answer(conversation: Conversation, name: string): Response {
    const { message, sse } = fixture(name);
    const options = { ...OPTIONS, conversation };
    if (!conversation.stream) {
      const completion = anthropicMessages.readResponse(message);
      if (completion === null) throw new Error('not read');
      const body = JSON.stringify(openaiResponses.writeResponse(completion, options));
      return new Response(body, { headers: { 'content-type': 'application/json' } });
    }
    const reader = anthropicMessages.streamReader();
    const writer = openaiResponses.streamWriter(options);
    const body = [...reader.push(Buffer.from(sse)), ...reader.end()].map((part) => writer.write(part)).join('');
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }
}

const inputSchema = jsonSchema({ type: 'object', properties: {} });
const tools = {
  get_weather: tool({ inputSchema, execute: () => 'Rain' }),
  get_time: tool({ inputSchema, execute: () => 'Noon' }),
};
const TEXT = 'Grüße aus dem Süden 🌞, sagte sie — "ja".';

function expectLoop({ requests }: Claude): void {
  expect(requests).toHaveLength(2);
  const { content } = (requests[1]?.['messages'] as { content: Record<string, unknown>[] }[])[1] ?? {};
  expect(content).toMatchObject([
    { type: 'thinking', thinking: 'Let me see.\n\nFirst …', signature: 'EqQBCgIYAhIM+/==' },
    { type: 'tool_use', name: 'get_weather', input: { city: 'Köln', days: [1, 2] } },
    { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4a' },
    { type: 'tool_use', name: 'get_time' },
  ]);
}

describe('the AI SDK goes through a loop of tools, and brings the thoughts back', () => {
  test.each(['whole', 'streamed'])('%s', async (form) => {
    const claude = new Claude();
    const openai = createOpenAI({ apiKey: 'none', baseURL: 'http://localhost', fetch: claude.fetch });
    const settings = {
      model: openai.responses('gpt-5'),
      prompt: 'Weather?',
      tools,
      stopWhen: isStepCount(3),
      providerOptions: { openai: { store: false, include: ['reasoning.encrypted_content'] as string[] } },
    };
    const result = form === 'whole' ? await generateText(settings) : streamText(settings);
    expect(await result.text).toBe(TEXT);
    expect((await result.usage).outputTokens).toBe(610);
    expectLoop(claude);
  });
});

describe('LangChain', () => {
  test.each([false, true])('reads texts, calls and usage, streamed: %p', async (streaming) => {
    const claude = new Claude();
    const configuration = { baseURL: 'http://localhost', fetch: claude.fetch as typeof fetch };
    const model = new ChatOpenAI({ model: 'gpt-5', apiKey: 'none', useResponsesApi: true, streaming, configuration });
    const first = await model.invoke('Weather?');
    expect(first.tool_calls?.map(({ name, args }) => [name, args])).toEqual([
      ['get_weather', { city: 'Köln', days: [1, 2] }],
      ['get_time', {}],
    ]);
    const second = await model.invoke('Hello');
    expect(second.text).toBe(TEXT);
    expect(second.usage_metadata).toMatchObject({ input_tokens: 1171, output_tokens: 305 });
  });
});
