import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';

import { UpstreamAuthorizers } from '../src/upstream-authorizers.js';
import { HttpServer, type Received } from './http-server.js';
import { expectedSignature, parseAuthorization } from './signature-v4.js';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const KEY = {
  kind: 'access-key',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: SECRET,
  sessionToken: null,
  region: null,
} as const;

describe("AWS's published vectors, with the checking of these tests", () => {
  const scope = { secret: SECRET, region: 'us-east-1', service: 'service' };
  const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };

  test.each([
    ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ])('%s vanilla', (method, signature) => {
    const vanilla = { method, path: '/', headers, body: Buffer.alloc(0) };
    expect(expectedSignature(vanilla, ['host', 'x-amz-date'], scope)).toBe(signature);
  });
});

let server: HttpServer;
beforeAll(async () => {
  server = await HttpServer.start();
});
afterAll(() => server.stop());

interface Sent {
  readonly path: string;
  readonly body: string;
  readonly headers?: readonly string[];
}

/** Sends it as it was signed; headers as a flat list, as the gateway does. */
async function send(
  credential: Parameters<UpstreamAuthorizers['forAws']>[0],
  { path, body, headers }: Sent,
): Promise<Received> {
  const given = headers ?? ['content-type', 'application/json', 'accept', '*/*'];
  const bytes = Buffer.from(body);
  const authorizer = new UpstreamAuthorizers().forAws(credential);
  const signed = authorizer.headersFor({ method: 'POST', origin: server.origin, path, body: bytes, headers: given });
  if (signed instanceof Promise) throw new Error('signing does not wait');
  const { hostname, port, host } = new URL(server.origin);
  await new Promise<void>((resolve, reject) => {
    const sending = request({ hostname, port, method: 'POST', path, headers: ['host', host, ...signed] }, (response) =>
      response.resume().on('end', resolve),
    );
    sending.on('error', reject);
    sending.end(bytes);
  });
  return server.received.at(-1) as Received;
}

function expectSigned(received: Received, region: string): void {
  const { scope, keyId, signed, signature } = parseAuthorization(received.headers['authorization'] ?? '');
  expect(keyId).toBe(KEY.accessKeyId);
  expect(scope).toBe(`${received.headers['x-amz-date']?.slice(0, 8)}/${region}/bedrock/aws4_request`);
  expect(signed).toEqual([...signed].sort());
  expect(signed).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date']));
  expect(signature).toBe(expectedSignature(received, signed, { secret: SECRET, region, service: 'bedrock' }));
}

describe('signed requests', () => {
  const local = { ...KEY, region: 'eu-central-1' };

  test.each([
    '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
    '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse-stream',
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse',
    "/model/a(b)*'!/converse?b=2&a=1",
  ])('%s', async (path) => {
    expectSigned(
      await send(local, { path, body: '{"messages":[{"role":"user","content":[{"text":"Grüße 🌞"}]}]}' }),
      'eu-central-1',
    );
  });

  test('with a session token, which is signed too', async () => {
    const received = await send(
      { ...local, sessionToken: 'FwoGZXIvYXdzE==' },
      { path: '/model/m/converse', body: '{}' },
    );
    expect(received.headers['x-amz-security-token']).toBe('FwoGZXIvYXdzE==');
    expect(parseAuthorization(received.headers['authorization'] ?? '').signed).toContain('x-amz-security-token');
    expectSigned(received, 'eu-central-1');
  });

  test('what a client sent under the names of a signature is replaced', async () => {
    const headers = ['content-type', 'application/json', 'Authorization', 'Bearer x', 'x-amz-date', '1'];
    const received = await send(local, { path: '/model/m/converse', body: '', headers });
    expectSigned(received, 'eu-central-1');
  });
});

describe('the region', () => {
  const scopeAt = (host: string): string => {
    const authorizer = new UpstreamAuthorizers().forAws({ ...KEY, region: 'sa-east-1' });
    const headers = authorizer.headersFor({
      method: 'POST',
      origin: `https://${host}`,
      path: '/',
      body: Buffer.of(),
      headers: [],
    });
    return parseAuthorization((headers as readonly string[]).at(-1) ?? '').scope.split('/')[1] ?? '';
  };

  test.each([
    ['bedrock-runtime.us-west-2.amazonaws.com', 'us-west-2'],
    ['bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['vpce-0a1b-xyz.bedrock-runtime.eu-west-3.vpce.amazonaws.com', 'eu-west-3'],
    ['gateway.example.com', 'sa-east-1'],
  ])('of %s is %s', (host, region) => {
    expect(scopeAt(host)).toBe(region);
  });

  test('has to be known', () => {
    const authorizer = new UpstreamAuthorizers().forAws(KEY);
    const ask = { method: 'POST', origin: 'https://example.com', path: '/', body: Buffer.of(), headers: [] };
    expect(() => authorizer.headersFor(ask)).toThrow(/region/);
  });
});

test('a Bedrock API key is a bearer, and costs nothing from the second request on', () => {
  const authorizer = new UpstreamAuthorizers().forAws({ kind: 'bearer', token: 'ABSKx' });
  const headers = ['accept', '*/*', 'authorization', 'Bearer of-a-client'];
  const ask = { method: 'POST', origin: 'https://example.com', path: '/', body: Buffer.of(), headers };
  const first = authorizer.headersFor(ask);
  expect(first).toEqual(['accept', '*/*', 'authorization', 'Bearer ABSKx']);
  expect(authorizer.headersFor(ask)).toBe(first);
});
