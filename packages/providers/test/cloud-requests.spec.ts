import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Conversation } from '../src/conversation.js';
import { clientDialects, providerDialects } from '../src/dialects/registry.js';
import { bedrockTargetModel } from '../src/providers/aws-bedrock/target-model.js';
import { cohereTargetModel } from '../src/providers/cohere/target-model.js';
import { isRequestProblem } from '../src/request-problem.js';
import { recordedCohereChats, recordedConverse, type RecordedExchange } from './recorded-exchanges.js';

type Block = Readonly<Record<string, unknown>>;
interface Wire {
  readonly system?: readonly Block[];
  readonly messages: readonly { readonly role: string; readonly content: readonly Block[] }[];
  readonly inferenceConfig?: { readonly maxTokens?: number; readonly temperature?: number };
  readonly toolConfig?: {
    readonly tools: readonly { readonly toolSpec?: ToolSpec }[];
    readonly toolChoice?: { readonly auto: object };
  };
  readonly additionalModelRequestFields?: Block;
}
interface ToolSpec {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: { readonly json: unknown };
}

function parsed(dialect: keyof typeof clientDialects, body: object): Conversation {
  const conversation = clientDialects[dialect].parseRequest(body);
  if (isRequestProblem(conversation)) throw new Error(`${conversation.param ?? ''}: ${conversation.message}`);
  return conversation;
}

/** What a client of Anthropic would have sent to get the recorded request. */
function asMessages(wire: Wire, model: string): object {
  const text = (blocks: readonly Block[]): Block[] => {
    const written: Record<string, unknown>[] = [];
    for (const block of blocks) {
      const document = block['document'] as { name: string; source: { bytes: string } } | undefined;
      if (block['cachePoint'] !== undefined)
        Object.assign(written.at(-1) ?? {}, { cache_control: { type: 'ephemeral' } });
      else if (document === undefined) written.push({ type: 'text', text: block['text'] });
      else {
        const data = Buffer.from(document.source.bytes, 'base64').toString();
        written.push({
          type: 'document',
          title: document.name,
          source: { type: 'text', media_type: 'text/plain', data },
        });
      }
    }
    return written;
  };
  const tools = wire.toolConfig?.tools.reduce<Record<string, unknown>[]>((written, { toolSpec }) => {
    if (toolSpec === undefined) Object.assign(written.at(-1) ?? {}, { cache_control: { type: 'ephemeral' } });
    else {
      const { name, description, inputSchema } = toolSpec;
      written.push({ name, description, input_schema: inputSchema.json });
    }
    return written;
  }, []);
  return {
    model,
    max_tokens: wire.inferenceConfig?.maxTokens ?? 500,
    ...(wire.system !== undefined && wire.system.length > 0 && { system: text(wire.system) }),
    messages: wire.messages.map(({ role, content }) => ({ role, content: text(content) })),
    temperature: wire.inferenceConfig?.temperature,
    ...(tools !== undefined && { tools }),
    ...(wire.toolConfig?.toolChoice !== undefined && { tool_choice: { type: 'auto' } }),
  };
}

const modelOf = ({ request }: RecordedExchange): string =>
  decodeURIComponent(/^\/model\/([^/]+)\//.exec(request.path ?? '')?.[1] ?? '');
const guarded = (wire: Wire): boolean =>
  wire.messages.some(({ content }) => content.some((block) => block['guardContent'] !== undefined));
const told = recordedConverse.filter(
  ({ request, response }) => response.status === 200 && !guarded(request.body as Wire),
);

(told.length === 0 ? describe.skip : describe)('requests as others sent them to Bedrock', () => {
  test.each(told.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, exchange) => {
    const wire = exchange.request.body as Wire;
    const conversation = parsed('anthropic-messages', asMessages(wire, modelOf(exchange)));
    const { body } = providerDialects['bedrock-converse'].buildRequest(
      conversation,
      bedrockTargetModel(modelOf(exchange), null),
    );
    const said = wire.messages.map(({ role, content }) => ({
      role,
      content: content.filter((block) => block['text'] !== '\n'),
    }));
    // consecutive turns of one role are one, and no model of that time had a system prompt in it
    const merged = said.reduce<{ role: string; content: Block[] }[]>((turns, { role, content }) => {
      if (turns.at(-1)?.role === role) turns.at(-1)?.content.push(...content);
      else turns.push({ role, content: [...content] });
      return turns;
    }, []);
    expect(body['messages']).toEqual(merged);
    if ((wire.system?.length ?? 0) > 0) expect(body['system']).toEqual(wire.system);
    if (wire.toolConfig !== undefined) expect(body['toolConfig']).toEqual(wire.toolConfig);
  });

  test('those that were refused', () => {
    for (const { response } of recordedConverse.filter(({ response: { status } }) => status !== 200)) {
      const body = Buffer.from(JSON.stringify(response.body));
      const facts = providerDialects['bedrock-converse'].readError(response.status, {}, body);
      expect(facts).toMatchObject({ code: 'provider_model_not_found', credentialFault: false });
    }
  });
});

