import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueSecret, MANAGEMENT_TOKEN_PREFIX } from '@tollgate/domain';
import { API_PREFIX, PERMISSIONS } from '@tollgate/wire';
import { createHash } from 'node:crypto';
import { startAdminApi, type AdminApi, type Answer, type Call } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { callOf, documentedOperations, type DocumentedOperation } from './documented-operations.js';

/**
 * Every operation of the published document, asked by everybody who must not: the matrix grows with the document. What
 * it does not know how to call fails, and says what to add.
 */
const operations = documentedOperations();
const named = operations.map((operation) => [operation.id, operation] as const);
const READ_ONLY = Object.keys(PERMISSIONS).filter((permission) => permission.endsWith('.read'));

let api: AdminApi;
let operator: OperatorWorld;
let victim: OrganizationWorld;
let intruder: OrganizationWorld;
/** Every id and every secret that only the victim has, and the operator's own credential and deployment. */
let belongings: string[];
let stateBefore: string;

beforeAll(async () => {
  api = await startAdminApi();
  operator = await createOperatorWorld(api);
  victim = await createOrganizationWorld(api, 'victim');
  intruder = await createOrganizationWorld(api, 'intruder');
  for (const { organizationId, token, apiKeyId } of [victim, intruder]) {
    const monthlyBudget = { amount: '5', currency: 'USD' };
    await api.ok('updateApiKey', { token, params: { apiKeyId }, ifMatch: 1, body: { monthlyBudget } });
    await api.ok('updateOrganization', { params: { organizationId }, ifMatch: 1, body: { monthlyBudget } });
  }
  // tokens that the matrix uses exist before the state is taken
  await prepareCallers();
  const [owned, others] = [await rowsOf(victim), await rowsOf(intruder)];
  const ids = (text: string): string[] => text.match(/\b[a-z]{2,5}_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g) ?? [];
  const shared = new Set([...ids(others), operator.priceBookId]);
  const secrets = [victim.token, victim.apiKey, 'sk-victim'];
  const operators = [operator.providerCredentialId, operator.deploymentId];
  belongings = [...new Set([...ids(owned), victim.requestId, ...secrets, ...operators])];
  belongings = belongings.filter((value) => !shared.has(value));
  stateBefore = digest(owned);
}, 60_000);
afterAll(() => api.close());

