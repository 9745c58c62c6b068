import { describe, expect, test } from '@jest/globals';

import type { Conversation } from '../../conversation.js';
import { droppedParameters, refusalOf } from '../../inexpressible.js';
import { anthropicTargetModel } from '../../providers/anthropic/target-model.js';
import { openaiTargetModel } from '../../providers/openai/target-model.js';
import { isRequestProblem } from '../../request-problem.js';
import { openaiChat as chat } from '../openai-chat/openai-chat.js';
import { anthropicMessages as messages } from './anthropic-messages.js';

const CLIENTS = { 'anthropic-messages': messages, 'openai-chat': chat };
const SONNET = anthropicTargetModel('claude-sonnet-4-5', 64_000);
const GPT = openaiTargetModel('gpt-4.1', 32_768);

function parsed(dialect: 'anthropic-messages' | 'openai-chat', body: object): Conversation {
  const conversation = CLIENTS[dialect].parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

const ask = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const toAnthropic = (body: object, target = SONNET): ReturnType<typeof messages.buildRequest> =>
  messages.buildRequest(
    parsed('openai-chat', { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body }),
    target,
  );
const toOpenai = (body: object, target = GPT): ReturnType<typeof chat.buildRequest> =>
  chat.buildRequest(parsed('anthropic-messages', { ...ask, ...body }), target);

const CACHED = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const EVERYTHING = {
  model: 'claude-x',
  max_tokens: 2000,
  system: [{ type: 'text', text: 'Be brief.', ...CACHED }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look', cache_control: { type: 'ephemeral' } },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA' }, title: 'a.pdf' },
        { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
        { type: 'document', source: { type: 'file', file_id: 'file_2' }, citations: { enabled: true } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' }, context: 'old' },
        {
          type: 'document',
          source: {
            type: 'content',
            content: [
              { type: 'text', text: 'x' },
              { type: 'text', text: 'y' },
            ],
          },
        },
        { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'found' }] },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'redacted_thinking', data: 'xx' },
        { type: 'text', text: 'I call.' },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 }, ...CACHED },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          content: [
            { type: 'text', text: 'broken' },
            { type: 'image', source: { type: 'url', url: 'https://e.com/b.png' } },
          ],
          is_error: true,
        },
        { type: 'text', text: 'Go on' },
      ],
    },
    { role: 'system', content: 'From now on in French.' },
    { role: 'assistant', content: 'Oui' },
  ],
  tools: [
    { name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true, input_examples: [{}], ...CACHED },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
    { type: 'computer_toolset_20260801', configs: { wait: null } },
  ],
  tool_choice: { type: 'any', disable_parallel_tool_use: true },
  stop_sequences: ['a', 'b'],
  temperature: 0.5,
  top_p: 0.9,
  top_k: 5,
  thinking: { type: 'enabled', budget_tokens: 1024, display: 'summarized' },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } }, task_budget: 3 },
  metadata: { user_id: 'u', more: 1 },
  service_tier: 'standard_only',
  stream: true,
  container: 'c1',
  vendor_field: { a: 1 },
};

