import type { ClientDialect, ProviderDialect } from '../dialect.js';
import type { ClientDialectId, ProviderDialectId } from '../dialect-id.js';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.js';
import { openaiChat } from './openai-chat/openai-chat.js';
import { openaiCompletions } from './openai-completions/openai-completions.js';
import { openaiResponses } from './openai-responses/openai-responses.js';

/** What clients may speak. */
export const clientDialects = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-completions': openaiCompletions,
  'anthropic-messages': anthropicMessages,
} satisfies Partial<Record<ClientDialectId, ClientDialect>>;

/** What providers may be spoken to in. */
export const providerDialects = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
} satisfies Partial<Record<ProviderDialectId, ProviderDialect>>;
