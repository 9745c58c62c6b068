import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Conversation } from '../src/conversation.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { openaiCompletions } from '../src/dialects/openai-completions/openai-completions.js';
import { openaiResponses } from '../src/dialects/openai-responses/openai-responses.js';
import { refusalOf } from '../src/inexpressible.js';
import { responsesSearchesBound } from '../src/passthrough/responses-tools.js';
import { scanCompletionsRequest } from '../src/passthrough/scan-completions-request.js';
import { scanResponsesRequest } from '../src/passthrough/scan-responses-request.js';
import { anthropicTargetModel } from '../src/providers/anthropic/target-model.js';
import { openaiTargetModel } from '../src/providers/openai/target-model.js';
import { isRequestProblem } from '../src/request-problem.js';

const chat = openaiChat;
const responses = openaiResponses;
const messages = anthropicMessages;
const SONNET = anthropicTargetModel('claude-sonnet-4-5', 64_000);
const GPT = openaiTargetModel('gpt-4.1', 64_000);

function parsed(conversation: ReturnType<typeof chat.parseRequest>): Conversation {
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `w${text}w`);
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const input = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(word, fc.integer(), fc.boolean()), {
  maxKeys: 3,
});
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const userText = fc.record({ role: fc.constant('user'), content: word });
const userParts = fc
  .array(
    fc.oneof(
      fc.record({ type: fc.constant('text'), text: word }),
      word.map((text) => ({
        type: 'image_url',
        image_url: { url: `https://example.com/${encodeURIComponent(text)}.png` },
      })),
      fc
        .base64String({ minLength: 4 })
        .map((data) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } })),
      fc.base64String({ minLength: 4 }).map((data) => ({
        type: 'file',
        file: { file_data: `data:application/pdf;base64,${data}`, filename: 'a.pdf' },
      })),
    ),
    { minLength: 2, maxLength: 4 },
  )
  .map((content) => ({ role: 'user', content }));
/** An answer that calls tools, with their results. */
const toolTurn = fc
  .record({
    text: maybe(word),
    calls: fc.uniqueArray(fc.tuple(id, input), { minLength: 1, maxLength: 3, selector: ([key]) => key }),
    results: word,
  })
  .map(({ text, calls, results }) => [
    {
      role: 'assistant',
      content: text ?? null,
      tool_calls: calls.map(([key, args]) => ({
        id: key,
        type: 'function',
        function: { name: 'f', arguments: JSON.stringify(args) },
      })),
    },
    ...calls.map(([key], i) => ({ role: 'tool', tool_call_id: key, content: `${results}${i}` })),
  ]);
/** Turns that alternate, as clients of either dialect write them. */
const turns = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(userText, userParts), maybe(toolTurn), word), { maxLength: 4 }),
    fc.oneof(userText, userParts),
  )
  .map(([rounds, last]) => [
    ...rounds.flatMap(([user, tools, text]) => [user, ...(tools ?? []), { role: 'assistant', content: text }]),
    last,
  ]);
const tools = fc.constant([
  { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } },
]);
/** What both dialects can say. */
const request = fc
  .record({
    system: maybe(word),
    turns,
    tools,
    max_tokens: fc.integer({ min: 1, max: 64_000 }),
    temperature: maybe(fc.constantFrom(0, 0.25, 1)),
    stop: maybe(fc.array(word, { minLength: 1, maxLength: 4 })),
    user: maybe(id),
    tool_choice: maybe(
      fc.constantFrom<unknown>('auto', 'none', 'required', { type: 'function', function: { name: 'f' } }),
    ),
    stream: fc.boolean(),
  })
  .map(({ system, turns: said, stream, ...more }) =>
    Object.fromEntries(
      Object.entries({
        model: 'm',
        messages: [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...said],
        ...more,
        ...(stream && { stream, stream_options: { include_usage: true } }),
      }).filter(([, value]) => value !== undefined),
    ),
  );

