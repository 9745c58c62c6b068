import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { type SandboxResponse, simulateSandbox } from '@tollgate/providers';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * The simulated provider behind a real HTTP server on a loopback port of its own, so that the pipeline reaches it like
 * any other provider: its time-outs, cut streams and back-pressure are the real ones.
 */
export class SandboxServer {
  private readonly server: Server;

  constructor() {
    this.server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_BODY_BYTES) return void response.destroy();
      chunks.push(chunk as Buffer);
    }
    const { method = '', url: path = '' } = request;
    const simulated = simulateSandbox({ method, path, body: Buffer.concat(chunks) }, Date.now());
    if (simulated.kind === 'stream') await writeStream(response, simulated);
    else if (simulated.kind === 'answer') await writeAnswer(response, simulated);
  }
}

async function writeAnswer(
  response: ServerResponse,
  answer: Extract<SandboxResponse, { kind: 'answer' }>,
): Promise<void> {
  if (answer.delayMs > 0) await pause(answer.delayMs);
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  if (answer.cut) response.write(body.subarray(0, body.length / 2), () => response.destroy());
  else response.end(body);
}

async function writeStream(
  response: ServerResponse,
  stream: Extract<SandboxResponse, { kind: 'stream' }>,
): Promise<void> {
  response.writeHead(stream.status, stream.headers);
  for (const { text, delayMs } of stream.events) {
    if (delayMs > 0) await pause(delayMs);
    if (response.destroyed) return;
    if (!response.write(text)) await drained(response);
  }
  if (!stream.cut) return void response.end();
  // what was written goes out before the connection breaks
  response.write('', () => setImmediate(() => response.destroy()));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
