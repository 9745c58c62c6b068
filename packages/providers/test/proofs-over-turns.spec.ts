import { describe, expect, test } from '@jest/globals';

import type { ProviderDialectId } from '../src/dialect-id.js';
import type { Conversation } from '../src/conversation.js';
import { clientDialects, providerDialects } from '../src/dialects/registry.js';
import { isRecord, type JsonRecord } from '../src/json.js';
import { anthropicTargetModel } from '../src/providers/anthropic/target-model.js';
import { bedrockTargetModel } from '../src/providers/aws-bedrock/target-model.js';
import { cohereTargetModel } from '../src/providers/cohere/target-model.js';
import { googleTargetModel } from '../src/providers/google-gemini/target-model.js';
import { openaiTargetModel } from '../src/providers/openai/target-model.js';
import {
  attachReasoning,
  type KeptReasoning,
  keepFromCompletion,
  ReasoningCollector,
  reasoningLookups,
} from '../src/reasoning-attachment.js';
import type { TargetModel } from '../src/target-model.js';
import { completionParts } from '../src/translation/completion-parts.js';

interface Upstream {
  readonly model: string;
  readonly target: TargetModel;
  /** The answer of a turn that thinks and calls a tool. */
  readonly answer: JsonRecord;
  /** What has to come back, word for word. */
  readonly proofs: readonly string[];
}

/** Base64, since some clients decode and encode it again. */
const SIGNED = Buffer.from('a signature of somebody').toString('base64');
const HIDDEN = Buffer.from('a thought that nobody reads').toString('base64');

const CLAUDE_MESSAGE = {
  type: 'message',
  id: 'msg_1',
  model: 'claude-sonnet-4-5',
  role: 'assistant',
  content: [
    { type: 'thinking', thinking: 'Hm.', signature: SIGNED },
    { type: 'redacted_thinking', data: HIDDEN },
    { type: 'text', text: 'I look.' },
    { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 'it' } },
  ],
  stop_reason: 'tool_use',
  usage: { input_tokens: 1, output_tokens: 1 },
};

const UPSTREAMS: Readonly<Partial<Record<ProviderDialectId, Upstream>>> = {
  'anthropic-messages': {
    model: 'claude-sonnet-4-5',
    target: anthropicTargetModel('claude-sonnet-4-5', 64_000),
    answer: CLAUDE_MESSAGE,
    proofs: [SIGNED, HIDDEN],
  },
  'bedrock-converse': {
    model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    target: bedrockTargetModel('anthropic.claude-sonnet-4-5-20250929-v1:0', 64_000),
    answer: {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: SIGNED } } },
            { reasoningContent: { redactedContent: HIDDEN } },
            { text: 'I look.' },
            { toolUse: { toolUseId: 'call_1', name: 'look', input: { at: 'it' } } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    },
    proofs: [SIGNED, HIDDEN],
  },
  'google-generate': {
    model: 'gemini-3-pro-preview',
    target: googleTargetModel('gemini-3-pro-preview', null),
    answer: {
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'Hm.', thought: true },
              { text: 'I look.' },
              { functionCall: { id: 'call_1', name: 'look', args: { at: 'it' } }, thoughtSignature: SIGNED },
            ],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      modelVersion: 'gemini-3-pro-preview',
      responseId: 'r',
    },
    proofs: [SIGNED],
  },
  'openai-responses': {
    model: 'gpt-5',
    target: openaiTargetModel('gpt-5', null),
    answer: {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-5',
      output: [
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: SIGNED },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.', annotations: [] }] },
        { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"at":"it"}' },
      ],
    },
    proofs: [SIGNED],
  },
};

const OTHERS: Readonly<Partial<Record<ProviderDialectId, { readonly model: string; readonly target: TargetModel }>>> = {
  ...UPSTREAMS,
  'openai-chat': { model: 'gpt-5', target: openaiTargetModel('gpt-5', null) },
  'cohere-chat': {
    model: 'command-a-reasoning-08-2025',
    target: cohereTargetModel('command-a-reasoning-08-2025', null),
  },
};

const CLIENTS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'google-generate'] as const;
type Client = (typeof CLIENTS)[number];