/** Every row of every table that names something of an organization, without the time at which a token was last used. */
async function rowsOf(world: OrganizationWorld): Promise<string> {
  const { pool } = api.database;
  const tables = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const marks = Object.values<string>({ ...world }).map((value) => `%${value}%`);
  let all = '';
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT row::text FROM (SELECT to_jsonb(t) - 'last_used_at' AS row FROM ${name} t) AS each
       WHERE row::text LIKE ANY($1) ORDER BY 1`,
      [marks],
    );
    all += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
  }
  return all;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An id of the same kind that nobody has. */
const nobodys = (id: string): string => `${id.slice(0, id.indexOf('_'))}_${'0'.repeat(26)}`;

/** Headers that say who asks. */
type Credentials = Readonly<Record<string, string>>;

const bearer = (secret: string): Credentials => ({ authorization: `Bearer ${secret}` });

/** Sends the call as anybody, or as nobody, without a look at what the operation promises. */
async function ask(operation: DocumentedOperation, call: Call, credentials: Credentials): Promise<Answer> {
  const route = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => call.params?.[name] ?? '');
  const search = new URLSearchParams(call.query).toString();
  const headers: Record<string, string> = { 'idempotency-key': 'isolation', ...credentials };
  if (call.ifMatch !== undefined) headers['if-match'] = `"${call.ifMatch}"`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  const init = { headers, ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }) };
  return api.send(operation.method, `${API_PREFIX}${route}${search === '' ? '' : `?${search}`}`, init);
}

function expectNothingOfVictim({ text, headers }: Answer): void {
  const told = text + JSON.stringify([...headers]);
  expect(belongings.filter((value) => told.includes(value))).toEqual([]);
}

/** What may differ between two answers that say the same. */
const comparable = ({ status, text }: Answer): string =>
  `${status} ${text.replaceAll(/"(?:asOf|requestId)":"[^"]*"/g, '')}`;

let strangers: (readonly [name: string, credentials: Credentials])[];
let readOnlyTokens: { readonly ofVictim: string; readonly ofIntruder: string };
let powerless: string;

async function prepareCallers(): Promise<void> {
  const { organizationId } = victim;
  const revoked = await api.issueToken(organizationId, { revokedAt: new Date() });
  const expired = await api.issueToken(organizationId, { expiresAt: new Date(Date.now() - 1_000) });
  strangers = [
    ['nobody', {}],
    ['a token that was never issued', bearer(issueSecret(MANAGEMENT_TOKEN_PREFIX).secret)],
    ['a revoked token', bearer(revoked)],
    ['an expired token', bearer(expired)],
    ['an API key of another organization', bearer(intruder.apiKey)],
    ['an API key of its own', bearer(victim.apiKey)],
    ['a token in another scheme', { authorization: `Basic ${Buffer.from(`:${victim.token}`).toString('base64')}` }],
    ['a token in a cookie', { cookie: `token=${victim.token}; console.session_token=${victim.token}.x` }],
    ['a token in another header', { 'x-api-key': victim.token, 'proxy-authorization': `Bearer ${victim.token}` }],
  ];
  readOnlyTokens = {
    ofVictim: await api.issueToken(organizationId, { scopes: READ_ONLY }),
    ofIntruder: await api.issueToken(intruder.organizationId, { scopes: READ_ONLY }),
  };
  powerless = await api.issueToken(organizationId, { scopes: [] });
}

describe('the matrix', () => {
  test('has a call for every operation of the document', () => {
    expect(operations.length).toBeGreaterThan(30);
    for (const operation of operations) callOf(operation, victim, operator);
    expect(belongings.length).toBeGreaterThan(12);
  });
});

describe.each(named)('%s', (_id, operation) => {
  const addressesVictim = (call: Call): boolean => belongings.some((value) => JSON.stringify(call).includes(value));

  test('is closed to whoever does not show a valid token', async () => {
    if (operation.isOpen) return;
    const call = callOf(operation, victim, operator);
    for (const [name, credentials] of strangers) {
      const answer = await ask(operation, call, credentials);
      // a write that comes with a session's cookie, and without an origin, is refused before the session is looked at
      const refusals = 'cookie' in credentials && operation.method !== 'GET' ? [403] : [401];
      expect([name, refusals]).toEqual([name, [answer.status]]);
      expectNothingOfVictim(answer);
    }
  });

  test('tells another organization nothing, and does nothing for it', async () => {
    const call = callOf(operation, victim, operator);
    for (const token of [intruder.token, readOnlyTokens.ofIntruder]) {
      if (!addressesVictim(call) && operation.method !== 'GET') continue; // makes something of the caller's own
      const answer = await ask(operation, call, bearer(token));
      expectNothingOfVictim(answer);
      const asks = operation.permission?.endsWith('.read') === true || operation.method === 'GET';
      const mayRead = asks || token === intruder.token;
      if (!addressesVictim(call)) expect(answer.status).toBeLessThan(500);
      else expect(answer.status).toBe(operation.operatorOnly || !mayRead ? 403 : 404);
    }
  });

  test('does not write for who may only read, and nothing at all for who may nothing', async () => {
    const call = callOf(operation, victim, operator);
    if (operation.permission === null) return;
    const writes = !operation.permission.endsWith('.read');
    if (writes) expect((await ask(operation, call, bearer(readOnlyTokens.ofVictim))).status).toBe(403);
    const answer = await ask(operation, call, bearer(powerless));
    expect(answer.status).toBe(403);
  });

  test('answers an id of another organization exactly as one that nobody has, wherever it stands', async () => {
    const foreign: Readonly<Record<string, string>> = { ...victim };
    const own = callOf(operation, intruder, operator);
    for (const variant of variants(own, foreign)) {
      const [theirs, none] = [
        await ask(operation, variant.theirs, bearer(intruder.token)),
        await ask(operation, variant.none, bearer(intruder.token)),
      ];
      const echoed = (answer: Answer, id: string): string => comparable(answer).replaceAll(id, 'ID');
      expect([variant.place, echoed(theirs, variant.id)]).toEqual([variant.place, echoed(none, nobodys(variant.id))]);
      expectNothingOfVictim({ ...theirs, text: theirs.text.replaceAll(variant.id, '') });
      if (operation.method !== 'GET') expect([variant.place, theirs.status >= 400]).toEqual([variant.place, true]);
    }
  });

  interface Variant {
    readonly place: string;
    readonly id: string;
    readonly theirs: Call;
    readonly none: Call;
  }

  /** A call of one's own with one id of somebody else in it, for each place of the path, the query and the body. */
  function variants(own: Call, foreign: Readonly<Record<string, string>>): Variant[] {
    const idOf = (name: string): string | null => (name.endsWith('Id') ? (foreign[name] ?? null) : null);
    const make = (place: 'params' | 'query' | 'body', name: string): Variant[] => {
      const id = idOf(name);
      if (id === null) return [];
      const part = own[place] as Record<string, unknown> | undefined;
      const withId = (value: string): Call => ({ ...own, [place]: { ...part, [name]: value } });
      return [{ place: `${place}.${name}`, id, theirs: withId(id), none: withId(nobodys(id)) }];
    };
    return [
      ...Object.keys(own.params ?? {}).flatMap((name) => make('params', name)),
      ...operation.queryParameters.flatMap((name) => make('query', name)),
      ...operation.bodyProperties.flatMap((name) => make('body', name)),
    ];
  }
});

test('after all of it the other organization has exactly what it had', async () => {
  expect(digest(await rowsOf(victim))).toBe(stateBefore);
});
