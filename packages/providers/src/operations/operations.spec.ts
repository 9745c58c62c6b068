import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';
import fc from 'fast-check';

import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { base64ToFloats, floatsToBase64 } from './embeddings/vector-bytes.js';
import { readTokenUsage } from './read-token-usage.js';
import * as all from './registry.js';

function parsed<Request extends object>(result: Request | RequestProblem): Request {
  if (isRequestProblem(result)) throw new Error(result.message);
  return result;
}

test('floats survive base64 bit by bit, and back', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })), (floats) => {
      const back = base64ToFloats(floatsToBase64(floats)) ?? [];
      expect(back.length).toBe(floats.length);
      for (const [i, float] of floats.entries()) expect(Object.is(back[i], float)).toBe(true);
    }),
  );
});

test('the meters sum up to the total', () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(count, count, count, count, count, (text, image, audio, cached, output) => {
      const input = text + image + audio + cached;
      const read = readTokenUsage(
        {
          input_tokens: input,
          output_tokens: output,
          total_tokens: input + output,
          input_tokens_details: { text_tokens: text, image_tokens: image, audio_tokens: audio, cached_tokens: cached },
        },
        'output_image',
      );
      expect(read?.problem).toBeNull();
      expect(inputTokens(read?.usage ?? {})).toBe(input);
      expect(outputTokens(read?.usage ?? {})).toBe(output);
    }),
  );
});

test.each([
  { prompt_tokens: 5, total_tokens: 4 },
  { prompt_tokens: -1 },
  { total_tokens: '3' },
  { input_tokens: 3, output_tokens: 1, total_tokens: 4, input_tokens_details: { image_tokens: 4 } },
])('a report that must not be billed: %j', (raw) => {
  expect(readTokenUsage(raw)?.problem).toMatch(/./);
});

const embeddingsRequest = parsed(all.openaiEmbeddingsClient.parseRequest({ model: 'm', input: ['a', 'b'] }));
const rerankRequest = parsed(all.rerankV1.parseRequest({ model: 'm', query: 'q', documents: ['a', { text: 'b' }] }));
const imagesRequest = parsed(all.openaiImagesClient.parseRequest({ model: 'dall-e-3', prompt: 'p', quality: 'hd' }));
const speechRequest = parsed(all.openaiSpeechClient.parseRequest({ model: 'tts-1', input: 'a😀', voice: 'alloy' }));
const form = {
  fields: [['model', 'gpt-4o-transcribe']] as [string, string][],
  files: [{ field: 'file', filename: 'a.mp3', contentType: 'audio/mpeg', bytes: 9, index: 0 }],
};
const transcriptionRequest = parsed(all.openaiTranscriptionClient.parseForm(form));
const moderationsRequest = parsed(all.openaiModerationsClient.parseRequest({ model: 'm', input: 'x' }));

test.each(['constructor', '__proto__', 'toString'])('a picture of quality %s has a bound', (quality) => {
  const bounds = all.imageBounds({ ...imagesRequest, model: 'gpt-image-1', quality });
  expect(bounds.outputTokens).toBe(all.imageBounds({ ...imagesRequest, model: 'gpt-image-1' }).outputTokens);
  expect(bounds.outputTokens).toBeGreaterThan(0);
});

test.each([
  ['fallbacks', 'caller_unsupported_parameter'],
  ['Models[]', 'caller_unsupported_parameter'],
  ['provider[order]', 'caller_unsupported_parameter'],
  ['Model', 'caller_invalid_request'],
  ['model[]', 'caller_invalid_request'],
  ['N', 'caller_invalid_request'],
])('a form with %s beside its model is refused', (name, code) => {
  const fields: [string, string][] = [...form.fields, ['prompt', 'p'], [name, 'other']];
  expect(all.openaiTranscriptionClient.parseForm({ ...form, fields })).toMatchObject({ code, param: name });
  const files = form.files.map((file) => ({ ...file, field: 'image' }));
  expect(all.openaiImageEditsClient.parseForm({ fields, files })).toMatchObject({ code, param: name });
});

test('sound that breaks off is no text of as many bytes', () => {
  // a minute of MP3 at 128 kbit/s, which OpenAI sells for 1,250 tokens
  const audio = Buffer.alloc(960_000).toString('base64');
  const { characters } = all.speechEvents({ asAudio: true })('speech.audio.delta', { audio });
  expect(characters / 4).toBeGreaterThan(1200);
  expect(characters / 4).toBeLessThan(1300);
});

