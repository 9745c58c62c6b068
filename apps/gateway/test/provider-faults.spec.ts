import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { residentBytes } from '@tollgate/testing';

import { checkBooks, untilBooked } from './books.js';
import { cutAfter, failWith, FAKE_ANSWER, FakeOpenAi, hang, type Script } from './fake-openai.js';
import {
  answerWith,
  byteByByte,
  drip,
  endlessFrame,
  endlessly,
  encodedAs,
  endTooEarly,
  errorAfterContent,
  errorJson,
  flood,
  headersOnly,
  neverCloses,
  stopAfterContent,
  streamOf,
} from './misbehaving-provider.js';
import { RunningProduct, until } from './running-product.js';
import { send, type Sent } from './traffic.js';

const TIMEOUT_MS = 700;
const MEGABYTE = 1024 * 1024;
const FLOOD_BYTES = 256 * MEGABYTE;
/** What kernels and streams between provider and client may hold: a kernel up to 36 MB for each of the connections. */
const HELD_AT_MOST = 96 * MEGABYTE;
/** And what a process grows by on its own: a nursery of 32 MB, and as much again in buffers until it is emptied. */
const GROWN_AT_MOST = 112 * MEGABYTE;

interface Expected {
  readonly status: number;
  readonly code: string;
  readonly outcome: string;
  /** How often the provider is asked. */
  readonly attempts: number;
}

