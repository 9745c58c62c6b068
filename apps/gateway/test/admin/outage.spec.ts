import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { issueSecret, SETUP_TOKEN_PREFIX } from '@tollgate/domain';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { insertSetupLink } from './admin-world.js';

/** Stands between the API and Postgres, and can be cut. */
let wire: Server;
let target: URL;
const sockets = new Set<Socket>();
let api: AdminApi;

function link(client: Socket): void {
  const server = connect(Number(target.port), target.hostname);
  for (const socket of [client, server]) {
    sockets.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        client.destroy();
        server.destroy();
      });
  }
  client.pipe(server).pipe(client);
}

const listen = (port: number): Promise<void> => new Promise((resolve) => wire.listen(port, '127.0.0.1', resolve));

beforeAll(async () => {
  wire = createServer(link);
  await listen(0);
  const { port } = wire.address() as AddressInfo;
  api = await startAdminApi((url) => {
    target = new URL(url);
    const through = new URL(url);
    through.host = `127.0.0.1:${port}`;
    return through.href;
  });
});
afterAll(async () => {
  await api.close();
  for (const socket of sockets) socket.destroy();
  wire.close();
});

async function signedInCookie(): Promise<string> {
  const token = await insertSetupLink(api);
  const completion = { token, name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
  const { headers } = await api.call('completeSetup', { body: completion });
  return headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

test('a database that is away is a 503, and its return is noticed', async () => {
  await api.ok('createOrganization', { body: { name: 'Before', slug: 'before' } });
  const session = { cookie: await signedInCookie() };
  const { port } = wire.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    wire.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
  const headers = { authorization: `Bearer ${api.operatorToken}`, 'content-type': 'application/json' };
  const read = () => api.send('GET', '/api/v1/organizations', { headers });
  const write = () =>
    api.send('POST', '/api/v1/organizations', { headers, body: JSON.stringify({ name: 'x', slug: 'x' }) });
  const statuses = (await Promise.all([read(), write(), read(), write()])).map(({ status }) => status);
  expect(statuses).toEqual([503, 503, 503, 503]);
  const json = { 'content-type': 'application/json' };
  const credentials = JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' });
  const cookie = { cookie: 'console.session_token=a.b' };
  const signIns = await Promise.all([
    api.send('POST', '/api/auth/sign-in/email', { headers: json, body: credentials }),
    api.send('POST', '/api/auth/sign-out', { headers: { ...json, ...cookie, origin: api.url }, body: '{}' }),
    api.send('POST', '/api/v1/setup/checks', {
      headers: json,
      body: JSON.stringify({ token: issueSecret(SETUP_TOKEN_PREFIX).secret }),
    }),
    api.send('GET', '/api/auth/get-session', { headers: session }),
    api.send('GET', '/api/v1/me', { headers: session }),
  ]);
  for (const { status, body } of signIns) {
    expect({ status, body }).toMatchObject({
      status: 503,
      body: { detail: 'The database cannot be reached at the moment.' },
    });
  }
  expect(api.answers.at(-1)).toContain('urn:tollgate:problem:unavailable');
  expect(api.log.join('\n')).not.toContain('"message":"a management request failed"');
  await listen(port);
  expect((await read()).status).toBe(200);
});
