import type { Message, Part } from './conversation.js';

/** Where the answers begin that belong to what the user said last: the running tool loop. */
export function startOfLoop(messages: readonly Message[]): number {
  return 1 + messages.findLastIndex(({ role, parts }) => role === 'user' && parts.some(isSaid));
}

function isSaid(part: Part): boolean {
  return part.kind !== 'tool-result' && part.kind !== 'cache-marker';
}
