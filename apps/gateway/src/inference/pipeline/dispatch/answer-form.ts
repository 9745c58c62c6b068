/** Of binary streams of events, as Bedrock sends them. */
const BINARY_STREAM = 'application/vnd.amazon.eventstream';
/** Sound may begin with any byte. */
const BYTES = /^(?:audio\/|application\/octet-stream)/;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/;

/**
 * Whether what comes is a stream, where one was asked for. What it looks like counts for more than what its header says:
 * servers send errors as JSON that is called a stream, and streams that are called JSON.
 *
 * @param contentType in lower case.
 */
export function looksLikeStream(contentType: string, firstChunk: Buffer): boolean {
  if (contentType.startsWith(BINARY_STREAM) || BYTES.test(contentType)) return true;
  const first = firstSign(firstChunk);
  // one document: an answer that was not streamed, an error, or a page of some proxy
  if (first === OPENING_BRACE || first === LESS_THAN) return false;
  return first !== null || !JSON_TYPE.test(contentType);
}

const OPENING_BRACE = 0x7b;
const LESS_THAN = 0x3c;

/** The first byte that is no space, behind a byte order mark; `null` where there is none. */
function firstSign(chunk: Buffer): number | null {
  let at = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
  while (at < chunk.length && (chunk[at] as number) <= 0x20) at++;
  return chunk[at] ?? null;
}

const FIELD = /^(?:\ufeff)?\s*(?:data|event|id|retry)?:/;

/** Whether a whole answer is a stream after all, though none was asked for: some servers know nothing else. */
export function isEventStream(body: Buffer): boolean {
  return FIELD.test(body.toString('latin1', 0, 64).replace('\xef\xbb\xbf', ''));
}
