import type { Conversation, Part } from './conversation.js';

const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
/** What vendors count for a picture of usual size; pictures are not opened to be measured. */
const TOKENS_PER_IMAGE = 1500;
/** A page is some 2,000 tokens and some 50 kB of base64. */
const FILE_CHARACTERS_PER_TOKEN = 25;

/** About how many tokens the input of a conversation has, where nobody can be asked: good for a fifth more or less. */
export function estimateInputTokens({ messages, tools, responseFormat }: Conversation): number {
  let tokens = 0;
  for (const { parts } of messages) tokens += TOKENS_PER_MESSAGE + sumOf(parts);
  for (const { name, description, parameters, extensions } of tools) {
    tokens += textTokens(name + (description ?? '') + JSON.stringify([parameters, extensions]));
  }
  return tokens + (responseFormat === null ? 0 : textTokens(JSON.stringify(responseFormat)));
}

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + tokensOf(part), 0);
}

function tokensOf(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return textTokens(part.text);
    case 'image':
      return TOKENS_PER_IMAGE;
    case 'audio':
      return Math.ceil((part.data?.length ?? 0) / FILE_CHARACTERS_PER_TOKEN);
    case 'file':
      if (part.source.kind === 'text') return textTokens(part.source.text);
      if (part.source.kind === 'parts') return sumOf(part.source.parts);
      return part.source.kind === 'data' ? Math.ceil(part.source.data.length / FILE_CHARACTERS_PER_TOKEN) : 0;
    case 'tool-call':
      return textTokens(part.name + part.input);
    case 'tool-result':
      return sumOf(part.content);
    case 'opaque':
      return textTokens(JSON.stringify(part.wire));
    case 'cache-marker':
      return 0;
  }
}

/** Letters outside ASCII take more tokens, about as they take more bytes. */
function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / CHARACTERS_PER_TOKEN);
}
