import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ProviderId, providers } from '@tollgate/providers';
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { Agent } from 'undici';

import { type ConnectionFinding, testConnection } from '../src/test-connection.js';
import { UpstreamAuthorizers } from '../src/upstream-authorizers.js';
import { type Answer, HttpServer, type Received } from './http-server.js';
import { expectedSignature, parseAuthorization } from './signature-v4.js';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const AWS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalr/K7MDENG', region: 'eu-west-1' };
const MODELS: Answer = { body: JSON.stringify({ object: 'list', data: [{ id: 'a' }, { id: 'b' }] }) };

let server: HttpServer;
let tokens: HttpServer;
let authorizers: UpstreamAuthorizers;
let dispatcher: Agent;
beforeEach(async () => {
  [server, tokens] = await Promise.all([HttpServer.start(), HttpServer.start()]);
  authorizers = new UpstreamAuthorizers({ azureAuthority: tokens.origin });
  dispatcher = new Agent();
  server.answer = () => MODELS;
  tokens.answer = () => ({ body: JSON.stringify({ access_token: 'minted', token_type: 'Bearer', expires_in: 3600 }) });
});
afterEach(async () => {
  await dispatcher.destroy();
  await Promise.all([server.stop(), tokens.stop()]);
});

interface Asked {
  readonly path?: string;
  readonly secret?: string | null;
  readonly baseUrl?: string | null;
  readonly isTenant?: boolean;
  readonly timeoutMs?: number;
}

function found(id: ProviderId, asked: Asked = {}): Promise<ConnectionFinding> {
  const provider = providers.get(id);
  if (provider === undefined) throw new Error(`no provider ${id}`);
  const { path = '', secret = 'the-key', isTenant = false, timeoutMs = 5000 } = asked;
  const baseUrl = asked.baseUrl === undefined ? server.origin + path : asked.baseUrl;
  return testConnection(authorizers, { provider, baseUrl, secret, owner: { isTenant }, dispatcher, timeoutMs });
}

const keyFile = (tokenUri = `${tokens.origin}/token`): string =>
  JSON.stringify({ type: 'service_account', client_email: 'a@p.iam', private_key: privateKey, token_uri: tokenUri });
const application = (clientSecret: string): string =>
  JSON.stringify({ tenantId: 'contoso.example', clientId: 'app-1', clientSecret });

/** A list of models, but only of those who signed everything that was sent. */
function strictAws({ method, path, headers, body }: Received): Answer {
  const { scope, keyId, signed, signature } = parseAuthorization(headers['authorization'] ?? '');
  const [, region = '', service = ''] = scope.split('/');
  const sound =
    keyId === AWS.accessKeyId &&
    ['host', 'x-amz-date'].every((name) => signed.includes(name)) &&
    service === 'bedrock' &&
    signature ===
      expectedSignature({ method, path, headers, body }, signed, { secret: AWS.secretAccessKey, region, service });
  if (!sound) return { status: 403, body: '{"message":"The request signature we calculated does not match"}' };
  return { body: JSON.stringify({ modelSummaries: [{ modelId: 'amazon.nova-pro-v1:0' }] }) };
}

