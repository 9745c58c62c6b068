import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { anthropicProblem, type Block, signatureOf, thinks, turnsOf } from './anthropic-rules.js';
import type { ReceivedRequest, Script } from './fake-openai.js';
import { pieces, say } from './stand-in-model.js';

export const ANTHROPIC_USAGE = {
  input_tokens: 120,
  cache_creation_input_tokens: 300,
  cache_read_input_tokens: 2_000,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  output_tokens: 50,
  service_tier: 'standard',
};

/**
 * Stands for Anthropic, which cannot be reached in tests: a real HTTP server that is as strict as the real one about what
 * a conversation has to look like. Scripts replace the answer of the next requests.
 */
export class FakeAnthropic {
  readonly requests: ReceivedRequest[] = [];
  /** What was wrong with requests, as their sender was told. */
  readonly refusals: string[] = [];
  private readonly scripts: Script[] = [];
  private always: Script | null = null;

  private constructor(
    private readonly server: Server,
    readonly apiKey: string,
  ) {}

  static async start(apiKey = 'sk-ant-fake-0123456789abcdefghijklmnop'): Promise<FakeAnthropic> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const fake = new FakeAnthropic(server, apiKey);
    server.on('request', (request, response) => {
      // whatever its rules stumble over is no request that the real one would take
      fake.answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendAnthropicError(response, 400, { type: 'invalid_request_error', message: String(error) });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  script(...scripts: Script[]): void {
    this.scripts.push(...scripts);
  }

  /** Every request without a script of its own is answered by this; null restores the default. */
  scriptAlways(script: Script | null): void {
    this.always = script;
  }

  get last(): ReceivedRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error('the provider has received nothing');
    return request;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new Promise<{ complete: boolean }>((resolve) =>
      response.on('close', () => resolve({ complete: response.writableFinished })),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [path = ''] = (request.url ?? '').split('?');
    const refuse = (status: number, type: string, message: string): void => {
      this.refusals.push(message);
      sendAnthropicError(response, status, { type, message });
    };
    if (request.headers['x-api-key'] !== this.apiKey) return refuse(401, 'authentication_error', 'invalid x-api-key');
    if (request.headers['anthropic-version'] === undefined)
      return refuse(400, 'invalid_request_error', 'anthropic-version: header is required');
    if (request.method === 'GET' && path === '/v1/models') {
      return sendJson(response, { data: [{ type: 'model', id: 'claude-sonnet-4-6' }], has_more: false });
    }
    if (request.method !== 'POST' || !/^\/v1\/messages(\/count_tokens)?$/.test(path))
      return refuse(404, 'not_found_error', `Not found: ${path}`);
    const json = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const received = { path, headers: request.headers, body, json, closed };
    this.requests.push(received);
    const script = this.scripts.shift() ?? this.always;
    if (script !== null) return script(received, response);
    const counting = path.endsWith('count_tokens');
    const problem = anthropicProblem(counting ? { max_tokens: 1, ...json } : json);
    if (problem !== null) return refuse(400, 'invalid_request_error', problem);
    if (counting) return sendJson(response, { input_tokens: 2_095 });
    return completeMessage(received, response);
  }
}

/** The default: what the stand-in's model says, streamed when asked. */
export function completeMessage({ json }: ReceivedRequest, response: ServerResponse): void {
  const message = messageOf(json);
  if (json['stream'] !== true) return sendJson(response, message, { 'anthropic-organization-id': 'org-secret-0001' });
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_upstream' });
  for (const event of eventsOf(message)) response.write(event);
  response.end();
}

/** Streams with a pause before each event. */
export function slowMessage(pauseMs: number): Script {
  return async ({ json }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of eventsOf(messageOf(json))) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (response.destroyed) return;
      response.write(event);
    }
    response.end();
  };
}

/** Streams so many events and then breaks the connection. */
export function cutMessageAfter(events: number): Script {
  return async ({ json }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of eventsOf(messageOf(json)).slice(0, events)) response.write(event);
    await new Promise((resolve) => setTimeout(resolve, 30));
    response.destroy();
  };
}

/** Streams so many events and then an error in place of the rest. */
export function failMessageAfter(events: number, error: Readonly<Record<string, unknown>>): Script {
  return ({ json }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const text of eventsOf(messageOf(json)).slice(0, events)) response.write(text);
    response.end(event('error', { error }));
  };
}

export function refuseMessage(status: number, error: Readonly<Record<string, unknown>>, headers = {}): Script {
  return (_request, response) => sendAnthropicError(response, status, error, headers);
}

let calls = 0;

function messageOf(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const content = turnsOf(json).at(-1)?.content ?? [];
  const tools = ((json['tools'] ?? []) as readonly { name: string }[]).map(({ name }) => name);
  const said = say({
    text: content.flatMap((block) => (block.type === 'text' ? [String(block['text'])] : [])).join(' '),
    results: content.flatMap((block) => (block.type === 'tool_result' ? [textOf(block['content'])] : [])),
    tools,
    mayCall: (json['tool_choice'] as { type?: string } | undefined)?.type !== 'none',
    images: JSON.stringify(content).split('"type":"image"').length - 1,
  });
  const thinking = { type: 'thinking', thinking: said.thought, signature: signatureOf(said.thought) };
  const uses = said.calls.map((call) => ({ type: 'tool_use', id: `toolu_${++calls}`, ...call }));
  return {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model: json['model'],
    content: [...(thinks(json) ? [thinking] : []), { type: 'text', text: said.text }, ...uses],
    stop_reason: uses.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: ANTHROPIC_USAGE,
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as readonly Block[])
    .map((block) => (typeof block['text'] === 'string' ? block['text'] : block.type))
    .join('');
}

/** A message as the real one streams it: a ping after the start, thoughts with their signature last, cumulative usage. */
function eventsOf(message: Readonly<Record<string, unknown>>): string[] {
  const { content, stop_reason: stopReason, usage, ...head } = message;
  const { output_tokens: outputTokens, ...input } = usage as typeof ANTHROPIC_USAGE;
  const start = { ...head, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } };
  return [
    event('message_start', { message: start }),
    event('ping', {}),
    ...(content as readonly Block[]).flatMap(blockEvents),
    event('message_delta', {
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { ...input, output_tokens: outputTokens },
    }),
    event('message_stop', {}),
  ];
}

function blockEvents(block: Block, index: number): string[] {
  const begin = (empty: object): string =>
    event('content_block_start', { index, content_block: { ...block, ...empty } });
  const delta = (type: string, fields: object): string =>
    event('content_block_delta', { index, delta: { type, ...fields } });
  const end = event('content_block_stop', { index });
  switch (block.type) {
    case 'text':
      return [begin({ text: '' }), ...pieces(String(block['text'])).map((text) => delta('text_delta', { text })), end];
    case 'thinking': {
      const thoughts = pieces(String(block['thinking'])).map((thinking) => delta('thinking_delta', { thinking }));
      const signature = delta('signature_delta', { signature: block['signature'] });
      return [begin({ thinking: '', signature: '' }), ...thoughts, signature, end];
    }
    case 'tool_use': {
      const input = pieces(JSON.stringify(block['input'])).map((json) =>
        delta('input_json_delta', { partial_json: json }),
      );
      return [begin({ input: {} }), delta('input_json_delta', { partial_json: '' }), ...input, end];
    }
    default:
      return [begin({}), end];
  }
}

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function sendJson(response: ServerResponse, body: unknown, headers = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function sendAnthropicError(response: ServerResponse, status: number, error: object, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ type: 'error', error, request_id: 'req_upstream' }));
}
