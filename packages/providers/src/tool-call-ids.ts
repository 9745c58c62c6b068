import { createHash } from 'node:crypto';

const ALLOWED = /^[a-zA-Z0-9_-]+$/;

/**
 * An id of a tool call as other providers take it: letters, digits, `_` and `-`, and no longer than they allow. The same id
 * always becomes the same one, and different ones stay different, so that calls and results still belong together.
 */
export function portableToolCallId(id: string, maxCharacters: number): string {
  if (id.length <= maxCharacters && ALLOWED.test(id)) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
