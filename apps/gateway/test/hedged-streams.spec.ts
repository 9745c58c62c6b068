import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { chunkOf, FAKE_USAGE, hang, type Script, slowly } from './fake-openai.js';
import { SHARED_MODEL, TwoDeployments } from './two-deployments.js';

const HEDGE_MS = 60;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer in which the model says nothing: whole, and without any content. */
const sayNothing =
  (afterMs: number): Script =>
  async (request, response) => {
    await pause(afterMs);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunkOf(request, { role: 'assistant', content: '' }));
    response.write(chunkOf(request, {}, 'stop'));
    const usage = chunkOf(request, {}).replace(
      /"choices":\[.*\]/,
      `"choices":[],"usage":${JSON.stringify(FAKE_USAGE)}`,
    );
    response.write(usage);
    response.end('data: [DONE]\n\n');
  };

/** More frames without content than are held back, each some milliseconds after the other, and then an answer. */
const thinkLong: Script = async (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let i = 0; i < 70; i++) {
    await pause(4);
    response.write(chunkOf(request, { role: 'assistant', content: '' }));
  }
  await pause(100);
  response.write(chunkOf(request, { content: 'At last' }));
  response.write(chunkOf(request, {}, 'stop'));
  response.end('data: [DONE]\n\n');
};

describe('two attempts at one stream', () => {
  let pair: TwoDeployments;

  beforeAll(async () => {
    pair = await TwoDeployments.start();
    await pair.createRoute('hedged', {
      strategy: 'priority',
      targets: [{ model: SHARED_MODEL }],
      hedgeAfterMs: HEDGE_MS,
    });
  }, 90_000);

  afterEach(() => {
    pair.first.scriptAlways(null);
    pair.second.scriptAlways(null);
  });

  afterAll(() => pair.stop(), 60_000);

  const ask = async () => {
    const response = await fetch(`${pair.product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${pair.product.apiKey}` },
      body: JSON.stringify({ model: 'hedged', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    return { text: await response.text(), id: response.headers.get('x-request-id') ?? '' };
  };

  /** Which deployment the request is booked at. */
  const servedBy = async (requestId: string): Promise<unknown> => {
    const booked = await pair.product.booked(requestId);
    const { rows } = await pair.product.pool.query<{ id: string }>(
      'SELECT deployment_id AS id FROM usage_event WHERE occurred_at = $1 AND part = 0',
      [booked['occurred_at']],
    );
    return rows[0]?.id;
  };

  test('the second one ends without a word: that is the answer, and the first is stopped', async () => {
    pair.first.scriptAlways(hang);
    pair.second.scriptAlways(sayNothing(0));
    const { text, id } = await ask();
    expect(text).toContain('"finish_reason":"stop"');
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(await Promise.race([pair.first.last.closed, pause(2_000)])).toEqual({ complete: false });
    expect(await servedBy(id)).toBe(pair.ids.second);
  }, 30_000);

  test('the first one ends without a word after the second was asked: it is charged for itself', async () => {
    pair.first.scriptAlways(sayNothing(HEDGE_MS + 100));
    pair.second.scriptAlways(hang);
    const { text, id } = await ask();
    expect(text).toContain('"finish_reason":"stop"');
    expect(await Promise.race([pair.second.last.closed, pause(2_000)])).toEqual({ complete: false });
    expect(await servedBy(id)).toBe(pair.ids.first);
  }, 30_000);

  test('one that sends more than is held back without content is the answer', async () => {
    // it begins after the second was asked
    pair.first.scriptAlways(async (request, response) => {
      await pause(HEDGE_MS + 50);
      return thinkLong(request, response);
    });
    pair.second.scriptAlways(hang);
    const { text, id } = await ask();
    expect(text).toContain('At last');
    expect(await Promise.race([pair.second.last.closed, pause(2_000)])).toEqual({ complete: false });
    expect(await servedBy(id)).toBe(pair.ids.first);
  }, 30_000);

  test('a client that leaves the winner is charged, although the loser is still drained', async () => {
    // its provider bills on when its client has left, so that the loser is read to its end
    const model = 'gpt-5-mini';
    for (const [providerCredentialId, priority] of [
      [pair.credentials.first, 10],
      [pair.credentials.second, 20],
    ]) {
      const deployment = { providerCredentialId, model, upstreamModel: model, priority };
      await pair.product.manage('POST', '/deployments', deployment);
    }
    await pair.untilServed(model);
    await pair.createRoute('drained', { strategy: 'priority', targets: [{ model }], hedgeAfterMs: HEDGE_MS });
    pair.first.scriptAlways(hang);
    pair.second.scriptAlways(slowly(60));
    const leaving = new AbortController();
    const response = await fetch(`${pair.product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${pair.product.apiKey}` },
      body: JSON.stringify({ model: 'drained', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    const id = response.headers.get('x-request-id') ?? '';
    const booked = await pair.product.booked(id);
    expect(booked).toMatchObject({ outcome: 'client_left_mid_stream', usage_source: 'recovered' });
  }, 40_000);
});
