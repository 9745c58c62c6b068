import { describe, expect, test } from '@jest/globals';

import type { Conversation } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { droppedParameters, refusalOf } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { bedrockTargetModel } from '../../providers/aws-bedrock/target-model.js';
import { isRequestProblem } from '../../request-problem.js';
import { clientDialects } from '../registry.js';
import { buildRequest } from './build-request.js';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-lite-v1:0';
const LLAMA = 'us.meta.llama4-maverick-17b-instruct-v1:0';
const OSS = 'openai.gpt-oss-120b-1:0';

function parsed(dialect: keyof typeof clientDialects, body: object): Conversation {
  const conversation = clientDialects[dialect].parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

function built(dialect: keyof typeof clientDialects, model: string, body: object): BuiltRequest {
  const conversation = parsed(dialect, {
    max_tokens: 2000,
    messages: [{ role: 'user', content: 'Hi' }],
    ...body,
    model,
  });
  const before = JSON.stringify(conversation);
  const request = buildRequest(conversation, bedrockTargetModel(model, 64_000));
  expect(JSON.stringify(conversation)).toBe(before);
  expect(buildRequest(conversation, bedrockTargetModel(model, 64_000))).toEqual(request);
  return request;
}

const fromChat = (model: string, body: object): BuiltRequest => built('openai-chat', model, body);
const fromMessages = (model: string, body: object): BuiltRequest => built('anthropic-messages', model, body);
const contents = ({ body }: BuiltRequest): unknown[] =>
  (body['messages'] as JsonRecord[]).map(({ role, content }) => [role, content]);
const CACHED = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const POINT = { cachePoint: { type: 'default', ttl: '1h' } };
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
const SPEC = { toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } };

test('the plain things', () => {
  const { body, inexpressible } = fromChat(CLAUDE, {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    temperature: 0.5,
    stop: ['END', 'FIN'],
    service_tier: 'flex',
    metadata: { team: 'a b' },
  });
  expect(inexpressible).toEqual([]);
  expect(body).toEqual({
    system: [{ text: 'Be brief.' }],
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    inferenceConfig: { maxTokens: 2000, temperature: 0.5, stopSequences: ['END', 'FIN'] },
    serviceTier: { type: 'flex' },
    requestMetadata: { team: 'a b' },
  });
});

describe('messages', () => {
  test('turns alternate, begin with the user and hold nothing blank', () => {
    const request = fromChat(CLAUDE, {
      messages: [
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'a' },
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: ' ' },
        { role: 'user', content: 'b' },
        { role: 'assistant', content: 'c \n' },
      ],
    });
    expect(contents(request)).toEqual([
      ['user', [{ text: '(The assistant speaks first.)' }]],
      ['assistant', [{ text: 'Hello' }]],
      ['user', [{ text: 'a' }, { text: 'b' }]],
      ['assistant', [{ text: 'c' }]],
    ]);
    expect(request.body['system']).toEqual([{ text: 'Be kind.' }]);
  });

  test('results of tools stand in front and say whether they failed', () => {
    const messages = [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'redacted_thinking', data: 'cmVk' },
          { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
          { type: 'tool_use', id: 'a.b', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'and' },
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'no' }], is_error: true },
          { type: 'tool_result', tool_use_id: 'a.b' },
        ],
      },
    ];
    const tools = [{ name: 'f', input_schema: { type: 'object' }, ...CACHED }];
    const request = fromMessages(CLAUDE, { messages, tools });
    const [, [, calls], [, results]] = contents(request) as [unknown, [string, JsonRecord[]], [string, JsonRecord[]]];
    expect(calls.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
      { toolUse: { toolUseId: 'toolu_1', name: 'f', input: { a: 1 } } },
    ]);
    const second = (calls[2]?.['toolUse'] as JsonRecord)['toolUseId'];
    expect(second).toMatch(/^call_[0-9a-f]{32}$/);
    expect(results).toEqual([
      { toolResult: { toolUseId: 'toolu_1', content: [{ text: 'no' }], status: 'error' } },
      { toolResult: { toolUseId: second, content: [{ text: '(no content)' }], status: 'success' } },
      { text: 'and' },
    ]);
    expect(request.body['toolConfig']).toEqual({
      tools: [expect.objectContaining({ toolSpec: expect.anything() }), POINT],
    });
    const llama = contents(fromMessages(LLAMA, { messages, tools })) as [unknown, unknown, [string, JsonRecord[]]];
    expect(llama[2][1][0]).toEqual({
      toolResult: { toolUseId: 'toolu_1', content: [{ text: 'Error:' }, { text: 'no' }] },
    });
  });

  test('images, documents and video go as bytes; names are clean, and no two the same', () => {
    const file = (type: string, filename: string): object => ({
      type: 'file',
      file: { file_data: `data:${type};base64,QQ==`, filename },
    });
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/jpg;base64,QQ==' } },
      { type: 'image_url', image_url: { url: 'data:video/mp4;base64,QQ==' } },
      file('application/pdf', 'a_b..pdf'),
      file('application/pdf', 'a/b.pdf'),
      file('application/x-yaml', 'c'),
    ];
    const request = fromChat(NOVA, { messages: [{ role: 'user', content }] });
    const source = { bytes: 'QQ==' };
    expect(contents(request)).toEqual([
      [
        'user',
        [
          { image: { format: 'jpeg', source } },
          { video: { format: 'mp4', source } },
          { document: { format: 'pdf', name: 'a b pdf', source } },
          { document: { format: 'pdf', name: 'a b pdf (2)', source } },
          { text: '(See the attached document.)' },
        ],
      ],
    ]);
    expect(refusalOf(request.inexpressible, 'drop')?.param).toBe('messages[0].content[4]');
  });

  test.each(['https://example.com/a.png', 's3://bucket-of-the-operator/secret.png'])(
    'nothing is fetched from %s',
    (url) => {
      const content = [{ type: 'image_url', image_url: { url } }];
      const { inexpressible } = fromChat(NOVA, { messages: [{ role: 'user', content }] });
      expect(refusalOf(inexpressible, 'drop')).not.toBeNull();
    },
  );
});

