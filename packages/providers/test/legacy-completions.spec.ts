import { describe, expect, test } from '@jest/globals';

import { collectCompletion } from '../src/collect-completion.js';
import type { Conversation, StreamPart } from '../src/conversation.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { openaiCompletions } from '../src/dialects/openai-completions/openai-completions.js';
import { openaiResponses } from '../src/dialects/openai-responses/openai-responses.js';
import { refusalOf } from '../src/inexpressible.js';
import { ChatStreamForwarder } from '../src/passthrough/chat-stream-forwarder.js';
import { readChatCompletion } from '../src/passthrough/read-chat-completion.js';
import { scanCompletionsRequest } from '../src/passthrough/scan-completions-request.js';
import { anthropicTargetModel } from '../src/providers/anthropic/target-model.js';
import { openaiTargetModel } from '../src/providers/openai/target-model.js';
import { isRequestProblem } from '../src/request-problem.js';
import { MESSAGE_FIXTURES } from './message-fixtures.js';
import { recordedLegacyCompletions } from './recorded-exchanges.js';

const completions = openaiCompletions;
function parsed(body: unknown): Conversation {
  const conversation = completions.parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(conversation.message);
  return conversation;
}

describe('requests', () => {
  test.each(['Say hi', ['Say hi']])('a prompt is what the user says: %j', (prompt) => {
    const { body, inexpressible } = openaiChat.buildRequest(
      parsed({
        model: 'm',
        prompt,
        stop: ['\n'],
        temperature: 0,
        n: 2,
        best_of: 2,
        echo: false,
        user: 'u',
        stream: true,
      }),
      openaiTargetModel('gpt-4.1', null),
    );
    expect(inexpressible).toEqual([]);
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Say hi' }],
      max_tokens: 16,
      stop: ['\n'],
      temperature: 0,
      n: 2,
      user: 'u',
      stream: true,
    });
  });

  test.each([[[1, 2, 3]], [[[1], [2]]], [['a', 'b']], [[]], [5]])(
    'a prompt that no other model reads: %j',
    (prompt) => {
      expect(completions.parseRequest({ model: 'm', prompt })).toMatchObject({
        code: 'caller_unsupported_parameter',
        param: 'prompt',
      });
    },
  );

  test.each([
    ['suffix', { suffix: 'x' }],
    ['echo', { echo: true }],
    ['best_of', { best_of: 3 }],
    ['logprobs', { logprobs: 2 }],
  ])('%s has no word at Anthropic’s models', (param, more) => {
    const conversation = parsed({ model: 'm', prompt: 'x', ...more });
    const { inexpressible } = anthropicMessages.buildRequest(
      conversation,
      anthropicTargetModel('claude-sonnet-4-5', null),
    );
    expect(refusalOf(inexpressible, 'refuse')).toMatchObject({ param });
  });
});

describe('answers', () => {
  test('a text, with its probabilities', () => {
    const top_logprobs = [
      { token: 'Hi', logprob: -0.5, bytes: null },
      { token: 'Ho', logprob: -1, bytes: null },
    ];
    const content = [
      { token: 'Hi', logprob: -0.5, bytes: null, top_logprobs },
      { token: '!', logprob: -0.1, bytes: null, top_logprobs: [] },
    ];
    const message = { role: 'assistant', content: 'Hi!', refusal: null };
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const choice = { index: 0, message, logprobs: { content, refusal: null }, finish_reason: 'stop' };
    const completion = openaiChat.readResponse({ id: 'c', model: 'm', created: 7, choices: [choice], usage });
    if (completion === null) throw new Error('not read');
    const legacy = {
      tokens: ['Hi', '!'],
      token_logprobs: [-0.5, -0.1],
      top_logprobs: [{ Hi: -0.5, Ho: -1 }, {}],
      text_offset: [0, 2],
    };
    expect(completions.writeResponse(completion, { createdAt: 1 })).toEqual({
      id: 'c',
      object: 'text_completion',
      created: 7,
      model: 'm',
      choices: [{ text: 'Hi!', index: 0, logprobs: legacy, finish_reason: 'stop' }],
      usage,
    });
    const frames = [
      {
        id: 'c',
        model: 'm',
        created: 7,
        choices: [{ index: 0, delta: { content: 'Hi!' }, logprobs: { content, refusal: null } }],
      },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage },
    ];
    const sse = `${frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')}data: [DONE]\n\n`;
    for (const includeUsage of [true, false]) {
      const reader = openaiChat.streamReader();
      const writer = completions.streamWriter({ includeUsage, createdAt: 1 });
      const written = [...reader.push(Buffer.from(sse)), ...reader.end()].map((part) => writer.write(part)).join('');
      const chunks = chunksOf(written);
      expect(chunks.map(({ choices }) => choices[0])).toEqual([
        { index: 0, text: 'Hi!', logprobs: null, finish_reason: null },
        { index: 0, text: '', logprobs: legacy, finish_reason: null },
        { index: 0, text: '', logprobs: null, finish_reason: 'stop' },
        ...(includeUsage ? [undefined] : []),
      ]);
      expect(chunks.at(-1)?.usage).toEqual(includeUsage ? usage : undefined);
      expect(written.endsWith('data: [DONE]\n\n')).toBe(true);
    }
  });

  test.each(MESSAGE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, { message, sse }) => {
    const completion = anthropicMessages.readResponse(message);
    if (completion === null) throw new Error('not read');
    const answer = completions.writeResponse(completion, { createdAt: 1 });
    const reader = anthropicMessages.streamReader();
    const writer = completions.streamWriter({ includeUsage: true, createdAt: 1 });
    const parts: readonly StreamPart[] = [...reader.push(Buffer.from(sse)), ...reader.end()];
    const chunks = chunksOf(parts.map((part) => writer.write(part)).join(''));
    const [choice] = answer['choices'] as readonly { text: string; finish_reason: string }[];
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(choice?.text);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(choice?.finish_reason);
    expect(chunks.at(-1)?.usage).toEqual(answer['usage']);
    expect(collectCompletion(parts).completion.choices[0]?.finish).toBe(completion.choices[0]?.finish);
  });
});