const schema = { type: 'object', properties: { at: { type: 'string' } } };

/** The next turn as each client asks for it, with what it was answered. */
const NEXT: Readonly<Record<Client, (answer: JsonRecord) => JsonRecord>> = {
  'openai-chat': (answer) => {
    const { message } = (answer['choices'] as { message: JsonRecord }[])[0] ?? { message: {} };
    const id = (message['tool_calls'] as { id: string }[])[0]?.id;
    return {
      model: 'm',
      reasoning_effort: 'medium',
      tools: [{ type: 'function', function: { name: 'look', parameters: schema } }],
      messages: [{ role: 'user', content: 'Look.' }, message, { role: 'tool', tool_call_id: id, content: 'Seen.' }],
    };
  },
  'openai-responses': (answer) => {
    const output = answer['output'] as JsonRecord[];
    const { call_id } = output.find(({ type }) => type === 'function_call') ?? {};
    return {
      model: 'm',
      reasoning: { effort: 'medium' },
      tools: [{ type: 'function', name: 'look', parameters: schema }],
      input: [
        { role: 'user', content: 'Look.' },
        ...output,
        { type: 'function_call_output', call_id, output: 'Seen.' },
      ],
    };
  },
  'anthropic-messages': (answer) => {
    const content = answer['content'] as JsonRecord[];
    const { id } = content.find(({ type }) => type === 'tool_use') ?? {};
    return {
      model: 'm',
      max_tokens: 10_000,
      thinking: { type: 'enabled', budget_tokens: 2000 },
      tools: [{ name: 'look', input_schema: schema }],
      messages: [
        { role: 'user', content: 'Look.' },
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'Seen.' }] },
      ],
    };
  },
  'google-generate': (answer) => {
    const { content } = (answer['candidates'] as { content: { parts: JsonRecord[] } }[])[0] ?? {
      content: { parts: [] },
    };
    const call = content.parts.find((part) => part['functionCall'] !== undefined)?.['functionCall'] as JsonRecord;
    return {
      generationConfig: { thinkingConfig: { thinkingBudget: 2000 } },
      tools: [{ functionDeclarations: [{ name: 'look', parameters: schema }] }],
      contents: [
        { role: 'user', parts: [{ text: 'Look.' }] },
        content,
        {
          role: 'user',
          parts: [{ functionResponse: { id: call['id'], name: 'look', response: { output: 'Seen.' } } }],
        },
      ],
    };
  },
};

const OPTIONS = { createdAt: 1_700_000_000, includeUsage: true };
const pairs = CLIENTS.flatMap((client) =>
  (Object.keys(UPSTREAMS) as ProviderDialectId[]).map((upstream) => [client, upstream] as const),
);

function upstreamOf(dialect: ProviderDialectId): Upstream {
  const found = UPSTREAMS[dialect];
  if (found === undefined) throw new Error(`no answer of ${dialect}`);
  return found;
}

/** What comes back of an answer through a client; thoughts that the client cannot carry are kept beside it. */
function secondTurn(client: Client, upstream: ProviderDialectId): Conversation {
  const completion = providerDialects[upstream].readResponse(upstreamOf(upstream).answer);
  if (completion === null) throw new Error('no answer');
  const told = clientDialects[client].writeResponse(completion, OPTIONS);
  const collector = new ReasoningCollector();
  for (const part of completionParts(completion)) collector.add(part);
  const kept = keepFromCompletion(completion);
  expect(collector.kept()).toEqual(kept);
  return back(client, told, kept);
}

function back(client: Client, told: JsonRecord, kept: KeptReasoning | null): Conversation {
  const conversation = clientDialects[client].parseRequest(NEXT[client](told), { model: 'm', stream: false });
  if (!('messages' in conversation)) throw new Error(conversation.message);
  if (client !== 'openai-chat' || kept === null) return conversation;
  const found = new Map(reasoningLookups(conversation).map((id) => [id, kept]));
  return attachReasoning(conversation, found);
}

function build(conversation: Conversation, upstream: ProviderDialectId): string {
  const { model, target } = OTHERS[upstream] ?? upstreamOf(upstream);
  return JSON.stringify(providerDialects[upstream].buildRequest({ ...conversation, model }, target).body);
}

