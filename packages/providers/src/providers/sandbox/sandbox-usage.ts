import type { Usage } from '@tollgate/domain';

import type { Conversation, Part } from '../../conversation.js';

/** Near enough for English, and easy to check by hand. */
export const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_IMAGE = 85;
/** OpenAI caches prefixes from this size on, in steps. */
const CACHED_FROM_TOKENS = 1024;
const CACHE_STEP_TOKENS = 128;

export const tokensOf = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/** Tokens of the conversation; what stood in the request before this one counts as cached, when it is long enough. */
export function inputUsage(conversation: Conversation): Usage {
  const tools = conversation.tools.length === 0 ? 0 : tokensOf(JSON.stringify(conversation.tools));
  let total = TOKENS_PER_MESSAGE + tools;
  let before = 0;
  for (const { role, parts } of conversation.messages) {
    if (role === 'assistant') before = total;
    total += TOKENS_PER_MESSAGE;
    for (const part of parts) total += partTokens(part);
  }
  const cached = before < CACHED_FROM_TOKENS ? 0 : Math.floor(before / CACHE_STEP_TOKENS) * CACHE_STEP_TOKENS;
  return { input: total - cached, input_cache_read: cached };
}

function partTokens(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return tokensOf(part.text);
    case 'image':
      return TOKENS_PER_IMAGE;
    case 'audio':
      return Math.ceil((part.data?.length ?? 0) / 100);
    case 'file':
      return part.source.kind === 'data' ? Math.ceil(part.source.data.length / 100) : 0;
    case 'tool-call':
      return tokensOf(part.name + part.input);
    case 'tool-result':
      return part.content.reduce((sum, inner) => sum + partTokens(inner), 0);
    case 'cache-marker':
    case 'opaque':
      return 0;
  }
}
