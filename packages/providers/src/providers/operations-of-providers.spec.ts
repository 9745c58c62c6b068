import { describe, expect, test } from '@jest/globals';

import type { BuiltForm, BuiltOperation, OperationTarget } from '../operation-dialect.js';
import type { EmbeddingsRequest } from '../operations/embeddings/embeddings.js';
import type { ImagesRequest } from '../operations/images/images.js';
import type { OperationKind } from '../operations/provider-operations.js';
import * as all from '../operations/registry.js';
import type { ProviderId } from '../provider-id.js';
import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { providers } from './registry.js';

function parsed<Request extends object>(result: Request | RequestProblem): Request {
  if (isRequestProblem(result)) throw new Error(result.message);
  return result;
}

const file = { field: 'file', filename: 'a.mp3', contentType: 'audio/mpeg', bytes: 9, index: 0 };
const sound = { fields: [['model', 'm']] as [string, string][], files: [file] };
const picture = { ...file, field: 'image', filename: 'a.png', contentType: 'image/png' };

const REQUESTS = {
  embeddings: parsed(all.openaiEmbeddingsClient.parseRequest({ model: 'm', input: 'a' })),
  rerank: parsed(all.rerankV1.parseRequest({ model: 'm', query: 'q', documents: ['a', 'b'] })),
  images: parsed(all.openaiImagesClient.parseRequest({ model: 'm', prompt: 'p' })),
  imageEdits: parsed(
    all.openaiImageEditsClient.parseForm({
      fields: [
        ['model', 'm'],
        ['prompt', 'p'],
      ],
      files: [picture],
    }),
  ),
  speech: parsed(all.openaiSpeechClient.parseRequest({ model: 'm', input: 'a', voice: 'alloy' })),
  transcription: parsed(all.openaiTranscriptionClient.parseForm(sound)),
  translation: parsed(all.openaiTranslationClient.parseForm(sound)),
  moderations: parsed(all.openaiModerationsClient.parseRequest({ model: 'm', input: 'a' })),
};
const KINDS = Object.keys(REQUESTS) as OperationKind[];

/** As the gateway would ask it; `null` where the model does not do it. */
function builtBy(id: ProviderId, kind: OperationKind, target: OperationTarget): BuiltOperation | BuiltForm | null {
  const operations = providers.get(id)?.operations;
  switch (kind) {
    case 'imageEdits':
      return operations?.imageEdits?.(target.model)?.buildForm(REQUESTS.imageEdits, target) ?? null;
    case 'transcription':
    case 'translation':
      return operations?.[kind]?.(target.model)?.buildForm(REQUESTS[kind], target) ?? null;
    case 'embeddings':
      return operations?.embeddings?.(target.model)?.buildRequest(REQUESTS.embeddings, target) ?? null;
    case 'rerank':
      return operations?.rerank?.(target.model)?.buildRequest(REQUESTS.rerank, target) ?? null;
    case 'images':
      return operations?.images?.(target.model)?.buildRequest(REQUESTS.images, target) ?? null;
    case 'speech':
      return operations?.speech?.(target.model)?.buildRequest(REQUESTS.speech, target) ?? null;
    case 'moderations':
      return operations?.moderations?.(target.model)?.buildRequest(REQUESTS.moderations, target) ?? null;
  }
}

function addressOf(id: ProviderId, kind: OperationKind, on: { model: string; baseUrl?: string | undefined }): string {
  const provider = providers.get(id);
  const template = provider?.baseUrlTemplate?.replaceAll(/\{(\w+)\}/g, 'the-$1');
  const baseUrl = on.baseUrl ?? provider?.defaultBaseUrl ?? template ?? 'http://none';
  const basePath = new URL(baseUrl).pathname.replace(/\/+$/, '');
  const built = builtBy(id, kind, { model: on.model, basePath });
  return built === null ? 'none' : baseUrl + built.path;
}

