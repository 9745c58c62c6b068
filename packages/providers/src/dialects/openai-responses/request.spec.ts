import { describe, expect, test } from '@jest/globals';

import type { Conversation } from '../../conversation.js';
import { droppedParameters, refusalOf } from '../../inexpressible.js';
import { anthropicTargetModel } from '../../providers/anthropic/target-model.js';
import { openaiTargetModel } from '../../providers/openai/target-model.js';
import { isRequestProblem, type RequestProblem } from '../../request-problem.js';
import { anthropicMessages } from '../anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../openai-chat/openai-chat.js';
import { openaiResponses } from './openai-responses.js';

const THINKER = openaiTargetModel('gpt-5-pro', 128_000, 'openai-responses');
const PLAIN = openaiTargetModel('gpt-4.1', 32_768, 'openai-responses');
const CLAUDE = anthropicTargetModel('claude-sonnet-4-5', 64_000);

const { parseRequest, buildRequest } = openaiResponses;
function parsed(conversation: Conversation | RequestProblem): Conversation {
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const PDF = 'data:application/pdf;base64,JVBERi0=';
const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'Weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: true,
};

/** What an agent sends on its second step. */
const AGENT = {
  model: 'm',
  instructions: 'Be brief.',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'You code.' }] },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'Look:' },
        { type: 'input_image', image_url: PNG, detail: 'high' },
        { type: 'input_file', filename: 'a.pdf', file_data: PDF },
      ],
    },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA' },
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'I look it up.', annotations: [] }],
    },
    {
      id: 'fc_1',
      type: 'function_call',
      call_id: 'call_1',
      name: 'get_weather',
      arguments: '{"city":"Köln"}',
      status: 'completed',
    },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'apply_patch', input: '*** Begin' },
    { type: 'function_call_output', call_id: 'call_1', output: 'Rain' },
    {
      type: 'custom_tool_call_output',
      call_id: 'call_2',
      output: [
        { type: 'input_text', text: 'ok' },
        { type: 'input_image', image_url: PNG, detail: 'auto' },
      ],
    },
  ],
  tools: [
    WEATHER,
    { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
  ],
  tool_choice: { type: 'function', name: 'get_weather' },
  parallel_tool_calls: true,
  reasoning: { effort: 'high', summary: 'auto' },
  text: { format: { type: 'json_schema', name: 'r', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
  max_output_tokens: 4000,
  include: ['reasoning.encrypted_content'],
  metadata: { a: 'b' },
  prompt_cache_key: 'k',
  service_tier: 'flex',
  store: false,
  stream: true,
  user: 'u',
};

describe('requests of clients', () => {
  test('what an agent sends is written again as it came', () => {
    const conversation = parsed(parseRequest(AGENT));
    const { body, inexpressible } = buildRequest(conversation, THINKER);
    expect(inexpressible).toEqual([]);
    expect(parsed(parseRequest(body))).toEqual(conversation);
    const input = body['input'] as unknown[];
    expect(input).toHaveLength(8);
    expect(input[2]).toEqual(AGENT.input[2]);
    expect(input[4]).toEqual(AGENT.input[4]);
    expect(input[7]).toEqual(AGENT.input[7]);
    expect(body).toMatchObject({ ...AGENT, input: expect.anything() });
  });

  test('what the model wrote in one turn is one message, and results follow', () => {
    const { messages } = parsed(parseRequest(AGENT));
    expect(messages.map(({ path, role }) => [path, role])).toEqual([
      ['instructions', 'system'],
      ['input[0]', 'developer'],
      ['input[1]', 'user'],
      ['input[2]', 'assistant'],
      ['input[6]', 'user'],
      ['input[7]', 'user'],
    ]);
    expect(messages[3]?.parts.map(({ kind }) => kind)).toEqual(['reasoning', 'text', 'tool-call', 'tool-call']);
  });

  test.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: 'conv_1' }],
    ['conversation', { conversation: { id: 'conv_1' } }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
    [
      'input[1]',
      {
        input: [
          { role: 'user', content: 'x' },
          { type: 'item_reference', id: 'msg_1' },
        ],
      },
    ],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
  ])('what is stored is refused: %s', (param, more) => {
    const problem = parseRequest({ model: 'm', input: 'Hi', ...more });
    expect(problem).toMatchObject({ code: 'caller_unsupported_parameter', param });
  });

  test.each([
    [{ input: 'x' }, 'model'],
    [{ model: 'm' }, 'input'],
    [{ model: 'm', input: [] }, 'input'],
    [{ model: 'm', input: 5 }, 'input'],
    [{ model: 'm', input: [{ role: 'robot', content: 'x' }] }, 'input[0].role'],
    [{ model: 'm', input: [{ role: 'user' }] }, 'input[0].content'],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'video' }] }] }, 'input[0].content[0].type'],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [{ model: 'm', input: [{ type: 'function_call', name: 'f' }] }, 'input[0].call_id'],
    [{ model: 'm', input: 'x', tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ model: 'm', input: 'x', tool_choice: 'maybe' }, 'tool_choice'],
    [{ model: 'm', input: 'x', text: { format: { type: 'xml' } } }, 'text.format.type'],
  ])('%j is wrong in %s', (body, param) => {
    expect(parseRequest(body)).toMatchObject({ code: 'caller_invalid_request', param });
  });

  test.each([
    { background: false, store: true, previous_response_id: null },
    { store: null, truncation: 'disabled' },
    { stream: false },
  ])('what says nothing is no news: %j', (more) => {
    expect(parsed(parseRequest({ model: 'm', input: 'Hi', ...more })).extensions).toEqual({});
  });

  test.each([
    ['none', 'auto', 'required'].map((choice) => choice),
    [{ type: 'custom', name: 'c' }],
    [{ type: 'web_search' }],
    [{ type: 'mcp', server_label: 's', name: 't' }],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }, { type: 'image_generation' }] }],
  ])('choices of tools come back as they were', (...choices) => {
    for (const tool_choice of choices) {
      const tools = [{ type: 'web_search' }, { type: 'function', name: 'f', parameters: null, strict: false }];
      const { body } = buildRequest(parsed(parseRequest({ model: 'm', input: 'x', tools, tool_choice })), PLAIN);
      expect(body['tool_choice']).toEqual(tool_choice);
    }
  });

  test('steps of tools that OpenAI runs are kept in their places', () => {
    const input = [
      { role: 'user', content: 'x' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
      { role: 'assistant', content: 'Found' },
      { type: 'computer_call', id: 'cu_1', call_id: 'c', action: { type: 'click', x: 1, y: 2 }, status: 'completed' },
      { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', image_url: PNG } },
    ];
    const conversation = parsed(parseRequest({ model: 'm', input, tools: [{ type: 'computer_use_preview' }] }));
    const { body } = buildRequest(conversation, PLAIN);
    expect(body['input']).toEqual(input);
    const { inexpressible } = openaiChat.buildRequest(conversation, openaiTargetModel('gpt-4.1', null));
    expect(refusalOf(inexpressible, 'refuse')).toMatchObject({
      code: 'caller_unsupported_parameter',
      param: 'tools[0]',
    });
  });
});

