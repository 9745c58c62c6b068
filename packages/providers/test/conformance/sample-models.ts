import type { DialectId } from '../../src/dialect-id.js';
import type { ProviderId } from '../../src/provider-id.js';

/** Models that can most, by whose names the declarations say what can be asked. */
const SAMPLES: Partial<Readonly<Record<ProviderId, string>>> = {
  openai: 'gpt-5',
  'azure-openai': 'gpt-5',
  anthropic: 'claude-sonnet-4-5',
  'google-gemini': 'gemini-3-pro-preview',
  'google-vertex': 'google/gemini-3-pro-preview',
  'aws-bedrock': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  cohere: 'command-a-reasoning-08-2025',
  mistral: 'magistral-medium-latest',
  groq: 'openai/gpt-oss-120b',
  deepseek: 'deepseek-reasoner',
  xai: 'grok-3-mini',
  perplexity: 'sonar-reasoning-pro',
  openrouter: 'openai/gpt-5',
  moonshot: 'kimi-k2-thinking',
  zhipu: 'glm-4.6',
  dashscope: 'qwen3-max',
  minimax: 'MiniMax-M2',
  cerebras: 'gpt-oss-120b',
};

export function sampleModel(provider: ProviderId, dialect: DialectId): string {
  if (provider === 'google-vertex' && dialect === 'anthropic-messages') return 'claude-sonnet-4-5@20250929';
  if (provider === 'google-vertex' && dialect === 'google-generate') return 'gemini-3-pro-preview';
  return SAMPLES[provider] ?? 'a-model';
}