describe('requests of this dialect', () => {
  test('everything that is said is said again', () => {
    const { body, inexpressible } = messages.buildRequest(parsed('anthropic-messages', EVERYTHING), SONNET);
    expect(body).toEqual(EVERYTHING);
    expect(inexpressible).toEqual([]);
  });

  test.each([
    { thinking: { type: 'adaptive' } },
    { thinking: { type: 'disabled' } },
    { thinking: { type: 'between_tools', display: 'omitted' } },
    { tool_choice: { type: 'none' }, tools: [{ name: 'f', input_schema: { type: 'object' } }] },
    { tool_choice: { type: 'tool', name: 'f' }, tools: [{ name: 'f', input_schema: { type: 'object' } }] },
    { tool_choice: { type: 'auto', disable_parallel_tool_use: false } },
  ])('%j', (more) => {
    const { tools, ...rest } = messages.buildRequest(parsed('anthropic-messages', { ...ask, ...more }), SONNET).body;
    expect({ ...rest, ...(tools !== undefined && { tools }) }).toEqual({ ...ask, ...more });
  });

  test.each([
    ['max_tokens', { model: 'm', messages: ask.messages }],
    ['messages', { model: 'm', max_tokens: 1, messages: [] }],
    ['messages[0].content', { ...ask, messages: [{ role: 'user' }] }],
    ['messages[0].role', { ...ask, messages: [{ role: 'developer', content: 'x' }] }],
    ['messages[0].content[0].text', { ...ask, messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    [
      'messages[0].content[0].source.type',
      { ...ask, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'x' } }] }] },
    ],
    ['tools[0].input_schema', { ...ask, tools: [{ name: 'f' }] }],
    ['tool_choice.type', { ...ask, tool_choice: { type: 'required' } }],
    ['thinking.type', { ...ask, thinking: { type: 'much' } }],
    ['thinking.budget_tokens', { ...ask, thinking: { type: 'enabled' } }],
    ['stop_sequences[1]', { ...ask, stop_sequences: ['a', 1] }],
  ])('what is wrong is named: %s', (param, body) => {
    expect(messages.parseRequest(body)).toMatchObject({ code: 'caller_invalid_request', param });
  });

  test('counting needs no cap', () => {
    const body = { model: 'm', messages: ask.messages };
    expect(messages.tokenCounting?.parseRequest(body)).toMatchObject({ maxOutputTokens: null });
    expect(messages.tokenCounting?.writeResponse(7)).toEqual({ input_tokens: 7 });
  });
});

