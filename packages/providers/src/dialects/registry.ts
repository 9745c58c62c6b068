import type { ClientDialect, ProviderDialect } from '../dialect.js';
import type { ClientDialectId, DialectId, ProviderDialectId } from '../dialect-id.js';
import type { ProviderDeclaration } from '../provider-declaration.js';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.js';
import { openaiChat } from './openai-chat/openai-chat.js';

/** What clients may speak. */
export const clientDialects = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
} as unknown as Readonly<Record<ClientDialectId, ClientDialect>>;

/** What providers may be spoken to in. */
export const providerDialects = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
} as unknown as Readonly<Record<ProviderDialectId, ProviderDialect>>;

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
