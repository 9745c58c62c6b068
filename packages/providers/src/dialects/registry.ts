import type { ClientDialect, ProviderDialect } from '../dialect.js';
import type { ClientDialectId, ProviderDialectId } from '../dialect-id.js';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.js';
import { bedrockConverse } from './bedrock-converse/bedrock-converse.js';
import { cohereChat } from './cohere-chat/cohere-chat.js';
import { openaiChat } from './openai-chat/openai-chat.js';

/** What clients may speak. */
export const clientDialects = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
} satisfies Partial<Record<ClientDialectId, ClientDialect>>;

/** What providers may be spoken to in. */
export const providerDialects = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
} satisfies Partial<Record<ProviderDialectId, ProviderDialect>>;