describe.each(pairs)('a tool loop of a %s client with a model of %s', (client, upstream) => {
  test('brings the proofs back word for word, and thinks on', () => {
    const body = build(secondTurn(client, upstream), upstream);
    for (const proof of upstreamOf(upstream).proofs) expect(body).toContain(`"${proof}"`);
    expect(body).not.toContain('tgr1_');
    expect(body).not.toContain('dGdyMV9l');
    if (upstream === 'anthropic-messages') expect(body).toContain('"type":"enabled"');
  });

  test('thinks first, and proves the call itself where that is Google’s way', () => {
    const { messages } = secondTurn(client, upstream);
    const parts = messages.filter(({ role }) => role === 'assistant').flatMap((message) => message.parts);
    const proven = parts.findIndex((part) => part.kind === 'reasoning' && part.signature !== null);
    const call = parts.findIndex(({ kind }) => kind === 'tool-call');
    if (client === 'google-generate' && upstream === 'google-generate') return;
    expect(proven).toBe(upstream === 'google-generate' ? call - 1 : 0);
  });

  test('shows them to nobody else', () => {
    const conversation = secondTurn(client, upstream);
    for (const other of Object.keys(OTHERS) as ProviderDialectId[]) {
      const alike = [other, upstream].every(
        (dialect) => dialect === 'anthropic-messages' || dialect === 'bedrock-converse',
      );
      if (other === upstream) continue;
      const body = build(conversation, other);
      if (!alike) expect(body).not.toContain(SIGNED);
      expect(body).not.toContain(HIDDEN);
      if (alike) expect(body).toContain(`"${SIGNED}"`);
      // Claude that has lost its thoughts cannot think in this turn
      if (!alike && other === 'anthropic-messages') expect(body).not.toContain('"type":"enabled"');
      if (!alike && other === 'google-generate') {
        expect(body).toContain(Buffer.from('skip_thought_signature_validator').toString('base64'));
      }
    }
  });

  test('streamed, the client is told the same', () => {
    const completion = providerDialects[upstream].readResponse(upstreamOf(upstream).answer);
    if (completion === null) throw new Error('no answer');
    const writer = clientDialects[client].streamWriter(OPTIONS);
    const events = completionParts(completion)
      .map((part) => writer.write(part))
      .join('');
    const told = JSON.stringify(clientDialects[client].writeResponse(completion, OPTIONS));
    for (const proof of proofsIn(JSON.parse(told))) expect(events).toContain(JSON.stringify(proof));
  });
});

test('a client of Anthropic is shown no thought as Anthropic’s own that is another’s', () => {
  for (const upstream of ['bedrock-converse', 'google-generate', 'openai-responses'] as const) {
    const completion = providerDialects[upstream].readResponse(upstreamOf(upstream).answer);
    if (completion === null) throw new Error('no answer');
    expect(JSON.stringify(clientDialects['anthropic-messages'].writeResponse(completion, OPTIONS))).not.toContain(
      HIDDEN,
    );
  }
});

/** Models without proofs that want their thoughts back with the calls. */
test.each(['openai-responses', 'anthropic-messages', 'google-generate'] as const)(
  'thoughts without a proof come back through a %s client',
  (client) => {
    const tool_calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }];
    const message = { role: 'assistant', content: 'I look.', reasoning_content: 'Hm, hm.', tool_calls };
    const answer = { id: 'c', model: 'd', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] };
    const completion = providerDialects['openai-chat'].readResponse(answer);
    if (completion === null) throw new Error('no answer');
    const told = clientDialects[client].writeResponse(completion, OPTIONS);
    const target = { ...openaiTargetModel('gpt-5', null), thoughtsBetweenTools: true as const };
    const { body } = providerDialects['openai-chat'].buildRequest(back(client, told, null), target);
    expect(body['messages']).toMatchObject([{}, { reasoning_content: 'Hm, hm.', content: 'I look.' }, {}]);
  },
);

const PROOFS = new Set(['signature', 'thoughtSignature', 'encrypted_content', 'data']);

function proofsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(proofsIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    PROOFS.has(name) && typeof inner === 'string' && inner !== '' ? [inner] : proofsIn(inner),
  );
}
