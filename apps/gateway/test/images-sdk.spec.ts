import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI, { toFile } from 'openai';

import { FiveProviders } from './five-providers.js';
import { formOf, IMAGE_USAGE } from './openai-operations-model.js';
import { pixel } from './pixel.js';
import { departures, openAiClient } from './sdk-clients.js';

const model = 'gpt-image-1.5';
const prompt = 'A pelican.';

/** Pictures as OpenAI's SDK asks for them. */
describe('images', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (key?: string): OpenAI => openAiClient(five.product, key);

  test('are made, and booked by their tokens', async () => {
    const { data, response } = await client()
      .images.generate({ model, prompt, size: '1024x1024', quality: 'low' })
      .withResponse();
    expect(data.data?.[0]?.b64_json).toBe(pixel);
    expect(data.usage).toEqual(IMAGE_USAGE);
    expect(departures('ImagesResponse', [data])).toEqual([]);
    const booked = await five.booked(response.headers.get('x-request-id'));
    expect(booked).toMatchObject({ outcome: 'success', named: 'image-generations openai-images openai-images' });
    expect(booked.usage).toEqual({ input: 10, input_image: 40, output_image: 272 });
    expect(booked.cost).toBeGreaterThan(0);
  });

  test('are sold by the piece where they are', async () => {
    const ask = { model: 'openai/dall-e-3', prompt, size: '1024x1024' as const, quality: 'hd' as const };
    const { data, response } = await client().images.generate(ask).withResponse();
    expect(data.data?.[0]?.url).toMatch(/^https:/);
    const booked = await five.booked(response.headers.get('x-request-id'));
    expect(booked.usage).toEqual({ image: 1 });
    // $0.08 for a picture of this size and quality
    expect(booked.cost).toBe(0.08);
  });

  test('are streamed, unfinished ones first', async () => {
    const { data, response } = await client()
      .images.generate({ model, prompt, stream: true, partial_images: 1 })
      .withResponse();
    const events: OpenAI.ImageGenStreamEvent[] = [];
    for await (const event of data) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(['image_generation.partial_image', 'image_generation.completed']);
    const booked = await five.booked(response.headers.get('x-request-id'));
    expect(booked.usage).toEqual({ input: 10, input_image: 40, output_image: 272 });
  });

  test('are edited', async () => {
    const file = await toFile(Buffer.from(pixel, 'base64'), 'pixel.png', { type: 'image/png' });
    const mask = await toFile(Buffer.from(pixel, 'base64'), 'mask.png', { type: 'image/png' });
    for (const image of [file, [file, file]]) {
      const { data, response } = await client().images.edit({ model, image, mask, prompt, n: 1 }).withResponse();
      expect(departures('ImagesResponse', [data])).toEqual([]);
      const form = await formOf(five.openai.last);
      expect(form.filter(([, value]) => value instanceof File)).toHaveLength(Array.isArray(image) ? 3 : 2);
      expect(form).toContainEqual(['prompt', prompt]);
      const booked = await five.booked(response.headers.get('x-request-id'));
      expect(booked).toMatchObject({ outcome: 'success', named: 'image-edits openai-image-edits openai-image-edits' });
      expect(booked.cost).toBeGreaterThan(0);
    }
    const stream = await client().images.edit({ model, image: file, prompt, stream: true });
    const types = [];
    for await (const { type } of stream) types.push(type);
    expect(types.at(-1)).toBe('image_edit.completed');
  });

  test('refusals are the SDK’s own, and name the field', async () => {
    await expect(client('tg_wrong').images.generate({ model, prompt })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    await expect(client().images.generate({ model: 'nope', prompt })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client().images.generate({ model: 'gpt-4o-mini', prompt })).rejects.toMatchObject({
      status: 400,
      param: 'model',
    });
    await expect(client().images.generate({ model, prompt, n: 99 })).rejects.toMatchObject({ status: 400, param: 'n' });
    const ask = { model, prompt: 7 as unknown as string };
    await expect(client().images.generate(ask)).rejects.toMatchObject({ status: 400, param: 'prompt' });
    const form = new FormData();
    form.set('model', model);
    form.set('prompt', prompt);
    const headers = { authorization: `Bearer ${five.product.apiKey}` };
    const bare = await fetch(`${five.product.baseUrl}/images/edits`, { method: 'POST', headers, body: form });
    expect([bare.status, await bare.json()]).toMatchObject([400, { error: { param: 'image' } }]);
  });
});
