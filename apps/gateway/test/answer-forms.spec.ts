import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { FAKE_ANSWER, FAKE_USAGE, FakeOpenAi, framesOf, type ReceivedRequest, type Script } from './fake-openai.js';
import { RunningProduct } from './running-product.js';
import { send } from './traffic.js';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';
const ANSWER = JSON.stringify({
  id: 'chatcmpl-fake',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: FAKE_ANSWER }, finish_reason: 'stop' }],
  usage: FAKE_USAGE,
});
const whole = (): string => ANSWER;
const stream = (request: ReceivedRequest): string =>
  framesOf({ ...request, json: { ...request.json, stream: true, stream_options: { include_usage: true } } }).join('');

type Body = (request: ReceivedRequest) => string;
type Encode = (body: string) => Buffer;

function reply(
  body: Body,
  contentType: string,
  headers: Record<string, string> = {},
  encode: Encode = (body) => Buffer.from(body),
): Script {
  return (request, response) =>
    void response.writeHead(200, { 'content-type': contentType, ...headers }).end(encode(body(request)));
}
const encoded = (encoding: string): Record<string, string> => ({ 'content-encoding': encoding });

/** Clients get the form that they asked for, and the books the usage, in whatever form an answer comes. */
describe('answers that are not what was asked for, or not what their header says', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  test.each<[string, boolean, Script]>([
    ['one answer for a stream', true, reply(whole, JSON_TYPE)],
    ['one answer that is called a stream', true, reply(whole, STREAM_TYPE)],
    ['a stream for one answer', false, reply(stream, STREAM_TYPE)],
    ['a stream that is called JSON', true, reply(stream, JSON_TYPE)],
    ['a stream for one answer that is called JSON', false, reply(stream, JSON_TYPE)],
    [
      'a stream behind a byte order mark and empty lines',
      true,
      reply((request) => `\ufeff\n\n${stream(request)}`, 'text/plain'),
    ],
    ['a compressed answer', false, reply(whole, JSON_TYPE, encoded('gzip'), gzipSync)],
    ['an answer compressed with brotli', false, reply(whole, JSON_TYPE, encoded('br'), brotliCompressSync)],
    ['an answer compressed with zstd', false, reply(whole, JSON_TYPE, encoded('zstd'), zstdCompressSync)],
    ['an answer that is compressed and does not say so', false, reply(whole, JSON_TYPE, {}, gzipSync)],
    ['a compressed stream', true, reply(stream, STREAM_TYPE, encoded('gzip'), gzipSync)],
    ['a deflated stream', true, reply(stream, STREAM_TYPE, encoded('deflate'), deflateSync)],
    ['a compressed stream that does not say so', true, reply(stream, STREAM_TYPE, {}, gzipSync)],
    ['a compressed answer for a stream', true, reply(whole, JSON_TYPE, encoded('gzip'), gzipSync)],
  ])('%s', async (_name, streamed, script) => {
    provider.script(script);
    const before = provider.requests.length;
    const answer = await send(product, { model: 'gpt-4o-mini', stream: streamed });
    expect(provider.requests.length - before).toBe(1);
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(textOf(answer.text, streamed)).toBe(FAKE_ANSWER);
    const booked = await product.booked(answer.requestId ?? '');
    expect(booked).toMatchObject({
      outcome: 'success',
      usage: { input: 176, input_cache_read: 1024 },
    });
  });
});

function textOf(text: string, streamed: boolean): string {
  type Message = { readonly content?: string };
  type Chunk = { readonly choices: readonly { readonly message?: Message; readonly delta?: Message }[] };
  const documents = streamed ? text.split('\n\n').filter((frame) => frame.startsWith('data: {')) : [text];
  return documents
    .map((document) => JSON.parse(document.replace(/^data: /, '')) as Chunk)
    .flatMap(({ choices }) => choices.map(({ message, delta }) => (message ?? delta)?.content ?? ''))
    .join('');
}