const GOOGLE = 'https://generativelanguage.googleapis.com/v1beta';
const VERTEX = 'https://the-region-aiplatform.googleapis.com/v1/projects/the-project/locations/the-region';
const BEDROCK = 'https://bedrock-runtime.the-region.amazonaws.com';
const AZURE = 'https://the-resource.openai.azure.com/openai/deployments/d';

/** As the vendors' references write them. Where no model is named, every model answers there. */
const ADDRESSES: readonly (readonly [ProviderId, OperationKind, string, string?])[] = [
  ['openai', 'embeddings', 'https://api.openai.com/v1/embeddings'],
  ['openai', 'images', 'https://api.openai.com/v1/images/generations'],
  ['openai', 'imageEdits', 'https://api.openai.com/v1/images/edits'],
  ['openai', 'speech', 'https://api.openai.com/v1/audio/speech'],
  ['openai', 'transcription', 'https://api.openai.com/v1/audio/transcriptions'],
  ['openai', 'translation', 'https://api.openai.com/v1/audio/translations'],
  ['openai', 'moderations', 'https://api.openai.com/v1/moderations'],
  ['azure-openai', 'embeddings', `${AZURE}/embeddings?api-version=2024-10-21`, 'd'],
  ['azure-openai', 'images', `${AZURE}/images/generations?api-version=2024-10-21`, 'd'],
  ['azure-openai', 'imageEdits', `${AZURE}/images/edits?api-version=2025-04-01-preview`, 'd'],
  ['azure-openai', 'speech', `${AZURE}/audio/speech?api-version=2025-04-01-preview`, 'd'],
  ['azure-openai', 'transcription', `${AZURE}/audio/transcriptions?api-version=2024-10-21`, 'd'],
  ['azure-openai', 'translation', `${AZURE}/audio/translations?api-version=2024-10-21`, 'd'],
  ['google-gemini', 'embeddings', `${GOOGLE}/models/gemini-embedding-001:batchEmbedContents`, 'gemini-embedding-001'],
  ['google-gemini', 'images', `${GOOGLE}/models/imagen-4.0-generate-001:predict`, 'imagen-4.0-generate-001'],
  ['google-gemini', 'images', `${GOOGLE}/models/gemini-2.5-flash-image:generateContent`, 'gemini-2.5-flash-image'],
  [
    'google-vertex',
    'embeddings',
    `${VERTEX}/publishers/google/models/text-embedding-005:predict`,
    'text-embedding-005',
  ],
  [
    'google-vertex',
    'images',
    `${VERTEX}/publishers/google/models/imagen-4.0-generate-001:predict`,
    'imagen-4.0-generate-001',
  ],
  [
    'google-vertex',
    'images',
    `${VERTEX}/publishers/google/models/gemini-2.5-flash-image:generateContent`,
    'gemini-2.5-flash-image',
  ],
  [
    'aws-bedrock',
    'embeddings',
    `${BEDROCK}/model/amazon.titan-embed-text-v2%3A0/invoke`,
    'amazon.titan-embed-text-v2:0',
  ],
  ['aws-bedrock', 'embeddings', `${BEDROCK}/model/eu.cohere.embed-v4%3A0/invoke`, 'eu.cohere.embed-v4:0'],
  ['mistral', 'embeddings', 'https://api.mistral.ai/v1/embeddings'],
  ['mistral', 'transcription', 'https://api.mistral.ai/v1/audio/transcriptions'],
  ['mistral', 'moderations', 'https://api.mistral.ai/v1/moderations'],
  ['cohere', 'embeddings', 'https://api.cohere.com/v2/embed'],
  ['cohere', 'rerank', 'https://api.cohere.com/v2/rerank'],
  ['groq', 'transcription', 'https://api.groq.com/openai/v1/audio/transcriptions'],
  ['groq', 'translation', 'https://api.groq.com/openai/v1/audio/translations'],
  ['groq', 'speech', 'https://api.groq.com/openai/v1/audio/speech'],
  ['together', 'embeddings', 'https://api.together.xyz/v1/embeddings'],
  ['together', 'rerank', 'https://api.together.xyz/v1/rerank'],
  ['together', 'images', 'https://api.together.xyz/v1/images/generations'],
  ['fireworks', 'embeddings', 'https://api.fireworks.ai/inference/v1/embeddings'],
  ['fireworks', 'rerank', 'https://api.fireworks.ai/inference/v1/rerank'],
  ['deepinfra', 'embeddings', 'https://api.deepinfra.com/v1/openai/embeddings'],
  ['deepinfra', 'images', 'https://api.deepinfra.com/v1/openai/images/generations'],
  ['deepinfra', 'speech', 'https://api.deepinfra.com/v1/openai/audio/speech'],
  ['deepinfra', 'transcription', 'https://api.deepinfra.com/v1/openai/audio/transcriptions'],
  ['deepinfra', 'translation', 'https://api.deepinfra.com/v1/openai/audio/translations'],
  ['nebius', 'embeddings', 'https://api.tokenfactory.nebius.com/v1/embeddings'],
  ['nebius', 'images', 'https://api.tokenfactory.nebius.com/v1/images/generations'],
  ['nvidia-nim', 'embeddings', 'https://integrate.api.nvidia.com/v1/embeddings'],
  ['nvidia-nim', 'rerank', 'https://integrate.api.nvidia.com/v1/ranking'],
  ['xai', 'images', 'https://api.x.ai/v1/images/generations'],
  ['openrouter', 'embeddings', 'https://openrouter.ai/api/v1/embeddings'],
  ['openrouter', 'rerank', 'https://openrouter.ai/api/v1/rerank'],
  ['sambanova', 'embeddings', 'https://api.sambanova.ai/v1/embeddings'],
  ['sambanova', 'transcription', 'https://api.sambanova.ai/v1/audio/transcriptions'],
  ['sambanova', 'translation', 'https://api.sambanova.ai/v1/audio/translations'],
  ['cloudflare', 'embeddings', 'https://api.cloudflare.com/client/v4/accounts/the-account/ai/v1/embeddings'],
  ['dashscope', 'embeddings', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/embeddings'],
  ['zhipu', 'embeddings', 'https://api.z.ai/api/paas/v4/embeddings'],
  ['voyage', 'embeddings', 'https://api.voyageai.com/v1/embeddings'],
  ['voyage', 'rerank', 'https://api.voyageai.com/v1/rerank'],
  ['jina', 'embeddings', 'https://api.jina.ai/v1/embeddings'],
  ['jina', 'rerank', 'https://api.jina.ai/v1/rerank'],
  ['ollama', 'embeddings', 'http://127.0.0.1:11434/v1/embeddings'],
  ['vllm', 'embeddings', 'http://127.0.0.1:8000/v1/embeddings'],
  ['vllm', 'rerank', 'http://127.0.0.1:8000/v1/rerank'],
  ['vllm', 'transcription', 'http://127.0.0.1:8000/v1/audio/transcriptions'],
  ['vllm', 'translation', 'http://127.0.0.1:8000/v1/audio/translations'],
  ['llama-cpp', 'embeddings', 'http://127.0.0.1:8080/v1/embeddings'],
  ['llama-cpp', 'rerank', 'http://127.0.0.1:8080/v1/rerank'],
  ['lm-studio', 'embeddings', 'http://127.0.0.1:1234/v1/embeddings'],
  ['openai-compatible', 'embeddings', 'https://the-host/v1/embeddings'],
  ['openai-compatible', 'rerank', 'https://the-host/v1/rerank'],
  ['openai-compatible', 'images', 'https://the-host/v1/images/generations'],
  ['openai-compatible', 'imageEdits', 'https://the-host/v1/images/edits'],
  ['openai-compatible', 'speech', 'https://the-host/v1/audio/speech'],
  ['openai-compatible', 'transcription', 'https://the-host/v1/audio/transcriptions'],
  ['openai-compatible', 'translation', 'https://the-host/v1/audio/translations'],
  ['openai-compatible', 'moderations', 'https://the-host/v1/moderations'],
];

test.each(ADDRESSES)('%s does %s at %s', (id, kind, address, model = 'some-model') => {
  expect(addressOf(id, kind, { model })).toBe(address);
});

test('nobody does what is not told here', () => {
  const told = new Set(ADDRESSES.map(([id, kind]) => `${id} ${kind}`));
  for (const [id, { operations, simulated }] of providers) {
    if (simulated) continue;
    for (const kind of KINDS) {
      expect([id, kind, operations?.[kind] !== undefined]).toEqual([id, kind, told.has(`${id} ${kind}`)]);
    }
  }
});

test.each<[ProviderId, OperationKind, string]>([
  ['google-gemini', 'embeddings', 'gemini-2.5-pro'],
  ['google-gemini', 'images', 'gemini-2.5-pro'],
  ['google-vertex', 'embeddings', 'gemini-embedding-2-preview'],
  ['google-vertex', 'images', 'claude-opus-5'],
  ['aws-bedrock', 'embeddings', 'amazon.nova-pro-v1:0'],
])('%s does no %s by %s', (id, kind, model) => {
  expect(addressOf(id, kind, { model })).toBe('none');
});

describe('other base URLs', () => {
  test.each<[ProviderId, OperationKind, string, string, string]>([
    ['azure-openai', 'embeddings', 'https://r.openai.azure.com/openai/v1', 'my d', '/embeddings'],
    ['azure-openai', 'speech', 'https://r.openai.azure.com/openai/v1', 'my d', '/audio/speech'],
    [
      'azure-openai',
      'embeddings',
      'https://r.openai.azure.com',
      'my d',
      '/openai/deployments/my%20d/embeddings?api-version=2024-10-21',
    ],
    [
      'nvidia-nim',
      'rerank',
      'https://ai.api.nvidia.com/v1/retrieval',
      'nvidia/llama-3.2-nv-rerankqa-1b-v2',
      '/nvidia/llama-3_2-nv-rerankqa-1b-v2/reranking',
    ],
    ['nvidia-nim', 'rerank', 'http://nim:8000/v1', 'nvidia/x', '/ranking'],
    ['ollama', 'embeddings', 'http://gpu:11434', 'm', '/v1/embeddings'],
  ])('%s does %s below %s', (id, kind, baseUrl, model, path) => {
    expect(addressOf(id, kind, { model, baseUrl })).toBe(baseUrl + path);
  });
});

describe('what the vendors are told', () => {
  const embed = (id: ProviderId, more: Partial<EmbeddingsRequest>, model = 'm') =>
    providers
      .get(id)
      ?.operations?.embeddings?.(model)
      ?.buildRequest({ ...REQUESTS.embeddings, ...more }, { model });
  const draw = (id: ProviderId, more: Partial<ImagesRequest>) =>
    providers
      .get(id)
      ?.operations?.images?.('m')
      ?.buildRequest({ ...REQUESTS.images, ...more }, { model: 'm' });
  const lost = (built: Pick<BuiltOperation, 'inexpressible'> | undefined): readonly string[] =>
    built?.inexpressible.map(({ param, leavingOut }) => `${param}: ${leavingOut}`) ?? ['nothing was built'];

  test('NVIDIA always wants to know what a vector is for', () => {
    expect(embed('nvidia-nim', {})?.body).toMatchObject({ input_type: 'passage' });
    expect(embed('nvidia-nim', { inputType: 'query' })?.body).toMatchObject({ input_type: 'query' });
    expect(embed('openrouter', {})?.body).not.toHaveProperty('input_type');
  });

  test('the older embeddings of DashScope take more inputs', () => {
    const input = { kind: 'texts', texts: Array.from({ length: 11 }, () => 'a') } as const;
    expect(lost(embed('dashscope', { input }, 'text-embedding-v4'))).toEqual(['input: impossible']);
    expect(lost(embed('dashscope', { input }, 'text-embedding-v2'))).toEqual([]);
    expect(lost(embed('dashscope', { dimensions: 512 }, 'text-embedding-v2'))).toEqual(['dimensions: other-answer']);
  });

  test('a size in the words of each', () => {
    expect(draw('together', { size: '1024x768' })?.body).toMatchObject({ width: 1024, height: 768 });
    expect(draw('deepinfra', { size: '1024x768' })?.body).toMatchObject({ size: '1024x768' });
    expect(draw('xai', { size: '1024x768' })?.body).toMatchObject({ aspect_ratio: '4:3' });
    expect(lost(draw('xai', { size: '1024x1000' }))).toEqual(['size: other-answer']);
    expect(draw('xai', { size: 'auto' })?.body).toEqual({ model: 'm', prompt: 'p' });
  });

  test('the form of a picture in the words of each', () => {
    expect(draw('together', { responseFormat: 'b64_json' })?.body).toMatchObject({ response_format: 'base64' });
    expect(draw('xai', { responseFormat: 'b64_json' })?.body).toMatchObject({ response_format: 'b64_json' });
    expect(lost(draw('deepinfra', { responseFormat: 'url' }))).toEqual(['response_format: other-answer']);
  });

  test('what no picture of a vendor can be told is lost', () => {
    const asked = {
      quality: 'hd',
      style: 'vivid',
      endUser: 'u',
      n: 11,
      stream: true,
      extensions: { resolution: '2k' },
    };
    expect(lost(draw('xai', asked))).toEqual([
      'n: impossible',
      'stream: impossible',
      'quality: other-answer',
      'style: other-answer',
    ]);
    expect(draw('xai', asked)?.body).toMatchObject({ user: 'u', resolution: '2k' });
    expect(lost(draw('nebius', { endUser: 'u', n: 2 }))).toEqual(['n: impossible', 'user: harmless']);
  });

  test('a request is not changed by being written', () => {
    const before = structuredClone(REQUESTS);
    for (const [id, provider] of providers) {
      for (const kind of KINDS) {
        if (provider.operations?.[kind] === undefined) continue;
        const target = { model: 'm', basePath: '' };
        expect(builtBy(id, kind, target)).toEqual(builtBy(id, kind, target));
      }
    }
    expect(REQUESTS).toEqual(before);
  });

  test('speech loses what only OpenAI’s models are told', () => {
    const speak = providers.get('groq')?.operations?.speech?.('m');
    const request = { ...REQUESTS.speech, instructions: 'whisper', format: 'aac', streamAs: 'events' } as const;
    expect(lost(speak?.buildRequest(request, { model: 'm' }))).toEqual([
      'instructions: other-answer',
      'stream_format: impossible',
      'response_format: other-answer',
    ]);
    const opus = speak?.buildRequest({ ...REQUESTS.speech, format: 'opus', extensions: { a: 1 } }, { model: 'm' });
    expect(opus?.body).toMatchObject({ response_format: 'ogg' });
    expect(lost(opus)).toEqual(['a: other-answer']);
  });
});

test('errors are read in the words of the vendor', () => {
  const body = Buffer.from(JSON.stringify({ error: { code: '1113', message: 'no money' } }));
  const embeddings = providers.get('zhipu')?.operations?.embeddings?.('embedding-3');
  expect(embeddings?.readError(429, {}, body).code).toBe('provider_credentials_exhausted');
  const google = Buffer.from(
    JSON.stringify({
      error: {
        code: 400,
        message: 'API key not valid.',
        status: 'INVALID_ARGUMENT',
        details: [{ reason: 'API_KEY_INVALID' }],
      },
    }),
  );
  const gemini = providers.get('google-gemini')?.operations?.embeddings?.('gemini-embedding-001');
  expect(gemini?.readError(400, {}, google)).toMatchObject({ credentialFault: true });
});

test('a picture of a vendor is billed by the piece, whatever else is reported', () => {
  const images = providers.get('xai')?.operations?.images?.('grok-imagine-image');
  const answer = Buffer.from(JSON.stringify({ data: [{ url: 'https://x' }], usage: { cost_in_usd_ticks: 200 } }));
  expect(images?.readFacts(answer, REQUESTS.images)).toMatchObject({ valid: true, usage: { usage: { image: 1 } } });
});
