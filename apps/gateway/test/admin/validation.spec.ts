import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/domain';
import {
  API_PREFIX,
  OPERATIONS,
  problem,
  takesEmptyBody,
  type Operation,
  type OperationId,
  type Problem,
} from '@tollgate/wire';
import fc from 'fast-check';
import { request } from 'node:http';
import { startAdminApi, type AdminApi, type Answer, type Call } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { sampleCalls } from './sample-calls.js';

let api: AdminApi;
let operator: OperatorWorld;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  operator = await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

const operations: readonly Operation[] = Object.values(OPERATIONS);
const writes = operations.filter(({ body, personal }) => body !== null && !personal);
const idsOf = ({ id }: Operation): OperationId => id as OperationId;
const pointers = ({ errors }: Problem): string[] => errors.map(({ pointer }) => pointer).sort();

describe('every fault is named at once', () => {
  test('of an API key', async () => {
    const refusal = await api.refused('createApiKey', 400, {
      params: { projectId: world.projectId },
      body: {
        name: '',
        modelAllowlist: [],
        tags: ['a', 'a'],
        expiresAt: '2020-01-01T00:00:00Z',
        rateLimit: { requestsPerMinute: 0, tokensPerMinute: 1.5 },
        monthlyBudget: { amount: 12.5, currency: 'EUR' },
        colour: 'red',
      },
    });
    expect(pointers(refusal)).toEqual([
      '/body/colour',
      '/body/expiresAt',
      '/body/modelAllowlist',
      '/body/monthlyBudget/amount',
      '/body/monthlyBudget/currency',
      '/body/name',
      '/body/rateLimit/concurrency',
      '/body/rateLimit/requestsPerMinute',
      '/body/rateLimit/tokensPerMinute',
      '/body/tags',
    ]);
    expect(refusal.detail).toBe('The request has 10 faults.');
    const missing = refusal.errors.find(({ pointer }) => pointer === '/body/rateLimit/concurrency');
    expect(missing).toMatchObject({ code: 'required', message: 'is required' });
  });

  test('of path, query, headers and body together', async () => {
    const refusal = await api.refused('updateApiKey', 400, {
      params: { apiKeyId: 'key_1' },
      query: { verbose: 'yes' },
      ifMatch: 'yesterday',
      body: {},
    });
    expect(pointers(refusal)).toEqual(['/body', '/header/If-Match', '/path/apiKeyId', '/query/verbose']);
  });

  test('of prices, by their position', async () => {
    const { priceBookId } = operator;
    const price = {
      provider: 'openai',
      model: 'gpt-4o',
      meter: 'input',
      amount: '1',
      per: 1,
      effectiveFrom: '2026-01-01T00:00:00Z',
    };
    const prices = [price, { ...price, meter: 'thoughts', amount: '-1' }, { ...price, timeWindow: '25:00-01:00' }];
    const refusal = await api.refused('publishPrices', 400, { params: { priceBookId }, body: { prices } });
    expect(pointers(refusal)).toEqual(['/body/prices/1/amount', '/body/prices/1/meter', '/body/prices/2/timeWindow']);
  });

  test('of a credential', async () => {
    const wrong = { name: 'x', provider: 'openai', baseUrl: 'http://user:pass@example.com?a=1', secret: 'line\nbreak' };
    expect(pointers(await api.refused('createProviderCredential', 400, { body: wrong }))).toEqual([
      '/body/baseUrl',
      '/body/secret',
    ]);
    const incomplete = { name: 'x', provider: 'no-such-provider' };
    const unknown = await api.refused('createProviderCredential', 400, { body: incomplete });
    expect(unknown.errors).toMatchObject([{ pointer: '/body/provider', code: 'unknown_provider' }]);
    const bare = await api.refused('createProviderCredential', 400, {
      body: { name: 'x', provider: 'openai-compatible' },
    });
    expect(bare.errors).toMatchObject([{ pointer: '/body/baseUrl', code: 'required' }]);
    const secretless = await api.refused('createProviderCredential', 400, { body: { name: 'x', provider: 'openai' } });
    expect(secretless.errors).toMatchObject([{ pointer: '/body/secret', code: 'required' }]);
  });

  test('of a query', async () => {
    const query = { limit: '201', sort: 'colour', model: 'a\0b', from: 'yesterday', to: '1999-01-01T00:00:00Z' };
    const refusal = await api.refused('listRequests', 400, { query });
    expect(pointers(refusal)).toEqual(['/query/from', '/query/limit', '/query/model', '/query/sort', '/query/to']);
    const usage = { measure: 'cost,beauty', by: 'day,month', from: '2026-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' };
    const figures = await api.refused('readUsage', 400, { query: { ...usage, zone: 'Mars/Olympus' } });
    expect(pointers(figures)).toEqual(expect.arrayContaining(['/query/by', '/query/measure/1', '/query/zone']));
  });
});

