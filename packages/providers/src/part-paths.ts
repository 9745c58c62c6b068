import type { Message, Part } from './conversation.js';

const GOOGLE_CONTENT = /^(?:contents|systemInstruction)\b/;

/** Where the client wrote the part, or what it is inside of: markers are no parts of their own there. */
export function pathOfPart({ path, parts }: Message, wanted: Part): string {
  const found = parts.findIndex(
    (part) => part === wanted || (part.kind === 'tool-result' && part.content.includes(wanted)),
  );
  const list = GOOGLE_CONTENT.test(path) ? 'parts' : 'content';
  if (found === -1) return `${path}.${list}`;
  const markers = parts.slice(0, found).filter((part) => part.kind === 'cache-marker').length;
  return `${path}.${list}[${found - markers}]`;
}