describe('the cache', () => {
  const text = { type: 'text', text: 'x', ...CACHED };

  test('at most four points, the last ones', () => {
    const request = fromMessages(CLAUDE, {
      system: [text],
      messages: [{ role: 'user', content: [text, text, text, text] }],
    });
    expect(request.body['system']).toEqual([{ text: 'x' }]);
    const [[, content]] = contents(request) as [[string, unknown[]]];
    expect(content).toEqual([1, 2, 3, 4].flatMap(() => [{ text: 'x' }, POINT]));
    expect(droppedParameters(request.inexpressible)).toEqual(['cache_control']);
  });

  test('models without one are not told', () => {
    const request = fromMessages(LLAMA, { messages: [{ role: 'user', content: [text] }] });
    expect(contents(request)).toEqual([['user', [{ text: 'x' }]]]);
    expect(refusalOf(request.inexpressible, 'refuse')).toBeNull();
  });
});

describe('tools', () => {
  const choice = (model: string, tool_choice: unknown): unknown =>
    (fromChat(model, { tools: [TOOL], tool_choice }).body['toolConfig'] as JsonRecord | undefined)?.['toolChoice'];

  test('the choice among them', () => {
    expect(choice(CLAUDE, 'auto')).toEqual({ auto: {} });
    expect(choice(CLAUDE, 'required')).toEqual({ any: {} });
    expect(choice(NOVA, { type: 'function', function: { name: 'f' } })).toEqual({ tool: { name: 'f' } });
    expect(choice('mistral.mistral-large-2407-v1:0', { type: 'function', function: { name: 'f' } })).toEqual({
      any: {},
    });
    expect(choice(LLAMA, 'required')).toBeUndefined();
    expect(fromChat(LLAMA, { tools: [TOOL], tool_choice: 'required' }).inexpressible).toMatchObject([
      { param: 'tool_choice' },
    ]);
    expect(fromChat(CLAUDE, { tools: [TOOL], tool_choice: 'none' }).body['toolConfig']).toBeUndefined();
  });

  test('calls in the history need their tools', () => {
    const call = { id: 'c', type: 'function', function: { name: 'g', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'y' },
    ];
    const { body } = fromChat(CLAUDE, { messages });
    expect(body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'g', inputSchema: { json: { type: 'object' } } } }],
    });
  });

  test('only those that are allowed', () => {
    const other = { type: 'function', function: { name: 'other' } };
    const tool_choice = {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
    };
    expect(fromChat(CLAUDE, { tools: [other, TOOL], tool_choice }).body['toolConfig']).toEqual({
      tools: [SPEC],
      toolChoice: { any: {} },
    });
  });
});