describe.each(writes.map(idsOf))('%s', (id) => {
  test('names each required field, and refuses fields it does not know', async () => {
    const call: Call = sampleCalls(world, operator)[id];
    const unknown = await api.refused(id, 400, { ...call, body: { ...(call.body as object), 'no/such~field': 1 } });
    expect(pointers(unknown)).toContain('/body/no~1such~0field');
    const empty = await api.call(id, { ...call, body: {} });
    const schema = (OPERATIONS[id] as Operation).body;
    const expected = schema?.safeParse({}).error?.issues.map(({ path }) => ['/body', ...path.map(String)].join('/'));
    if (expected !== undefined) expect(pointers(empty.body as Problem)).toEqual(expected.sort());
  });

  test('takes nothing but a JSON object', async () => {
    const call: Call = sampleCalls(world, operator)[id];
    const { body: schema }: Operation = OPERATIONS[id];
    const mayBeLeftOut = schema !== null && takesEmptyBody(schema);
    for (const body of mayBeLeftOut ? [[], 'text', 7, true] : [null, [], 'text', 7, true]) {
      const { status } = await api.call(id, { ...call, body });
      expect(status).toBe(400);
    }
    if (mayBeLeftOut) return;
    const missing = await api.refused(id, 400, { ...call, body: undefined });
    expect(pointers(missing)).toEqual(['/body']);
  });
});

describe('what is no request at all is a problem document too', () => {
  const expectProblem = (answer: Answer, status: number, code: string): void => {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe(problem.parse(answer.body).requestId);
    expect((answer.body as Problem).type).toBe(`urn:tollgate:problem:${code}`);
  };
  const post = (body: string, contentType = 'application/json'): Promise<Answer> =>
    api.send('POST', '/api/v1/organizations', {
      body,
      headers: { authorization: `Bearer ${api.operatorToken}`, 'content-type': contentType },
    });

  test.each(['{', '{"name": }', '', '{"__proto__": {"admin": true}}', '[1,', '\u0000', '[['.repeat(100_000)])(
    'broken JSON %#',
    async (body) => expectProblem(await post(body), 400, 'invalid-json'),
  );
  test.each(['text/plain', 'application/xml', 'multipart/form-data', 'application/x-www-form-urlencoded'])(
    'content type %s',
    async (type) => expectProblem(await post('name=x', type), 415, 'unsupported-media-type'),
  );
  test('a body that is too large', async () => {
    expectProblem(await post(JSON.stringify({ name: 'x'.repeat(9 * 1024 * 1024) })), 413, 'too-large');
  });
  test.each([
    '/api/v1',
    '/api/v1/',
    '/api/v1/nothing',
    '/api/v1/organizations/x/y/z',
    '/api/v1/organizations/',
    '/api/v1/projects//api-keys',
    `/api/v1/api-keys/${'k'.repeat(500)}`,
  ])('no such route: %s', async (path) => expectProblem(await api.send('GET', path), 404, 'not-found'));
  test('a URL that cannot be decoded', async () => {
    expectProblem(await api.send('GET', '/api/v1/organizations/%zz'), 400, 'invalid-url');
  });
  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s of a list', async (method) => {
    const answer = await api.send(method, '/api/v1/organizations');
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });
  test('a body that does not come', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '100', authorization: 'Bearer x' };
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(`${api.url}/api/v1/organizations`, { method: 'POST', headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject);
      sent.write('{"name":');
    });
    expect({ status, type: problem.parse(JSON.parse(text)).type }).toEqual({
      status: 408,
      type: 'urn:tollgate:problem:too-slow',
    });
  });
  test('a body that does not match its length ends without a failure of ours', async () => {
    const status = await new Promise<number>((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': '100', authorization: 'Bearer x' };
      const sent = request(`${api.url}/api/v1/organizations`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sent.on('error', () => resolve(0));
      sent.write('{"name":');
      setTimeout(() => sent.destroy(), 200);
    });
    expect(status).toBeLessThan(500);
  });
});

describe('nothing that anybody sends makes it fail', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.record({ name: fc.string({ unit: 'binary' }), slug: fc.string(), timeZone: fc.string() }, { requiredKeys: [] }),
    fc.record({ name: fc.constantFrom('\u0000', '\ud800', 'x'.repeat(300)), modelAllowlist: fc.array(fc.string()) }),
  );

  test('bodies', async () => {
    const property = fc.asyncProperty(fc.constantFrom(...writes.map(idsOf)), anything, async (id, body) => {
      const call: Call = sampleCalls(world, operator)[id];
      const { status } = await api.call(id, { ...call, body });
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  test('queries and cursors', async () => {
    const lists = operations.filter(({ id }) => id.startsWith('list')).map(idsOf);
    const cursor = fc.oneof(
      fc.string(),
      fc
        .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('-createdAt'), fc.constant('id')), { maxLength: 4 })
        .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
    );
    const query = fc.record(
      { cursor, name: fc.string({ unit: 'binary' }), model: fc.string() },
      { requiredKeys: ['cursor'] },
    );
    const property = fc.asyncProperty(fc.constantFrom(...lists), query, async (id, given) => {
      const call: Call = sampleCalls(world, operator)[id];
      const { status } = await api.call(id, { ...call, query: given });
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  test('paths', async () => {
    const property = fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), async (segments) => {
      const path = segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/');
      const headers = { authorization: `Bearer ${api.operatorToken}` };
      const { status } = await api.send('GET', `${API_PREFIX}/${path}`, { headers });
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test('and nothing was logged as a failure', () => {
    expect(api.log.filter((line) => !line.includes('mail, as no server is set'))).toEqual([]);
  });
});

test('ids of the wrong kind are a fault of the request', async () => {
  const refusal = await api.refused('readApiKey', 400, { params: { apiKeyId: newId('project') } });
  expect(refusal.errors).toMatchObject([{ pointer: '/path/apiKeyId', message: 'must be an id that begins with key_' }]);
});
