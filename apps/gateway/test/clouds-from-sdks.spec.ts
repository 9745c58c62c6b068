import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type OpenAI from 'openai';

import { CONVERSING, FiveProviders } from './five-providers.js';
import { departures, openAiClient } from './sdk-clients.js';

const SAID = 'You said: Say it.. ☂ 世界';
const CALL = 'Please call weather with Paris and call weather with Rome';
const BOTH = 'They said: sun in Paris and sun in Rome.';
const parameters = { type: 'object' as const, properties: { value: { type: 'string' } }, required: ['value'] };
const CLOUDS = Object.entries(CONVERSING).filter(([vendor]) => !['openai', 'anthropic'].includes(vendor));

/** The SDKs of OpenAI and Anthropic with models of vendors whose dialects no client of theirs speaks. */
describe('chat and messages', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const anthropic = (): Anthropic =>
    new Anthropic({ apiKey: five.product.apiKey, baseURL: five.product.origin, maxRetries: 0 });

  describe.each(CLOUDS)('%s', (_vendor, model) => {
    test('openai: text and a loop over parallel tools, whole and streamed', async () => {
      const openai = openAiClient(five.product);
      const tools = [
        { type: 'function' as const, function: { name: 'weather', description: 'The weather', parameters } },
      ];
      const plain = await openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'Say it.' }] });
      expect(plain.choices[0]?.message.content).toBe(SAID);
      expect(departures('CreateChatCompletionResponse', [plain])).toEqual([]);
      for (const streamed of [false, true]) {
        const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: CALL }];
        const ask = { model, messages, tools };
        const run = (): Promise<OpenAI.ChatCompletion> =>
          streamed ? openai.chat.completions.stream(ask).finalChatCompletion() : openai.chat.completions.create(ask);
        const [asked] = (await run()).choices;
        const calls = (asked?.message.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [call] : []));
        expect([streamed, asked?.finish_reason, calls.length]).toEqual([streamed, 'tool_calls', 2]);
        messages.push({ role: 'assistant', content: asked?.message.content ?? null, tool_calls: calls });
        for (const call of calls) {
          const { value } = JSON.parse(call.function.arguments) as { value: string };
          messages.push({ role: 'tool', tool_call_id: call.id, content: `sun in ${value}` });
        }
        expect([streamed, (await run()).choices[0]?.message.content]).toEqual([streamed, BOTH]);
      }
    });

    test('@anthropic-ai/sdk: text and a loop over parallel tools, whole and streamed', async () => {
      const tools = [{ name: 'weather', description: 'The weather', input_schema: parameters }];
      for (const streamed of [false, true]) {
        const messages: Anthropic.MessageParam[] = [{ role: 'user', content: CALL }];
        const ask = { model, max_tokens: 2_000, messages, tools };
        const run = (given: typeof ask): Promise<Anthropic.Message> =>
          streamed ? anthropic().messages.stream(given).finalMessage() : anthropic().messages.create(given);
        const plain = await run({ ...ask, messages: [{ role: 'user', content: 'Say it.' }] });
        expect(plain.content.find(({ type }) => type === 'text')).toMatchObject({ text: SAID });
        const asked = await run(ask);
        const calls = asked.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
        expect([streamed, asked.stop_reason, calls.length]).toEqual([streamed, 'tool_use', 2]);
        messages.push({ role: 'assistant', content: asked.content });
        const results = calls.map(({ id, input }) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: `sun in ${(input as { value: string }).value}`,
        }));
        messages.push({ role: 'user', content: results });
        const done = await run(ask);
        expect(done.content.find(({ type }) => type === 'text')).toMatchObject({ text: BOTH });
      }
    });
  });
});
