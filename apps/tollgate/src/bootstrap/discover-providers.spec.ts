import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { discoverProviders } from './discover-providers.js';

let server: Server | undefined;

async function upstream(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('discoverProviders', () => {
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('asks an engine for its models, with its key', async () => {
    const seen: unknown[] = [];
    const url = await upstream((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      response.end(
        JSON.stringify({
          object: 'list',
          data: [
            { id: 'a', object: 'model' },
            { id: 'b', object: 'model' },
          ],
        }),
      );
    });
    const named = { provider: 'openai-compatible', baseUrl: `${url}/v1`, secret: 'sk-local' } as const;
    expect(await discoverProviders([named])).toContainEqual({ ...named, models: ['a', 'b'] });
    expect(seen).toEqual([['/v1/models', 'Bearer sk-local']]);
  });

  it('does not ask a vendor of the catalogue', async () => {
    const [openai] = await discoverProviders([
      { provider: 'openai', baseUrl: 'http://127.0.0.1:1/v1', secret: 'sk-1' },
    ]);
    expect(openai?.models).toEqual(expect.arrayContaining(['gpt-4o', 'gpt-4o-mini']));
  });

  it.each<[string, RequestListener]>([
    ['an error', (_request, response) => response.writeHead(401).end()],
    ['something else', (_request, response) => response.end('<html>')],
    ['nothing', () => undefined],
  ])('goes on without a list when the answer is %s', async (_name, answer) => {
    const named = { provider: 'ollama', baseUrl: await upstream(answer), secret: null } as const;
    expect(await discoverProviders([named])).toEqual([{ ...named, models: null }]);
  });
});
