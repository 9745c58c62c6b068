import { describe, expect, test } from '@jest/globals';

import type { Conversation } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { droppedParameters, refusalOf } from '../../inexpressible.js';
import { cohereTargetModel } from '../../providers/cohere/target-model.js';
import { isRequestProblem } from '../../request-problem.js';
import { clientDialects } from '../registry.js';
import { buildRequest } from './build-request.js';

const A = 'command-a-03-2025';
const REASONING = 'command-a-reasoning-08-2025';
const VISION = 'command-a-vision-07-2025';

function parsed(dialect: keyof typeof clientDialects, body: object): Conversation {
  const conversation = clientDialects[dialect].parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

function built(dialect: keyof typeof clientDialects, model: string, body: object): BuiltRequest {
  const conversation = parsed(dialect, { messages: [{ role: 'user', content: 'Hi' }], ...body, model });
  const before = JSON.stringify(conversation);
  const request = buildRequest(conversation, cohereTargetModel(model, 8192));
  expect(JSON.stringify(conversation)).toBe(before);
  expect(buildRequest(conversation, cohereTargetModel(model, 8192))).toEqual(request);
  return request;
}

const fromChat = (body: object, model = A): BuiltRequest => built('openai-chat', model, body);
const fromMessages = (body: object, model = A): BuiltRequest =>
  built('anthropic-messages', model, { max_tokens: 5000, ...body });
const parameters = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const tool = (name: string, more: object = {}): object => ({
  type: 'function',
  function: { name, parameters, ...more },
});

test('the plain things, in the words of Cohere', () => {
  const request = fromChat({
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    temperature: 0.5,
    top_p: 1,
    top_k: 40,
    seed: 7,
    stop: 'END',
    max_completion_tokens: 100,
    frequency_penalty: 0.5,
    logprobs: true,
    stream: true,
    safety_mode: 'STRICT',
    priority: 3,
  });
  expect(request.inexpressible).toEqual([]);
  expect(request.body).toEqual({
    model: A,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    temperature: 0.5,
    p: 0.99,
    k: 40,
    seed: 7,
    stop_sequences: ['END'],
    max_tokens: 100,
    frequency_penalty: 0.5,
    logprobs: true,
    stream: true,
    safety_mode: 'STRICT',
    priority: 3,
  });
});

describe('tools', () => {
  test('calls with their plan, results right behind them, images behind those', () => {
    const request = fromMessages(
      {
        tools: [{ name: 'f', description: 'd', input_schema: parameters }],
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'hm', signature: 's' },
              { type: 'text', text: 'I look.' },
              { type: 'tool_use', id: 't1', name: 'f', input: { a: 'x' } },
              { type: 'tool_use', id: 't2', name: 'f', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'and' },
              {
                type: 'tool_result',
                tool_use_id: 't1',
                content: [
                  { type: 'text', text: 'seen' },
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
                ],
              },
              { type: 'tool_result', tool_use_id: 't2', content: 'gone', is_error: true },
            ],
          },
        ],
      },
      'command-a-plus-05-2026',
    );
    expect(request.body['messages']).toEqual([
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: [{ type: 'thinking', thinking: 'hm' }],
        tool_plan: 'I look.',
        tool_calls: [
          { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":"x"}' } },
          { id: 't2', type: 'function', function: { name: 'f', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 't1', content: 'seen' },
      { role: 'tool', tool_call_id: 't2', content: 'Error: gone' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What the tool call t1 returned:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
        ],
      },
      { role: 'user', content: 'and' },
    ]);
    expect(request.body['tools']).toEqual([
      { type: 'function', function: { name: 'f', description: 'd', parameters } },
    ]);
  });

  test('one that must be called is the only one that is brought', () => {
    const tool_choice = { type: 'function', function: { name: 'g' } };
    const { body, inexpressible } = fromChat({ tools: [tool('f'), tool('g')], tool_choice }, 'command-r7b-12-2024');
    expect(body).toMatchObject({ tools: [tool('g')], tool_choice: 'REQUIRED' });
    expect(inexpressible).toEqual([]);
    expect(fromChat({ tools: [tool('f')], tool_choice: 'none' }).body['tool_choice']).toBe('NONE');
    expect(fromChat({ tools: [tool('f')], tool_choice: 'auto' }).body).not.toHaveProperty('tool_choice');
    expect(fromChat({ tools: [tool('f')], tool_choice: 'required' }, 'command-r').inexpressible).toMatchObject([
      { param: 'tool_choice' },
    ]);
  });

  test('all are strict, or none', () => {
    expect(fromChat({ tools: [tool('f', { strict: true })] }).body['strict_tools']).toBe(true);
    const mixed = fromChat({ tools: [tool('f', { strict: true }), tool('g')] });
    expect(mixed.body).not.toHaveProperty('strict_tools');
    expect(droppedParameters(mixed.inexpressible)).toEqual(['tools[].strict']);
  });
});

