import type { Dialect } from '../dialect.js';
import { openaiChat } from './openai-chat/openai-chat.js';

/** Every dialect of this version. */
export const dialects = { 'openai-chat': openaiChat } satisfies Readonly<Record<string, Dialect>>;