describe('who asks is proven as the provider wants it', () => {
  test('by a key in a header', async () => {
    expect(await found('openai', { path: '/v1' })).toEqual({
      ok: true,
      reason: 'reached',
      message: 'The provider offers 2 models.',
      status: 200,
      models: ['a', 'b'],
    });
    const [{ method, path, headers }] = server.received as [Received];
    expect([method, path, headers['authorization']]).toEqual(['GET', '/v1/models', 'Bearer the-key']);
    await found('anthropic');
    expect(server.received[1]?.headers).toMatchObject({ 'x-api-key': 'the-key', 'anthropic-version': '2023-06-01' });
  });

  test('not at all, by engines that want no key', async () => {
    expect(await found('vllm', { path: '/v1', secret: null })).toMatchObject({ ok: true });
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  test('by a signature of the request', async () => {
    server.answer = strictAws;
    const finding = await found('aws-bedrock', { secret: JSON.stringify(AWS) });
    expect(finding).toMatchObject({ ok: true, models: ['amazon.nova-pro-v1:0'] });
    expect(server.received[0]?.path).toBe('/foundation-models');
    const forged = { ...AWS, secretAccessKey: 'another' };
    expect(await found('aws-bedrock', { secret: JSON.stringify(forged) })).toMatchObject({
      ok: false,
      reason: 'secret-rejected',
      status: 403,
    });
  });

  test('by a token that Google minted', async () => {
    server.answer = () => ({ body: JSON.stringify({ publisherModels: [{ name: 'publishers/google/models/g' }] }) });
    expect(await found('google-vertex', { path: '/v1/projects/p/locations/l', secret: keyFile() })).toMatchObject({
      ok: true,
      models: ['g'],
    });
    expect(server.received[0]?.headers['authorization']).toBe('Bearer minted');
    expect(server.received[0]?.path).toBe('/v1beta1/publishers/google/models?pageSize=1000');
  });

  test('by a token of Entra, or by a key of the resource', async () => {
    server.answer = () => ({ body: JSON.stringify({ data: [{ id: 'gpt-4.1' }] }) });
    expect(await found('azure-openai', { secret: application('s') })).toMatchObject({ ok: true, models: ['gpt-4.1'] });
    expect(await found('azure-openai', { secret: 'plain' })).toMatchObject({ ok: true });
    const [minted, plain] = server.received;
    expect(minted?.headers['authorization']).toBe('Bearer minted');
    expect(plain?.headers).toMatchObject({ 'api-key': 'plain' });
    expect(plain?.headers).not.toHaveProperty('authorization');
    expect(plain?.path).toBe('/openai/models?api-version=2024-10-21');
  });
});

describe('what goes wrong', () => {
  test.each([401, 403])('a %i says that the secret is refused', async (status) => {
    server.answer = () => ({ status });
    expect(await found('openai')).toMatchObject({ ok: false, reason: 'secret-rejected', status, models: null });
  });

  test('another status says so, too, where that is the vendor’s way', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
    const error = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details };
    server.answer = () => ({ status: 400, body: JSON.stringify({ error }) });
    expect(await found('google-gemini')).toMatchObject({ reason: 'secret-rejected', status: 400 });
  });

  test('a refusal of a request for nothing says that the secret is known', async () => {
    server.answer = () => ({ status: 422, body: '{"detail":"input is missing"}' });
    const finding = await found('voyage', { path: '/v1' });
    expect(finding).toMatchObject({ ok: true, status: 422, models: null });
    const [{ method, path, headers, body }] = server.received as [Received];
    expect([method, path, headers['content-type'], body.toString()]).toEqual([
      'POST',
      '/v1/embeddings',
      'application/json',
      '{}',
    ]);
    server.answer = () => ({ status: 401 });
    expect(await found('voyage')).toMatchObject({ ok: false, reason: 'secret-rejected' });
  });

  test.each<[string, Answer]>([
    ['a page', { body: '<html>' }],
    ['another address', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a failure', { status: 500 }],
    ['far too much', { body: ' '.repeat(9 * 1024 * 1024) }],
  ])('%s is no list of models', async (_what, answer) => {
    server.answer = () => answer;
    expect(await found('openai')).toMatchObject({ ok: false, reason: 'unexpected-answer' });
    expect(server.received).toHaveLength(1);
  });

  test('a secret that cannot be read is not sent', async () => {
    for (const id of ['aws-bedrock', 'google-vertex', 'azure-openai'] as const) {
      expect(await found(id, { secret: '{"half' })).toMatchObject({ reason: 'secret-rejected', status: null });
    }
    expect(server.received).toEqual([]);
  });

  test('a token endpoint that refuses the credential, or cannot be asked', async () => {
    tokens.answer = () => ({ status: 401, body: '{"error":"invalid_client","error_description":"hush-hush"}' });
    const refused = await found('azure-openai', { secret: application('hush-hush') });
    expect(refused).toMatchObject({ reason: 'secret-rejected', status: null });
    expect(refused.message).not.toContain('hush');
    tokens.answer = () => ({ status: 503 });
    expect(await found('google-vertex', { secret: keyFile() })).toMatchObject({ reason: 'unreachable', status: null });
    expect(server.received).toEqual([]);
  });

  test('nobody waits longer than is told, for the provider or for a token', async () => {
    server.answer = () => null;
    expect(await found('openai', { timeoutMs: 100 })).toMatchObject({
      reason: 'timed-out',
      message: 'No answer within 0.1 seconds.',
    });
    tokens.answer = () => null;
    expect(await found('azure-openai', { secret: application('s'), timeoutMs: 100 })).toMatchObject({
      reason: 'timed-out',
    });
  });

  test('nobody listens, or there is no address', async () => {
    const { origin } = server;
    await server.stop();
    expect(await found('openai', { baseUrl: origin })).toMatchObject({ reason: 'unreachable' });
    expect(await found('openai', { baseUrl: 'no address' })).toMatchObject({ reason: 'unreachable' });
    expect(await found('azure-openai', { baseUrl: null })).toMatchObject({ reason: 'unreachable' });
    server = await HttpServer.start();
  });

  test('the simulated provider needs no network', async () => {
    expect(await found('sandbox', { baseUrl: null, secret: null })).toMatchObject({ ok: true, status: null });
  });
});

describe('tenants', () => {
  test('are minted tokens by Google only', async () => {
    const finding = await found('google-vertex', { secret: keyFile(), isTenant: true });
    expect(finding).toMatchObject({ ok: false, reason: 'secret-rejected' });
    expect([...server.received, ...tokens.received]).toEqual([]);
  });

  test('learn of a refused address nothing but that', async () => {
    const provider = providers.get('openai-compatible');
    if (provider === undefined) throw new Error('no such provider');
    class Refused extends Error {}
    dispatcher = new Agent({
      connect: { lookup: (_host, _options, callback) => callback(new Refused('points to 10.0.0.7'), '') },
    });
    const finding = await testConnection(authorizers, {
      provider,
      baseUrl: 'https://rebinding.example/v1',
      secret: 'k',
      owner: { isTenant: true },
      dispatcher,
      isRefusedAddress: (error) => error instanceof Refused,
    });
    expect(finding).toMatchObject({ ok: false, reason: 'address-refused', status: null });
    expect(JSON.stringify(finding)).not.toContain('10.0.0.7');
  });
});

test('nothing of the secret is ever said', async () => {
  const secrets = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/);
  const id = fc.constantFrom<ProviderId>('openai', 'aws-bedrock', 'google-vertex', 'azure-openai', 'google-gemini');
  const status = fc.constantFrom(200, 400, 401, 500);
  await fc.assert(
    fc.asyncProperty(secrets, id, status, async (secret, provider, code) => {
      server.answer = () => ({ status: code, body: JSON.stringify({ error: { message: `bad key ${secret}` } }) });
      const pasted = provider === 'azure-openai' ? application(secret) : secret;
      expect(JSON.stringify(await found(provider, { secret: pasted }))).not.toContain(secret);
    }),
    { numRuns: 40 },
  );
});