test('hostile answers throw nowhere', () => {
  const embeddings = Object.values(all.EMBEDDINGS_VENDORS).map(all.openaiEmbeddings);
  const readers = [
    ...[...embeddings, all.cohereEmbed, all.geminiEmbed, all.vertexEmbed, all.bedrockTitanEmbed].map(
      (provider) => (body: Buffer) => [
        provider.readFacts(body, embeddingsRequest),
        provider.readAnswer(body, embeddingsRequest),
      ],
    ),
    ...Object.values(all.RERANK_VENDORS)
      .map(all.rerankProvider)
      .map((provider) => (body: Buffer) => [
        provider.readFacts(body, rerankRequest),
        provider.readAnswer(body, rerankRequest),
      ]),
    ...[all.openaiImages, all.imagen, all.geminiImages].map((provider) => (body: Buffer) => [
      provider.readFacts(body, imagesRequest),
      provider.readAnswer(body, imagesRequest),
    ]),
    (body: Buffer) => [all.openaiSpeech.readFacts(body, speechRequest)],
    ...Object.values(all.TRANSCRIPTION_VENDORS)
      .map(all.transcriptionProvider)
      .map((provider) => (body: Buffer) => [
        provider.readFacts(body, transcriptionRequest),
        provider.readAnswer(body, transcriptionRequest),
      ]),
    (body: Buffer) => [all.moderationsProvider({ texts: 'only' }).readAnswer(body, moderationsRequest)],
  ];
  const key = fc.constantFrom(
    ...[
      'data',
      'embedding',
      'embeddings',
      'index',
      'usage',
      'meta',
      'billed_units',
      'total_tokens',
      'results',
      'error',
    ],
    ...[
      'predictions',
      'candidates',
      'content',
      'parts',
      'text',
      'segments',
      'duration',
      'float',
      'categories',
      'model',
    ],
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 0, -1, 1.5, 1e300, '', 'AAAA', true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.oneof(
        value.map((document) => JSON.stringify(document)),
        fc.string(),
      ),
      (text) => {
        for (const read of readers) read(Buffer.from(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('hostile requests throw nowhere', () => {
  const clients = [
    all.openaiEmbeddingsClient,
    all.rerankV1,
    all.rerankV2,
    all.openaiImagesClient,
    all.openaiSpeechClient,
    all.openaiModerationsClient,
  ];
  const fields = [
    'model',
    'input',
    'query',
    'documents',
    'prompt',
    'voice',
    'n',
    'size',
    'dimensions',
    'user',
    'top_n',
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 })), (document) => {
      const memory = Buffer.from(JSON.stringify(document));
      for (const client of clients) {
        client.scan(memory, 0, memory.length);
        const request = client.parseRequest(document);
        if (!isRequestProblem(request)) client.bounds(request as never);
      }
    }),
  );
});

describe('requests', () => {
  test('are scanned as they are parsed, and name the field at fault', () => {
    const scan = (body: object): unknown => {
      const memory = Buffer.from(JSON.stringify(body));
      return all.openaiEmbeddingsClient.scan(memory, 0, memory.length);
    };
    expect(scan({ model: 'm', input: 'x', user: 'u' })).toMatchObject({ model: 'm', n: 1, endUser: 'u' });
    expect(scan({ model: 'm' })).toMatchObject({ param: 'input' });
    expect(scan({ model: 'm', input: 3 })).toMatchObject({ param: 'input' });
    expect(scan({ model: 'm', input: 'x', dimensions: 0 })).toMatchObject({ param: 'dimensions' });
  });

  test('vendors are told in their own words, and what they cannot be told is reported', () => {
    const request = parsed(
      all.openaiEmbeddingsClient.parseRequest({
        model: 'm',
        input: 'x',
        dimensions: 8,
        encoding_format: 'base64',
        input_type: 'document',
      }),
    );
    const voyage = all.openaiEmbeddings(all.EMBEDDINGS_VENDORS.voyage).buildRequest(request, { model: 'v' });
    expect(voyage).toEqual({
      path: '/embeddings',
      body: { model: 'v', input: ['x'], output_dimension: 8, encoding_format: 'base64', input_type: 'document' },
      inexpressible: [],
    });
    const together = all.openaiEmbeddings(all.EMBEDDINGS_VENDORS.together).buildRequest(request, { model: 't' });
    expect(together.body).toEqual({ model: 't', input: ['x'] });
    expect(together.inexpressible.map(({ param }) => param)).toEqual(['dimensions', 'input_type']);
    const titan = all.bedrockTitanEmbed.buildRequest(embeddingsRequest, { model: 'a/b' });
    expect(titan).toMatchObject({
      path: '/model/a%2Fb/invoke',
      inexpressible: [{ param: 'input', leavingOut: 'impossible' }],
    });
  });

  test('Jina gives documents back unless told not to, Cohere only when told', () => {
    const ask = (body: object): boolean =>
      parsed(all.rerankV1.parseRequest({ query: 'q', documents: ['a'], ...body })).returnDocuments;
    expect(ask({ model: 'jina-reranker-v2' })).toBe(true);
    expect(ask({ model: 'jina-reranker-v2', return_documents: false })).toBe(false);
    expect(ask({ model: 'rerank-v3.5' })).toBe(false);
  });
});

describe('streams', () => {
  const frame = (event: object): string => `event: x\ndata: ${JSON.stringify(event)}\n\n`;

  function run(read: all.ReadOperationEvent, chunks: readonly Buffer[]): { sent: string; end: unknown } {
    const sent: Buffer[] = [];
    const forwarder = new all.EventStreamForwarder(read, (bytes) => sent.push(bytes));
    for (const chunk of chunks) forwarder.push(chunk);
    return { sent: Buffer.concat(sent).toString('latin1'), end: forwarder.end() };
  }

  test.each([
    ['pictures', all.imageEvents(imagesRequest), 'image_generation.completed', { image: 1 }, {}],
    [
      'speech as bytes',
      all.speechEvents({ asAudio: true }),
      'speech.audio.done',
      { input: 4, output_audio: 6 },
      { usage: { input_tokens: 4, output_tokens: 6, total_tokens: 10 } },
    ],
    [
      'transcripts',
      all.transcriptionEvent,
      'transcript.text.done',
      { input: 1, input_audio: 3, output: 6 },
      {
        usage: {
          type: 'tokens',
          input_tokens: 4,
          input_token_details: { audio_tokens: 3 },
          output_tokens: 6,
          total_tokens: 10,
        },
      },
    ],
  ] as const)('%s are the same at every cut', (name, read, type, usage, last) => {
    const delta = {
      type: type.replace(/[a-z]+$/, name === 'pictures' ? 'partial_image' : 'delta'),
      audio: 'AAEC',
      delta: 'ü',
    };
    const bytes = Buffer.from(frame(delta) + frame(delta) + frame({ type, ...last }));
    const whole = run(read, [bytes]);
    expect(whole.end).toMatchObject({ complete: true, error: null, usage: { usage, problem: null } });
    expect(whole.sent).toBe(name === 'speech as bytes' ? '\0\x01\x02\0\x01\x02' : bytes.toString('latin1'));
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(run(read, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
    expect(run(read, [bytes.subarray(0, -4)]).end).toMatchObject({ complete: false });
  });

  test('an error is kept back', () => {
    const bytes = Buffer.from(frame({ type: 'error', error: { code: 'rate_limit_exceeded', message: 'slow' } }));
    expect(run(all.transcriptionEvent, [bytes])).toMatchObject({
      sent: '',
      end: { error: { code: 'provider_rate_limited' } },
    });
  });
});

describe('bounds', () => {
  test('hold for what OpenAI says a picture takes', () => {
    const table = { low: [272, 408, 400], medium: [1056, 1584, 1568], high: [4160, 6240, 6208] };
    for (const [quality, [square, portrait, landscape]] of Object.entries(table)) {
      for (const [size, tokens] of Object.entries({
        '1024x1024': square,
        '1024x1536': portrait,
        '1536x1024': landscape,
      })) {
        const body = { model: 'gpt-image-1', prompt: 'p', quality, size, n: 2 };
        const { outputTokens: bound } = all.imageBounds(parsed(all.openaiImagesClient.parseRequest(body)));
        expect(bound).toBeGreaterThanOrEqual(2 * (tokens ?? 0));
      }
    }
  });

  test('count characters as Unicode does', () => {
    expect(all.openaiSpeechClient.bounds(speechRequest).others).toEqual({ character: 2 });
    expect(all.usageOfAudio(99, speechRequest).usage).toEqual({ character: 2 });
  });
});
