import { describe, expect, test } from '@jest/globals';

import { rewriteForClaude } from '../../providers/google-vertex/rewrite-for-claude.js';
import { rewriteForMistral } from '../../providers/mistral/rewrite-request.js';
import { rewriteForFirstThinkers } from '../../providers/openai/rewrite-request.js';
import { providers } from '../../providers/registry.js';
import type { ProviderId } from '../../provider-id.js';
import { isRequestProblem } from '../../request-problem.js';
import { parseRequest } from '../anthropic-messages/parse-request.js';
import { buildRequest } from './build-request.js';

/** What a client of Anthropic's dialect asks, as the provider's model is told. */
function told(id: ProviderId, model: string, more: object) {
  const conversation = parseRequest({ model, max_tokens: 9000, messages: [{ role: 'user', content: 'hi' }], ...more });
  const target = providers.get(id)?.targetModel(model, null);
  if (isRequestProblem(conversation) || target === undefined) throw new Error('not parsed');
  const { body, inexpressible } = buildRequest(conversation, target);
  return { body, lost: inexpressible.map(({ param, leavingOut }) => `${param}: ${leavingOut}`) };
}

const BUDGET = { thinking: { type: 'enabled', budget_tokens: 4096 } };
const OFF = { thinking: { type: 'disabled' } };
const TOOLS = { tools: [{ name: 'f', input_schema: { type: 'object' } }] };

describe('thinking in the words of each vendor', () => {
  test.each<[ProviderId, string, object, object]>([
    ['dashscope', 'qwen3-max', BUDGET, { enable_thinking: true, thinking_budget: 4096 }],
    ['dashscope', 'qwen3-max', OFF, { enable_thinking: false }],
    ['zhipu', 'glm-4.6', BUDGET, { thinking: { type: 'enabled' } }],
    ['zhipu', 'glm-5.3', BUDGET, { reasoning_effort: 'low' }],
    ['zhipu', 'glm-5.2', OFF, { thinking: { type: 'disabled' } }],
    ['zhipu', 'glm-4.6', OFF, { thinking: { type: 'disabled' } }],
    ['deepseek', 'deepseek-v4', BUDGET, { thinking: { type: 'enabled' }, reasoning_effort: 'low' }],
    ['deepseek', 'deepseek-v4', OFF, { thinking: { type: 'disabled' } }],
    ['moonshot', 'kimi-k2.5', OFF, { thinking: { type: 'disabled' } }],
    ['openrouter', 'x/y', OFF, { reasoning_effort: 'none' }],
  ])('%s %s %j', (id, model, asked, expected) => {
    expect(told(id, model, asked).body).toMatchObject(expected);
  });

  test('what was not asked for is not said', () => {
    const { body } = told('dashscope', 'qwen3-max', {});
    expect(body).not.toHaveProperty('enable_thinking');
  });
});

test('what a model refuses is left out and told', () => {
  const forced = { ...TOOLS, tool_choice: { type: 'any' } };
  const { body, lost } = told('zhipu', 'glm-4.6', forced);
  expect(body).not.toHaveProperty('tool_choice');
  expect(lost).toEqual(['tool_choice: other-answer']);
  expect(told('perplexity', 'sonar', TOOLS).lost).toEqual(['tools: impossible']);
  expect(told('openai', 'o1-mini', TOOLS).lost).toEqual(['tools: impossible']);
  expect(told('xai', 'grok-4', { stop_sequences: ['x'] }).lost).toEqual(['stop_sequences: other-answer']);
});

test('a schema that is refused becomes any JSON', () => {
  const format = { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } };
  const { body, lost } = told('deepseek', 'deepseek-v4', format);
  expect(body).toMatchObject({ response_format: { type: 'json_object' } });
  expect(lost).toEqual(['output_config.format: other-answer']);
});

test('thoughts go back only with the calls that they led to, and only to those who want them', () => {
  const thought = { type: 'thinking', thinking: 'hm', signature: 's' };
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: [thought, { type: 'tool_use', id: 'a', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'x' }] },
    { role: 'assistant', content: [thought, { type: 'text', text: 'done' }] },
    { role: 'user', content: 'more' },
  ];
  const thoughts = (id: ProviderId, model: string): unknown[] =>
    (told(id, model, { ...TOOLS, messages }).body['messages'] as Record<string, unknown>[])
      .filter(({ role }) => role === 'assistant')
      .map((message) => message['reasoning_content']);
  expect(thoughts('deepseek', 'deepseek-v4')).toEqual(['hm', undefined]);
  expect(thoughts('groq', 'm')).toEqual([undefined, undefined]);
});

describe('rewritten', () => {
  test('for Mistral', () => {
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'I' },
    ];
    const body = {
      model: 'm',
      messages,
      seed: 7,
      max_completion_tokens: 5,
      stream_options: {},
      tool_choice: 'required',
    };
    expect(rewriteForMistral(body)).toEqual({
      model: 'm',
      messages: [messages[0], { role: 'assistant', content: 'I', prefix: true }],
      random_seed: 7,
      max_tokens: 5,
      tool_choice: 'any',
    });
  });

  test('for o1-mini: no system role', () => {
    const body = { model: 'o1-mini', messages: [{ role: 'system', content: 'Be brief.' }], max_completion_tokens: 5 };
    expect(rewriteForFirstThinkers('o1-mini')?.(body)).toEqual({
      ...body,
      messages: [{ role: 'user', content: 'Be brief.' }],
    });
    expect(rewriteForFirstThinkers('gpt-5')).toBeNull();
  });

  test('for Claude on Vertex: the model stands in the address', () => {
    expect(rewriteForClaude({ model: 'claude', max_tokens: 1 })).toEqual({
      anthropic_version: 'vertex-2023-10-16',
      max_tokens: 1,
    });
  });
});

test('the first of OpenAI’s thinking models loses what it does not know', () => {
  const { body, lost } = told('openai', 'o1-mini', {
    temperature: 0.5,
    ...TOOLS,
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    ...BUDGET,
    system: 's',
  });
  expect(lost).toEqual(
    expect.arrayContaining([
      'temperature: other-answer',
      expect.stringMatching(/^tools: /),
      expect.stringMatching(/^thinking/),
    ]),
  );
  for (const field of ['temperature', 'tools', 'tool_choice', 'parallel_tool_calls', 'reasoning_effort']) {
    expect(body).not.toHaveProperty(field);
  }
  expect(body).toMatchObject({ max_completion_tokens: 9000 });
});
