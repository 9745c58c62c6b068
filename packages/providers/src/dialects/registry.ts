import type { ClientDialect, ProviderDialect } from '../dialect.js';
import type { ClientDialectId, ProviderDialectId } from '../dialect-id.js';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.js';
import { googleGenerate } from './google-generate/google-generate.js';
import { openaiChat } from './openai-chat/openai-chat.js';

/** What clients may speak. */
export const clientDialects = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  'google-generate': googleGenerate,
} satisfies Partial<Record<ClientDialectId, ClientDialect>>;

/** What providers may be spoken to in. */
export const providerDialects = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  'google-generate': googleGenerate,
} satisfies Partial<Record<ProviderDialectId, ProviderDialect>>;
