import { describe, expect, test } from '@jest/globals';

import { collectCompletion } from './collect-completion.js';
import type { Conversation, StreamPart } from './conversation.js';
import { anthropicMessages } from './dialects/anthropic-messages/anthropic-messages.js';
import { openaiChat } from './dialects/openai-chat/openai-chat.js';
import { anthropicTargetModel } from './providers/anthropic/target-model.js';
import {
  attachReasoning,
  keepFromCompletion,
  type KeptReasoning,
  ReasoningCollector,
  reasoningLookups,
} from './reasoning-attachment.js';
import { isRequestProblem } from './request-problem.js';

const chat = openaiChat;
const messages = anthropicMessages;
const SONNET = anthropicTargetModel('claude-sonnet-4-5', 64_000);
const thinking = { type: 'thinking', thinking: 'First', signature: 's1' };
const redacted = { type: 'redacted_thinking', data: 'xx' };
const call = (id: string): object => ({ type: 'tool_use', id, name: 'f', input: {} });

function answer(content: readonly object[]): KeptReasoning | null {
  const completion = messages.readResponse({ type: 'message', id: 'm', model: 'x', content, stop_reason: 'tool_use' });
  if (completion === null) throw new Error('not read');
  return keepFromCompletion(completion);
}

function nextTurn(history: readonly object[], more: object = {}): Conversation {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: 'go' }, ...history],
    reasoning_effort: 'low',
    ...more,
  };
  const conversation = chat.parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(conversation.message);
  return conversation;
}

const calls = (...ids: readonly string[]): object => ({
  role: 'assistant',
  content: 'I call.',
  reasoning_content: 'claimed',
  reasoning_signature: 'forged',
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
});
const result = (id: string): object => ({ role: 'tool', tool_call_id: id, content: 'r' });
const contents = (conversation: Conversation): unknown[] => {
  const { body } = messages.buildRequest(conversation, SONNET);
  return (body['messages'] as { content: { type: string }[] }[]).map(({ content }) =>
    typeof content === 'string' ? 'text' : content.map(({ type }) => type).join(),
  );
};

describe('reasoning over turns', () => {
  test('is kept with its proofs and its places, from streams too', () => {
    const kept = answer([thinking, { type: 'text', text: 'I call.' }, call('a'), redacted, call('b')]);
    const provenBy = 'anthropic-messages';
    expect(kept).toEqual({
      toolCallIds: ['a', 'b'],
      reasoning: [
        { part: { kind: 'reasoning', text: 'First', signature: 's1', redacted: null, provenBy }, callsBefore: 0 },
        { part: { kind: 'reasoning', text: '', signature: null, redacted: 'xx', provenBy }, callsBefore: 1 },
      ],
    });
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
    const parts: StreamPart[] = [
      { kind: 'start', dialect: provenBy, id: 'm', model: 'x', created: 0, usage: null },
      { kind: 'part', choice: 0 },
      { kind: 'reasoning', choice: 0, text: 'Fi', signature: null, redacted: null },
      { kind: 'reasoning', choice: 0, text: 'rst', signature: null, redacted: null },
      { kind: 'reasoning', choice: 0, text: '', signature: 's1', redacted: null },
      { kind: 'part', choice: 0 },
      { kind: 'text', choice: 0, text: 'I call.' },
      { kind: 'part', choice: 0 },
      { kind: 'tool-call', choice: 0, index: 0, id: 'a', name: 'f', custom: false },
      { kind: 'part', choice: 0 },
      { kind: 'reasoning', choice: 0, text: '', signature: null, redacted: 'xx' },
      { kind: 'part', choice: 0 },
      { kind: 'tool-call', choice: 0, index: 1, id: 'b', name: 'f', custom: false },
    ];
    const collector = new ReasoningCollector();
    for (const part of parts) collector.add(part);
    expect(collector.kept()).toEqual(kept);
    expect(keepFromCompletion(collectCompletion(parts).completion)).toEqual(kept);
  });

  test('is not kept of an answer that calls nothing', () => {
    expect(answer([thinking, { type: 'text', text: 'Done.' }])).toBeNull();
    expect(answer([call('a')])).toEqual({ toolCallIds: ['a'], reasoning: [] });
  });

  test('goes back where it was, in every answer of the running loop and in no other', () => {
    const old = [calls('o'), result('o'), { role: 'assistant', content: 'Done.' }, { role: 'user', content: 'again' }];
    const conversation = nextTurn([...old, calls('a', 'b'), result('a'), result('b'), calls('c'), result('c')]);
    expect(reasoningLookups(conversation)).toEqual(['a', 'c']);
    const found = new Map([
      ['a', answer([thinking, call('a'), redacted, call('b')])],
      ['c', answer([call('c')])],
    ]) as ReadonlyMap<string, KeptReasoning>;
    const attached = attachReasoning(conversation, found);
    expect(attached.reasoning.lost).toBe(false);
    expect(contents(attached)).toEqual([
      'text',
      'text,tool_use',
      'tool_result',
      'text',
      'text',
      'thinking,text,tool_use,redacted_thinking,tool_use',
      'tool_result,tool_result',
      'text,tool_use',
      'tool_result',
    ]);
    expect(messages.buildRequest(attached, SONNET).body).toMatchObject({ thinking: { type: 'enabled' } });
    expect(JSON.stringify(messages.buildRequest(attached, SONNET).body)).not.toContain('forged');
  });

  test('that is gone, or never was, turns thinking off for the turn, where the model insists on it', () => {
    const conversation = nextTurn([calls('a'), result('a')]);
    for (const found of [new Map<string, KeptReasoning>(), new Map([['a', answer([call('a')]) as KeptReasoning]])]) {
      const attached = attachReasoning(conversation, found);
      expect(attached.reasoning.lost).toBe(true);
      const { body, inexpressible } = messages.buildRequest(attached, SONNET);
      expect(body).not.toHaveProperty('thinking');
      expect(inexpressible.map(({ param }) => param)).toEqual(['reasoning_effort']);
      const newer = messages.buildRequest(attached, anthropicTargetModel('claude-opus-5', null)).body;
      expect(newer).toMatchObject({ thinking: { type: 'adaptive' } });
    }
  });

  test('is not needed where nothing runs', () => {
    const conversation = nextTurn([
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'again' },
    ]);
    expect(reasoningLookups(conversation)).toEqual([]);
    expect(attachReasoning(conversation, new Map())).toEqual(conversation);
  });
});
