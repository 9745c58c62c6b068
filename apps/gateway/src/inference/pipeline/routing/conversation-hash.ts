import type { RequestBody } from '../../request-body.js';

/** The beginning of a conversation is the same in all of its turns, and is what prompt caches are found by. */
const PREFIX_BYTES = 1_024;
const OFFSET = 2_166_136_261;
const PRIME = 16_777_619;

/** FNV-1a of the first kilobyte of a body: which requests may share a prompt cache. Source: RFC 9923. */
export function hashOfPrefix({ memory, start, end }: RequestBody, seed: number): number {
  const to = Math.min(end, start + PREFIX_BYTES);
  let hash = seed;
  for (let at = start; at < to; at++) hash = Math.imul(hash ^ (memory[at] as number), PRIME);
  return hash >>> 0;
}

/** The same of a name that the caller gives a conversation. */
export function hashOfName(name: string): number {
  let hash = OFFSET;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), PRIME);
  return hash >>> 0;
}
