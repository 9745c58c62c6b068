import type { StreamPart } from './conversation.js';

const CONTENT_PARTS: ReadonlySet<StreamPart['kind']> = new Set([
  'text',
  'refusal',
  'reasoning',
  'image',
  'audio',
  'opaque',
  'tool-call',
]);

/** Whether the part belongs to the answer itself: from the first such part on, a client has something of it. */
export function isContentPart({ kind }: StreamPart): boolean {
  return CONTENT_PARTS.has(kind);
}
