import type { Message, Part } from './conversation.js';

/** Where the client wrote the part, or what it is inside of: markers are no parts of their own there. */
export function pathOfPart({ path, parts }: Message, wanted: Part): string {
  const found = parts.findIndex(
    (part) => part === wanted || (part.kind === 'tool-result' && part.content.includes(wanted)),
  );
  if (found === -1) return `${path}.content`;
  const markers = parts.slice(0, found).filter((part) => part.kind === 'cache-marker').length;
  return `${path}.content[${found - markers}]`;
}
