import { describe, expect, test } from '@jest/globals';
import { isMeter, parsePicos } from '@tollgate/domain';

import { catalogue, catalogueModelOf } from './catalogue.js';
import { ABILITY_FEATURES, ENDPOINT_FEATURES } from './features.js';
import { HAND_WRITTEN } from './hand-written.js';
import { IMPORTED_DATA } from './imported-data.js';

const priced = new Set(catalogue.prices.map(({ provider, model }) => `${provider} ${model}`));
const isPriced = ({ provider, name }: { provider: string; name: string }): boolean => priced.has(`${provider} ${name}`);

describe('what there is', () => {
  const whole = catalogue.models.filter(
    (model) =>
      model.contextWindow !== null &&
      model.maxOutputTokens !== null &&
      model.inputModalities.length > 0 &&
      model.outputModalities.length > 0 &&
      model.features.length > 0 &&
      isPriced(model),
  );

  test('many models have limits, modalities, features and prices; many of them a knowledge date too', () => {
    expect(catalogue.models.length).toBeGreaterThan(2000);
    expect(whole.length).toBeGreaterThan(800);
    expect(whole.filter(({ knowledgeCutoff }) => knowledgeCutoff !== null).length).toBeGreaterThan(500);
    // the same model at several providers counts once
    const names = new Set(whole.map(({ name }) => name.toLowerCase().replace(/^.*\//, '')));
    expect(names.size).toBeGreaterThan(400);
  });

  test.each([
    ['GPT-4o', 'openai', 'gpt-4o'],
    ['GPT-4o mini', 'openai', 'gpt-4o-mini'],
    ['GPT-5', 'openai', 'gpt-5'],
    ['Claude', 'anthropic', 'claude-opus-5-5'],
    ['Gemini', 'google-gemini', 'gemini-2.5-pro'],
    ['Gemini on Vertex', 'google-vertex', 'gemini-2.5-pro'],
    ['Claude on Bedrock', 'aws-bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['Llama', 'groq', 'llama-3.3-70b-versatile'],
    ['Mistral', 'mistral', 'mistral-large-2512'],
    ['DeepSeek', 'deepseek', 'deepseek-chat'],
    ['Qwen', 'dashscope', 'qwen-plus'],
    ['Grok', 'xai', 'grok-4.5'],
  ])('%s is whole', (_, provider, name) => {
    expect(whole.filter((model) => model.provider === provider && model.name === name)).toHaveLength(1);
  });

  test('o1-mini reasons, calls no tools, and is retired', () => {
    const model = catalogue.models.find(({ provider, name }) => provider === 'openai' && name === 'o1-mini');
    expect(model).toMatchObject({ maxOutputTokens: 65_536, contextWindow: 128_000, knowledgeCutoff: '2023-10' });
    expect(model).toMatchObject({ deprecated: true, retiredOn: '2025-10-27', inputModalities: ['text'] });
    expect(model?.features).toEqual(['chat', 'streaming', 'reasoning']);
  });

  test.each([
    ['openai', ['text-embedding-3-small', 'text-embedding-3-large', 'text-embedding-ada-002'], 'input'],
    ['openai', ['dall-e-2', 'dall-e-3'], 'image'],
    ['openai', ['gpt-image-1', 'gpt-image-1.5'], 'input_image'],
    ['openai', ['tts-1', 'tts-1-hd'], 'character'],
    ['openai', ['whisper-1'], 'audio_ms'],
    ['openai', ['gpt-4o-transcribe'], 'input_audio'],
    ['groq', ['whisper-large-v3', 'whisper-large-v3-turbo'], 'audio_ms'],
    ['cohere', ['rerank-v3.5', 'rerank-v4.0-pro'], 'search_unit'],
    ['cohere', ['embed-v4.0', 'embed-multilingual-v3.0'], 'input'],
    ['voyage', ['voyage-3.5', 'voyage-code-3', 'rerank-2.5'], 'input'],
    ['jina', ['jina-embeddings-v3', 'jina-reranker-v2-base-multilingual'], 'input'],
    ['mistral', ['mistral-embed'], 'input'],
    ['google-gemini', ['gemini-embedding-001'], 'input'],
    ['google-gemini', ['imagen-4.0-generate-001'], 'image'],
  ])('%s: %j are priced by %s', (provider, names, meter) => {
    for (const name of names) {
      const rows = catalogue.prices.filter((row) => row.provider === provider && row.model === name);
      expect([name, rows.map((row) => row.meter)]).toEqual([name, expect.arrayContaining([meter])]);
    }
  });

  test('moderation is free in so many words, and so are the free variants of OpenRouter; nothing else is', () => {
    const free = catalogue.models.filter((model) => {
      const rows = catalogue.prices.filter((row) => row.provider === model.provider && row.model === model.name);
      return rows.length > 0 && rows.every(({ amountPicos }) => amountPicos === 0n);
    });
    const named = free.filter(({ name }) => !name.endsWith(':free'));
    expect(named.map(({ provider, name }) => `${provider} ${name}`)).toEqual(['openai omni-moderation-latest']);
    expect(new Set(free.filter(({ name }) => name.endsWith(':free')).map(({ provider }) => provider))).toEqual(
      new Set(['openrouter']),
    );
  });

  test('engines on the own machines have neither models nor prices: what they cost is not known', () => {
    const local = ['ollama', 'llama-cpp', 'vllm', 'lm-studio', 'openai-compatible'];
    expect(catalogue.models.filter(({ provider }) => local.includes(provider))).toEqual([]);
    expect(catalogue.prices.filter(({ provider }) => local.includes(provider))).toEqual([]);
  });
});

describe('the imported data', () => {
  test('use our words only', () => {
    const features = new Set<string>([...ENDPOINT_FEATURES, ...ABILITY_FEATURES]);
    for (const { provider, sources, models } of IMPORTED_DATA) {
      expect([provider, sources.length > 0]).toEqual([provider, true]);
      for (const { name, licence, day } of sources) {
        expect([name.length > 0, licence, /^\d{4}-\d\d-\d\d$/.test(day)]).toEqual([true, 'MIT', true]);
      }
      for (const model of models) {
        expect([model.name, model.features.filter((feature) => !features.has(feature))]).toEqual([model.name, []]);
        expect([model.name, model.prices.filter(({ meter }) => !isMeter(meter))]).toEqual([model.name, []]);
      }
    }
  });

  test('every amount is exact', () => {
    for (const { amount, amountPicos, per, fromTokens } of catalogue.prices) {
      expect(parsePicos(amount)).toBe(amountPicos);
      expect(Number.isSafeInteger(per) && per > 0 && Number.isSafeInteger(fromTokens)).toBe(true);
    }
  });

  test('facts written by hand are of models that there are', () => {
    for (const [provider, { facts = {}, models }] of Object.entries(HAND_WRITTEN)) {
      if (provider === 'azure-openai') continue; // has OpenAI's facts, whatever of them it serves
      const names = catalogue.models.filter((model) => model.provider === provider).map(({ name }) => name);
      expect(Object.keys(facts).filter((name) => !names.includes(name))).toEqual([]);
      expect(models).not.toEqual([]);
    }
  });
});

describe('rows of prices', () => {
  const dimensions = Map.groupBy(catalogue.prices, (row) =>
    JSON.stringify([row.provider, row.model, row.meter, row.serviceTier, row.region, row.fromTokens, row.timeWindow]),
  );

  test('follow each other without overlap or gap, and the last one has no end', () => {
    for (const [key, rows] of dimensions) {
      const inTime = rows.toSorted((a, b) => a.effectiveFrom - b.effectiveFrom);
      for (const [index, row] of inTime.entries()) {
        const next = inTime[index + 1];
        if (next !== undefined) expect([key, row.effectiveTo]).toEqual([key, next.effectiveFrom]);
      }
    }
  });

  test('a price for long contexts, or for some hours, stands beside one for all the rest', () => {
    const gaps = catalogue.prices.filter((row) => {
      if (row.fromTokens === 0 && row.timeWindow === '*') return false;
      const key = [row.provider, row.model, row.meter, row.serviceTier, row.region, 0, '*'];
      return !dimensions.has(JSON.stringify(key));
    });
    expect(gaps).toEqual([]);
  });
});

describe('names at each provider', () => {
  test.each([
    ['aws-bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    // global inference costs a tenth less than regional
    [
      'aws-bedrock',
      'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['aws-bedrock', 'eu.anthropic.claude-sonnet-5', 'anthropic.claude-sonnet-5-v1:0'],
    ['aws-bedrock', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    ['aws-bedrock', 'arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    ['aws-bedrock', 'anthropic.claude-3-haiku-20240307-v1:0:200k', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['google-vertex', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['google-vertex', 'publishers/google/models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['google-vertex', 'projects/p/locations/eu/publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['google-vertex', 'google/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['google-gemini', 'models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['azure-openai', 'gpt-4o-prod-eu', 'gpt-4o'],
    ['azure-openai', 'gpt-4o-mini-team.a', 'gpt-4o-mini'],
    ['azure-openai', 'gpt-35-turbo', 'gpt-3.5-turbo'],
    ['azure-openai', 'our-own-name', null],
    ['azure-openai', 'text-embedding-ada-002', 'ada'],
    ['openrouter', 'openai/gpt-4o', 'openai/gpt-4o'],
    ['openrouter', 'anthropic/claude-sonnet-4.5:nitro', 'anthropic/claude-sonnet-4.5'],
    ['openrouter', 'deepseek/deepseek-chat-v3-0324:free', 'deepseek/deepseek-chat-v3-0324:free'],
    // free, by its name, where the list does not have it: never the price of the paid one
    ['openrouter', 'openai/gpt-4o:free', null],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['fireworks', 'accounts/fireworks/models/kimi-k2p5', 'accounts/fireworks/models/kimi-k2p5'],
    ['fireworks', 'kimi-k2p5', 'accounts/fireworks/models/kimi-k2p5'],
    ['fireworks', 'accounts/fireworks/models/kimi-k2p5#accounts/acme/deployments/1', null],
    ['huggingface', 'OpenAI/gpt-oss-120b:groq', 'openai/gpt-oss-120b:groq'],
    ['huggingface', 'openai/gpt-oss-120b:fastest', null],
    ['sambanova', 'Meta-Llama-3.3-70B-Instruct', 'Llama-3.3-70B-Instruct'],
    ['groq', 'llama-3.3-70b-versatile', 'llama-3.3-70b-versatile'],
    ['groq', 'openai/gpt-oss-safeguard-20b', 'openai/gpt-oss-safeguard-20b'],
    ['mistral', 'mistral-large-latest', 'mistral-large-latest'],
    ['mistral', 'mistral-large-2411', 'mistral-large'],
    ['xai', 'grok-4-latest', 'grok-4-0709'],
    ['zhipu', 'glm-5.2', 'GLM-5.2'],
    ['cohere', 'command-a-03-2025', 'command-a'],
    ['dashscope', 'qwen-plus-latest', 'qwen-plus'],
    ['openai', 'omni-moderation-2024-09-26', 'omni-moderation-latest'],
    ['openai', 'text-moderation-stable', 'omni-moderation-latest'],
    ['openai', 'o1-mini-2024-09-12', 'o1-mini'],
    ['ollama', 'llama3.3:70b', null],
    ['nobody', 'gpt-4o', null],
  ])('%s: %s is %s', (provider, name, expected) => {
    expect(catalogueModelOf(provider, name)).toBe(expected);
  });

  test('every model is itself, and every alias leads to its model', () => {
    for (const { provider, name, aliases } of catalogue.models) {
      for (const known of [name, ...aliases])
        expect([provider, catalogueModelOf(provider, known)]).toEqual([provider, name]);
    }
  });

  test('hostile names cost no time', () => {
    const start = performance.now();
    for (const name of [
      'a-'.repeat(20_000),
      'projects/'.repeat(5000),
      `${'x.'.repeat(20_000)}-v1`,
      '',
      '-',
      '@20250101',
    ]) {
      for (const { provider } of IMPORTED_DATA) expect(catalogueModelOf(provider, name)).toBeNull();
    }
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
