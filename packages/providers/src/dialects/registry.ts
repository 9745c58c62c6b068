import type { ClientDialect, ProviderDialect } from '../dialect.js';
import type { ClientDialectId, DialectId, ProviderDialectId } from '../dialect-id.js';
import type { ProviderDeclaration } from '../provider-declaration.js';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.js';
import { bedrockConverse } from './bedrock-converse/bedrock-converse.js';
import { cohereChat } from './cohere-chat/cohere-chat.js';
import { googleGenerate } from './google-generate/google-generate.js';
import { openaiChat } from './openai-chat/openai-chat.js';
import { openaiCompletions } from './openai-completions/openai-completions.js';
import { openaiResponses } from './openai-responses/openai-responses.js';

/** What clients may speak. */
export const clientDialects: Readonly<Record<ClientDialectId, ClientDialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-completions': openaiCompletions,
  'anthropic-messages': anthropicMessages,
  'google-generate': googleGenerate,
};

/** What providers may be spoken to in. */
export const providerDialects: Readonly<Record<ProviderDialectId, ProviderDialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'google-generate': googleGenerate,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
};

/** @throws Error for legacy completions, into which nothing is translated. */
export function providerDialectOf(id: DialectId): ProviderDialect {
  if (id === 'openai-completions') throw new Error('nothing is translated into legacy completions');
  return providerDialects[id];
}

/** How a provider's answers with a status other than success are read. */
export function providerErrorReader(
  provider: ProviderDeclaration,
  dialect: DialectId,
): NonNullable<ProviderDeclaration['readError']> {
  const { readError } = provider;
  if (readError !== undefined) return readError;
  const reader = providerDialects[dialect === 'openai-completions' ? 'openai-chat' : dialect];
  return (status, headers, body) => reader.readError(status, headers, body);
}
