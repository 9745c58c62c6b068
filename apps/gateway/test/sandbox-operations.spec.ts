import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI, { toFile } from 'openai';

import { RunningProduct } from './running-product.js';

/** What a newcomer can try without a single credential. */
describe('every operation against the simulated provider', () => {
  let product: RunningProduct;
  let client: OpenAI;

  beforeAll(async () => {
    product = await RunningProduct.start({});
    client = new OpenAI({ apiKey: product.apiKey, baseURL: product.baseUrl, maxRetries: 0 });
  }, 90_000);

  afterAll(() => product.stop(), 60_000);

  async function booked(response: { readonly headers: Headers }): Promise<Record<string, unknown>> {
    return product.booked(response.headers.get('x-request-id') ?? '');
  }

  test('embeddings: the SDK decodes what it asked for as base64, and floats are the same numbers', async () => {
    const asked = { model: 'sandbox/embedding', input: ['the cat sat', 'the cat stood', 'income tax'] };
    const { data, response } = await client.embeddings.create(asked).withResponse();
    const floats = await client.embeddings.create({ ...asked, encoding_format: 'float' });
    expect(data.data.map(({ embedding }) => embedding)).toEqual(floats.data.map(({ embedding }) => embedding));
    const [first = [], second = [], third = []] = data.data.map(({ embedding }) => embedding);
    const near = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    expect(near(first, second)).toBeGreaterThan(near(first, third));
    expect((await client.embeddings.create({ ...asked, dimensions: 8 })).data[0]?.embedding).toHaveLength(8);
    expect(await booked(response)).toMatchObject({ outcome: 'success', usage: { input: 10 } });
  });

  test('images come as bytes of a picture', async () => {
    const { data, response } = await client.images
      .generate({ model: 'sandbox/image', prompt: 'A cat', n: 2 })
      .withResponse();
    expect(data.data).toHaveLength(2);
    expect(Buffer.from(data.data?.[0]?.b64_json ?? '', 'base64').toString('latin1', 1, 4)).toBe('PNG');
    expect(await booked(response)).toMatchObject({ outcome: 'success', usage: { input: 2, output_image: 544 } });
  });

  test('speech is sound, and what was spoken can be transcribed in every format', async () => {
    const spoken = await client.audio.speech.create({ model: 'sandbox/speech', input: 'Hello there', voice: 'alloy' });
    expect(spoken.headers.get('content-type')).toBe('audio/wav');
    const sound = Buffer.from(await spoken.arrayBuffer());
    expect(sound.toString('latin1', 0, 4)).toBe('RIFF');
    expect(await booked(spoken)).toMatchObject({ outcome: 'success', usage: { character: 11 } });

    const file = await toFile(sound, 'hello.wav');
    const asked = { model: 'sandbox/transcription', file };
    const { data, response } = await client.audio.transcriptions.create(asked).withResponse();
    expect(data.text).toMatch(/^This is a simulated transcript/);
    expect(await booked(response)).toMatchObject({ outcome: 'success', usage: { audio_ms: 1000 } });
    const subtitles = await client.audio.transcriptions.create({ ...asked, response_format: 'srt' });
    expect(subtitles).toMatch(/^1\n00:00:00,000 --> 00:00:01,000\nThis is/);
    const translated = await client.audio.translations.create(asked);
    expect(translated.text).toBe(data.text);
  });

  test('moderations, and reranking in both shapes', async () => {
    const { results } = await client.moderations.create({ model: 'sandbox/moderation', input: ['hello', 'flag me'] });
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true]);
    const body = JSON.stringify({ model: 'sandbox/rerank', query: 'cats', documents: ['dogs bark', 'cats purr'] });
    const headers = { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' };
    for (const version of ['v1', 'v2']) {
      const url = product.baseUrl.replace(/v1$/, `${version}/rerank`);
      const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as { results: object[] };
      expect(answer.results.map((result) => ('index' in result ? result.index : null))).toEqual([1, 0]);
    }
  });

  test('a model of something else is told to be elsewhere, and one that is not there not', async () => {
    await expect(client.embeddings.create({ model: 'sandbox/echo', input: 'x' })).rejects.toMatchObject({
      status: 400,
      param: 'model',
    });
    await expect(client.embeddings.create({ model: 'nope', input: 'x' })).rejects.toMatchObject({ status: 404 });
    const chat = { model: 'sandbox/embedding', messages: [{ role: 'user' as const, content: 'x' }] };
    await expect(client.chat.completions.create(chat)).rejects.toMatchObject({ status: 400, param: 'model' });
  });

  test('a form that is none, or lacks what it needs, is refused by name', async () => {
    const url = `${product.baseUrl}/audio/transcriptions`;
    const headers = { authorization: `Bearer ${product.apiKey}` };
    const post = async (init: RequestInit): Promise<unknown> => {
      const response = await fetch(url, { method: 'POST', ...init });
      return { status: response.status, ...((await response.json()) as object) };
    };
    expect(await post({ headers: { ...headers, 'content-type': 'application/json' }, body: '{}' })).toMatchObject({
      status: 415,
    });
    const form = new FormData();
    form.append('model', 'sandbox/transcription');
    expect(await post({ headers, body: form })).toMatchObject({ status: 400, error: { param: 'file' } });
  });
});