interface Chunk {
  readonly choices: readonly { readonly text: string; readonly finish_reason: string | null }[];
  readonly usage?: unknown;
}

function chunksOf(sse: string): readonly Chunk[] {
  return sse
    .split('\n\n')
    .map((frame) => frame.replace('data: ', ''))
    .filter((data) => data !== '' && data !== '[DONE]')
    .map((data) => JSON.parse(data) as Chunk);
}

describe('passed on', () => {
  const scan = (value: unknown): ReturnType<typeof scanCompletionsRequest> => {
    const body = Buffer.from(JSON.stringify(value));
    return scanCompletionsRequest(body, 0, body.length);
  };

  test.each([
    [{ prompt: 'x' }, 1, 16, null],
    [{ prompt: 'x', n: 3, max_tokens: 50 }, 3, 50, 'max_tokens'],
    [{ prompt: ['x', 'y'], n: 2, best_of: 5 }, 10, 16, null],
    [{ prompt: [1, 2, 3] }, 1, 16, null],
    [{ prompt: [[1], [2, 3]], n: 2 }, 4, 16, null],
  ])('what %j may cost', (more, n, maxOutputTokens, maxOutputField) => {
    expect(scan({ model: 'm', ...more })).toMatchObject({ n, maxOutputTokens, maxOutputField, reroutes: null });
  });

  test.each([
    [{ model: 'm' }, 'prompt'],
    [{ model: 'm', prompt: null }, 'prompt'],
    [{ model: 'm', prompt: [] }, 'prompt'],
    [{ prompt: 'x' }, 'model'],
    [{ model: 'm', prompt: 'x', n: 0 }, 'n'],
    [{ model: 'm', prompt: 'x', stream_options: {} }, 'stream_options'],
  ])('%j is wrong in %s', (body, param) => {
    expect(scan(body)).toMatchObject({ code: 'caller_invalid_request', param });
  });

  const head = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'davinci-002' };
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  const frames = [
    { ...head, choices: [{ text: 'Grüße', index: 0, logprobs: null, finish_reason: null }] },
    { ...head, choices: [{ text: ' 🌞', index: 0, logprobs: null, finish_reason: null }] },
    { ...head, choices: [{ text: '', index: 0, logprobs: null, finish_reason: 'length' }] },
    { ...head, choices: [], usage },
  ].map((frame) => `data: ${JSON.stringify(frame)}\n\n`);
  const sse = `${frames.join('')}data: [DONE]\n\n`;

  test.each([true, false])('a stream, cut anywhere, its usage withheld: %p', (withholdUsage) => {
    const bytes = Buffer.from(sse);
    const shown = withholdUsage ? frames.slice(0, -1) : frames;
    for (let cut = 0; cut < bytes.length; cut++) {
      const sent: Buffer[] = [];
      const forwarder = new ChatStreamForwarder({ withholdUsage }, (piece) => sent.push(piece));
      forwarder.push(bytes.subarray(0, cut));
      forwarder.push(bytes.subarray(cut));
      const end = forwarder.end();
      expect(Buffer.concat(sent).toString()).toBe(shown.join(''));
      expect(forwarder.committed).toBe(true);
      expect(end).toMatchObject({
        complete: true,
        servedModel: 'davinci-002',
        usage: { usage: { input: 3, output: 2 }, problem: null },
        finishReasons: ['length'],
      });
    }
  });

  const recorded = recordedLegacyCompletions.map((exchange) => [exchange.name, exchange] as const);
  (recorded.length === 0 ? test.skip : test).each(recorded)('%s', (_name, { request, response }) => {
    expect(scan(request.body)).toMatchObject({ model: 'davinci-002', n: 1, maxOutputTokens: 16 });
    expect(readChatCompletion(Buffer.from(JSON.stringify(response.body)))).toMatchObject({
      valid: true,
      servedModel: 'davinci-002',
      usage: { usage: { input: 8, output: 16 }, problem: null },
    });
    const { body } = openaiResponses.buildRequest(parsed(request.body), openaiTargetModel('gpt-4.1', null));
    expect(body).toMatchObject({ input: [{ role: 'user', content: 'Tell me a joke about opentelemetry' }] });
  });
});
