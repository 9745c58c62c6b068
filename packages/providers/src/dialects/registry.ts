import type { Dialect } from '../dialect.js';
import type { DialectId } from '../dialect-id.js';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.js';
import { openaiChat } from './openai-chat/openai-chat.js';

/** Every dialect of this version. */
export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
};
