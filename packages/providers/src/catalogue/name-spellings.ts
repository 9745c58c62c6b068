/** A rule: what is cut off or written otherwise in a provider's names, where the pattern is found. */
type Rewriting = readonly [pattern: RegExp, replacement: string];

/** `vendor/model@20250929`, `publishers/google/models/…`, `projects/…/models/…`: Vertex's ways to name a model. */
const GOOGLE: readonly Rewriting[] = [
  [/^projects\/[^/]+\/locations\/[^/]+\//, ''],
  [/^publishers\/[^/]+\/models\//, ''],
  [/^(?:models|google|anthropic)\//, ''],
  [/@(?:\d{8}|default|latest)$/, ''],
];

/**
 * How names at a provider come to the name that its list of prices has. Each rule works on what the one before has made;
 * all stages are tried, the name as it is first. A rule never leads to a model with another price: `:free` at OpenRouter
 * and a dedicated deployment at Fireworks (`model#deployment`, paid by the hour) stay as they are, and so unpriced where
 * the list does not have them.
 */
const REWRITINGS: Readonly<Record<string, readonly Rewriting[]>> = {
  'aws-bedrock': [
    [/^arn:aws[\w-]*:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\//, ''],
    [/^(?:bedrock|converse|invoke)\//, ''],
    [/:\d+k$/, ''], // the window of provisioned throughput
    [/^(?:us-gov|us|eu|apac|jp|au|ca|sa|in|me|af|global)\./, ''],
    [/-v\d+(?::\d+)?$/, ''],
  ],
  'google-gemini': [[/^(?:models|google)\//, '']],
  'google-vertex': GOOGLE,
  // Azure writes no dot in its older names
  'azure-openai': [[/gpt-35/i, 'gpt-3.5']],
  // how the provider of an open model is chosen; a drift of the price is seen in the cost that OpenRouter reports
  openrouter: [[/:(?:nitro|floor|exacto|extended|thinking|beta)$/, '']],
  fireworks: [
    [/^fireworks_ai\//, ''],
    [/^(?!accounts\/)([^/#]+)$/, 'accounts/fireworks/models/$1'],
  ],
  cloudflare: [[/^workers-ai\//, '']],
  sambanova: [[/^Meta-(?=Llama)/, '']],
};

/** A day or a moving pointer at the end of a name: `-2025-08-07`, `-20250807`, `@20250807`, `-latest`. */
const DATED = /(?:[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest)$/;

/** The name and the ways in which the provider's list may write it, without repetition; the most exact comes first. */
export function spellingsOf(provider: string, name: string): readonly string[] {
  const spellings = new Set([name]);
  let current = name;
  for (const [pattern, replacement] of REWRITINGS[provider] ?? []) {
    current = current.replace(pattern, replacement);
    spellings.add(current);
  }
  return [...spellings];
}

/** The name without its day, or `null` when it has none. */
export function undated(name: string): string | null {
  const family = name.replace(DATED, '');
  return family === name || family === '' ? null : family;
}