/** Whatever a provider does: the right error for the client, the right outcome in the books, and nothing hangs. */
describe('providers that misbehave', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;
  const sent: Sent[] = [];

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      environment: {
        OPENAI_API_KEY: provider.apiKey,
        OPENAI_BASE_URL: provider.baseUrl,
        UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: String(TIMEOUT_MS),
        UPSTREAM_IDLE_TIMEOUT_MS: String(TIMEOUT_MS),
        UPSTREAM_TOTAL_TIMEOUT_MS: String(TIMEOUT_MS),
      },
    });
  }, 90_000);

  afterEach(() => provider.scriptAlways(null));

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  async function ask(stream: boolean): Promise<Sent> {
    const answer = await send(product, { model: 'gpt-4o-mini', stream });
    sent.push(answer);
    return answer;
  }

  async function expectFailure(stream: boolean, script: Script, expected: Expected): Promise<Sent> {
    const before = provider.requests.length;
    provider.scriptAlways(script);
    const answer = await ask(stream);
    expect([answer.status, answer.text]).toEqual([
      expected.status,
      expect.stringContaining(`"code":"${expected.code}"`),
    ]);
    expect(answer.complete).toBe(false);
    expect(provider.requests.length - before).toBe(expected.attempts);
    const booked = await product.booked(answer.requestId ?? '');
    expect(booked).toMatchObject({ outcome: expected.outcome, error_code: expected.code });
    expect(booked['attempts']).toHaveLength(expected.attempts);
    return answer;
  }

  const before = (answer: Partial<Expected>): Expected => ({
    status: 502,
    code: 'provider_failed',
    outcome: 'upstream_failed',
    attempts: 3,
    ...answer,
  });
  const during = (answer: Partial<Expected>): Expected => ({
    status: 200,
    code: 'provider_stream_cut',
    outcome: 'upstream_cut_mid_stream',
    attempts: 1,
    ...answer,
  });

  const timedOut = { status: 504, code: 'provider_timed_out', outcome: 'gateway_timeout' };
  const invalid = { code: 'provider_invalid_response' };
  const overloaded = { message: 'x', type: 'overloaded_error', code: null };

  test.each<[string, boolean, Script, Expected]>([
    ['a hang', false, hang, before(timedOut)],
    ['a hang before a stream', true, hang, before(timedOut)],
    ['headers without a body', false, headersOnly('application/json'), before(timedOut)],
    ['a stream of comments', true, drip('text/event-stream', ': ping\n\n'), before(timedOut)],
    ['an answer in drops', false, drip('application/json', ' '), before(timedOut)],
    ['a stream that stops', true, stopAfterContent, during({ ...timedOut, status: 200 })],
    ['a stream that is cut', true, cutAfter(2), during({})],
    ['a stream that ends too early', true, endTooEarly, during({})],
    ['a stream that is cut before its content', true, cutAfter(0), before({})],
    ['a connection that breaks', false, (_request, response) => void response.destroy(), before({})],
    ['garbage', false, answerWith('application/json', '<html>It works!</html>'), before(invalid)],
    ['JSON that is no answer', false, answerWith('application/json', '{"ok":true}'), before(invalid)],
    ['an empty body', false, answerWith('application/json', ''), before(invalid)],
    ['JSON for a stream', true, answerWith('application/json', '{"choices":[]}'), before(invalid)],
    ['an answer that is not compressed as it says', false, encodedAs('gzip', Buffer.from('{}')), before(invalid)],
    ['an answer in an encoding that nobody knows', false, encodedAs('compress', Buffer.from('{}')), before(invalid)],
    [
      'a compressed stream that is cut',
      true,
      encodedAs('gzip', gzipSync('data: {}').subarray(0, 12)),
      before({ code: 'provider_stream_cut' }),
    ],
    [
      'an error with 200',
      false,
      answerWith('application/json', errorJson(overloaded)),
      before({ status: 503, code: 'provider_overloaded' }),
    ],
    [
      'an error as a stream',
      true,
      answerWith('text/event-stream', `data: ${errorJson(overloaded)}\n\n`),
      before({ status: 503, code: 'provider_overloaded' }),
    ],
    ['an error inside a stream', true, errorAfterContent(overloaded), during({ code: 'provider_overloaded' })],
    ['a frame without an end', true, endlessFrame, during(invalid)],
    ['a status 500', false, failWith(500, { message: 'x', type: 'server_error', code: null }), before({})],
    [
      'a redirect',
      false,
      (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      before({}),
    ],
  ])(
    '%s',
    async (_name, stream, script, expected) => {
      await expectFailure(stream, script, expected);
    },
    20_000,
  );

  test('a rate limit that passes soon is waited for', async () => {
    provider.script(
      failWith(429, { message: 'slow', type: 'requests', code: 'rate_limit_exceeded' }, { 'retry-after': '1' }),
    );
    const startedAt = Date.now();
    const answer = await ask(false);
    expect(answer.complete).toBe(true);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  test('a rate limit that lasts is told, with its end', async () => {
    const limited = failWith(
      429,
      { message: 'slow', type: 'requests', code: 'rate_limit_exceeded' },
      { 'retry-after': '30' },
    );
    provider.scriptAlways(limited);
    const response = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.apiKey}` },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }),
    });
    await response.text();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30']);
    expect(response.headers.get('x-should-retry')).toBe('true');
  });

  test('a refused credential is benched, and works at once after it has been repaired', async () => {
    const credential = await product.manage('POST', '/provider-credentials', {
      provider: 'openai',
      name: 'To be repaired',
      baseUrl: provider.baseUrl,
      secret: 'sk-wrong-0123456789',
    });
    await product.manage('POST', '/deployments', {
      providerCredentialId: credential['id'],
      model: 'repairable',
      upstreamModel: 'gpt-4o-mini',
    });
    const call = async (): Promise<Sent> => {
      const answer = await send(product, { model: 'repairable', stream: false });
      sent.push(answer);
      return answer;
    };
    await until(
      async () => (await call()).status !== 404,
      () => 'the deployment does not arrive',
      2_000,
    );
    const refusals = provider.refusals;
    const benched = await call();
    expect([benched.status, provider.refusals]).toEqual([502, refusals]);
    expect(benched.text).toContain('"code":"provider_credentials_exhausted"');
    expect((await ask(false)).complete).toBe(true); // another credential of the same provider

    await product.manage(
      'PATCH',
      `/provider-credentials/${String(credential['id'])}`,
      { secret: provider.apiKey },
      { 'if-match': String(credential['version']) },
    );
    await until(
      async () => (await call()).complete,
      () => 'the repaired credential is not used',
      2_000,
    );
  });

  test('an event of 100 KB arrives whole', async () => {
    const text = 'é'.repeat(50_000);
    provider.script(streamOf([text]));
    const answer = await ask(true);
    expect(answer.complete).toBe(true);
    expect(contentOf(answer.text)).toBe(text);
  });

  test('a stream in single bytes is the same stream, and costs the same', async () => {
    const whole = await ask(true);
    provider.script(byteByByte);
    const answer = await ask(true);
    expect(answer.complete).toBe(true);
    expect(contentOf(answer.text)).toBe(FAKE_ANSWER);
    const [first, second] = await Promise.all([whole, answer].map((each) => product.booked(each.requestId ?? '')));
    expect(second?.['cost']).toEqual(first?.['cost']);
    expect(second?.['usage']).toEqual(first?.['usage']);
  });

  test('a stream without an end ends with its client', async () => {
    provider.script(endlessly);
    const leave = new AbortController();
    const response = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.apiKey}` },
      body: JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
      signal: leave.signal,
    });
    const reader = response.body?.getReader();
    for (let i = 0; i < 5; i++) await reader?.read();
    leave.abort();
    await reader?.read().catch(() => undefined);
    expect((await provider.last.closed).complete).toBe(false);
    const booked = await product.booked(response.headers.get('x-request-id') ?? '');
    expect(booked).toMatchObject({ outcome: 'client_left_mid_stream', usage_source: 'estimated' });
  });

  test('a final frame ends the answer, also when the provider keeps the connection', async () => {
    provider.script(neverCloses);
    const answer = await ask(true);
    expect(answer.complete).toBe(true);
  });

  test('a client that reads slowly slows the provider down instead of filling the memory', async () => {
    let written = 0;
    provider.script(flood(FLOOD_BYTES, (bytes) => (written += bytes)));
    const pid = await product.childPid('gateway');
    const before = await residentBytes(pid);
    const body = JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] });
    const socket = connect(product.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${product.apiKey}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
    // nothing is read until the provider can write no more
    for (let seen = -1; seen !== written || written === 0;) {
      seen = written;
      await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS / 2));
    }
    expect(written).toBeLessThan(HELD_AT_MOST);
    // longer than the provider may be silent: it is the client who is slow
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS * 3));
    let received = 0;
    let peak = 0;
    let tail = '';
    for await (const chunk of socket) {
      received += (chunk as Buffer).length;
      tail = (tail + (chunk as Buffer).toString('latin1')).slice(-100);
      if (received % (4 * MEGABYTE) < (chunk as Buffer).length) peak = Math.max(peak, await residentBytes(pid));
    }
    expect(tail).toContain('data: [DONE]');
    expect(received).toBeGreaterThan(FLOOD_BYTES);
    expect(peak - before).toBeLessThan(GROWN_AT_MOST);
  }, 40_000);

  test('all of it is in the books', async () => {
    const users = provider.requests.map(({ json }) => json['user']).filter((user) => typeof user === 'string');
    await untilBooked(product, sent, users);
    await checkBooks(product, sent, users);
  });
});

function contentOf(stream: string): string {
  interface Chunk {
    readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  }
  return stream
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
    .map((frame) => (JSON.parse(frame.slice(6)) as Chunk).choices[0]?.delta.content ?? '')
    .join('');
}
