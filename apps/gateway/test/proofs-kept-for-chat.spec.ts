import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import OpenAI from 'openai';

import { RunningProduct, until } from './running-product.js';

const MODEL = 'gemini-2.5-flash';
const PROOF = Buffer.from('a proof of Google’s').toString('base64');
const USAGE = { promptTokenCount: 5, candidatesTokenCount: 5, totalTokenCount: 10 };
const CALLING = answer([{ functionCall: { id: 'c1', name: 'look', args: {} }, thoughtSignature: PROOF }]);
const DONE = answer([{ text: 'Seen.' }]);

function answer(parts: readonly object[]): object {
  const candidates = [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }];
  return { candidates, usageMetadata: USAGE, modelVersion: MODEL, responseId: 'r1' };
}

/** Stands for Google: calls a tool first, and ends when its result is there. */
let google: Server;
let product: RunningProduct;
const bodies: string[] = [];

beforeAll(async () => {
  google = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      bodies.push(body);
      const said = JSON.stringify(body.includes('functionResponse') ? DONE : CALLING);
      const streams = request.url?.includes('streamGenerateContent') === true;
      response.setHeader('content-type', streams ? 'text/event-stream' : 'application/json');
      response.end(streams ? `data: ${said}\r\n\r\n` : said);
    });
  });
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
  product = await RunningProduct.start();
  const credential = await product.manage('POST', '/provider-credentials', {
    provider: 'google-gemini',
    name: 'Google',
    baseUrl: `http://127.0.0.1:${(google.address() as AddressInfo).port}/v1beta`,
    secret: 'AIzaSyA-fake-0123456789abcdefghijklmnop',
  });
  const model = { model: MODEL, upstreamModel: MODEL };
  await product.manage('POST', '/deployments', { providerCredentialId: credential['id'], ...model });
  const headers = { authorization: `Bearer ${product.apiKey}` };
  await until(
    async () => (await fetch(`${product.baseUrl}/models/${MODEL}`, { headers })).ok,
    () => 'the deployment does not arrive at the gateway',
  );
}, 90_000);

afterAll(async () => {
  await product.stop();
  google.close();
});

test.each([false, true])(
  'a chat client’s second turn brings Google the proof of the first, streamed: %s',
  async (stream) => {
    const openai = new OpenAI({ apiKey: product.apiKey, baseURL: product.baseUrl, maxRetries: 0 });
    const tools = [{ type: 'function' as const, function: { name: 'look', parameters: { type: 'object' } } }];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Look.' }];
    const ask = async (): Promise<OpenAI.ChatCompletionMessage | undefined> => {
      const completion = stream
        ? await openai.chat.completions.stream({ model: MODEL, messages, tools }).finalChatCompletion()
        : await openai.chat.completions.create({ model: MODEL, messages, tools });
      return completion.choices[0]?.message;
    };
    const asked = await ask();
    const [call] = asked?.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no call');
    expect(JSON.stringify(asked)).not.toContain(PROOF);
    // all that a client of this dialect sends back
    const { id, type, function: called } = call;
    messages.push({ role: 'assistant', content: null, tool_calls: [{ id, type, function: called }] });
    messages.push({ role: 'tool', tool_call_id: id, content: 'There.' });
    expect((await ask())?.content).toBe('Seen.');
    expect(bodies.at(-1)).toContain(`"thoughtSignature":"${PROOF}"`);
  },
);
