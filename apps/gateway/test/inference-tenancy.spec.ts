import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { FakeAnthropic } from './fake-anthropic.js';
import { RunningProduct, until } from './running-product.js';
import { send } from './traffic.js';

interface Tenant {
  readonly organizationId: string;
  readonly projectId: string;
  readonly keyId: string;
  readonly key: string;
  readonly managementToken: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const PRIVATE_MODEL = 'victims-own-model';
const NOBODYS_MODEL = 'model-of-nobody';
const NOBODYS_REQUEST = `req_${'0'.repeat(26)}`;

/** What one organization's key may see of another, and of another project of its own, at the endpoints for inference. */
describe('keys of one organization', () => {
  let product: RunningProduct;
  let victim: Tenant;
  let intruder: Tenant;
  /** Of the victim's organization, in another project. */
  let neighbour: string;
  let requestId: string;

  beforeAll(async () => {
    product = await RunningProduct.start();
    victim = await createTenant('victim');
    intruder = await createTenant('intruder');
    neighbour = (await createProjectKey(victim.organizationId, 'Neighbours')).key;
    const { organizationId } = victim;
    const credential = await product.manage('POST', '/provider-credentials', {
      organizationId,
      provider: 'openai',
      name: 'Own account',
      secret: 'sk-of-the-victim',
    });
    await product.manage('POST', '/deployments', {
      organizationId,
      providerCredentialId: credential['id'],
      model: PRIVATE_MODEL,
      upstreamModel: 'gpt-4o',
    });
    await until(
      async () => (await get(`/models/${PRIVATE_MODEL}`, victim.key)).status === 200,
      () => 'the deployment does not arrive',
    );
    const sent = await send(product, { model: 'sandbox/echo', stream: false, key: victim.key });
    requestId = sent.requestId ?? '';
  }, 90_000);

  afterAll(() => product.stop(), 60_000);

  async function createTenant(slug: string): Promise<Tenant> {
    const organization = await product.manage('POST', '/organizations', { name: slug, slug });
    const organizationId = String(organization['id']);
    const token = await product.manage('POST', '/management-tokens', { name: 'All', organizationId, scopes: ['*'] });
    const made = await createProjectKey(organizationId, 'Web');
    return { organizationId, ...made, managementToken: String(token['secret']) };
  }

  async function createProjectKey(organizationId: string, name: string) {
    const project = await product.manage('POST', `/organizations/${organizationId}/projects`, { name });
    const projectId = String(project['id']);
    const body = { name: 'Server', modelAllowlist: ['*'] };
    const key = await product.manage('POST', `/projects/${projectId}/api-keys`, body);
    return { projectId, keyId: String(key['id']), key: String(key['secret']) };
  }

  async function get(path: string, key: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(product.baseUrl + path, { headers: { authorization: `Bearer ${key}`, ...headers } });
    return { status: response.status, text: await response.text() };
  }

  /** Without what differs between any two answers. */
  const comparable = ({ status, text }: Answer, asked: string): string =>
    `${status} ${text.replaceAll(asked, 'ASKED').replaceAll(/"requestId":"req_\w+"/g, '')}`;

  const belongings = (): string[] => [victim.organizationId, victim.projectId, victim.keyId, requestId, PRIVATE_MODEL];

  test.each(['not booked yet', 'booked'])('a request that is %s is its own project’s', async (state) => {
    if (state === 'booked') await product.booked(requestId, victim.key);
    expect((await get(`/requests/${requestId}`, victim.key)).status).toBe(200);
    for (const key of [intruder.key, neighbour, product.apiKey]) {
      const foreign = await get(`/requests/${requestId}`, key);
      expect(foreign.status).toBe(404);
      expect(comparable(foreign, requestId)).toBe(
        comparable(await get(`/requests/${NOBODYS_REQUEST}`, key), NOBODYS_REQUEST),
      );
    }
  });

  test('a model of one organization is to others as one that does not exist', async () => {
    expect((await get('/models', victim.key)).text).toContain(PRIVATE_MODEL);
    for (const key of [intruder.key, product.apiKey]) {
      const list = await get('/models', key);
      expect(belongings().filter((each) => list.text.includes(each))).toEqual([]);
      const [shown, unknown] = [await get(`/models/${PRIVATE_MODEL}`, key), await get(`/models/${NOBODYS_MODEL}`, key)];
      expect(shown.status).toBe(404);
      expect(comparable(shown, PRIVATE_MODEL)).toBe(comparable(unknown, NOBODYS_MODEL));
      for (const stream of [false, true]) {
        const [asked, none] = [
          await send(product, { model: PRIVATE_MODEL, stream, key }),
          await send(product, { model: NOBODYS_MODEL, stream, key }),
        ];
        expect(asked.status).toBe(404);
        expect(comparable(asked, PRIVATE_MODEL)).toBe(comparable(none, NOBODYS_MODEL));
      }
    }
  });

  test('a model of one organization is to others as one that does not exist, in Anthropic’s dialect too', async () => {
    const asked = async (path: string, model: string, key: string): Promise<Answer> => {
      const response = await fetch(product.origin + path, {
        method: 'POST',
        headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({ model, max_tokens: 20, messages: [{ role: 'user', content: 'hi' }] }),
      });
      const text = (await response.text()).replaceAll(/"request_id":"req_\w+"/g, '');
      return { status: response.status, text };
    };
    for (const prefix of ['/v1', '/anthropic/v1']) {
      for (const path of [`${prefix}/messages`, `${prefix}/messages/count_tokens`]) {
        for (const key of [intruder.key, product.apiKey]) {
          const foreign = await asked(path, PRIVATE_MODEL, key);
          expect([path, foreign.status]).toEqual([path, 404]);
          expect(comparable(foreign, PRIVATE_MODEL)).toBe(
            comparable(await asked(path, NOBODYS_MODEL, key), NOBODYS_MODEL),
          );
        }
        // estimated: nobody has to be asked
        if (path.endsWith('count_tokens')) expect((await asked(path, PRIVATE_MODEL, victim.key)).status).toBe(200);
        expect((await asked(path, PRIVATE_MODEL, victim.managementToken)).status).toBe(401);
      }
    }
    const headers = { 'anthropic-version': '2023-06-01' };
    const list = await get('/models', intruder.key, headers);
    expect(list.text).toContain('"has_more"');
    expect(belongings().filter((each) => list.text.includes(each))).toEqual([]);
    expect((await get(`/models/${PRIVATE_MODEL}`, intruder.key, headers)).status).toBe(404);
  });

  test('thoughts that wait for one organization’s next turn are not another’s', async () => {
    const anthropic = await FakeAnthropic.start();
    const credential = await product.manage('POST', '/provider-credentials', {
      provider: 'anthropic',
      name: 'Shared account',
      baseUrl: anthropic.baseUrl,
      secret: anthropic.apiKey,
    });
    const model = 'claude-haiku-4-5';
    await product.manage('POST', '/deployments', {
      providerCredentialId: credential['id'],
      model,
      upstreamModel: model,
    });
    await until(
      async () => (await get(`/models/${model}`, intruder.key)).status === 200,
      () => 'the deployment does not arrive',
    );
    const ask = async (key: string, messages: readonly object[]): Promise<Record<string, unknown>> => {
      const parameters = { type: 'object', properties: { value: { type: 'string' } } };
      const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
      const body = { model, messages, tools, reasoning_effort: 'medium', max_completion_tokens: 8_000 };
      const response = await fetch(`${product.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
      const { choices } = (await response.json()) as { choices: { message: Record<string, unknown> }[] };
      return choices[0]?.message ?? {};
    };
    const question = { role: 'user', content: 'Please call weather with Rome' };
    const { content, tool_calls: calls } = await ask(victim.key, [question]);
    const [{ id }] = calls as [{ id: string }];
    const loop = [
      question,
      { role: 'assistant', content, tool_calls: calls },
      { role: 'tool', tool_call_id: id, content: 'sun' },
    ];
    const thoughtsSent = async (key: string): Promise<boolean> => {
      await ask(key, loop);
      return anthropic.last.body.includes('"signature"');
    };
    expect([await thoughtsSent(intruder.key), await thoughtsSent(victim.key)]).toEqual([false, true]);
    await anthropic.stop();
  });

  test('what one spends, holds and is limited by is not another’s', async () => {
    const scopesOf = async (key: string): Promise<unknown> =>
      (JSON.parse((await get('/key', key)).text) as { scopes: unknown }).scopes;
    const before = await scopesOf(victim.key);
    await Promise.all(
      Array.from({ length: 10 }, () => send(product, { model: 'sandbox/echo', stream: true, key: intruder.key })),
    );
    expect(await scopesOf(victim.key)).toEqual(before);
    const shown = await get('/key', intruder.key);
    expect(belongings().filter((each) => shown.text.includes(each))).toEqual([]);
  });

  test('no header makes a key another’s', async () => {
    const own = JSON.parse((await get('/key', intruder.key)).text) as { id: string };
    const { organizationId, projectId, key } = victim;
    for (const headers of [
      { 'openai-organization': organizationId, 'openai-project': projectId },
      { 'x-api-key': key, 'api-key': key },
      { 'x-organization-id': organizationId, 'x-forwarded-user': organizationId },
      { cookie: `console.session_token=${victim.managementToken}` },
    ]) {
      const shown = await get('/key', intruder.key, headers);
      expect(JSON.parse(shown.text)).toMatchObject({ id: own.id, organization_id: intruder.organizationId });
    }
  });

  test('management tokens open nothing here, revoked keys nothing any more', async () => {
    const paths = ['/models', '/key', `/requests/${requestId}`];
    for (const path of paths) expect((await get(path, victim.managementToken)).status).toBe(401);
    expect((await send(product, { model: 'sandbox/echo', stream: false, key: victim.managementToken })).status).toBe(
      401,
    );
    await product.manage('POST', `/api-keys/${victim.keyId}/revocations`);
    await until(
      async () => (await get('/key', victim.key)).status === 401,
      () => 'the revocation does not arrive',
      2_000,
    );
    for (const path of paths) {
      const refused = await get(path, victim.key);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(belongings().filter((each) => refused.text.includes(each))).toEqual([]);
    }
    expect((await send(product, { model: 'sandbox/echo', stream: false, key: victim.key })).status).toBe(401);
  });
});
