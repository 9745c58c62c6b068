import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isCredentialProblem } from '@tollgate/providers';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';

import { noMoreHeaders } from '../src/header-authorizer.js';
import { mintToken } from '../src/token-endpoint.js';
import type { UpstreamAuthorizer } from '../src/upstream-authorizer.js';
import { UpstreamAuthorizers } from '../src/upstream-authorizers.js';
import { type Answer, HttpServer, type Received } from './http-server.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const SECRET = 'Very~Secret.Value';
const APPLICATION = {
  kind: 'client-secret',
  tenantId: 'contoso.example',
  clientId: 'app-1',
  clientSecret: SECRET,
} as const;
const HEADERS = ['accept', '*/*'];
const ASK = { method: 'POST', origin: 'https://example.com', path: '/', body: Buffer.of(), headers: HEADERS };

let server: HttpServer;
let now: number;
let authorizers: UpstreamAuthorizers;
beforeEach(async () => {
  server = await HttpServer.start();
  now = 1_800_000_000_000;
  authorizers = new UpstreamAuthorizers({ azureAuthority: `${server.origin}/`, now: () => now });
  let minted = 0;
  server.answer = () => token(`token-${++minted}`);
});
afterEach(() => server.stop());

function token(value: string, seconds: unknown = 3600): Answer {
  return { body: JSON.stringify({ access_token: value, token_type: 'Bearer', expires_in: seconds }) };
}

function account(tokenUri = `${server.origin}/token`): Parameters<UpstreamAuthorizers['forGoogle']>[0] {
  return { kind: 'service-account', clientEmail: 'a@p.iam', privateKey, privateKeyId: 'k1', tokenUri, projectId: 'p' };
}

function google(): UpstreamAuthorizer {
  const authorizer = authorizers.forGoogle(account(), { isTenant: false });
  if (isCredentialProblem(authorizer)) throw new Error(authorizer.problem);
  return authorizer;
}

const azure = (): UpstreamAuthorizer => authorizers.forAzure(APPLICATION);
const bearer = (value: string): readonly string[] => [...HEADERS, 'authorization', `Bearer ${value}`];
const ask = async (authorizer: UpstreamAuthorizer): Promise<readonly string[]> => authorizer.headersFor(ASK);

async function faultOf(asked: Promise<unknown>): Promise<{ fault: unknown; message: string }> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('did not fail');
  return { fault: (error as { fault?: unknown }).fault, message: error.message };
}