describe('from an OpenAI client', () => {
  test('instructions go before the conversation, turns alternate, results stand in front', () => {
    const call = (id: string, input: string): object => ({
      id,
      type: 'function',
      function: { name: 'f', arguments: input },
    });
    const { body, inexpressible } = toAnthropic({
      messages: [
        { role: 'system', content: 'A' },
        { role: 'developer', content: 'B' },
        { role: 'user', content: 'one' },
        {
          role: 'user',
          content: [
            { type: 'text', text: ' ' },
            { type: 'image_url', image_url: { url: 'data:image/jpg;base64,QQ==' } },
          ],
        },
        {
          role: 'assistant',
          content: '',
          reasoning_content: 'unproven',
          tool_calls: [call('a:1', '{"x":1}'), call('b', ''), call('c', 'no json')],
        },
        { role: 'tool', tool_call_id: 'a:1', content: '' },
        { role: 'user', content: 'meanwhile' },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'B', ...CACHED }] },
        { role: 'system', content: 'C' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
    });
    const id = (body['messages'] as { content: { id: string }[] }[])[1]?.content[0]?.id;
    expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(body).toEqual({
      model: 'm',
      max_tokens: 64_000,
      system: [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'B' },
        { type: 'text', text: 'C' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'one' },
            { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'QQ==' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id, name: 'f', input: { x: 1 } },
            { type: 'tool_use', id: 'b', name: 'f', input: {} },
            { type: 'tool_use', id: 'c', name: 'f', input: { input: 'no json' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: id },
            { type: 'tool_result', tool_use_id: 'b', content: 'B', ...CACHED },
            { type: 'text', text: 'meanwhile' },
          ],
        },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
    });
    expect(inexpressible.map(({ param }) => param)).toEqual(['messages[].reasoning_content']);
  });

  test('newer models keep later instructions in their place', () => {
    const body = {
      messages: [
        { role: 'user', content: 'one' },
        { role: 'system', content: 'C' },
        { role: 'assistant', content: 'two' },
        { role: 'user', content: 'three' },
      ],
    };
    const newer = toAnthropic(body, anthropicTargetModel('claude-opus-5', null)).body;
    expect((newer['messages'] as { role: string }[]).map(({ role }) => role)).toEqual([
      'user',
      'system',
      'assistant',
      'user',
    ]);
    expect(toAnthropic(body).body).toMatchObject({ system: 'C' });
  });

  test('a conversation of instructions alone asks with the last one; one that the assistant opens gets an opening', () => {
    expect(toAnthropic({ messages: [{ role: 'system', content: 'Tell.' }] }).body['messages']).toEqual([
      { role: 'user', content: 'Tell.' },
    ]);
    const opened = toAnthropic({
      messages: [
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'Hi' },
      ],
    }).body;
    expect((opened['messages'] as { role: string }[]).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('a last message of the assistant is continued where the model does so, without white space at its end', () => {
    const body = {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'Once ' },
      ],
    };
    expect(toAnthropic(body).body['messages']).toEqual([
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'Once' },
    ]);
    const newer = toAnthropic(body, anthropicTargetModel('claude-opus-4-6', null));
    expect(newer.body['messages']).toEqual([{ role: 'user', content: 'x' }]);
    expect(droppedParameters(newer.inexpressible)).toEqual(['messages[1]']);
  });

  test('calls in the history bring the tools that a request without tools lacks', () => {
    const { body } = toAnthropic({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'a', content: 'r' },
      ],
    });
    expect(body).toMatchObject({
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
    });
  });

  test.each([
    [{ tool_choice: 'required' }, { type: 'any' }],
    [{ tool_choice: 'none' }, { type: 'none' }],
    [{ tool_choice: 'auto', parallel_tool_calls: true }, { type: 'auto' }],
    [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ tool_choice: { type: 'function', function: { name: 'g' } } }, { type: 'tool', name: 'g' }],
    [
      {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] },
        },
      },
      { type: 'any' },
    ],
  ])('tool choice %j', (more, expected) => {
    const tools = ['f', 'g'].map((name) => ({ type: 'function', function: { name, parameters: { properties: {} } } }));
    const { body, inexpressible } = toAnthropic({ tools, ...more });
    expect(body['tool_choice']).toEqual(expected);
    const allowed = JSON.stringify(more).includes('allowed_tools');
    expect((body['tools'] as { name: string }[]).map(({ name }) => name)).toEqual(allowed ? ['g'] : ['f', 'g']);
    expect(inexpressible).toEqual([]);
  });

  test('files: documents as such, texts as texts', () => {
    const file = (data: string): object => ({ type: 'file', file: { file_data: data, filename: 'a' } });
    const text = Buffer.from('hällo').toString('base64');
    const { body } = toAnthropic({
      messages: [
        {
          role: 'user',
          content: [file('data:application/pdf;base64,AA'), file('AA'), file(`data:text/csv;base64,${text}`)],
        },
      ],
    });
    expect((body['messages'] as { content: { source: object }[] }[])[0]?.content.map(({ source }) => source)).toEqual([
      { type: 'base64', media_type: 'application/pdf', data: 'AA' },
      { type: 'base64', media_type: 'application/pdf', data: 'AA' },
      { type: 'text', media_type: 'text/plain', data: 'hällo' },
    ]);
  });

  test('schemas are closed, and what decoding cannot hold to is told', () => {
    const schema = {
      $schema: 'x',
      type: 'object',
      description: 'D',
      properties: {
        n: { type: 'integer', minimum: 1 },
        s: { oneOf: [{ type: 'string', format: 'email' }, { type: 'null' }] },
      },
      required: ['n'],
    };
    const format = (of: object): object => ({
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: of } },
    });
    expect(toAnthropic(format(schema)).body['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          description: 'D',
          properties: {
            n: { type: 'integer', description: '{minimum: 1}' },
            s: { anyOf: [{ type: 'string', format: 'email' }, { type: 'null' }] },
          },
          required: ['n'],
          additionalProperties: false,
        },
      },
    });
    for (const open of [
      { type: 'object' },
      { type: 'object', properties: {}, additionalProperties: { type: 'string' } },
    ]) {
      expect(droppedParameters(toAnthropic(format(open)).inexpressible)).toEqual(['response_format']);
    }
    const old = toAnthropic(format(schema), anthropicTargetModel('claude-3-haiku', null));
    expect(droppedParameters(old.inexpressible)).toEqual(['response_format']);
  });

  test.each([
    [{ n: 2 }, ['n']],
    [{ n: 1, presence_penalty: 0, modalities: ['text'], verbosity: 'medium', logit_bias: {} }, []],
    [
      { seed: 1, presence_penalty: 1, frequency_penalty: 1, logit_bias: { 5: 1 } },
      ['presence_penalty', 'frequency_penalty', 'seed', 'logit_bias'],
    ],
    [{ logprobs: true, top_logprobs: 2 }, ['logprobs', 'top_logprobs']],
    [{ response_format: { type: 'json_object' } }, ['response_format']],
    [{ response_format: { type: 'text' } }, []],
    [{ modalities: ['text', 'audio'], audio: { voice: 'alloy' } }, ['modalities', 'audio']],
    [{ temperature: 1.5 }, ['temperature']],
    [{ temperature: 0.5, top_p: 0.5 }, ['top_p']],
    [{ temperature: 0.5, top_p: 1 }, []],
    [{ reasoning_effort: 'high', temperature: 0.5 }, ['temperature']],
    [{ tools: [{ type: 'custom', custom: { name: 'c' } }] }, ['tools[0]']],
    [
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'x' },
              { type: 'input_audio', input_audio: { data: 'A', format: 'wav' } },
            ],
          },
        ],
      },
      ['messages[0].content[1]'],
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
      ['messages[0].content[0]'],
    ],
    [{ web_search_options: {} }, ['web_search_options']],
  ])('what cannot be said is named: %j', (more, names) => {
    const { inexpressible } = toAnthropic(more);
    expect(droppedParameters(inexpressible)).toEqual(names);
    const problem = refusalOf(inexpressible, 'refuse');
    expect(problem?.param ?? null).toBe(names[0] ?? null);
    if (problem !== null) expect(problem.message).toContain(problem.param);
  });

  test('what changes nothing is dropped by any policy; what leaves nothing sensible by none', () => {
    const harmless = toAnthropic({
      metadata: { a: 'b' },
      store: true,
      prediction: {},
      service_tier: 'flex',
      prompt_cache_key: 'k',
    });
    expect(refusalOf(harmless.inexpressible, 'refuse')).toBeNull();
    expect([...droppedParameters(harmless.inexpressible)].sort()).toEqual([
      'metadata',
      'prediction',
      'prompt_cache_key',
      'service_tier',
      'store',
    ]);
    const audio = {
      messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'A', format: 'wav' } }] }],
    };
    expect(refusalOf(toAnthropic(audio).inexpressible, 'drop')).toMatchObject({ code: 'caller_unsupported_parameter' });
    expect(refusalOf(toAnthropic({ n: 2 }).inexpressible, 'drop')).toBeNull();
  });

  test.each([
    ['claude-sonnet-4-5', { reasoning_effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    [
      'claude-sonnet-4-5',
      { reasoning_effort: 'high', max_tokens: 5000 },
      { thinking: { type: 'enabled', budget_tokens: 4000 }, max_tokens: 5000 },
    ],
    ['claude-sonnet-4-5', { reasoning_effort: 'none' }, {}],
    [
      'claude-opus-4-6',
      { reasoning_effort: 'xhigh' },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    ],
    [
      'claude-opus-5',
      { reasoning_effort: 'xhigh', temperature: 1 },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
    ],
    ['claude-opus-5', { reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }],
    ['claude-sonnet-5-5', { reasoning_effort: 'none' }, { thinking: { type: 'between_tools' } }],
    ['claude-opus-5-5', { reasoning_effort: 'none' }, { output_config: { effort: 'low' } }],
  ])('%s thinks as asked: %j', (model, more, expected) => {
    const {
      model: _model,
      messages: _messages,
      max_tokens,
      ...body
    } = toAnthropic(more, anthropicTargetModel(model, 64_000)).body;
    expect({ ...body, ...('max_tokens' in expected && { max_tokens }) }).toEqual(expected);
    expect([_model, _messages]).toHaveLength(2);
  });

  test('too small a cap leaves no room to think, and a forced tool no thought', () => {
    expect(droppedParameters(toAnthropic({ reasoning_effort: 'low', max_tokens: 1000 }).inexpressible)).toEqual([
      'reasoning_effort',
    ]);
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const forced = toAnthropic({ reasoning_effort: 'low', tools, tool_choice: 'required' });
    expect(forced.body).not.toHaveProperty('thinking');
    expect(droppedParameters(forced.inexpressible)).toEqual(['reasoning_effort']);
    const never = toAnthropic({ tools, tool_choice: 'required' }, anthropicTargetModel('claude-opus-5-5', null));
    expect(never.body['tool_choice']).toEqual({ type: 'auto' });
    expect(refusalOf(never.inexpressible, 'refuse')?.param).toBe('tool_choice');
  });

  test('of too many cache markers the last four stay', () => {
    const content = ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => ({
      type: 'text',
      text,
      cache_control: { type: 'ephemeral' },
    }));
    const { body, inexpressible } = toAnthropic({ messages: [{ role: 'user', content }] });
    const written = (body['messages'] as { content: Record<string, unknown>[] }[])[0]?.content ?? [];
    expect(written.map((block) => 'cache_control' in block)).toEqual([false, false, true, true, true, true]);
    expect(droppedParameters(inexpressible)).toEqual(['cache_control']);
  });

  test('end users, tiers and caps', () => {
    expect(
      toAnthropic({ safety_identifier: 'u', service_tier: 'default', max_completion_tokens: 99_999 }).body,
    ).toMatchObject({
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
      max_tokens: 64_000,
    });
    expect(toAnthropic({}, anthropicTargetModel('claude-x', null)).body['max_tokens']).toBe(4096);
  });
});

