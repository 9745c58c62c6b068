import { createOpenAI } from '@ai-sdk/openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, isStepCount, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { z } from 'zod';

import { cutMessageAfter, slowMessage } from './fake-anthropic.js';
import { BEDROCK_STREAM, converseFrames } from './fake-bedrock.js';
import { cohereFrames } from './fake-cohere.js';
import { googleFrames } from './fake-google.js';
import { cutFrames, slowFrames } from './fake-vendor.js';
import { CONVERSING, FiveProviders, SEEING, type Vendor } from './five-providers.js';
import { responseFrames } from './openai-responses-model.js';
import { pixel } from './pixel.js';
import { departures, openAiClient } from './sdk-clients.js';

const SAID = 'You said: Say it.. ☂ 世界';
const CALL = 'Please call weather with Paris and call weather with Rome';
const BOTH = 'They said: sun in Paris and sun in Rome.';
const parameters = {
  type: 'object',
  properties: { value: { type: 'string' } },
  required: ['value'],
  additionalProperties: false,
};
const weather = (value: string): string => `sun in ${value}`;
const TOOLS: OpenAI.Responses.Tool[] = [
  { type: 'function', name: 'weather', description: 'The weather', parameters, strict: false },
];

const UPSTREAM: Readonly<Record<Vendor, string>> = {
  openai: 'openai-responses',
  anthropic: 'anthropic-messages',
  gemini: 'google-generate',
  'gemini 3': 'google-generate',
  bedrock: 'bedrock-converse',
  cohere: 'cohere-chat',
};

