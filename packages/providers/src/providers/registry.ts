import type { ProviderDeclaration } from '../provider-declaration.js';
import type { ProviderId } from '../provider-id.js';
import { anthropic } from './anthropic/declaration.js';
import { ollama } from './ollama/declaration.js';
import { openaiCompatible } from './openai-compatible/declaration.js';
import { openai } from './openai/declaration.js';
import { sandbox } from './sandbox/declaration.js';

/** Every provider of this version. */
export const providers: ReadonlyMap<ProviderId, ProviderDeclaration> = new Map(
  [openai, anthropic, openaiCompatible, ollama, sandbox].map((provider) => [provider.id, provider]),
);

const byId: ReadonlyMap<string, ProviderDeclaration> = providers;

/** The declaration of a provider that is known only by a text, as the database holds it. */
export function providerById(id: string): ProviderDeclaration | undefined {
  return byId.get(id);
}
