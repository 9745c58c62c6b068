import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

import type { ReceivedRequest, Script } from './fake-openai.js';

/** What of a vendor's strictness is its own. */
export interface VendorRules {
  /** Whether the credential is right; a request that has a wrong one is answered by `refuse` with 401. */
  isAuthorized(request: IncomingMessage, body: Buffer): boolean;
  /** Writes an error in the vendor's shape. */
  refuse(response: ServerResponse, status: number, message: string): void;
  /** Answers a request with a right credential; what it throws is told the client as a 400. */
  answer(received: ReceivedRequest, response: ServerResponse, method: string): void | Promise<void>;
}

/** What a vendor's rules say against a request. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A real server that stands for a vendor which cannot be reached in tests, and is as strict as its rules are. */
export class FakeVendor {
  readonly requests: ReceivedRequest[] = [];
  /** What was wrong with requests, as their sender was told. */
  readonly refusals: string[] = [];
  private readonly scripts: Script[] = [];

  protected constructor(
    private readonly server: Server & { closeAllConnections?: () => void },
    private readonly scheme: 'http' | 'https' = 'http',
  ) {}

  protected async listen(rules: VendorRules): Promise<this> {
    this.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.take(rules, request, response).catch((error: unknown) => {
        const { status, message } = error instanceof Refusal ? error : { status: 400, message: String(error) };
        this.refusals.push(message);
        if (response.headersSent) response.destroy();
        else rules.refuse(response, status, message);
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get origin(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next requests are answered by these, one each. */
  script(...scripts: Script[]): void {
    this.scripts.push(...scripts);
  }

  get last(): ReceivedRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error('the provider has received nothing');
    return request;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections?.();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(rules: VendorRules, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new Promise<{ complete: boolean }>((resolve) =>
      response.on('close', () => resolve({ complete: response.writableFinished })),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (!rules.isAuthorized(request, body)) throw new Refusal(401, 'the credential is not valid');
    const isJson = /^application\/json/.test(request.headers['content-type'] ?? '');
    const json = (isJson && body.length > 0 ? JSON.parse(body.toString()) : {}) as Record<string, unknown>;
    const received: ReceivedRequest = { path: request.url ?? '', headers: request.headers, body, json, closed };
    if (request.method === 'POST') {
      this.requests.push(received);
      const script = this.scripts.shift();
      if (script !== undefined) return script(received, response);
    }
    await rules.answer(received, response, request.method ?? '');
  }
}

export function httpServer(): ReturnType<typeof createServer> {
  return createServer({ keepAliveTimeout: 60_000 });
}

export function sendJson(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Sends frames one by one. */
export function sendFrames(
  response: ServerResponse,
  frames: readonly (string | Buffer)[],
  contentType = 'text/event-stream; charset=utf-8',
): void {
  response.writeHead(200, { 'content-type': contentType });
  for (const frame of frames) response.write(frame);
  response.end();
}

/** The default answer of a vendor as a stream, frame by frame. */
export type Frames = (received: ReceivedRequest) => readonly (string | Buffer)[];

/** Streams so many frames and then breaks the connection. */
export function cutFrames(frames: Frames, after: number, contentType = 'text/event-stream'): Script {
  return async (received, response) => {
    response.writeHead(200, { 'content-type': contentType });
    for (const frame of frames(received).slice(0, after)) response.write(frame);
    await new Promise((resolve) => setTimeout(resolve, 30));
    response.destroy();
  };
}

/** Streams with a pause before each frame. */
export function slowFrames(frames: Frames, pauseMs: number, contentType = 'text/event-stream'): Script {
  return async (received, response) => {
    response.writeHead(200, { 'content-type': contentType });
    for (const frame of frames(received)) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (response.destroyed) return;
      response.write(frame);
    }
    response.end();
  };
}

/** The first name of an object that is not among the known ones. */
export function unknownName(object: Readonly<Record<string, unknown>>, known: readonly string[]): string | undefined {
  return Object.keys(object).find((name) => !known.includes(name));
}

/** A value that has to be a list of objects; empty when it is none. */
export function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as readonly Readonly<Record<string, unknown>>[]) : [];
}