describe('what both dialects can say crosses unchanged', () => {
  test('from OpenAI to Anthropic and back', () => {
    fc.assert(
      fc.property(request, (body) => {
        const there = messages.buildRequest(parsed(chat.parseRequest(body)), SONNET);
        expect(there.inexpressible).toEqual([]);
        const back = chat.buildRequest(parsed(messages.parseRequest(there.body)), GPT);
        expect(back.inexpressible).toEqual([]);
        expect(back.body).toEqual(body);
      }),
      { numRuns: 300 },
    );
  });

  test('through Anthropic’s own wire nothing changes at all', () => {
    fc.assert(
      fc.property(request, (body) => {
        const { body: wire } = messages.buildRequest(parsed(chat.parseRequest(body)), SONNET);
        const conversation = parsed(messages.parseRequest(wire));
        const again = messages.buildRequest(conversation, SONNET);
        expect(again).toEqual({ body: wire, inexpressible: [] });
        expect(messages.parseRequest(again.body)).toEqual(conversation);
      }),
      { numRuns: 300 },
    );
  });

  test('turns alternate, and no request changes what it was written from', () => {
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system', 'developer'),
      content: fc.oneof(word, fc.constant(' ')),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (said) => {
        const conversation = parsed(chat.parseRequest({ model: 'm', messages: said }));
        const before = JSON.stringify(conversation);
        const { body, inexpressible } = messages.buildRequest(conversation, SONNET);
        expect(JSON.stringify(conversation)).toBe(before);
        expect(refusalOf(inexpressible, 'refuse')).toBeNull();
        const roles = (body['messages'] as { role: string }[]).map(({ role }) => role);
        expect(roles[0]).toBe('user');
        expect(roles.every((role, i) => role !== roles[i + 1])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('from chat completions to responses and back, and on the wire of responses nothing changes at all', () => {
    fc.assert(
      fc.property(request, (given) => {
        const body = { ...given, stop: [] };
        const { body: wire, inexpressible } = responses.buildRequest(parsed(chat.parseRequest(body)), GPT);
        expect(inexpressible.filter(({ leavingOut }) => leavingOut !== 'harmless')).toEqual([]);
        const conversation = parsed(responses.parseRequest(wire));
        expect(responses.buildRequest(conversation, GPT)).toEqual({ body: wire, inexpressible: [] });
        expect(responses.parseRequest(responses.buildRequest(conversation, GPT).body)).toEqual(conversation);
        const back = chat.buildRequest(conversation, GPT);
        expect(back.inexpressible).toEqual([]);
        // what has to be said there, and is the default here
        const said = JSON.stringify(back.body['messages']).replaceAll(',"detail":"auto"', '');
        expect(JSON.parse(said)).toEqual(body['messages']);
      }),
      { numRuns: 300 },
    );
  });

  test('what Anthropic’s clients say comes to responses in its order', () => {
    fc.assert(
      fc.property(request, (body) => {
        const { body: wire } = messages.buildRequest(parsed(chat.parseRequest(body)), SONNET);
        const there = responses.buildRequest(parsed(messages.parseRequest(wire)), GPT);
        const direct = responses.buildRequest(parsed(chat.parseRequest(body)), GPT);
        expect(there.body['input']).toEqual(direct.body['input']);
      }),
      { numRuns: 300 },
    );
  });

  test('nothing that a client of responses or completions sends throws', () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom<unknown>('message', 'reasoning', 'assistant', 'tgr1_', 'tgr1_e30'),
    );
    const item = fc.dictionary(
      fc.constantFrom(
        'type',
        'role',
        'content',
        'id',
        'call_id',
        'name',
        'arguments',
        'output',
        'summary',
        'encrypted_content',
      ),
      fc.oneof(odd, fc.array(fc.dictionary(fc.constantFrom('type', 'text', 'image_url', 'file_id'), odd))),
    );
    const value = fc.oneof(odd, fc.array(fc.oneof(item, odd)));
    const names = [
      'input',
      'tools',
      'tool_choice',
      'text',
      'reasoning',
      'include',
      'prompt',
      'n',
      'stream',
      'metadata',
    ];
    const wild = fc.dictionary(fc.constantFrom(...names, 'model', 'instructions', 'stop', 'logprobs', 'store'), value);
    fc.assert(
      fc.property(wild, (body) => {
        for (const dialect of [responses, openaiCompletions] as const) {
          const conversation = dialect.parseRequest({ model: 'm', ...body });
          if (isRequestProblem(conversation)) continue;
          for (const target of [chat, messages, responses]) target.buildRequest(conversation, GPT);
        }
        const bytes = Buffer.from(JSON.stringify({ model: 'm', ...body }));
        scanResponsesRequest(bytes, 0, bytes.length);
        scanCompletionsRequest(bytes, 0, bytes.length);
        responsesSearchesBound(bytes, 0, bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});
