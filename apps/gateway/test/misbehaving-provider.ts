import { chunkOf, framesOf, type ReceivedRequest, type Script } from './fake-openai.js';

/** What providers do that they should not. */
const LONGER_THAN_ANY_FRAME = 2 * 1024 * 1024;

export function errorJson(error: object): string {
  return JSON.stringify({ error });
}

export function answerWith(contentType: string, body: string): Script {
  return (_request, response) => void response.writeHead(200, { 'content-type': contentType }).end(body);
}

export function headersOnly(contentType: string): Script {
  return (_request, response) => response.writeHead(200, { 'content-type': contentType }).flushHeaders();
}

/** Sends a piece of nothing ten times a second, for ever. */
export function drip(contentType: string, piece: string): Script {
  return async (_request, response) => {
    response.writeHead(200, { 'content-type': contentType });
    while (!response.destroyed) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
}

/** Compressed, or said to be, although nobody asked for it. */
export function encodedAs(encoding: string, body: Buffer, contentType = 'application/json'): Script {
  return (_request, response) =>
    void response.writeHead(200, { 'content-type': contentType, 'content-encoding': encoding }).end(body);
}

function begin(request: ReceivedRequest, response: Parameters<Script>[1], content = 'Tolls'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunkOf(request, { role: 'assistant', content }));
}

export const stopAfterContent: Script = (request, response) => begin(request, response);

export function errorAfterContent(error: object): Script {
  return (request, response) => {
    begin(request, response);
    response.end(`data: ${errorJson(error)}\n\n`);
  };
}

/** The connection ends as it should, and nothing says that the answer was whole. */
export const endTooEarly: Script = (request, response) => {
  begin(request, response);
  response.end();
};

export const endlessFrame: Script = (request, response) => {
  begin(request, response);
  response.end(`data: ${'x'.repeat(LONGER_THAN_ANY_FRAME)}`);
};

export function streamOf(contents: readonly string[]): Script {
  return (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of contents) response.write(chunkOf(request, { content }));
    response.end(`${chunkOf(request, {}, 'stop')}data: [DONE]\n\n`);
  };
}

/** The default answer, a byte at a time: each in a packet of its own, as far as the kernel goes along. */
export const byteByByte: Script = async (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.socket?.setNoDelay(true);
  for (const byte of Buffer.from(framesOf(request).join(''))) {
    response.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
};

export const endlessly: Script = async (request, response) => {
  begin(request, response);
  while (!response.destroyed) {
    response.write(chunkOf(request, { content: ' and on' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

export const neverCloses: Script = (request, response) => {
  begin(request, response);
  response.write(`${chunkOf(request, {}, 'stop')}data: [DONE]\n\n`);
};

export function flood(bytes: number, wrote: (bytes: number) => void): Script {
  return async (request, response) => {
    begin(request, response);
    const chunk = Buffer.from(chunkOf(request, { content: 'x'.repeat(16_000) }));
    for (let total = 0; total < bytes && !response.destroyed; total += chunk.length) {
      wrote(chunk.length);
      if (!response.write(chunk)) {
        await new Promise<void>((resolve) => {
          response.once('drain', resolve);
          response.once('close', resolve);
        });
      }
    }
    response.end(`${chunkOf(request, {}, 'stop')}data: [DONE]\n\n`);
  };
}
