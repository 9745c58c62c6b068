import { describe, expect, test } from '@jest/globals';

import type { Conversation } from '../../conversation.js';
import { isRequestProblem } from '../../request-problem.js';
import { buildRequest } from './build-request.js';
import { openaiTargetModel } from '../../providers/openai/target-model.js';
import { parseRequest } from './parse-request.js';

const THINKER = openaiTargetModel('gpt-5', null);
const CLASSIC = openaiTargetModel('gpt-4o', null);

function parsed(body: object): Conversation {
  const conversation = parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

const EVERYTHING = {
  model: 'gpt-x',
  messages: [
    { role: 'developer', content: 'Be brief.' },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'Look', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png', format: 'png' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,AA', filename: 'a.pdf' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'hm',
      reasoning_signature: 'sig',
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
        { id: 'b', type: 'custom', custom: { name: 'c', input: 'free text' } },
        {
          id: 'd',
          type: 'function',
          function: { name: 'f', arguments: '{}' },
          extra_content: { thought_signature: 's' },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: 'sunny' },
    {
      role: 'tool',
      tool_call_id: 'b',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
    },
    { role: 'assistant', content: null, refusal: 'No.' },
    { role: 'assistant', content: 'Yes.', audio: { id: 'audio_1' } },
    { role: 'user', content: 'Thanks', vendor_field: [1] },
  ],
  tools: [
    { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
    {
      type: 'custom',
      custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
    },
    { type: 'function', function: { name: 'g', vendor: 1 }, cache_control: { type: 'ephemeral' } },
  ],
  tool_choice: { type: 'function', function: { name: 'f' } },
  parallel_tool_calls: false,
  response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' }, strict: true } },
  temperature: 0.1,
  top_p: 0.9,
  presence_penalty: 1,
  frequency_penalty: -1,
  seed: 7,
  logit_bias: { '50256': -100 },
  max_completion_tokens: 99,
  stop: ['a', 'b'],
  n: 2,
  logprobs: true,
  top_logprobs: 3,
  reasoning_effort: 'low',
  verbosity: 'high',
  modalities: ['text', 'audio'],
  audio: { voice: 'alloy', format: 'mp3' },
  service_tier: 'flex',
  user: 'u',
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  metadata: { team: 'x' },
  store: false,
  prediction: { type: 'content', content: 'x' },
  vendor_field: { a: 1 },
};

describe('requests', () => {
  test('everything that is said is said again', () => {
    expect(buildRequest(parsed(EVERYTHING), THINKER).body).toEqual(EVERYTHING);
  });

  test('the conversation is neutral', () => {
    const { messages, tools, sampling, extensions, maxOutputTokens } = parsed(EVERYTHING);
    expect(messages[1]?.parts.map((part) => part.kind)).toEqual([
      'text',
      'cache-marker',
      'image',
      'image',
      'audio',
      'file',
      'file',
    ]);
    expect(messages[2]?.parts.map((part) => part.kind)).toEqual(['reasoning', 'tool-call', 'tool-call', 'tool-call']);
    expect(messages[3]?.parts).toEqual([
      { kind: 'tool-result', toolCallId: 'a', content: [{ kind: 'text', text: 'sunny' }], isError: false },
    ]);
    expect(tools.map((tool) => tool.name)).toEqual(['f', 'c', 'g']);
    expect(sampling.logitBias).toEqual({ '50256': -100 });
    expect(maxOutputTokens).toBe(99);
    expect(Object.keys(extensions).sort()).toEqual([
      'metadata',
      'prediction',
      'store',
      'stream_options',
      'vendor_field',
    ]);
  });

  test('the cap goes under the name that the target takes', () => {
    const conversation = parsed({ model: 'm', messages: [{ role: 'user', content: 'x' }], max_tokens: 5 });
    expect(buildRequest(conversation, THINKER).body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      max_completion_tokens: 5,
    });
  });

  test.each([
    { tool_choice: 'auto' },
    { tool_choice: 'none' },
    { response_format: { type: 'json_object' } },
    { response_format: { type: 'text' } },
  ])('%j', (more) => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }], ...more };
    expect(buildRequest(parsed(body), CLASSIC).body).toEqual(body);
  });

  test.each([
    ['functions', { functions: [{}] }, "'functions' is not supported. Use 'tools'."],
    ['function_call', { function_call: 'auto' }, "'function_call' is not supported. Use 'tool_choice'."],
    [
      'messages[0].role',
      { messages: [{ role: 'function', name: 'f', content: 'x' }] },
      "The role 'function' is not supported.",
    ],
    ['messages[0].function_call', { messages: [{ role: 'assistant', function_call: {} }] }, "Use 'tool_calls'."],
  ])('what is deprecated is refused by name: %s', (param, more, message) => {
    const problem = parseRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...more });
    expect(problem).toMatchObject({ code: 'caller_unsupported_parameter', param });
    expect(JSON.stringify(problem)).toContain(message);
  });
});
