import type { CatalogueData } from './catalogue-data.js';
import anthropic from './data/anthropic.json' with { type: 'json' };
import awsBedrock from './data/aws-bedrock.json' with { type: 'json' };
import azureOpenai from './data/azure-openai.json' with { type: 'json' };
import cerebras from './data/cerebras.json' with { type: 'json' };
import cloudflare from './data/cloudflare.json' with { type: 'json' };
import cohere from './data/cohere.json' with { type: 'json' };
import dashscope from './data/dashscope.json' with { type: 'json' };
import deepinfra from './data/deepinfra.json' with { type: 'json' };
import deepseek from './data/deepseek.json' with { type: 'json' };
import fireworks from './data/fireworks.json' with { type: 'json' };
import googleGemini from './data/google-gemini.json' with { type: 'json' };
import googleVertex from './data/google-vertex.json' with { type: 'json' };
import groq from './data/groq.json' with { type: 'json' };
import huggingface from './data/huggingface.json' with { type: 'json' };
import minimax from './data/minimax.json' with { type: 'json' };
import mistral from './data/mistral.json' with { type: 'json' };
import moonshot from './data/moonshot.json' with { type: 'json' };
import nebius from './data/nebius.json' with { type: 'json' };
import nvidiaNim from './data/nvidia-nim.json' with { type: 'json' };
import openai from './data/openai.json' with { type: 'json' };
import openrouter from './data/openrouter.json' with { type: 'json' };
import perplexity from './data/perplexity.json' with { type: 'json' };
import sambanova from './data/sambanova.json' with { type: 'json' };
import together from './data/together.json' with { type: 'json' };
import voyage from './data/voyage.json' with { type: 'json' };
import xai from './data/xai.json' with { type: 'json' };
import zhipu from './data/zhipu.json' with { type: 'json' };

/** What the importer wrote, one file per provider. It says meters and features in our words; a test holds it to that. */
export const IMPORTED_DATA = [
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
] as unknown as readonly CatalogueData[];
