import type { Feature } from './features.js';
import type { ModelFacts } from './model-facts.js';

const TEXT = ['text'];
const TEXT_IMAGES_PDF = ['text', 'image', 'pdf'];
const TOOLS: readonly Feature[] = ['chat', 'streaming', 'tools', 'parallel-tools', 'prompt-caching'];
const THINKING: readonly Feature[] = [...TOOLS, 'reasoning', 'web-search'];
const SCHEMA: readonly Feature[] = [...THINKING, 'json-schema'];

const claude = (maxOutputTokens: number, features: readonly Feature[], knowledgeCutoff?: string): ModelFacts => ({
  maxOutputTokens,
  inputModalities: TEXT_IMAGES_PDF,
  outputModalities: TEXT,
  features,
  ...(knowledgeCutoff !== undefined && { knowledgeCutoff }),
});
const retired = (maxOutputTokens: number, features: readonly Feature[], knowledgeCutoff?: string): ModelFacts => ({
  ...claude(maxOutputTokens, features, knowledgeCutoff),
  deprecated: true,
});

/**
 * Written by hand from the pages of the models and of deprecations in Anthropic's documentation
 * (platform.claude.com/docs/en/models, …/about-claude/model-deprecations), as of October 2026; limits of retired models
 * are those of models.dev (MIT, of 2 July 2026).
 */
export const ANTHROPIC_FACTS: Readonly<Record<string, ModelFacts>> = {
  'claude-fable-5-1': claude(128_000, SCHEMA, '2026-06'),
  'claude-mythos-5-1': claude(128_000, SCHEMA, '2026-06'),
  'claude-fable-5': claude(128_000, SCHEMA, '2026-01'),
  'claude-mythos-5': claude(128_000, SCHEMA, '2026-01'),
  'claude-opus-5-5': claude(128_000, SCHEMA, '2026-06'),
  'claude-opus-5': claude(128_000, SCHEMA, '2026-05'),
  'claude-opus-4-8': claude(128_000, SCHEMA),
  'claude-opus-4-7': claude(128_000, SCHEMA, '2026-01'),
  'claude-opus-4-6': claude(128_000, SCHEMA, '2025-05'),
  'claude-opus-4-5': { ...claude(64_000, SCHEMA, '2025-05'), aliases: ['claude-opus-4-5-20251101'] },
  'claude-sonnet-5-5': claude(128_000, SCHEMA, '2026-06'),
  'claude-sonnet-5': claude(128_000, SCHEMA, '2026-01'),
  'claude-sonnet-4-6': claude(64_000, SCHEMA, '2025-08'),
  'claude-sonnet-4-5': { ...claude(64_000, SCHEMA, '2025-01'), aliases: ['claude-sonnet-4-5-20250929'] },
  'claude-haiku-5-5': claude(128_000, SCHEMA, '2026-06'),
  'claude-haiku-4-5': { ...claude(64_000, SCHEMA, '2025-02'), aliases: ['claude-haiku-4-5-20251001'] },
  'claude-opus-4-1': { ...retired(32_000, SCHEMA, '2025-01'), aliases: ['claude-opus-4-1-20250805'] },
  'claude-opus-4-0': { ...retired(32_000, THINKING, '2025-01'), aliases: ['claude-opus-4-20250514'] },
  'claude-sonnet-4-0': { ...retired(64_000, THINKING, '2025-01'), aliases: ['claude-sonnet-4-20250514'] },
  'claude-3-7-sonnet-latest': {
    ...retired(64_000, THINKING, '2024-10'),
    aliases: ['claude-3-7-sonnet-20250219'],
    retiredOn: '2026-02-19',
  },
  'claude-3-5-sonnet': {
    ...retired(8192, TOOLS, '2024-04'),
    aliases: ['claude-3-5-sonnet-20240620', 'claude-3-5-sonnet-20241022'],
    retiredOn: '2025-10-28',
  },
  'claude-3-5-haiku-latest': { ...retired(8192, TOOLS, '2024-07'), aliases: ['claude-3-5-haiku-20241022'] },
  'claude-3-opus-latest': {
    ...retired(4096, TOOLS, '2023-08'),
    aliases: ['claude-3-opus-20240229'],
    retiredOn: '2026-01-05',
  },
  'claude-3-sonnet': {
    ...retired(4096, TOOLS, '2023-08'),
    aliases: ['claude-3-sonnet-20240229'],
    retiredOn: '2025-07-21',
  },
  'claude-3-haiku': { ...retired(4096, TOOLS, '2023-08'), aliases: ['claude-3-haiku-20240307'] },
  'claude-2': {
    deprecated: true,
    inputModalities: TEXT,
    outputModalities: TEXT,
    features: ['chat', 'streaming'],
    retiredOn: '2025-07-21',
  },
  'claude-v1': {
    deprecated: true,
    inputModalities: TEXT,
    outputModalities: TEXT,
    features: ['chat', 'streaming'],
    retiredOn: '2024-11-06',
  },
};