describe('clients of responses at other models', () => {
  test('an agent at a model of chat completions', () => {
    const { body, inexpressible } = openaiChat.buildRequest(
      parsed(parseRequest(AGENT)),
      openaiTargetModel('gpt-5', null),
    );
    expect(refusalOf(inexpressible, 'refuse')).toBeNull();
    expect(body['messages']).toMatchObject([
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'You code.' },
      {
        role: 'user',
        content: [
          { text: 'Look:' },
          { image_url: { url: PNG, detail: 'high' } },
          { file: { file_data: PDF, filename: 'a.pdf' } },
        ],
      },
      {
        role: 'assistant',
        content: 'I look it up.',
        tool_calls: [
          { id: 'call_1', function: { name: 'get_weather', arguments: '{"city":"Köln"}' } },
          { id: 'call_2', custom: { name: 'apply_patch', input: '*** Begin' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Rain' },
      { role: 'tool', tool_call_id: 'call_2', content: 'ok' },
      { role: 'user' },
    ]);
    expect(body).toMatchObject({
      reasoning_effort: 'high',
      verbosity: 'low',
      max_completion_tokens: 4000,
      response_format: { type: 'json_schema', json_schema: { name: 'r', strict: true } },
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    });
  });

  test('an agent at one of Anthropic’s', () => {
    const conversation = parsed(parseRequest({ ...AGENT, tools: [WEATHER] }));
    const { body, inexpressible } = anthropicMessages.buildRequest(conversation, CLAUDE);
    expect(droppedParameters(inexpressible)).toEqual(
      expect.arrayContaining(['metadata', 'include', 'prompt_cache_key']),
    );
    expect(body['messages']).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'text' },
          { type: 'tool_use', id: 'call_1' },
          { type: 'tool_use', input: { input: '*** Begin' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', content: 'Rain' }, { type: 'tool_result' }] },
    ]);
    // the proof is OpenAI's
    expect(JSON.stringify(body)).not.toContain('gAAA');
  });

  test('thoughts of Anthropic’s travel sealed, and come back to its models alone', () => {
    const thought = { kind: 'reasoning', text: 'Let me see.', signature: 'EqQB', redacted: null } as const;
    const redacted = { kind: 'reasoning', text: '', signature: null, redacted: 'Emw=' } as const;
    const call = { kind: 'tool-call', id: 'toolu_1', name: 'get_weather', input: '{}', custom: false } as const;
    const parts = [thought, redacted, call];
    const finish = 'tool-calls' as const;
    const choice = { index: 0, parts, finish, stopSequence: null, annotations: [], logprobs: null, extensions: {} };
    const completion = {
      dialect: 'anthropic-messages',
      id: 'msg_1',
      model: 'c',
      created: 0,
      choices: [choice],
      usage: null,
      serviceTier: null,
      extensions: {},
    } as const;
    const { output } = openaiResponses.writeResponse(completion, { createdAt: 1 }) as {
      output: Record<string, unknown>[];
    };
    const result = { type: 'function_call_output', call_id: 'toolu_1', output: 'Rain' };
    // some clients carry the proof alone
    for (const sent of [
      output,
      output.map((item) => (item['type'] === 'reasoning' ? { ...item, summary: [] } : item)),
    ]) {
      const conversation = parsed(
        parseRequest({ model: 'm', input: [{ role: 'user', content: 'x' }, ...sent, result], tools: [WEATHER] }),
      );
      const { body } = anthropicMessages.buildRequest(conversation, CLAUDE);
      expect((body['messages'] as unknown[])[1]).toMatchObject({
        content: [
          { type: 'thinking', thinking: 'Let me see.', signature: 'EqQB' },
          { type: 'redacted_thinking', data: 'Emw=' },
          { type: 'tool_use' },
        ],
      });
      const own = buildRequest(conversation, THINKER);
      expect((own.body['input'] as { type?: string }[]).map(({ type }) => type)).toEqual([
        undefined,
        'function_call',
        'function_call_output',
      ]);
      expect(droppedParameters(own.inexpressible)).toEqual(['input[].reasoning']);
    }
  });
});

describe('clients of other dialects at models of responses', () => {
  test('chat completions', () => {
    const conversation = parsed(
      openaiChat.parseRequest({
        model: 'm',
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look:' },
              { type: 'image_url', image_url: { url: PNG } },
              { type: 'file', file: { file_data: PDF } },
              { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'Rain' },
        ],
        tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
        },
        response_format: { type: 'json_object' },
        max_tokens: 5,
        reasoning_effort: 'low',
        metadata: { a: 'b' },
        temperature: 1,
        logprobs: true,
        top_logprobs: 2,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    const { body, inexpressible } = buildRequest(conversation, THINKER);
    expect(body).toEqual({
      metadata: { a: 'b' },
      model: 'm',
      input: [
        { role: 'system', content: 'Be brief.' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look:' },
            { type: 'input_image', image_url: PNG, detail: 'auto' },
            { type: 'input_file', file_data: PDF, filename: 'document.pdf' },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          ],
        },
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Rain' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] },
      text: { format: { type: 'json_object' } },
      reasoning: { effort: 'high' },
      max_output_tokens: 16,
      top_logprobs: 2,
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
      store: false,
      stream: true,
    });
    expect(droppedParameters(inexpressible)).toEqual(['max_tokens']);
  });

  test.each([
    ['n', { n: 2 }],
    ['stop', { stop: 'END' }],
    ['seed', { seed: 1 }],
    ['logit_bias', { logit_bias: { 1: 1 } }],
    ['presence_penalty', { presence_penalty: 1 }],
    ['frequency_penalty', { frequency_penalty: 1 }],
    ['temperature', { temperature: 0 }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'x' } }],
    ['web_search_options', { web_search_options: {} }],
  ])('%s has no word', (param, more) => {
    const conversation = parsed(
      openaiChat.parseRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...more }),
    );
    const { inexpressible } = buildRequest(conversation, THINKER);
    expect(refusalOf(inexpressible, 'refuse')).toMatchObject({ param });
    expect(refusalOf(inexpressible, 'drop')).toBeNull();
  });

  test('messages, whose thoughts go back where they came from', () => {
    const reader = openaiResponses.readResponse({
      output: [
        { type: 'reasoning', summary: [{ text: 'Hm.' }], encrypted_content: 'gAAA' },
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":1}' },
      ],
    });
    if (reader === null) throw new Error('not read');
    const { content } = anthropicMessages.writeResponse(reader, { createdAt: 1 });
    const request = (assistant: unknown): Conversation =>
      parsed(
        anthropicMessages.parseRequest({
          model: 'm',
          max_tokens: 100,
          system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
          thinking: { type: 'enabled', budget_tokens: 2048 },
          messages: [
            { role: 'user', content: 'x' },
            { role: 'assistant', content: assistant },
            {
              role: 'user',
              content: [
                { type: 'tool_result', tool_use_id: 'call_1', is_error: true, content: [{ type: 'text', text: 'No' }] },
                { type: 'text', text: 'And?' },
              ],
            },
          ],
          tools: [{ name: 'f', input_schema: { type: 'object' } }],
        }),
      );
    const { body } = buildRequest(request(content), THINKER);
    expect(body['input']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'x' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Error: No' },
      { role: 'user', content: 'And?' },
    ]);
    // they stay away from Anthropic's models, and its proofs from OpenAI's
    expect(JSON.stringify(anthropicMessages.buildRequest(request(content), CLAUDE).body)).not.toContain(
      '"thinking":"Hm',
    );
    const [, call] = content as unknown[];
    const claudes = request([{ type: 'thinking', thinking: 'Hm.', signature: 'EqQB' }, call]);
    expect(JSON.stringify(buildRequest(claudes, THINKER).body)).not.toContain('EqQB');
  });
});

describe('models', () => {
  test.each([
    ['o1-pro', 'xhigh', 'high'],
    ['gpt-5-pro', 'low', 'high'],
    ['gpt-5-codex', 'minimal', 'low'],
    ['gpt-5.2-pro', 'low', 'medium'],
    ['gpt-5', 'minimal', 'minimal'],
  ])('%s thinks, asked for %s, by %s', (model, effort, written) => {
    const conversation = parsed(
      openaiChat.parseRequest({ model, messages: [{ role: 'user', content: 'x' }], reasoning_effort: effort }),
    );
    const { body } = buildRequest(conversation, openaiTargetModel(model, null, 'openai-responses'));
    expect(body['reasoning']).toEqual({ effort: written });
  });
});
