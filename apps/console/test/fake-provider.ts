import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const USAGE = {
  prompt_tokens: 1_200,
  completion_tokens: 80,
  total_tokens: 1_280,
  prompt_tokens_details: { cached_tokens: 1_024, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 16, audio_tokens: 0 },
};

/** Stands for OpenAI, which cannot be reached in tests: one model, one answer, over real HTTP. */
export class FakeProvider {
  static readonly apiKey = 'sk-fake-0123456789abcdefghijklmnop';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeProvider> {
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.headers.authorization !== `Bearer ${FakeProvider.apiKey}`) {
        response.writeHead(401).end(JSON.stringify({ error: { message: 'Incorrect API key provided.' } }));
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'GET') return response.end(JSON.stringify(MODELS));
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as { readonly stream?: boolean };
        if (asked.stream !== true) return response.end(JSON.stringify(ANSWER));
        response.setHeader('content-type', 'text/event-stream');
        return response.end(STREAM);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeProvider(server);
  }

  get environment(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    return { OPENAI_API_KEY: FakeProvider.apiKey, OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const MODELS = { object: 'list', data: [{ id: 'gpt-4o-mini', object: 'model', created: 1, owned_by: 'openai' }] };

const ANSWER = {
  id: 'chatcmpl-fake',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Tolls are metered, priced and booked.', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: USAGE,
};

const chunkOf = (fields: object): string => {
  const { id, created, model, service_tier } = ANSWER;
  return `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, service_tier, ...fields })}\n\n`;
};
const [{ message }] = ANSWER.choices as [{ message: { content: string } }];

const STREAM = [
  ...message.content
    .split(/(?<= )/)
    .map((content) => chunkOf({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null })),
  chunkOf({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null }),
  chunkOf({ choices: [], usage: USAGE }),
  'data: [DONE]\n\n',
].join('');
