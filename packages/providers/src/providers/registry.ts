import type { ProviderDeclaration } from '../provider-declaration.js';
import type { ProviderId } from '../provider-id.js';
import { anthropic } from './anthropic/declaration.js';
import { awsBedrock } from './aws-bedrock/declaration.js';
import { azureOpenai } from './azure-openai/declaration.js';
import { cerebras } from './cerebras/declaration.js';
import { cloudflare } from './cloudflare/declaration.js';
import { cohere } from './cohere/declaration.js';
import { dashscope } from './dashscope/declaration.js';
import { deepinfra } from './deepinfra/declaration.js';
import { deepseek } from './deepseek/declaration.js';
import { fireworks } from './fireworks/declaration.js';
import { googleGemini } from './google-gemini/declaration.js';
import { googleVertex } from './google-vertex/declaration.js';
import { groq } from './groq/declaration.js';
import { huggingface } from './huggingface/declaration.js';
import { jina } from './jina/declaration.js';
import { llamaCpp } from './llama-cpp/declaration.js';
import { lmStudio } from './lm-studio/declaration.js';
import { minimax } from './minimax/declaration.js';
import { mistral } from './mistral/declaration.js';
import { moonshot } from './moonshot/declaration.js';
import { nebius } from './nebius/declaration.js';
import { nvidiaNim } from './nvidia-nim/declaration.js';
import { ollama } from './ollama/declaration.js';
import { openai } from './openai/declaration.js';
import { openaiCompatible } from './openai-compatible/declaration.js';
import { openrouter } from './openrouter/declaration.js';
import { perplexity } from './perplexity/declaration.js';
import { sambanova } from './sambanova/declaration.js';
import { sandbox } from './sandbox/declaration.js';
import { together } from './together/declaration.js';
import { vllm } from './vllm/declaration.js';
import { voyage } from './voyage/declaration.js';
import { xai } from './xai/declaration.js';
import { zhipu } from './zhipu/declaration.js';

/** As lists show them. */
const ALL: readonly ProviderDeclaration[] = [
  openai,
  azureOpenai,
  anthropic,
  googleGemini,
  googleVertex,
  awsBedrock,
  mistral,
  cohere,
  groq,
  together,
  fireworks,
  deepseek,
  xai,
  perplexity,
  openrouter,
  cerebras,
  sambanova,
  nvidiaNim,
  cloudflare,
  huggingface,
  moonshot,
  zhipu,
  dashscope,
  minimax,
  deepinfra,
  nebius,
  voyage,
  jina,
  ollama,
  llamaCpp,
  vllm,
  lmStudio,
  openaiCompatible,
  sandbox,
];

/** Every provider of this version. */
export const providers: ReadonlyMap<ProviderId, ProviderDeclaration> = new Map(
  ALL.map((provider) => [provider.id, provider]),
);

const byId: ReadonlyMap<string, ProviderDeclaration> = providers;

/** The declaration of a provider that is known only by a text, as the database holds it. */
export function providerById(id: string): ProviderDeclaration | undefined {
  return byId.get(id);
}