describe('structured output', () => {
  const schema = { type: 'object', properties: { a: { type: 'string', minLength: 3 } }, additionalProperties: false };
  const response_format = { type: 'json_schema', json_schema: { name: 'n', schema } };

  test('as text format, with the keywords that decoding can be bound to', () => {
    const { body, inexpressible } = fromChat(CLAUDE, { response_format });
    const { textFormat } = body['outputConfig'] as {
      textFormat: { type: string; structure: { jsonSchema: { schema: string } } };
    };
    expect(textFormat).toMatchObject({ type: 'json_schema', structure: { jsonSchema: { name: 'n' } } });
    expect(JSON.parse(textFormat.structure.jsonSchema.schema)).toMatchObject({
      properties: { a: { type: 'string', description: '{minLength: 3}' } },
    });
    expect(inexpressible).toEqual([]);
  });

  test.each([NOVA, 'anthropic.claude-3-haiku-20240307-v1:0'])('%s cannot be bound', (model) => {
    expect(fromChat(model, { response_format }).inexpressible).toMatchObject([
      { param: 'response_format', leavingOut: 'other-answer' },
    ]);
  });
});

describe('thinking, in the words of the maker', () => {
  const fields = (model: string, body: object): unknown => fromChat(model, body).body['additionalModelRequestFields'];

  test('Claude has budgets or decides itself', () => {
    const { body } = fromChat(CLAUDE, { reasoning_effort: 'low', max_tokens: 8000, temperature: 1 });
    expect(body['additionalModelRequestFields']).toEqual({ thinking: { type: 'enabled', budget_tokens: 2048 } });
    expect(body['inferenceConfig']).toEqual({ maxTokens: 8000 });
    expect(fields('global.anthropic.claude-opus-4-6-v1', { reasoning_effort: 'high' })).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
  });

  test('others take words', () => {
    expect(fields(OSS, { reasoning_effort: 'medium' })).toEqual({ reasoning_effort: 'medium' });
    expect(fields('qwen.qwen3-32b-v1:0', { reasoning_effort: 'high' })).toEqual({ reasoning_config: 'high' });
    const nova = fromChat('us.amazon.nova-2-lite-v1:0', { reasoning_effort: 'high', temperature: 0.3 });
    expect(nova.body['additionalModelRequestFields']).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
    });
    expect(nova.body['inferenceConfig']).toBeUndefined();
    expect(droppedParameters(nova.inexpressible)).toContain('temperature');
    expect(fields(LLAMA, { reasoning_effort: 'high' })).toBeUndefined();
  });

  test('and numbers of tokens to choose among', () => {
    expect(fields(CLAUDE, { top_k: 5 })).toEqual({ top_k: 5 });
    expect(fields(NOVA, { top_k: 5 })).toEqual({ inferenceConfig: { topK: 5 } });
    expect(fromChat(LLAMA, { top_k: 5 }).inexpressible).toMatchObject([{ param: 'top_k' }]);
  });
});

test("what has no word is reported, and Converse's own fields pass", () => {
  const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' };
  const { body, inexpressible } = fromChat(LLAMA, {
    guardrailConfig,
    additionalModelRequestFields: { x: 1 },
    performanceConfig: { latency: 'optimized' },
    n: 2,
    seed: 1,
    logprobs: true,
    presence_penalty: 1,
    user: 'u',
    unheard_of: 1,
    store: true,
    parallel_tool_calls: false,
    tools: [TOOL],
    temperature: 1.5,
  });
  expect(body).toMatchObject({
    guardrailConfig,
    additionalModelRequestFields: { x: 1 },
    inferenceConfig: { temperature: 1 },
  });
  expect(body['performanceConfig']).toBeUndefined();
  const dropped = ['n', 'seed', 'logprobs', 'presence_penalty', 'user', 'unheard_of', 'store', 'performanceConfig'];
  expect(droppedParameters(inexpressible)).toEqual(
    expect.arrayContaining([...dropped, 'parallel_tool_calls', 'temperature']),
  );
});

test('which model hides behind an id', () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-7-v1:0';
  expect(bedrockTargetModel(arn, null)).toMatchObject({ thinking: 'adaptive', laterSystemMessages: false });
  expect(bedrockTargetModel('anthropic.claude-3-haiku-20240307-v1:0', 4096).refuses.has('cachePoint')).toBe(true);
  const unknown = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
  expect(bedrockTargetModel(unknown, null)).toMatchObject({ thinking: 'unknown', forcedToolChoice: false });
});
