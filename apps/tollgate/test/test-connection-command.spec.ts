import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, masterKeyId, sealSecret } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launch, type Launcher } from './launcher-process.js';

describe('tollgate test-connection', () => {
  const masterKey = randomBytes(32);
  let testDatabase: TestDatabase;
  let database: Database;
  let provider: Server;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    database = Database.connect(testDatabase.url);
    provider = createServer((request, response) => {
      const knows = request.headers.authorization === 'Bearer sk-right';
      response.writeHead(knows ? 200 : 401).end(JSON.stringify({ object: 'list', data: [{ id: 'a' }] }));
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
  });
  afterEach(async () => {
    provider.closeAllConnections();
    provider.close();
    await database.close();
    await testDatabase.drop();
  });

  async function stored(name: string, secret: string, more: { organizationId?: string; key?: Buffer } = {}) {
    const { organizationId = null, key = masterKey } = more;
    const id = newId('providerCredential');
    const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
    const sealed = { ciphertext: new Uint8Array(sealSecret(key, secret, id)), masterKeyId: masterKeyId(key) };
    const data = { id, organizationId, provider: 'openai-compatible', name, baseUrl, ...sealed };
    await database.prisma.providerCredential.create({ data });
    return id;
  }

  const tested = (what: string): Launcher =>
    launch(
      { DATABASE_URL: testDatabase.url, TOLLGATE_MASTER_KEY: masterKey.toString('base64') },
      'test-connection',
      what,
    );

  it('tests a credential by its id or name, and all of a provider', async () => {
    const right = await stored('Right key', 'sk-right');
    const line = `ok     ${right} Right key (openai-compatible): The provider offers 1 models.\n`;
    for (const what of [right, 'Right key']) {
      const run = tested(what);
      expect(await run.ended()).toBe(0);
      expect(run.output).toMatchObject({ out: line, err: '' });
    }
    const wrong = await stored('Wrong key', 'sk-wrong');
    const all = tested('openai-compatible');
    expect(await all.ended()).toBe(1);
    expect(all.output.out).toBe(
      `${line}failed ${wrong} Wrong key (openai-compatible): The provider refused the secret (status 401).\n`,
    );
    expect(all.output.out + all.output.err).not.toContain('sk-wrong');
  }, 60_000);

  it('leaves alone what it cannot open and what is not the operator’s', async () => {
    await stored('Sealed elsewhere', 'sk-right', { key: randomBytes(32) });
    const organizationId = newId('organization');
    await database.prisma.organization.create({ data: { id: organizationId, name: 'Acme', slug: 'acme' } });
    await stored('Of a tenant', 'sk-right', { organizationId });
    const run = tested('openai-compatible');
    expect(await run.ended()).toBe(1);
    expect(run.output.out).toContain('It belongs to an organization');
    expect(run.output.out).toContain('The secret was sealed with another master key.');
  }, 60_000);

  it('says what is wrong in a line', async () => {
    const name = tested('nobody');
    expect(await name.ended()).toBe(1);
    expect(name.output).toMatchObject({
      out: '',
      err: 'tollgate: there is no credential with the id or name nobody\n',
    });
    const provider = tested('mistral');
    expect(await provider.ended()).toBe(1);
    expect(provider.output.err).toBe('tollgate: there is no credential of the provider mistral\n');
  }, 60_000);
});
