import { describe, expect, test } from '@jest/globals';

import { catalogue } from '../catalogue/catalogue.js';
import { clientDialects } from '../dialects/registry.js';
import { connectionTestUrl, endpointFor, needsSecret, providerHeaders } from '../provider-declaration.js';
import type { DialectId } from '../dialect-id.js';
import type { ProviderId } from '../provider-id.js';
import { anthropic } from './anthropic/declaration.js';
import { openai } from './openai/declaration.js';
import { providers } from './registry.js';

const ALL = [...providers.values()];
const filledIn = (template: string): string => template.replaceAll(/\{(\w+)\}/g, 'the-$1');

/** The whole addresses of a request that is not streamed and of one that is, by provider, model and dialect. */
const ADDRESSES: readonly (readonly [ProviderId, string, string, string, string?])[] = [
  ['openai', 'gpt-4o', 'openai-chat', 'https://api.openai.com/v1/chat/completions'],
  ['openai', 'gpt-4o', 'openai-responses', 'https://api.openai.com/v1/responses'],
  ['openai', 'gpt-3.5-turbo-instruct', 'openai-completions', 'https://api.openai.com/v1/completions'],
  [
    'azure-openai',
    'my gpt',
    'openai-chat',
    'https://the-resource.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21',
  ],
  ['azure-openai', 'my gpt', 'openai-responses', 'https://the-resource.openai.azure.com/openai/v1/responses'],
  ['anthropic', 'claude-opus-5', 'anthropic-messages', 'https://api.anthropic.com/v1/messages'],
  [
    'google-gemini',
    'gemini-2.5-pro',
    'google-generate',
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent',
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
  ],
  [
    'google-vertex',
    'claude-opus-4-1@20250805',
    'anthropic-messages',
    'https://the-region-aiplatform.googleapis.com/v1/projects/the-project/locations/the-region/publishers/anthropic/models/claude-opus-4-1%4020250805:rawPredict',
    'https://the-region-aiplatform.googleapis.com/v1/projects/the-project/locations/the-region/publishers/anthropic/models/claude-opus-4-1%4020250805:streamRawPredict',
  ],
  [
    'google-vertex',
    'meta/llama-4-maverick',
    'openai-chat',
    'https://the-region-aiplatform.googleapis.com/v1/projects/the-project/locations/the-region/endpoints/openapi/chat/completions',
  ],
  [
    'aws-bedrock',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'bedrock-converse',
    'https://bedrock-runtime.the-region.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse',
    'https://bedrock-runtime.the-region.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream',
  ],
  ['mistral', 'm', 'openai-chat', 'https://api.mistral.ai/v1/chat/completions'],
  ['cohere', 'm', 'cohere-chat', 'https://api.cohere.com/v2/chat'],
  ['groq', 'm', 'openai-chat', 'https://api.groq.com/openai/v1/chat/completions'],
  ['together', 'm', 'openai-chat', 'https://api.together.xyz/v1/chat/completions'],
  ['fireworks', 'm', 'openai-chat', 'https://api.fireworks.ai/inference/v1/chat/completions'],
  ['deepseek', 'm', 'openai-chat', 'https://api.deepseek.com/chat/completions'],
  ['deepseek', 'm', 'anthropic-messages', 'https://api.deepseek.com/anthropic/v1/messages'],
  ['xai', 'm', 'anthropic-messages', 'https://api.x.ai/v1/messages'],
  ['perplexity', 'm', 'openai-chat', 'https://api.perplexity.ai/chat/completions'],
  ['openrouter', 'm', 'openai-chat', 'https://openrouter.ai/api/v1/chat/completions'],
  ['cerebras', 'm', 'openai-chat', 'https://api.cerebras.ai/v1/chat/completions'],
  ['sambanova', 'm', 'openai-chat', 'https://api.sambanova.ai/v1/chat/completions'],
  ['nvidia-nim', 'm', 'openai-chat', 'https://integrate.api.nvidia.com/v1/chat/completions'],
  [
    'cloudflare',
    'm',
    'openai-chat',
    'https://api.cloudflare.com/client/v4/accounts/the-account/ai/v1/chat/completions',
  ],
  ['huggingface', 'm', 'openai-chat', 'https://router.huggingface.co/v1/chat/completions'],
  ['moonshot', 'm', 'openai-chat', 'https://api.moonshot.ai/v1/chat/completions'],
  ['moonshot', 'm', 'anthropic-messages', 'https://api.moonshot.ai/anthropic/v1/messages'],
  ['zhipu', 'm', 'openai-chat', 'https://api.z.ai/api/paas/v4/chat/completions'],
  ['zhipu', 'm', 'anthropic-messages', 'https://api.z.ai/api/anthropic/v1/messages'],
  ['dashscope', 'm', 'openai-chat', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions'],
  ['dashscope', 'm', 'anthropic-messages', 'https://dashscope-intl.aliyuncs.com/apps/anthropic/v1/messages'],
  ['minimax', 'm', 'openai-chat', 'https://api.minimax.io/v1/chat/completions'],
  ['minimax', 'm', 'anthropic-messages', 'https://api.minimax.io/anthropic/v1/messages'],
  ['deepinfra', 'm', 'openai-chat', 'https://api.deepinfra.com/v1/openai/chat/completions'],
  ['deepinfra', 'm', 'openai-responses', 'https://api.deepinfra.com/v1/responses'],
  ['sambanova', 'm', 'anthropic-messages', 'https://api.sambanova.ai/v1/messages'],
  ['minimax', 'm', 'openai-responses', 'https://api.minimax.io/v1/responses'],
  ['huggingface', 'm', 'openai-responses', 'https://router.huggingface.co/v1/responses'],
  ['fireworks', 'm', 'anthropic-messages', 'https://api.fireworks.ai/inference/v1/messages'],
  ['deepinfra', 'm', 'anthropic-messages', 'https://api.deepinfra.com/anthropic/v1/messages'],
  ['nebius', 'm', 'openai-chat', 'https://api.tokenfactory.nebius.com/v1/chat/completions'],
  ['ollama', 'm', 'openai-chat', 'http://127.0.0.1:11434/v1/chat/completions'],
  ['llama-cpp', 'm', 'openai-chat', 'http://127.0.0.1:8080/v1/chat/completions'],
  ['openai-compatible', 'm', 'openai-chat', 'https://the-host/v1/chat/completions'],
];

function addressOf(id: ProviderId, model: string, dialect: string, stream: boolean): string {
  const provider = providers.get(id);
  const endpoint = provider?.endpoints.find((each) => each.dialect === dialect);
  if (provider === undefined || endpoint === undefined) return 'none';
  const url = new URL(provider.defaultBaseUrl ?? filledIn(provider.baseUrlTemplate ?? ''));
  const basePath = url.pathname.replace(/\/+$/, '');
  const path = endpoint.path({ upstreamModel: model, stream, basePath });
  return url.origin + (endpoint.belowOrigin ? '' : basePath) + path;
}

test.each(ADDRESSES.map(([id, model, dialect, ...urls]) => [id, model, dialect, urls] as const))(
  '%s answers %s in %s at %j',
  (id, model, dialect, [whole, streamed]) => {
    expect(addressOf(id, model, dialect, false)).toBe(whole);
    expect(addressOf(id, model, dialect, true)).toBe(streamed ?? whole);
  },
);

test('the newer interface of Azure takes the model in the body', () => {
  const path = providers.get('azure-openai')?.endpoints[0].path({
    upstreamModel: 'my-gpt',
    stream: true,
    basePath: '/openai/v1',
  });
  expect(path).toBe('/chat/completions');
});

test('a prefix before the version of a base URL stays', () => {
  const [, messages] = providers.get('deepseek')?.endpoints ?? [];
  const request = { upstreamModel: 'm', stream: false, basePath: '/proxied/v1' };
  expect(messages?.path(request)).toBe('/proxied/anthropic/v1/messages');
});

describe.each(ALL.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
  test('stands in the registry under its own id, with a name and a reference', () => {
    expect(providers.get(id)).toBe(provider);
    expect(ALL.filter((other) => other.displayName === provider.displayName)).toHaveLength(1);
    expect(new URL(provider.documentationUrl).protocol).toBe('https:');
    expect(provider.credentialUrl ?? 'https://').toMatch(/^https:\/\//);
  });

  test('can be reached: by an address of its own, or one that is described', () => {
    const baseUrl = provider.defaultBaseUrl ?? provider.baseUrlTemplate;
    if (!provider.simulated) expect(baseUrl).toMatch(/^https?:\/\/\S+[^/]$/);
    for (const endpoint of provider.endpoints) {
      const written = endpoint.path({ upstreamModel: 'a/b c?', stream: true, basePath: '/x' });
      expect(written).toMatch(/^\/[^\s]*$/);
      if (endpoint.belowOrigin) expect(written).toMatch(/^\/x\//);
    }
  });

  test('says who asks in lower-case headers, and needs no more than the secret', () => {
    const headers = providerHeaders(provider, 'the-secret');
    expect(Object.keys(headers)).toEqual(Object.keys(headers).map((name) => name.toLowerCase()));
    expect(JSON.stringify(headers).includes('the-secret')).toBe(provider.authentication !== 'none');
    expect(JSON.stringify(providerHeaders(provider, null))).not.toContain('undefined');
    if (needsSecret(provider)) expect(provider.credentialUrl).toBeDefined();
  });

  test('has a connection test that never throws', () => {
    const baseUrl = provider.defaultBaseUrl ?? filledIn(provider.baseUrlTemplate ?? 'http://sandbox');
    expect(new URL(connectionTestUrl(provider, `${baseUrl}/`)).host).toBeTruthy();
    const { connectionTest } = provider;
    const { method, body, refusals } = connectionTest;
    expect(body === undefined).toBe(method === 'GET');
    expect(refusals?.some((status) => status === 401 || status === 403) ?? false).toBe(false);
    for (const text of [
      '',
      'null',
      '[]',
      '{}',
      '{"data":7}',
      '{"data":[null,1,{"id":2}]}',
      '<html>',
      '{"models":[[]]}',
    ]) {
      expect(() => connectionTest.readModels(Buffer.from(text))).not.toThrow();
    }
  });

  test('knows what every model takes, in a way that can be used', () => {
    for (const model of ['', 'gpt-5', 'claude-opus-5', 'o1-mini', 'no-such-model', 'a/b', '*']) {
      const target = provider.targetModel(model, 4096);
      expect(target.maxOutputTokens).toBe(4096);
      if (target.thinking === 'effort') expect(target.efforts.length).toBeGreaterThan(0);
      if (target.thinkingSwitch !== undefined) expect(target.leastThinking).toBeDefined();
    }
  });

  test('rewrites without changing what it is given', () => {
    for (const endpoint of provider.endpoints) {
      const rewrite = endpoint.rewrite?.('o1-mini') ?? null;
      if (rewrite === null) continue;
      for (const body of [{}, { messages: 3 }, { messages: [null, { role: 'system' }], max_tokens: 1, seed: 1 }]) {
        const before = structuredClone(body);
        expect(rewrite(rewrite(body))).toEqual(rewrite(body));
        expect(body).toEqual(before);
      }
    }
  });

  test('is found in the environment by variables that no other provider has', () => {
    const { environment } = provider;
    if (environment === undefined) return;
    const named = [...(environment.secret ?? []), ...(environment.baseUrl ?? []), ...(environment.secretFile ?? [])];
    for (const variable of named) {
      expect(variable).toMatch(/^[A-Z][A-Z0-9_]+$/);
      const others = ALL.filter((other) => other !== provider && other.environment !== undefined);
      expect(JSON.stringify(others.map((other) => other.environment))).not.toContain(`"${variable}"`);
    }
    const template = provider.baseUrlTemplate ?? '';
    for (const part of Object.keys(environment.baseUrlParts ?? {})) expect(template).toContain(`{${part}}`);
  });
});

test('every client is answered by every provider that has models for conversations', () => {
  for (const dialect of Object.keys(clientDialects) as (keyof typeof clientDialects)[]) {
    for (const provider of ALL) {
      const answers = !['voyage', 'jina'].includes(provider.id);
      expect([provider.id, endpointFor(provider, { name: 'm', features: [] }, dialect) !== null]).toEqual([
        provider.id,
        answers,
      ]);
    }
  }
});

describe('what a model takes', () => {
  const target = (id: ProviderId, model: string, dialect?: DialectId) =>
    providers.get(id)?.targetModel(model, 4096, dialect);

  test.each<[ProviderId, string, DialectId, string]>([
    ['openai', 'gpt-5-pro', 'openai-responses', 'max_output_tokens'],
    ['openai', 'gpt-5-pro', 'openai-chat', 'max_completion_tokens'],
    ['openai', 'gpt-4.1', 'openai-chat', 'max_tokens'],
    ['azure-openai', 'gpt-4.1', 'openai-responses', 'max_output_tokens'],
    ['groq', 'm', 'openai-responses', 'max_output_tokens'],
    ['groq', 'm', 'openai-chat', 'max_completion_tokens'],
    ['moonshot', 'kimi-k2.5', 'anthropic-messages', 'max_tokens'],
    ['google-gemini', 'gemini-2.5-pro', 'google-generate', 'maxOutputTokens'],
    ['google-vertex', 'gemini-2.5-pro', 'google-generate', 'maxOutputTokens'],
    ['google-vertex', 'claude-opus-5', 'anthropic-messages', 'max_tokens'],
    ['google-vertex', 'meta/llama-4-maverick', 'openai-chat', 'max_tokens'],
    ['aws-bedrock', 'amazon.nova-pro-v1:0', 'bedrock-converse', 'max_tokens'],
  ])('%s is told the cap of %s in %s as %s', (id, model, dialect, field) => {
    expect(target(id, model, dialect)?.outputCapField).toBe(field);
  });

  test('without a dialect, that of the first endpoint is meant', () => {
    for (const provider of ALL) {
      for (const model of ['gpt-5', 'claude-opus-5', 'gemini-2.5-pro']) {
        const [first] = provider.endpoints;
        if (first !== undefined && first.dialect !== 'google-generate') {
          expect(provider.targetModel(model, 1)).toEqual(provider.targetModel(model, 1, first.dialect));
        }
      }
    }
  });

  test('thinking is told to each in its own way', () => {
    expect(target('google-gemini', 'gemini-2.5-flash')).toMatchObject({ thinking: 'budget' });
    expect(target('google-vertex', 'gemini-2.5-flash')).toEqual(target('google-gemini', 'gemini-2.5-flash'));
    expect(target('google-vertex', 'claude-opus-5')).toEqual(target('anthropic', 'claude-opus-5'));
    expect(target('aws-bedrock', 'anthropic.claude-opus-5-v1:0')).toMatchObject({ thinking: 'adaptive' });
    expect(target('cohere', 'command-a-reasoning-08-2025')).toMatchObject({ thinking: 'budget' });
  });
});

describe('lists of models are cut to what can be called', () => {
  test.each<[ProviderId, unknown, readonly string[]]>([
    ['together', [{ id: 'a', type: 'chat' }, { id: 'b', type: 'video-training' }, { id: 'c' }], ['a', 'c']],
    [
      'mistral',
      {
        data: [
          { id: 'a', capabilities: { completion_chat: true } },
          { id: 'b', capabilities: { x: false } },
        ],
      },
      ['a'],
    ],
    [
      'google-gemini',
      {
        models: [
          { name: 'models/a', supportedGenerationMethods: ['generateContent'] },
          { name: 'models/b', supportedGenerationMethods: ['bidiGenerateContent'] },
        ],
      },
      ['a'],
    ],
    [
      'aws-bedrock',
      {
        modelSummaries: [
          { modelId: 'a', inferenceTypesSupported: ['ON_DEMAND'], modelLifecycle: { status: 'ACTIVE' } },
          { modelId: 'b', inferenceTypesSupported: ['PROVISIONED'] },
          { modelId: 'c', inferenceTypesSupported: ['ON_DEMAND'], modelLifecycle: { status: 'LEGACY' } },
        ],
      },
      ['a'],
    ],
    [
      'cohere',
      {
        models: [
          { name: 'a', endpoints: ['chat'] },
          { name: 'b', is_deprecated: true },
        ],
      },
      ['a'],
    ],
    ['cloudflare', { success: true, result: [{ id: '1', name: '@cf/meta/llama' }] }, ['@cf/meta/llama']],
    ['google-vertex', { publisherModels: [{ name: 'publishers/google/models/gemini-2.5-pro' }] }, ['gemini-2.5-pro']],
    ['azure-openai', { data: [{ id: 'a', capabilities: { inference: false } }, { id: 'b' }] }, ['b']],
  ])('%s', (id, list, models) => {
    expect(providers.get(id)?.connectionTest.readModels(Buffer.from(JSON.stringify(list)))).toEqual(models);
  });
});

describe('OpenAI', () => {
  test.each([
    ['gpt-4o', 'stops', 0],
    ['gpt-4.1-mini', 'stops', 0],
    ['gpt-4o-search-preview', 'stops', 1],
    ['gpt-4o-search-preview-2025-03-11', 'stops', 1],
    ['gpt-4o-mini-search-preview', 'stops', 1],
    ['gpt-5-search-api', 'continues', 1],
    ['gpt-5-search-api-2025-10-14', 'continues', 1],
    ['o1', 'continues', 0],
    ['o3-mini-2025-01-31', 'continues', 0],
    ['o4-mini', 'continues', 0],
    ['gpt-5', 'continues', 0],
    ['gpt-5.2', 'continues', 0],
    ['ft:o4-mini-2025-04-16:acme::x1', 'continues', 0],
    ['ft:gpt-4o-2024-08-06:acme::x1', 'stops', 0],
  ] as const)('%s: after a disconnect the bill %s; searches: %i', (model, bill, searches) => {
    expect(openai.billsAfterDisconnect(model)).toBe(bill);
    expect(openai.searchesPerRequest(model)).toBe(searches);
  });

  test.each([
    [['chat'], 'openai-responses', 'openai-responses'],
    [['chat', 'responses'], 'openai-responses', 'openai-responses'],
    [['responses'], 'openai-chat', 'openai-responses'],
    [[], 'openai-responses', 'openai-responses'],
    [['reasoning'], 'openai-chat', 'openai-chat'],
    [['completions'], 'openai-chat', null],
    [['embeddings'], 'openai-chat', null],
    [['rerank'], 'google-generate', null],
    [['moderations'], 'openai-responses', null],
    [['realtime'], 'openai-chat', null],
    [['embeddings', 'chat'], 'openai-chat', 'openai-chat'],
    [['speech'], 'google-generate', 'openai-chat'],
  ] as const)('a model with %j answers a client of %s in %s', (features, asked, dialect) => {
    expect(endpointFor(openai, { name: 'm', features }, asked)?.dialect ?? null).toBe(dialect);
  });

  test.each([
    ['gpt-5', 'openai-responses'],
    ['gpt-4o-mini', 'openai-responses'],
    ['gpt-4o-audio-preview', 'openai-chat'],
    ['gpt-audio', 'openai-chat'],
    ['gpt-4o-search-preview-2025-03-11', 'openai-chat'],
    ['gpt-5-search-api', 'openai-chat'],
    ['gpt-5-pro', 'openai-responses'],
  ] as const)('%s of the catalogue answers a client of responses in %s', (name, dialect) => {
    const found = catalogue.models.find((model) => model.provider === 'openai' && name.startsWith(model.name));
    expect(found?.features.length).toBeGreaterThan(0);
    expect(endpointFor(openai, { name, features: found?.features ?? [] }, 'openai-responses')?.dialect).toBe(dialect);
  });
});

describe('Anthropic', () => {
  test.each([
    ['claude-3-haiku-20240307', 'stops'],
    ['claude-sonnet-4-5-20250929', 'stops'],
    ['claude-opus-5', 'stops'],
    ['claude-opus-5-5', 'continues'],
    ['claude-sonnet-5-5', 'continues'],
  ] as const)('%s: after a disconnect the bill %s', (model, bill) => {
    expect(anthropic.billsAfterDisconnect(model)).toBe(bill);
  });

  test('its key goes into a header of its own', () => {
    expect(providerHeaders(anthropic, 'secret')).toEqual({ 'anthropic-version': '2023-06-01', 'x-api-key': 'secret' });
    expect(providerHeaders(anthropic, null)).toEqual({ 'anthropic-version': '2023-06-01' });
    expect(providerHeaders(openai, 'secret')).toEqual({ authorization: 'Bearer secret' });
  });
});

test('no other provider is known to bill for what was not sent', () => {
  for (const provider of providers.values()) {
    if (['openai', 'azure-openai', 'aws-bedrock'].includes(provider.id)) continue;
    expect(provider.billsAfterDisconnect('gpt-5')).toBe('stops');
    expect(provider.searchesPerRequest('gpt-4o-search-preview')).toBe(0);
  }
});
