import type { IncomingMessage, ServerResponse } from 'node:http';

const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_MS = 2_000;

/**
 * Ends an answer to a request that was refused before its body was read. A connection that is closed while bytes arrive is
 * reset, and the reset overtakes the answer: clients would see a broken connection instead of the reason. So the rest of
 * the body is thrown away first, as far as it is neither long nor slow.
 */
export function endWhenSent(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.complete || request.destroyed) {
    response.end(body);
    return;
  }
  response.write(body);
  let bytes = 0;
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', count).off('end', end).off('close', end);
    response.end();
  };
  const timer = setTimeout(end, LONGEST_MS);
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) end();
  };
  request.on('data', count).on('end', end).on('close', end);
  request.resume();
}
