/**
 * Where the models of each of our providers stand in the two sources: names of @pydantic/genai-prices, in the order in
 * which they are asked (the first that has a model counts), and of models.dev. Engines that run on the operator's own
 * machines have no list of prices and are not here: what they serve is unpriced until somebody publishes a price.
 */
export const PROVIDER_SOURCES = {
  openai: { prices: ['openai'], facts: ['openai'] },
  // Azure serves other vendors' models at their vendors' prices, DeepSeek's excepted; of Microsoft's own the package has
  // what OpenRouter asks
  'azure-openai': {
    prices: ['azure', 'openai', 'anthropic', 'x-ai', 'moonshotai'],
    facts: ['azure'],
    without: /^(?:phi|wizardlm|mai)-/,
  },
  anthropic: { prices: ['anthropic'], facts: ['anthropic'] },
  'google-gemini': { prices: ['google'], facts: ['google'], without: /^claude/ },
  'google-vertex': { prices: ['google'], facts: ['google-vertex', 'google-vertex-anthropic'] },
  'aws-bedrock': { prices: ['aws'], facts: ['amazon-bedrock'] },
  mistral: { prices: ['mistral'], facts: ['mistral'] },
  cohere: { prices: ['cohere'], facts: ['cohere'] },
  groq: { prices: ['groq'], facts: ['groq'] },
  together: { prices: ['together'], facts: ['togetherai'] },
  fireworks: { prices: ['fireworks'], facts: ['fireworks-ai'] },
  deepseek: { prices: ['deepseek'], facts: ['deepseek'] },
  xai: { prices: ['x-ai'], facts: ['xai'] },
  perplexity: { prices: ['perplexity'], facts: ['perplexity'] },
  openrouter: { prices: ['openrouter'], facts: ['openrouter'], freeVariants: true },
  cerebras: { prices: ['cerebras'], facts: ['cerebras'] },
  // Hugging Face passes on what SambaNova asks, under the names of the model hub
  sambanova: { prices: ['huggingface_sambanova'], facts: [], baseNames: true },
  // the hosted trial is free and limited, and what models.dev says of it is no price to bill by
  'nvidia-nim': { prices: [], facts: ['nvidia'], pricesOfFacts: false },
  cloudflare: { prices: ['cloudflare'], facts: ['cloudflare-workers-ai'] },
  huggingface: {
    // a name without its provider is served by whoever is fastest, and has no price
    prices: [
      ...['cerebras', 'fireworks-ai', 'groq', 'hyperbolic', 'nebius', 'novita', 'nscale', 'ovhcloud', 'publicai'],
      ...['sambanova', 'together'],
    ].map((served) => `huggingface_${served}`),
    facts: ['huggingface'],
    servedSuffix: /^huggingface_/,
    pricesOfFacts: false,
  },
  moonshot: { prices: ['moonshotai'], facts: ['moonshotai'] },
  // z.ai is Zhipu's address abroad, with prices in dollars; the other list is converted from yuan
  zhipu: { prices: ['zai', 'zhipuai'], facts: ['zai', 'zhipuai'] },
  dashscope: { prices: [], facts: ['alibaba'] },
  minimax: { prices: ['minimax'], facts: ['minimax'] },
  deepinfra: { prices: [], facts: ['deepinfra'] },
  nebius: { prices: [], facts: ['nebius'] },
  voyage: { prices: ['voyageai'], facts: [] },
};
