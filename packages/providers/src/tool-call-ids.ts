import { createHash, randomUUID } from 'node:crypto';

const ALLOWED = /^[a-zA-Z0-9_-]+$/;

/**
 * An id of a tool call as other providers take it: letters, digits, `_` and `-`, and no longer than they allow. The same id
 * always becomes the same one, and different ones stay different, so that calls and results still belong together.
 */
export function portableToolCallId(id: string, maxCharacters: number): string {
  if (id.length <= maxCharacters && ALLOWED.test(id)) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/** The id of a call as a server gave it, or a new one: some give none, and no client could say which call a result is of. */
export function surelyToolCallId(id: string): string {
  return id === '' ? `call_${randomUUID().replaceAll('-', '')}` : id;
}
