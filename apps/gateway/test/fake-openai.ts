import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Refusal } from './fake-vendor.js';
import { formOf, OPENAI_OPERATIONS, type OpenAiEndpoint } from './openai-operations-model.js';
import { respond, RESPONSES_PARAMETERS } from './openai-responses-model.js';

/** One request as the fake provider received it. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly json: Record<string, unknown>;
  /** Settles when the connection of this request has closed, with whether the answer had been sent whole. */
  readonly closed: Promise<{ complete: boolean }>;
}

export type Script = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

const CHAT_PARAMETERS = (
  'model messages stream stream_options max_tokens max_completion_tokens n user metadata temperature top_p stop tools ' +
  'tool_choice parallel_tool_calls response_format seed logprobs top_logprobs presence_penalty frequency_penalty ' +
  'service_tier store reasoning_effort safety_identifier logit_bias modalities prediction audio web_search_options verbosity'
).split(' ');

/**
 * Stands for OpenAI, which cannot be reached in tests: a real HTTP server that is as strict as the real one. Unknown
 * paths are 404, unknown parameters 400, a wrong key 401. Scripts replace the answer of the next requests.
 */
export class FakeOpenAi {
  readonly requests: ReceivedRequest[] = [];
  /** How often it was asked with a key that is not its own. */
  refusals = 0;
  /** What was wrong with requests, as their sender was told. */
  readonly problems: string[] = [];
  private readonly scripts: Script[] = [];
  private always: Script | null = null;

  private constructor(
    private readonly server: Server,
    readonly apiKey: string,
  ) {}

  static async start(apiKey = 'sk-fake-0123456789abcdefghijklmnop'): Promise<FakeOpenAi> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const fake = new FakeOpenAi(server, apiKey);
    server.on('request', (request, response) => void fake.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** The next requests are answered by these, one each. */
  script(...scripts: Script[]): void {
    this.scripts.push(...scripts);
  }

  /** Every chat without a script of its own is answered by this; null restores the default. */
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
    const path = request.url ?? '';
    if (request.headers.authorization !== `Bearer ${this.apiKey}`) {
      this.refusals++;
      return sendError(response, 401, {
        message: 'Incorrect API key provided.',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      });
    }
    if (request.method === 'GET' && path === '/v1/models') {
      return sendJson(response, 200, {
        object: 'list',
        data: [{ id: 'gpt-4o-mini', object: 'model', created: 1, owned_by: 'openai' }],
      });
    }
    const endpoint = this.endpoints[path];
    if (request.method !== 'POST' || endpoint === undefined) {
      return sendError(response, 404, {
        message: `Invalid URL (${request.method} ${path})`,
        type: 'invalid_request_error',
        code: null,
      });
    }
    const isForm = endpoint.file !== undefined;
    const json = (isForm ? {} : JSON.parse(body.toString('utf8'))) as Record<string, unknown>;
    const received: ReceivedRequest = { path, headers: request.headers, body, json, closed };
    this.requests.push(received);
    try {
      const names = isForm ? (await formOf(received)).map(([name]) => name) : Object.keys(json);
      const unknown = names.find((name) => !endpoint.parameters.includes(name));
      if (unknown !== undefined) throw new Refusal(400, `Unrecognized request argument supplied: ${unknown}`);
      const { file } = endpoint;
      if (file !== undefined && !names.some((name) => name.replace('[]', '') === file))
        throw new Refusal(400, `Missing required parameter: '${file}'.`);
      await (this.scripts.shift() ?? endpoint.answer)(received, response);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const { status, message } = error instanceof Refusal ? error : { status: 400, message: String(error) };
      this.problems.push(message);
      sendError(response, status, { message, type: 'invalid_request_error', code: null });
    }
  }

  private readonly endpoints: Readonly<Record<string, OpenAiEndpoint>> = {
    ...OPENAI_OPERATIONS,
    '/v1/responses': { parameters: RESPONSES_PARAMETERS, answer: respond },
    '/v1/chat/completions': {
      parameters: CHAT_PARAMETERS,
      answer: (received, response) => (this.always ?? complete)(received, response),
    },
  };
}

/** What the fake model says. */
const WORDS = ['Tolls', ' are', ' metered', ',', ' priced', ' and', ' booked', '.'];
export const FAKE_ANSWER = WORDS.join('');
export const FAKE_USAGE = {
  prompt_tokens: 1200,
  completion_tokens: 80,
  total_tokens: 1280,
  prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 16,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

/** The default: a correct answer, streamed when asked. */
export const complete: Script = (request, response) => {
  if (request.json['stream'] === true) return streamAnswer(request, response, 0);
  return sendJson(response, 200, {
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: `${String(request.json['model'])}-2024-07-18`,
    service_tier: 'default',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: FAKE_ANSWER, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: FAKE_USAGE,
  });
};

/** The default answer, with a pause before each frame; as long where nothing is streamed. */
export function slowly(pauseMs: number): Script {
  return async (request, response) => {
    if (request.json['stream'] === true) return streamAnswer(request, response, pauseMs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs * WORDS.length));
    return complete(request, response);
  };
}

/** Streams so many words and then breaks the connection. */
export function cutAfter(words: number): Script {
  return async (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunkOf(request, { role: 'assistant', content: '' }));
    for (const word of WORDS.slice(0, words)) response.write(chunkOf(request, { content: word }));
    await new Promise((resolve) => setTimeout(resolve, 30));
    response.destroy();
  };
}

export function failWith(status: number, error: Record<string, unknown>, headers: Record<string, string> = {}): Script {
  return (_request, response) => sendError(response, status, error, headers);
}

/** Accepts the request and never answers. */
export const hang: Script = () => undefined;

async function streamAnswer(request: ReceivedRequest, response: ServerResponse, pauseMs: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const frame of framesOf(request)) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (response.destroyed) return;
    response.write(frame);
  }
  response.end();
}

/** The default answer as a stream, frame by frame. */
export function framesOf(request: ReceivedRequest): string[] {
  const options = request.json['stream_options'] as { include_usage?: boolean } | undefined;
  const usage = `data: ${JSON.stringify({ ...chunkBase(request), choices: [], usage: FAKE_USAGE })}\n\n`;
  return [
    chunkOf(request, { role: 'assistant', content: '' }),
    ...WORDS.map((content) => chunkOf(request, { content })),
    chunkOf(request, {}, 'stop'),
    ...(options?.include_usage === true ? [usage] : []),
    'data: [DONE]\n\n',
  ];
}

function chunkBase(request: ReceivedRequest): Record<string, unknown> {
  return {
    id: 'chatcmpl-fake',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: `${String(request.json['model'])}-2024-07-18`,
  };
}

/** A frame of a stream, as the real one writes it. */
export function chunkOf(
  request: ReceivedRequest,
  delta: Record<string, unknown>,
  finish: string | null = null,
): string {
  return `data: ${JSON.stringify({ ...chunkBase(request), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  error: Record<string, unknown>,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { param: null, ...error } }));
}
