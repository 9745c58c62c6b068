import type { RequestBody } from '../../request-body.js';
import type { Candidate } from '../routing/route.js';

/**
 * An upper bound of the input tokens of a request without a tokenizer: a token is at least one byte of text, so the
 * bytes of the body bound it. What is not in the body, an image or file behind an address, is bounded by tables.
 */
const IMAGE_MARKER = Buffer.from('"image_url"');
const FILE_MARKER = Buffer.from('"file_id"');
/** Each message and tool adds a few tokens of framing that have no bytes of their own; its JSON has more than these. */
const FRAMING_TOKENS = 16;
/** A file by its id may fill any context; the model's own window then bounds it. */
const FILE_TOKENS = 2_000_000;

/** The bytes of a request as tokens: an upper bound for what is in the body, and the estimate after a crash. */
export function bodyTokensBound(body: RequestBody): number {
  return body.end - body.start + FRAMING_TOKENS;
}

/** What the request can have of input tokens at this deployment; no input is longer than the model's context window. */
export function inputTokensBound(body: RequestBody, candidate: Candidate): number {
  const inBody = bodyTokensBound(body);
  const window = candidate.contextWindow ?? Number.MAX_SAFE_INTEGER;
  // the bytes alone reach the window: what else is in there cannot matter, and searching a long body is not free
  if (inBody >= window) return window;
  const text = body.memory.subarray(body.start, body.end);
  const images = count(text, IMAGE_MARKER) * candidate.provider.imageTokensBound(candidate.target.upstreamModel);
  const files = count(text, FILE_MARKER) * FILE_TOKENS;
  return Math.min(inBody + images + files, window);
}

function count(text: Buffer, marker: Buffer): number {
  let found = 0;
  for (let at = text.indexOf(marker); at >= 0; at = text.indexOf(marker, at + marker.length)) found++;
  return found;
}