const asked = recordedCohereChats.filter(({ request }) => request.body !== null);
(asked.length === 0 ? describe.skip : describe)('requests as others sent them to Cohere', () => {
  // where no thoughts are among them, the words are those of OpenAI
  test.each(asked.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { request }) => {
    const wire = request.body as { model: string; messages: { content: unknown }[] };
    if (JSON.stringify(wire).includes('"thinking"')) return;
    const conversation = parsed('openai-chat', wire);
    const { body } = providerDialects['cohere-chat'].buildRequest(conversation, cohereTargetModel(wire.model, null));
    expect(body).toEqual(wire);
  });
});

const word = fc.constantFrom('', ' ', 'a', 'Grüße 🌞', '\n');
const part = fc.oneof(
  word.map((text) => ({ type: 'text', text })),
  fc.constant({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } }),
  fc.constant({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, title: 'n!' }),
  fc.record({
    type: fc.constant('tool_result'),
    tool_use_id: fc.constantFrom('a', 'b c'),
    content: word,
    is_error: fc.boolean(),
  }),
  fc.constant({ type: 'thinking', thinking: 't', signature: 's' }),
  fc.record({
    type: fc.constant('tool_use'),
    id: fc.constantFrom('a', 'b c'),
    name: fc.constant('f'),
    input: fc.constant({}),
  }),
  fc.constant({ type: 'text', text: 'kept', cache_control: { type: 'ephemeral', ttl: '5m' } }),
);
const request = fc.record({
  max_tokens: fc.integer({ min: 1, max: 100_000 }),
  messages: fc.array(
    fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.array(part, { maxLength: 4 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  thinking: fc.constantFrom({ type: 'disabled' }, { type: 'enabled', budget_tokens: 5000 }, { type: 'adaptive' }),
});

describe('whatever is said', () => {
  const models = [
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'global.anthropic.claude-opus-4-7',
    'amazon.nova-2-lite-v1:0',
    'amazon.titan-text-express-v1',
    'meta.llama3-1-8b-instruct-v1:0',
    'arn:aws:bedrock:us-east-1:1:application-inference-profile/x',
  ];

  test('Bedrock is sent turns that alternate, begin with the user, and hold no blank text and at most four cache points', () => {
    fc.assert(
      fc.property(request, fc.constantFrom(...models), (body, model) => {
        const conversation = parsed('anthropic-messages', { ...body, model });
        const before = JSON.stringify(conversation);
        const written = providerDialects['bedrock-converse'].buildRequest(
          conversation,
          bedrockTargetModel(model, 64_000),
        );
        expect(JSON.stringify(conversation)).toBe(before);
        const wire = written.body as unknown as Wire;
        const roles = wire.messages.map(({ role }) => role);
        expect(roles[0]).toBe('user');
        expect(roles.every((role, i) => role !== roles[i + 1])).toBe(true);
        const blocks = wire.messages.flatMap(({ content }) => content);
        expect(wire.messages.every(({ content }) => content.length > 0)).toBe(true);
        expect(blocks.some((block) => typeof block['text'] === 'string' && block['text'].trim() === '')).toBe(false);
        expect(blocks.filter((block) => block['cachePoint'] !== undefined).length).toBeLessThanOrEqual(4);
        const names = blocks.flatMap((block) => (block['document'] as Block | undefined)?.['name'] ?? []);
        expect(new Set(names).size).toBe(names.length);
        const { thinking } = (wire.additionalModelRequestFields ?? {}) as { thinking?: { budget_tokens?: number } };
        if (thinking?.budget_tokens !== undefined)
          expect(thinking.budget_tokens).toBeLessThan(wire.inferenceConfig?.maxTokens ?? 0);
      }),
      { numRuns: 500 },
    );
  });

  test('Cohere is sent results of tools right behind the calls', () => {
    fc.assert(
      fc.property(request, fc.constantFrom('command-a-03-2025', 'command-a-reasoning-08-2025'), (body, model) => {
        const conversation = parsed('anthropic-messages', { ...body, model });
        const before = JSON.stringify(conversation);
        const written = providerDialects['cohere-chat'].buildRequest(conversation, cohereTargetModel(model, 8000));
        expect(JSON.stringify(conversation)).toBe(before);
        const messages = written.body['messages'] as { role: string; content?: unknown; tool_calls?: unknown }[];
        for (const { role, content, tool_calls: calls } of messages) {
          expect(['system', 'user', 'assistant', 'tool']).toContain(role);
          expect(content !== undefined || calls !== undefined).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
