import { describe, expect, test } from '@jest/globals';

import {
  cohereEmbed,
  EMBEDDINGS_VENDORS,
  type EmbeddingsRequest,
  geminiEmbed,
  openaiEmbeddings,
  openaiEmbeddingsClient,
  openaiImages,
  openaiImagesClient,
  openaiTranscriptionClient,
  RERANK_VENDORS,
  rerankProvider,
  rerankV1,
  rerankV2,
  TRANSCRIPTION_VENDORS,
  transcriptionProvider,
} from '../src/operations/registry.js';
import { isRequestProblem, type RequestProblem } from '../src/request-problem.js';
import { NO_RECORDINGS, recordedOperation } from './recorded-exchanges.js';

const maybe = NO_RECORDINGS ? describe.skip : describe;

function parsed<Request extends object>(result: Request | RequestProblem): Request {
  if (isRequestProblem(result)) throw new Error(result.message);
  return result;
}

const bytesOf = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

maybe('recorded embeddings', () => {
  const cases = [
    ['openai/embed.json', openaiEmbeddings(EMBEDDINGS_VENDORS.openai), 8],
    ['openai/embed.b64.json', openaiEmbeddings(EMBEDDINGS_VENDORS.openai), 4],
    ['mistral/embed.json', openaiEmbeddings(EMBEDDINGS_VENDORS.mistral), 10],
    ['voyage/embed.json', openaiEmbeddings(EMBEDDINGS_VENDORS.voyage), 3],
    ['cohere/embed.json', cohereEmbed, 4],
    ['gemini/embed.json', geminiEmbed, null],
  ] as const;

  test.each(cases)('%s', (name, provider, tokens) => {
    const body = bytesOf(recordedOperation(name).response.body);
    const written = (['float', 'base64'] as const).map((encoding) => {
      const request: EmbeddingsRequest = parsed(
        openaiEmbeddingsClient.parseRequest({ model: 'm', input: 'x', encoding_format: encoding }),
      );
      const facts = provider.readFacts(body, request);
      expect(facts).toMatchObject({ valid: true, error: null });
      expect(facts.usage?.usage ?? null).toEqual(tokens === null ? null : { input: tokens });
      const answer = provider.readAnswer(body, request);
      if (answer === null) throw new Error('unread');
      expect(answer.usage).toEqual(facts.usage);
      return openaiEmbeddingsClient.writeAnswer(answer, request) as { data: { embedding: never }[] };
    });
    const floats = written[0]?.data[0]?.embedding as unknown as number[];
    const base64 = Buffer.from(written[1]?.data[0]?.embedding as unknown as string, 'base64');
    expect(base64.length).toBe(floats.length * 4);
    for (const [i, float] of floats.entries()) expect(Math.fround(float)).toBe(base64.readFloatLE(i * 4));
  });
});

maybe('recorded rerankings', () => {
  test.each([
    ['cohere/rerank.json', rerankProvider(RERANK_VENDORS.cohere), { search_unit: 1 }],
    ['voyage/rerank.json', rerankProvider(RERANK_VENDORS.voyage), { input: 57 }],
    ['together/rerank.json', rerankProvider(RERANK_VENDORS.together), { input: 2966 }],
  ] as const)('%s', (name, provider, usage) => {
    const { response } = recordedOperation(name);
    const documents = Array.from({ length: 12 }, (_, i) => `document ${i}`);
    for (const client of [rerankV1, rerankV2]) {
      const request = parsed(client.parseRequest({ model: 'm', query: 'q', documents, return_documents: true }));
      const body = bytesOf(response.body);
      expect(provider.readFacts(body, request)).toMatchObject({ valid: true, usage: { usage, problem: null } });
      const answer = provider.readAnswer(body, request);
      if (answer === null) throw new Error('unread');
      const { results } = client.writeAnswer(answer, request) as {
        results: { index: number; relevance_score: number; document: unknown }[];
      };
      expect(results.length).toBeGreaterThan(1);
      for (const { index, document } of results) expect(document).toEqual({ text: `document ${index}` });
    }
  });
});

maybe('recorded media', () => {
  test('a picture is sold by the piece, at its quality and size', () => {
    const { request, response } = recordedOperation('openai/image.json');
    const asked = parsed(openaiImagesClient.parseRequest(request.body));
    const body = bytesOf(response.body);
    expect(openaiImages.readFacts(body, asked)).toMatchObject({
      valid: true,
      usage: { usage: { image: 1 } },
      serviceTier: 'standard:256x256',
    });
    const answer = openaiImages.readAnswer(body, asked);
    expect(answer && openaiImagesClient.writeAnswer(answer, asked)).toEqual(response.body);
  });

  test.each([
    ['openai/transcription.json', 'openai', 37_000],
    ['mistral/transcription.json', 'mistral', 36_000],
    ['groq/transcription.json', 'groq', null],
  ] as const)('%s', (name, vendor, audioMs) => {
    const recorded = recordedOperation(name).response.body ?? {};
    // of one only the text was kept, with what stood around it
    const plain = typeof recorded['body'] === 'string' ? recorded['body'] : null;
    const provider = transcriptionProvider(TRANSCRIPTION_VENDORS[vendor]);
    const body = plain === null ? bytesOf(recorded) : Buffer.from(plain);
    for (const format of plain === null ? ['json', 'verbose_json', 'text', 'srt', 'vtt'] : ['text']) {
      const request = parsed(
        openaiTranscriptionClient.parseForm({
          fields: [
            ['model', 'm'],
            ['response_format', format],
          ],
          files: [{ field: 'file', filename: 'a.mp3', contentType: 'audio/mpeg', bytes: 10, index: 0 }],
        }),
      );
      const facts = provider.readFacts(body, request);
      expect(facts.valid).toBe(true);
      expect(facts.usage?.usage ?? null).toEqual(audioMs === null ? null : { audio_ms: audioMs });
      const answer = provider.readAnswer(body, request);
      if (answer === null) throw new Error('unread');
      const written = openaiTranscriptionClient.writeAnswer(answer, request);
      expect(Buffer.isBuffer(written)).toBe(!format.includes('json'));
      expect(Buffer.isBuffer(written) ? written.length : JSON.stringify(written).length).toBeGreaterThan(1);
    }
  });
});