function decoded(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('what is asked for', () => {
  test('Google is sent a statement that the account has signed', async () => {
    expect(await ask(google())).toEqual(bearer('token-1'));
    const { method, path, headers, body } = server.received[0] as Received;
    expect([method, path, headers['content-type']]).toEqual(['POST', '/token', 'application/x-www-form-urlencoded']);
    const form = new URLSearchParams(body.toString());
    expect([...form.keys()].sort()).toEqual(['assertion', 'grant_type']);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [header, claims, signature] = (form.get('assertion') ?? '').split('.');
    const signed = Buffer.from(`${header}.${claims}`);
    const proof = Buffer.from(signature ?? '', 'base64url');
    expect(verify('RSA-SHA256', signed, createPublicKey(publicKey), proof)).toBe(true);
    expect(decoded(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    expect(decoded(claims)).toEqual({
      iss: 'a@p.iam',
      aud: `${server.origin}/token`,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      iat: now / 1000,
      exp: now / 1000 + 3600,
    });
  });

  test('Entra is sent the id and the secret of the application', async () => {
    expect(await ask(azure())).toEqual(bearer('token-1'));
    const { method, path, body } = server.received[0] as Received;
    expect([method, path]).toEqual(['POST', '/contoso.example/oauth2/v2.0/token']);
    expect(Object.fromEntries(new URLSearchParams(body.toString()))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app-1',
      client_secret: SECRET,
      scope: 'https://cognitiveservices.azure.com/.default',
    });
  });

  test('a tenant cannot make the gateway mint elsewhere', () => {
    expect(authorizers.forGoogle(account(), { isTenant: true })).toEqual({ problem: expect.stringMatching(/Google/) });
    const own = account('https://oauth2.googleapis.com/token');
    expect(authorizers.forGoogle(own, { isTenant: true })).not.toHaveProperty('problem');
  });
});

describe('how often', () => {
  test('a hundred at once wait for one token', async () => {
    const authorizer = azure();
    const all = await Promise.all(Array.from({ length: 100 }, () => ask(authorizer)));
    expect(new Set(all.map((headers) => headers.at(-1)))).toEqual(new Set(['Bearer token-1']));
    expect(server.received).toHaveLength(1);
  });

  test('a token that is there is given at once, in the same list, and to the next authorizer too', async () => {
    const authorizer = azure();
    const first = await ask(authorizer);
    expect(authorizer.headersFor(ASK)).toBe(first);
    expect(azure().headersFor(ASK)).toEqual(first);
    expect(server.received).toHaveLength(1);
  });

  test('another secret has another token', async () => {
    await ask(azure());
    const other = authorizers.forAzure({ ...APPLICATION, clientSecret: 'rotated' });
    expect(await ask(other)).toEqual(bearer('token-2'));
  });

  test('ahead of its end it is refreshed behind the back of those who use it', async () => {
    await ask(azure());
    now += 3_400_000;
    expect(azure().headersFor(ASK)).toEqual(bearer('token-1'));
    await until(() => server.received.length === 2);
    await until(() => JSON.stringify(azure().headersFor(ASK)) === JSON.stringify(bearer('token-2')));
    expect(server.received).toHaveLength(2);
  });

  test('when it has ended, it is waited for', async () => {
    await ask(azure());
    now += 3_600_000;
    expect(await ask(azure())).toEqual(bearer('token-2'));
  });

  test('a refresh that fails leaves the good token in use, and is not tried again at once', async () => {
    await ask(azure());
    server.answer = () => ({ status: 500 });
    now += 3_400_000;
    expect(azure().headersFor(ASK)).toEqual(bearer('token-1'));
    await until(() => server.received.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let i = 0; i < 20; i++) expect(azure().headersFor(ASK)).toEqual(bearer('token-1'));
    expect(server.received).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  test.each([
    [400, { error: 'invalid_grant', error_description: `Invalid ${SECRET}` }, 'refused'],
    [401, { error: 'invalid_client', error_description: `AADSTS7000215 ${SECRET}` }, 'refused'],
    [400, { error: 'unauthorized_client' }, 'refused'],
    [400, { error: 'invalid_grant', error_description: 'Invalid JWT: check your iat and exp values' }, 'unreachable'],
    [400, { error: 'temporarily_unavailable' }, 'unreachable'],
    [400, { error: { code: SECRET } }, 'unreachable'],
    [403, '<html>', 'unreachable'],
    [429, { error: 'slow_down' }, 'unreachable'],
    [500, { error: 'invalid_grant' }, 'unreachable'],
    [302, '', 'unreachable'],
    [200, 'no JSON', 'unreachable'],
    [200, '[]', 'unreachable'],
    [200, { access_token: 7, expires_in: 3600 }, 'unreachable'],
    [200, { access_token: 'a\nb', expires_in: 3600 }, 'unreachable'],
    [200, { access_token: 'x', expires_in: 'soon' }, 'unreachable'],
    [200, { access_token: 'x', expires_in: -1 }, 'unreachable'],
    [200, { access_token: 'x', expires_in: 3600, token_type: 'mac' }, 'unreachable'],
    [200, 'x'.repeat(100_000), 'unreachable'],
  ])('an answer of HTTP %d (%#)', async (status, body, fault) => {
    const headers: Record<string, string> = status === 302 ? { location: `${server.origin}/elsewhere` } : {};
    server.answer = () => ({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
    const failed = await faultOf(ask(azure()));
    expect(failed.fault).toBe(fault);
    expect(failed.message).not.toContain(SECRET);
    expect(server.received).toHaveLength(1);
  });

  test('nobody there, and nobody who answers', async () => {
    const form = { client_secret: SECRET };
    server.answer = () => null;
    const slow = await faultOf(mintToken({ url: `${server.origin}/${SECRET}`, timeoutMs: 100 }, form));
    expect(slow).toEqual({ fault: 'unreachable', message: expect.stringMatching(/in time/) });
    const origin = server.origin;
    await server.stop();
    const gone = await faultOf(mintToken({ url: `${origin}/${SECRET}` }, form));
    expect(gone.fault).toBe('unreachable');
    expect(gone.message).not.toContain(SECRET);
  });

  test('a dead endpoint is left alone for some seconds, and then asked again', async () => {
    server.answer = () => ({ status: 503 });
    const authorizer = azure();
    await Promise.allSettled(Array.from({ length: 100 }, () => ask(authorizer)));
    for (let i = 0; i < 10; i++) await faultOf(ask(authorizer));
    expect(server.received).toHaveLength(1);
    now += 5_000;
    server.answer = () => token('again');
    expect(await ask(authorizer)).toEqual(bearer('again'));
  });

  test('a string for the lifetime is what older endpoints send', async () => {
    server.answer = () => token('x', '3599');
    expect(await ask(azure())).toEqual(bearer('x'));
  });
});

test('keys stand in headers of their own, and who needs nothing gets back what was given', () => {
  const key = authorizers.forGoogle({ kind: 'api-key', apiKey: 'AIza' }, { isTenant: true }) as UpstreamAuthorizer;
  expect(key.headersFor(ASK)).toEqual([...HEADERS, 'x-goog-api-key', 'AIza']);
  expect(authorizers.forAzure({ kind: 'api-key', apiKey: 'k' }).headersFor(ASK)).toEqual([...HEADERS, 'api-key', 'k']);
  expect(noMoreHeaders.headersFor(ASK)).toBe(HEADERS);
});

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}