/** OpenAI's Responses API as its clients use it, with models of OpenAI's and of others. */
describe('responses', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (key?: string): OpenAI => openAiClient(five.product, key);

  /** The response that a stream comes to, with what of its events departs from the published schemas. */
  async function streamed(ask: OpenAI.Responses.ResponseCreateParams): Promise<{
    readonly text: string;
    readonly response: OpenAI.Responses.Response | null;
    readonly requestId: string;
    readonly wrong: readonly string[];
  }> {
    const { data, response: raw } = await client()
      .responses.create({ ...ask, stream: true })
      .withResponse();
    let text = '';
    let response = null;
    const events: unknown[] = [];
    for await (const event of data) {
      events.push(event);
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') ({ response } = event);
    }
    const numbers = events.map((event) => (event as { sequence_number: number }).sequence_number);
    expect(numbers).toEqual(numbers.map((_, i) => i));
    const requestId = raw.headers.get('x-request-id') ?? '';
    return { text, response, requestId, wrong: departures('ResponseStreamEvent', events) };
  }

  describe.each(Object.entries(CONVERSING))('%s', (vendor, model) => {
    test('text, whole and streamed, with usage and price', async () => {
      const ask = { model, input: 'Say it.', instructions: 'Be brief.', max_output_tokens: 2_000 };
      const { data, response } = await client().responses.create(ask).withResponse();
      expect([vendor, data.output_text, data.status]).toEqual([vendor, SAID, 'completed']);
      expect(departures('Response', [data])).toEqual([]);
      const stream = await streamed(ask);
      expect([stream.text, stream.wrong]).toEqual([SAID, []]);
      expect(stream.response?.usage).toEqual(data.usage);
      for (const id of [response.headers.get('x-request-id') ?? '', stream.requestId]) {
        const booked = await five.booked(id);
        expect(booked).toMatchObject({ outcome: 'success', source: 'reported' });
        expect(booked.named).toBe(`responses openai-responses ${UPSTREAM[vendor as Vendor]}`);
        expect(booked.cost).toBeGreaterThan(0);
      }
    });

    test('a loop over parallel tools, whole and streamed', async () => {
      for (const isStream of [false, true]) {
        const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: CALL }];
        const run = async (): Promise<OpenAI.Responses.Response> => {
          const ask = { model, input, tools: TOOLS, max_output_tokens: 2_000, store: false };
          if (!isStream) return client().responses.create(ask);
          const { response, wrong } = await streamed(ask);
          expect(wrong).toEqual([]);
          if (response === null) throw new Error('the stream has no last event');
          return response;
        };
        const asked = await run();
        expect(departures('Response', [asked])).toEqual([]);
        const calls = asked.output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
        expect([isStream, calls.map((call) => [call.name, JSON.parse(call.arguments) as unknown])]).toEqual([
          isStream,
          [
            ['weather', { value: 'Paris' }],
            ['weather', { value: 'Rome' }],
          ],
        ]);
        input.push(...(asked.output as OpenAI.Responses.ResponseInputItem[]));
        for (const call of calls) {
          const { value } = JSON.parse(call.arguments) as { value: string };
          input.push({ type: 'function_call_output', call_id: call.call_id, output: weather(value) });
        }
        const done = await run();
        expect([isStream, done.output_text || JSON.stringify(done.output)]).toEqual([
          isStream,
          isStream ? expect.stringContaining(BOTH) : BOTH,
        ]);
      }
    });

    test('pictures in', async () => {
      const content = [
        { type: 'input_text' as const, text: 'Look.' },
        { type: 'input_image' as const, image_url: `data:image/png;base64,${pixel}`, detail: 'auto' as const },
      ];
      const answer = await client().responses.create({
        model: SEEING[vendor] ?? model,
        input: [{ role: 'user', content }],
        max_output_tokens: 100,
      });
      expect(answer.output_text).toContain('I see 1 image.');
    });

    test('Vercel ai and LangChain, with tools', async () => {
      const { apiKey, baseUrl: baseURL } = five.product;
      const tools = {
        weather: tool({
          description: 'The weather',
          inputSchema: z.object({ value: z.string() }),
          execute: ({ value }) => weather(value),
        }),
      };
      const settings = {
        model: createOpenAI({ apiKey, baseURL })(model),
        tools,
        stopWhen: isStepCount(3),
        maxRetries: 0,
        // without it only the ids of earlier answers come back, which nobody keeps here
        providerOptions: { openai: { store: false } },
      };
      const whole = await generateText({ ...settings, prompt: CALL, maxOutputTokens: 2_000 });
      expect([vendor, whole.text]).toEqual([vendor, BOTH]);
      const stream = streamText({ ...settings, prompt: CALL, maxOutputTokens: 2_000 });
      let text = '';
      for await (const piece of stream.textStream) text += piece;
      expect([vendor, text.endsWith(BOTH)]).toEqual([vendor, true]);
      const chat = new ChatOpenAI({
        model,
        apiKey,
        configuration: { baseURL },
        maxRetries: 0,
        useResponsesApi: true,
        maxTokens: 2_000,
      });
      expect((await chat.invoke('Say it.')).text).toBe(SAID);
      let chunks = '';
      for await (const chunk of await chat.stream('Say it.')) chunks += chunk.text;
      expect(chunks).toBe(SAID);
      const bound = chat.bindTools([
        langchainTool(({ value }: { value: string }) => weather(value), {
          name: 'weather',
          description: 'The weather',
          schema: z.object({ value: z.string() }),
        }),
      ]);
      expect((await bound.invoke(CALL)).tool_calls?.map(({ args }) => args)).toEqual([
        { value: 'Paris' },
        { value: 'Rome' },
      ]);
    });
  });

  test('at OpenAI, bytes go and come as they are', async () => {
    const body = `{ "model" : "${CONVERSING.openai}","input":"caf\\u00e9 \\ud83d\\ude00","temperature":0.70 }`;
    const response = await fetch(`${five.product.baseUrl}/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${five.product.apiKey}`, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(200);
    expect(five.openai.last.body.toString()).toBe(body);
    expect(five.openai.last.path).toBe('/v1/responses');
    const answer = JSON.parse(await response.text()) as { id: string };
    expect(answer.id).toBe('resp_fake0123456789');
  });

  test('structured output', async () => {
    const format = { type: 'json_schema' as const, name: 'place', schema: parameters, strict: true };
    for (const model of [CONVERSING.openai, CONVERSING.gemini, CONVERSING.cohere]) {
      const answer = await client().responses.create({ model, input: 'Say it.', text: { format } });
      expect([model, answer.output_text]).toEqual([model, '{"value":"Paris"}']);
    }
  });

  test('pictures for a model that takes none are refused by name', async () => {
    const content = [
      { type: 'input_image' as const, image_url: `data:image/png;base64,${pixel}`, detail: 'auto' as const },
    ];
    const ask = { model: CONVERSING.cohere, input: [{ role: 'user' as const, content }] };
    await expect(client().responses.create(ask)).rejects.toMatchObject({
      status: 400,
      param: expect.stringMatching(/^input\[0\]/),
    });
  });

  test('a refusal', async () => {
    const answer = await client().responses.create({ model: CONVERSING.openai, input: 'Please refuse.' });
    expect(answer.output[0]).toMatchObject({ content: [{ type: 'refusal', refusal: 'I cannot help with that.' }] });
  });

  test('thoughts are shown, and come back with their proof', async () => {
    const vendors: readonly [string, object][] = [
      ['gpt-5', five.openai],
      [CONVERSING.anthropic, five.anthropic],
    ];
    for (const [model] of vendors) {
      const ask = {
        model,
        tools: TOOLS,
        store: false,
        max_output_tokens: 20_000,
        reasoning: { effort: 'medium' as const, summary: 'auto' as const },
        include: ['reasoning.encrypted_content' as const],
      };
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: CALL }];
      const asked = await client().responses.create({ ...ask, input });
      const thought = asked.output.find((item) => item.type === 'reasoning');
      expect([model, thought?.summary]).toEqual([model, [{ type: 'summary_text', text: 'Tools know more.' }]]);
      expect(departures('Response', [asked])).toEqual([]);
      input.push(...(asked.output as OpenAI.Responses.ResponseInputItem[]));
      for (const item of asked.output)
        if (item.type === 'function_call')
          input.push({ type: 'function_call_output', call_id: item.call_id, output: 'sun' });
      const done = await client().responses.create({ ...ask, input });
      expect([model, done.output_text]).toEqual([model, 'They said: sun and sun.']);
    }
    expect(JSON.stringify(five.anthropic.last.json)).toContain('"signature"');
    expect(JSON.stringify(five.openai.last.json)).toContain('gAAAA-fake-thought');
  });

  test('errors are the SDK’s own classes', async () => {
    const ask = { model: CONVERSING.openai, input: 'Say it.' };
    await expect(client('tg_wrong').responses.create(ask)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(client().responses.create({ ...ask, model: 'nope' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    for (const model of ['rerank-v3.5', 'embed-v4.0']) {
      await expect(client().responses.create({ ...ask, model })).rejects.toMatchObject({ status: 400, param: 'model' });
    }
    for (const model of [CONVERSING.openai, CONVERSING.cohere]) {
      const hot = { ...ask, model, temperature: 'hot' as unknown as number };
      await expect(client().responses.create(hot)).rejects.toMatchObject({ status: 400, param: 'temperature' });
    }
    await expect(
      client().responses.create({ ...ask, model: CONVERSING.cohere, previous_response_id: 'resp_1' }),
    ).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
  });

  test('what the upstream cuts never looks complete', async () => {
    five.openai.script(cutFrames(responseFrames, 6));
    five.anthropic.script(cutMessageAfter(4));
    five.google.script(cutFrames(googleFrames, 2));
    five.bedrock.script(cutFrames(converseFrames, 3, BEDROCK_STREAM));
    five.cohere.script(cutFrames(cohereFrames, 3));
    for (const [vendor, model] of Object.entries(CONVERSING)) {
      if (vendor === 'gemini 3') continue;
      const seen: string[] = [];
      const stream = await client().responses.create({ model, input: 'Say it.', stream: true, max_output_tokens: 500 });
      await (async () => {
        for await (const event of stream) seen.push(event.type);
      })().catch(() => seen.push('thrown'));
      expect([vendor, seen.includes('response.completed'), /error|failed|thrown/.test(seen.at(-1) ?? '')]).toEqual([
        vendor,
        false,
        true,
      ]);
    }
  });

  test('a client that leaves is booked as such', async () => {
    five.openai.script(slowFrames(responseFrames, 60));
    five.anthropic.script(slowMessage(60));
    five.google.script(slowFrames(googleFrames, 60));
    five.cohere.script(slowFrames(cohereFrames, 60));
    for (const model of [CONVERSING.openai, CONVERSING.anthropic, CONVERSING.gemini, CONVERSING.cohere]) {
      const abort = new AbortController();
      const ask = { model, input: 'Say it.', stream: true as const, max_output_tokens: 500 };
      const { data, response } = await client().responses.create(ask, { signal: abort.signal }).withResponse();
      await (async () => {
        for await (const event of data) if (event.type === 'response.output_text.delta') abort.abort();
      })().catch(() => undefined);
      const { outcome } = await five.booked(response.headers.get('x-request-id'));
      expect([model, outcome]).toEqual([model, 'client_left_mid_stream']);
    }
  });
});
