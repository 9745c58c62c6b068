import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, isStepCount, type LanguageModel, streamText, tool } from 'ai';
import OpenAI from 'openai';
import OpenAI4 from 'openai-v4';
import { z } from 'zod';

import { openAiRefusals } from './openai-conversation.js';
import { pixel } from './pixel.js';
import { MODELS, TwoProviders } from './two-providers.js';

const SAID = 'You said: Say it.. ☂ 世界';
const CALL = 'Please call weather with Paris and call weather with Rome';
const BOTH = 'They said: sun in Paris and sun in Rome.';
const parameters = { type: 'object' as const, properties: { value: { type: 'string' } }, required: ['value'] };
const weather = (value: string): string => `sun in ${value}`;

/** Every vendor's SDK with every vendor's model: what one says the other understands, streamed and not. */
describe.each(Object.entries(MODELS))('crossings to %s', (vendor, model) => {
  let two: TwoProviders;

  beforeAll(async () => {
    two = await TwoProviders.start();
  }, 90_000);

  afterAll(() => two.stop());

  // the strict stand-ins have found nothing wrong with what the gateway wrote
  afterEach(() => {
    expect([two.anthropic.refusals.splice(0), openAiRefusals.splice(0)]).toEqual([[], []]);
  });

  const openais = (): [string, OpenAI][] => {
    const options = { apiKey: two.product.apiKey, baseURL: two.product.baseUrl, maxRetries: 0 };
    return [
      ['current', new OpenAI(options)],
      ['major 4', new OpenAI4(options) as unknown as OpenAI],
    ];
  };
  const anthropic = (apiKey = two.product.apiKey): Anthropic =>
    new Anthropic({ apiKey, baseURL: two.product.origin, maxRetries: 0 });

  test('openai, current and major 4: text, usage, pictures', async () => {
    for (const [name, openai] of openais()) {
      const messages = [
        { role: 'system' as const, content: 'Be brief.' },
        { role: 'user' as const, content: 'Say it.' },
      ];
      const answer = await openai.chat.completions.create({ model, messages });
      expect([name, answer.choices[0]?.message.content]).toEqual([name, SAID]);
      const stream = await openai.chat.completions.create({
        model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      let usage: OpenAI.CompletionUsage | null | undefined = null;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        usage = chunk.usage ?? usage;
      }
      expect([name, text]).toEqual([name, SAID]);
      expect(usage).toEqual(answer.usage);
      const url = `data:image/png;base64,${pixel}`;
      const seen = await openai.chat.completions.create({
        model,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look.' },
              { type: 'image_url', image_url: { url } },
            ],
          },
        ],
      });
      expect(seen.choices[0]?.message.content).toContain('I see 1 image.');
    }
  });

  test('openai: a loop over parallel tools, streamed and not, with thoughts', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }];
    const effort = vendor === 'anthropic' ? { reasoning_effort: 'medium' as const } : {};
    for (const [name, openai] of openais()) {
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: CALL }];
      const asked = await openai.chat.completions.create({ model, messages, tools, ...effort });
      const calls = asked.choices[0]?.message.tool_calls ?? [];
      expect([name, asked.choices[0]?.finish_reason, calls.length]).toEqual([name, 'tool_calls', 2]);
      messages.push({ role: 'assistant', content: asked.choices[0]?.message.content ?? null, tool_calls: calls });
      for (const call of calls) {
        if (call.type !== 'function') throw new Error('no function');
        const { value } = JSON.parse(call.function.arguments) as { value: string };
        messages.push({ role: 'tool', tool_call_id: call.id, content: weather(value) });
      }
      const done = await openai.chat.completions.create({ model, messages, tools, ...effort });
      expect([name, done.choices[0]?.message.content]).toEqual([name, BOTH]);
      if (vendor === 'anthropic') expect(JSON.stringify(two.anthropic.last.json)).toContain('"signature"');
    }
    const runner = openais()[0]?.[1].chat.completions.runTools({
      model,
      messages: [{ role: 'user', content: CALL }],
      stream: true,
      ...effort,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather',
            parameters,
            parse: (text: string) => JSON.parse(text) as { value: string },
            function: ({ value }: { value: string }) => weather(value),
          },
        },
      ],
    });
    expect(await runner?.finalContent()).toBe(BOTH);
  });

  test('@anthropic-ai/sdk: text, pictures, cache markers and metadata', async () => {
    const ask: Anthropic.MessageCreateParamsNonStreaming = {
      model,
      max_tokens: 20_000,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      metadata: { user_id: 'user_1' },
      messages: [{ role: 'user', content: 'Say it.' }],
    };
    const { data: message, response } = await anthropic().messages.create(ask).withResponse();
    expect(message.content).toMatchObject([{ type: 'text', text: SAID }]);
    const stream = anthropic().messages.stream(ask);
    expect(await stream.finalText()).toBe(SAID);
    expect((await stream.finalMessage()).usage).toMatchObject(
      vendor === 'openai' ? { input_tokens: 176, cache_read_input_tokens: 1_024 } : { input_tokens: 120 },
    );
    if (vendor === 'openai') expect(response.headers.get('x-tollgate-dropped')).toContain('cache_control');
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: pixel };
    const seen = await anthropic().messages.create({
      ...ask,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source },
          ],
        },
      ],
    });
    expect(JSON.stringify(seen.content)).toContain('I see 1 image.');
  });

  test('@anthropic-ai/sdk: a loop over parallel tools, streamed and not, with thoughts', async () => {
    const tools = [{ name: 'weather', input_schema: parameters }];
    const thinking = { type: 'enabled' as const, budget_tokens: 2_000 };
    for (const streamed of [false, true]) {
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content: CALL }];
      const ask = { model, max_tokens: 10_000, tools, messages, ...(vendor === 'anthropic' && { thinking }) };
      const run = (): Promise<Anthropic.Message> =>
        streamed ? anthropic().messages.stream(ask).finalMessage() : anthropic().messages.create(ask);
      const asked = await run();
      const calls = asked.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
      expect([streamed, asked.stop_reason, calls.length]).toEqual([streamed, 'tool_use', 2]);
      messages.push({ role: 'assistant', content: asked.content });
      messages.push({
        role: 'user',
        content: calls.map(({ id, input }) => ({
          type: 'tool_result',
          tool_use_id: id,
          content: [{ type: 'text', text: weather((input as { value: string }).value) }],
        })),
      });
      const done = await run();
      expect(done.content.find(({ type }) => type === 'text')).toMatchObject({ text: BOTH });
    }
  });

  test('Vercel ai with its OpenAI, Anthropic and OpenAI-compatible providers', async () => {
    const { apiKey, baseUrl: baseURL } = two.product;
    const models: [string, LanguageModel][] = [
      ['openai', createOpenAI({ apiKey, baseURL }).chat(model)],
      ['anthropic', createAnthropic({ apiKey, baseURL })(model)],
      ['compatible', createOpenAICompatible({ name: 'tollgate', apiKey, baseURL, includeUsage: true })(model)],
    ];
    const tools = {
      weather: tool({
        description: 'The weather',
        inputSchema: z.object({ value: z.string() }),
        execute: ({ value }) => weather(value),
      }),
    };
    for (const [name, languageModel] of models) {
      const settings = { model: languageModel, tools, stopWhen: isStepCount(3), maxOutputTokens: 2_000, maxRetries: 0 };
      const whole = await generateText({ ...settings, prompt: CALL });
      expect([name, whole.text, whole.steps.length]).toEqual([name, BOTH, 2]);
      const streamed = streamText({ ...settings, prompt: CALL });
      let text = '';
      for await (const piece of streamed.textStream) text += piece;
      expect([name, text.endsWith(BOTH)]).toEqual([name, true]);
      expect((await streamed.usage).inputTokens).toBeGreaterThan(0);
    }
  });

  test('LangChain’s ChatOpenAI', async () => {
    const { apiKey, baseUrl: baseURL } = two.product;
    const chat = new ChatOpenAI({ model, apiKey, configuration: { baseURL }, maxRetries: 0, useResponsesApi: false });
    expect((await chat.invoke('Say it.')).content).toBe(SAID);
    let text = '';
    for await (const chunk of await chat.stream('Say it.')) text += chunk.text;
    expect(text).toBe(SAID);
    const bound = chat.bindTools([
      langchainTool(({ value }: { value: string }) => weather(value), {
        name: 'weather',
        description: 'The weather',
        schema: z.object({ value: z.string() }),
      }),
    ]);
    const asked = await bound.invoke(CALL);
    expect(asked.tool_calls?.map(({ name, args }) => [name, args])).toEqual([
      ['weather', { value: 'Paris' }],
      ['weather', { value: 'Rome' }],
    ]);
  });

  test('what the target cannot be told is refused by name, or dropped and named, as the key wants it', async () => {
    const dropping = await two.createKey({ unsupportedParameters: 'drop' });
    const params = { model, messages: [{ role: 'user' as const, content: 'Say it.' }] };
    const ask = (key: string) =>
      new OpenAI({ apiKey: key, baseURL: two.product.baseUrl, maxRetries: 0 }).chat.completions
        .create({ ...params, logprobs: true, seed: 7 })
        .withResponse();
    if (vendor === 'openai') {
      expect((await ask(two.product.apiKey)).response.headers.get('x-tollgate-dropped')).toBeNull();
      const topK = { ...params, max_tokens: 100, top_k: 5 };
      await expect(anthropic().messages.create(topK)).rejects.toMatchObject({ status: 400, message: /top_k/ });
      const { response } = await anthropic(dropping).messages.create(topK).withResponse();
      expect(response.headers.get('x-tollgate-dropped')).toBe('top_k');
    } else {
      await expect(ask(two.product.apiKey)).rejects.toMatchObject({ status: 400, param: /logprobs|seed/ });
      expect((await ask(dropping)).response.headers.get('x-tollgate-dropped')).toMatch(/logprobs/);
    }
  });

  test('a request that another provider refuses answers in the shape of the client', async () => {
    const bad = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: [] }] };
    const [, openai] = openais()[0] ?? [];
    await expect(openai?.chat.completions.create(bad)).rejects.toMatchObject({ status: 400 });
    await expect(anthropic().messages.create(bad)).rejects.toMatchObject({ status: 400, error: { type: 'error' } });
    two.anthropic.refusals.length = 0;
    openAiRefusals.length = 0;
  });
});