describe('thinking', () => {
  const thinking = (body: object, model = REASONING): unknown => fromChat(body, model).body['thinking'];

  test('is told by a budget', () => {
    expect(thinking({ reasoning_effort: 'low' })).toEqual({ type: 'enabled', token_budget: 2048 });
    expect(thinking({ reasoning_effort: 'none' })).toEqual({ type: 'disabled' });
    expect(thinking({})).toBeUndefined();
    const budget = { thinking: { type: 'enabled', budget_tokens: 3000 } };
    expect(fromMessages(budget, REASONING).body['thinking']).toEqual({ type: 'enabled', token_budget: 3000 });
  });

  test('where the model thinks', () => {
    expect(thinking({ reasoning_effort: 'low' }, A)).toBeUndefined();
    expect(fromChat({ reasoning_effort: 'low' }).inexpressible).toMatchObject([{ leavingOut: 'harmless' }]);
  });
});

describe('formats', () => {
  const json_schema = { name: 'n', schema: parameters };

  test('JSON, with a schema or without one', () => {
    expect(fromChat({ response_format: { type: 'json_schema', json_schema } }).body['response_format']).toEqual({
      type: 'json_object',
      json_schema: parameters,
    });
    expect(fromChat({ response_format: { type: 'json_object' } }).body['response_format']).toEqual({
      type: 'json_object',
    });
  });

  test('not beside tools', () => {
    const { body, inexpressible } = fromChat({ response_format: { type: 'json_object' }, tools: [tool('f')] });
    expect(body).not.toHaveProperty('response_format');
    expect(inexpressible).toMatchObject([{ param: 'response_format', leavingOut: 'other-answer' }]);
  });
});

describe('what is not text', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } };

  test('images for models that see', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'x' }, image] }];
    expect(fromChat({ messages }, VISION).body['messages']).toEqual(messages);
    expect(refusalOf(fromChat({ messages }).inexpressible, 'drop')?.param).toBe('messages[0].content[1]');
  });

  test('texts of documents can be cited, other files are not taken', () => {
    const plain = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' }, title: 't' };
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA' } };
    const asked = { type: 'text', text: 'What?' };
    const request = fromMessages({ messages: [{ role: 'user', content: [plain, asked] }] });
    expect(request.body).toMatchObject({
      documents: [{ data: { title: 't', text: 'words' } }],
      messages: [{ role: 'user', content: 'What?' }],
    });
    const { inexpressible } = fromMessages({ messages: [{ role: 'user', content: [pdf, asked] }] });
    expect(refusalOf(inexpressible, 'drop')).not.toBeNull();
  });
});

test('what has no word is reported', () => {
  const { body, inexpressible } = fromChat({
    n: 2,
    top_logprobs: 3,
    logprobs: true,
    presence_penalty: -1,
    stop: ['1', '2', '3', '4', '5', '6'],
    logit_bias: { 1: 1 },
    service_tier: 'flex',
    user: 'u',
    unheard_of: 1,
    max_tokens: 99_999,
  });
  expect(body).toMatchObject({ presence_penalty: 0, stop_sequences: ['1', '2', '3', '4', '5'], max_tokens: 8192 });
  expect(droppedParameters(inexpressible).toSorted()).toEqual(
    ['logit_bias', 'n', 'presence_penalty', 'service_tier', 'stop', 'top_logprobs', 'unheard_of', 'user'].toSorted(),
  );
});
