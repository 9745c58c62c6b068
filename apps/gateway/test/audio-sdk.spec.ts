import { residentBytes } from '@tollgate/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI, { toFile } from 'openai';

import { FiveProviders } from './five-providers.js';
import { AUDIO, formOf, TRANSCRIPT, TRANSCRIPT_USAGE } from './openai-operations-model.js';
import { departures, openAiClient } from './sdk-clients.js';
import { wav } from './wav.js';

/** Speech, transcription and translation as OpenAI's SDK asks for them. */
describe('audio', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    // a file counts as a body
    five = await FiveProviders.start({ MAX_BODY_BYTES: String(32 * 1024 * 1024) });
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (key?: string): OpenAI => openAiClient(five.product, key);
  const file = (): Promise<File> => toFile(wav(), 'speech.wav', { type: 'audio/wav' });

  describe('speech', () => {
    const ask = { input: 'Tolls are metered.', voice: 'alloy' };

    test('arrives as bytes, as they come, and is booked by characters', async () => {
      const response = await client().audio.speech.create({ ...ask, model: 'tts-1' });
      expect(response.headers.get('content-type')).toBe('audio/mpeg');
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(AUDIO)).toBe(true);
      expect(chunks.length).toBeGreaterThan(1);
      const booked = await five.booked(response.headers.get('x-request-id'));
      expect(booked).toMatchObject({
        outcome: 'success',
        named: 'speech openai-speech openai-speech',
        usage: { character: 18 },
      });
      // $15 a million characters
      expect(booked.cost).toBeCloseTo(0.00027, 9);
    });

    test('of a model that is billed by tokens is booked by what its events report', async () => {
      const model = 'gpt-4o-mini-tts';
      const response = await client().audio.speech.create({ ...ask, model });
      expect(Buffer.from(await response.arrayBuffer()).equals(AUDIO)).toBe(true);
      const booked = await five.booked(response.headers.get('x-request-id'));
      expect(booked).toMatchObject({ source: 'reported', usage: { input: 14, output_audio: 101 } });
      expect(booked.cost).toBeGreaterThan(0);
    });

    test('arrives as events where they are asked for', async () => {
      const response = await client().audio.speech.create({ ...ask, model: 'gpt-4o-mini-tts', stream_format: 'sse' });
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const text = await response.text();
      expect(text).toContain('speech.audio.delta');
      expect(text).toContain('"total_tokens":115');
    });

    test('refusals name the field', async () => {
      const model = 'tts-1';
      await expect(client().audio.speech.create({ ...ask, model, speed: 9 })).rejects.toMatchObject({
        status: 400,
        param: 'speed',
      });
      await expect(client().audio.speech.create({ ...ask, model, input: '' })).rejects.toMatchObject({
        status: 400,
        param: 'input',
      });
      await expect(client().audio.speech.create({ ...ask, model: 'whisper-1' })).rejects.toMatchObject({
        status: 400,
        param: 'model',
      });
      await expect(client().audio.speech.create({ ...ask, model, stream_format: 'sse' })).rejects.toMatchObject({
        status: 400,
        param: 'stream_format',
      });
    });

    test('that the upstream cuts does not look whole', async () => {
      five.openai.script((_received, response) => {
        response.writeHead(200, { 'content-type': 'audio/mpeg' });
        response.write(AUDIO.subarray(0, 5_000));
        setTimeout(() => response.destroy(), 30);
      });
      const response = await client().audio.speech.create({ ...ask, model: 'tts-1' });
      await expect(response.arrayBuffer()).rejects.toThrow();
    });
  });

  describe('transcription', () => {
    test('in each format', async () => {
      for (const [model, format] of [
        ['whisper-1', 'json'],
        ['whisper-1', 'verbose_json'],
        ['whisper-1', 'text'],
        ['whisper-1', 'srt'],
        ['whisper-1', 'vtt'],
        ['gpt-4o-mini-transcribe', 'json'],
        ['gpt-4o-mini-transcribe', 'text'],
      ] as const) {
        const { data, response } = await client()
          .audio.transcriptions.create({
            file: await file(),
            model,
            response_format: format,
            language: 'en',
          } as OpenAI.Audio.TranscriptionCreateParamsNonStreaming)
          .withResponse();
        expect([model, format, typeof data === 'string' ? data : data.text]).toEqual([
          model,
          format,
          expect.stringContaining(TRANSCRIPT),
        ]);
        if (format === 'json') expect(departures('CreateTranscriptionResponseJson', [data])).toEqual([]);
        const form = await formOf(five.openai.last);
        expect(form.map(([name]) => name).at(-1)).toBe('file');
        expect((form.at(-1)?.[1] as File).size).toBe(wav().length);
        const booked = await five.booked(response.headers.get('x-request-id'));
        expect(booked).toMatchObject({
          outcome: 'success',
          named: 'transcriptions openai-transcription openai-transcription',
        });
        // of a bare text nothing is reported: the gateway asks for more than it passes on
        const usage = model === 'whisper-1' ? { audio_ms: 3_000 } : { input: 0, input_audio: 14, output: 45 };
        expect([model, format, booked.usage]).toEqual([model, format, usage]);
        expect([model, format, (booked.cost ?? 0) > 0]).toEqual([model, format, true]);
      }
    });

    test('streamed', async () => {
      const { data, response } = await client()
        .audio.transcriptions.create({ file: await file(), model: 'gpt-4o-mini-transcribe', stream: true })
        .withResponse();
      let text = '';
      let usage: unknown = null;
      for await (const event of data) {
        if (event.type === 'transcript.text.delta') text += event.delta;
        if (event.type === 'transcript.text.done') ({ usage } = event);
      }
      expect([text, usage]).toEqual([TRANSCRIPT, TRANSCRIPT_USAGE]);
      expect((await five.booked(response.headers.get('x-request-id'))).usage).toEqual({
        input: 0,
        input_audio: 14,
        output: 45,
      });
    });

    test('files of 30 MB leave no trace in memory', async () => {
      const gateway = await five.product.childPid('gateway');
      const large = await toFile(wav(950), 'long.wav', { type: 'audio/wav' });
      expect(large.size).toBeGreaterThan(30_000_000);
      const ask = { file: large, model: 'whisper-1' };
      await client().audio.transcriptions.create(ask);
      const before = await residentBytes(gateway);
      let most = 0;
      const watch = setInterval(() => void residentBytes(gateway).then((bytes) => (most = Math.max(most, bytes))), 20);
      const atOnce = 6;
      await Promise.all(Array.from({ length: atOnce }, () => client().audio.transcriptions.create(ask)));
      clearInterval(watch);
      // what streams need and a heap grows by on its own, which is up to 50 MB on a busy machine
      expect(most - before).toBeLessThan((atOnce * large.size) / 2);
    }, 60_000);

    test('refusals name the field', async () => {
      const ask = { file: await file(), model: 'whisper-1' };
      await expect(client('tg_wrong').audio.transcriptions.create(ask)).rejects.toBeInstanceOf(
        OpenAI.AuthenticationError,
      );
      await expect(client().audio.transcriptions.create({ ...ask, model: 'nope' })).rejects.toMatchObject({
        status: 404,
      });
      await expect(client().audio.transcriptions.create({ ...ask, model: 'tts-1' })).rejects.toMatchObject({
        status: 400,
        param: 'model',
      });
      await expect(client().audio.transcriptions.create({ ...ask, temperature: 7 })).rejects.toMatchObject({
        status: 400,
        param: 'temperature',
      });
      const odd = { ...ask, response_format: 'morse' as 'json' };
      await expect(client().audio.transcriptions.create(odd)).rejects.toMatchObject({
        status: 400,
        param: 'response_format',
      });
    });
  });

  test('translation', async () => {
    const { data, response } = await client()
      .audio.translations.create({ file: await file(), model: 'whisper-1' })
      .withResponse();
    expect(data.text).toBe(TRANSCRIPT);
    expect(five.openai.last.path).toBe('/v1/audio/translations');
    expect(await five.booked(response.headers.get('x-request-id'))).toMatchObject({
      outcome: 'success',
      named: 'translations openai-translation openai-transcription',
      usage: { audio_ms: 3_000 },
    });
  });
});