describe('from an Anthropic client', () => {
  test('results of tools become messages, their pictures follow', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } };
    const long = 'x'.repeat(50);
    const { body, inexpressible } = toOpenai({
      system: [{ type: 'text', text: 'S', ...CACHED }],
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'tool_use', id: 'a', name: 'f', input: {} },
            { type: 'tool_use', id: long, name: 'f', input: { q: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'one' }, image] },
            { type: 'tool_result', tool_use_id: long, content: 'two', is_error: true, ...CACHED },
            { type: 'text', text: 'Go on' },
          ],
        },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
    });
    const id = (body['messages'] as { tool_call_id?: string }[])[4]?.tool_call_id ?? '';
    expect(id.length).toBeLessThanOrEqual(40);
    expect(body['messages']).toEqual([
      { role: 'system', content: 'S' },
      { role: 'user', content: 'x' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id, type: 'function', function: { name: 'f', arguments: '{"q":1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: id, content: 'Error: two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What the tool call a returned:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
          { type: 'text', text: 'Go on' },
        ],
      },
    ]);
    expect(body['tools']).toEqual([
      { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } },
    ]);
    expect(refusalOf(inexpressible, 'refuse')).toBeNull();
    expect(droppedParameters(inexpressible)).toEqual(['cache_control', 'messages[].content[].thinking']);
  });

  test.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, 'gpt-5', { reasoning_effort: 'low' }, []],
    [
      { thinking: { type: 'enabled', budget_tokens: 32_000 }, max_tokens: 40_000 },
      'o3',
      { reasoning_effort: 'high' },
      [],
    ],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      'gpt-5.2',
      { reasoning_effort: 'xhigh' },
      [],
    ],
    [{ thinking: { type: 'adaptive' } }, 'gpt-5.2', {}, []],
    [{ thinking: { type: 'disabled' } }, 'gpt-5.1', { reasoning_effort: 'none' }, []],
    [{ thinking: { type: 'disabled' } }, 'o3', { reasoning_effort: 'low' }, ['thinking']],
    [{ thinking: { type: 'disabled' } }, 'gpt-4o', {}, []],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, 'gpt-4o', {}, ['thinking']],
  ])('%j to %s', (more, model, expected, dropped) => {
    const { body, inexpressible } = toOpenai({ ...more }, openaiTargetModel(model, null));
    expect(body['reasoning_effort']).toBe(expected.reasoning_effort);
    expect(droppedParameters(inexpressible)).toEqual(dropped);
    expect(refusalOf(inexpressible, 'refuse')).toBeNull();
  });

  test.each([
    [{ top_k: 5 }, ['top_k']],
    [{ temperature: 1 }, []],
    [{ stop_sequences: ['a', 'b', 'c', 'd', 'e'] }, ['stop_sequences']],
    [{ container: 'c' }, ['container']],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, ['tools[0]']],
    [
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: '{' },
        ],
      },
      ['messages[1]'],
    ],
    [
      {
        messages: [
          { role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'https://e.com/a.pdf' } }] },
        ],
      },
      ['messages[0].content[0]'],
    ],
    [
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a', ...CACHED },
              { type: 'image', source: { type: 'file', file_id: 'f' } },
            ],
          },
        ],
      },
      ['cache_control', 'messages[0].content[1]'],
    ],
    [
      {
        messages: [
          { role: 'user', content: 'x' },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'a' },
              { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
            ],
          },
          { role: 'user', content: 'y' },
        ],
      },
      ['messages[1].content[1]'],
    ],
  ])('what cannot be said is named: %j', (more, names) => {
    expect(droppedParameters(toOpenai(more).inexpressible)).toEqual(names);
  });

  test('what a coding agent sends reaches any model without a refusal', () => {
    const { body, inexpressible } = toOpenai(
      {
        max_tokens: 32_000,
        temperature: 1,
        system: [{ type: 'text', text: 'You are an agent.', ...CACHED }],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', ...CACHED }] }],
        tools: [{ name: 'Read', description: 'Reads', input_schema: { $schema: 'x', type: 'object', properties: {} } }],
        metadata: { user_id: `user_${'a'.repeat(64)}_account__session_1` },
        thinking: { type: 'enabled', budget_tokens: 31_999 },
        context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
        stream: true,
      },
      openaiTargetModel('gpt-4o', 16_384),
    );
    expect(refusalOf(inexpressible, 'refuse')).toBeNull();
    expect([...droppedParameters(inexpressible)].sort()).toEqual(['cache_control', 'context_management', 'thinking']);
    expect(body['max_tokens']).toBe(16_384);
    expect(body['user']).toMatch(/^[0-9a-f]{64}$/);
    expect(body).not.toHaveProperty('metadata');
  });

  test('results of parallel calls stand together, also those that came in messages of their own', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } };
    const { body } = toOpenai({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [image] }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'b', content: 'two' }] },
        { role: 'user', content: 'Go on' },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
    });
    const messages = body['messages'] as { role: string; tool_call_id?: string }[];
    expect(messages.map((message) => message.tool_call_id ?? message.role)).toEqual([
      'user',
      'assistant',
      'a',
      'b',
      'user',
      'user',
    ]);
    expect(messages.at(-1)).toEqual({ role: 'user', content: 'Go on' });
  });

  test('documents that are texts are sent as texts', () => {
    const content = [
      { type: 'document', title: 'T', source: { type: 'text', media_type: 'text/plain', data: 'plain' } },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }] } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA' } },
    ];
    expect(toOpenai({ messages: [{ role: 'user', content }] }).body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'T\n\nplain' },
          { type: 'text', text: 'x' },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,AA', filename: 'document.pdf' } },
        ],
      },
    ]);
  });

  test('a schema stays a schema', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    expect(toOpenai({ output_format: { type: 'json_schema', schema } }).body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', schema, strict: true },
    });
  });
});
