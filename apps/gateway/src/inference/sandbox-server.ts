import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { type SimulatedAnswer, simulateChat } from '@tollgate/providers';

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
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
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
    await writeAnswer(response, simulateChat(Buffer.concat(chunks)));
  }
}

async function writeAnswer(response: ServerResponse, answer: SimulatedAnswer): Promise<void> {
  if (answer.delayMs > 0) await pause(answer.delayMs);
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  for (const { bytes, delayMs } of answer.pieces) {
    if (delayMs > 0) await pause(delayMs);
    if (response.destroyed) return;
    if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
  if (answer.ending === 'complete') response.end();
  else if (answer.ending === 'cut') response.destroy();
}
