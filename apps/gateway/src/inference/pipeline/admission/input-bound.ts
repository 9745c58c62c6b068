import type { Exchange } from '../exchange.js';

/**
 * An upper bound of the input tokens of a request without a tokenizer: a token is at least one byte of text, so the
 * bytes of the body bound it. What is not in the body, an image or file behind an address, is bounded by a table.
 */
const IMAGE_MARKER = Buffer.from('"image_url"');
const FILE_MARKER = Buffer.from('"file_id"');
/** Each message and tool adds a few tokens of framing that have no bytes of their own; a key has more than these. */
const FRAMING_TOKENS = 16;

export function inputTokensBound({ body, candidate, principal }: Exchange): number {
  if (body === null || candidate === null) throw new Error('a bound before routing');
  const bytes = body.end - body.start + FRAMING_TOKENS;
  // only a hold has to be an upper bound; elsewhere the bound is an estimate for a crash, and the search is not free
  if (principal?.hasBudget !== true) return bytes;
  const text = body.memory.subarray(body.start, body.end);
  const { imageTokensBound, fileTokensBound } = candidate.provider;
  return bytes + count(text, IMAGE_MARKER) * imageTokensBound + count(text, FILE_MARKER) * fileTokensBound;
}

function count(text: Buffer, marker: Buffer): number {
  let found = 0;
  for (let at = text.indexOf(marker); at >= 0; at = text.indexOf(marker, at + marker.length)) found++;
  return found;
}
