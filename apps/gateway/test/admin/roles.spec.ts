import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ALL_PERMISSIONS,
  grants,
  mayGiveRole,
  OPERATIONS,
  PERMISSIONS,
  ROLE_SCOPES,
  ROLES,
  type Operation,
  type OperationId,
  type Role,
} from '@tollgate/wire';
import { startAdminApi, type AdminApi, type Answer, type Call } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';
import { sampleCalls } from './sample-calls.js';

/** Somebody who asks, and what they may do in the organization that is asked about. */
interface Caller {
  readonly kind: 'person' | 'token';
  readonly credentials: Readonly<Record<string, string>>;
  readonly isOperator: boolean;
  /** Null: they do not belong to it. */
  readonly scopes: readonly string[] | null;
}

const operations: readonly Operation[] = Object.values(OPERATIONS);
const guarded = operations.filter(({ open }) => !open).map(({ id }) => id as OperationId);

let api: AdminApi;
let operatorWorld: OperatorWorld;
let own: OrganizationWorld;
let other: OrganizationWorld;
let people: Record<Role, ConsolePerson>;
let callers: Record<string, Caller>;

beforeAll(async () => {
  api = await startAdminApi();
  operatorWorld = await createOperatorWorld(api);
  own = await createOrganizationWorld(api, 'own');
  other = await createOrganizationWorld(api, 'other');
  const { organizationId } = own;
  const made: Partial<Record<Role, ConsolePerson>> = {};
  for (const role of ROLES) made[role] = await createPerson(api, { memberships: [{ organizationId, role }] });
  people = made as typeof people;
  const [operator, nobody] = [await createPerson(api, { operator: true }), await createPerson(api)];
  const bearer = async (tenant: string | null, scopes: readonly string[]) => ({
    authorization: `Bearer ${await api.issueToken(tenant, { scopes })}`,
  });
  const READERS = Object.keys(PERMISSIONS).filter((name) => name.endsWith('.read'));
  const person = { kind: 'person', isOperator: false } as const;
  const token = { kind: 'token', isOperator: false } as const;
  callers = {
    ...Object.fromEntries(
      ROLES.map((role) => [role, { ...person, credentials: people[role].credentials, scopes: ROLE_SCOPES[role] }]),
    ),
    operator: { ...person, credentials: operator.credentials, isOperator: true, scopes: [ALL_PERMISSIONS] },
    nobody: { ...person, credentials: nobody.credentials, scopes: null },
    'a token for everything': {
      ...token,
      credentials: await bearer(organizationId, [ALL_PERMISSIONS]),
      scopes: [ALL_PERMISSIONS],
    },
    'a token that reads': { ...token, credentials: await bearer(organizationId, READERS), scopes: READERS },
    'a token for nothing': { ...token, credentials: await bearer(organizationId, []), scopes: [] },
    'a token of the operator': {
      ...token,
      credentials: await bearer(null, [ALL_PERMISSIONS]),
      isOperator: true,
      scopes: [ALL_PERMISSIONS],
    },
  };
}, 60_000);
afterAll(() => api.close());

/** What the permission table says, and nothing else. */
function mayCall({ kind, isOperator, scopes }: Caller, operation: Operation): boolean {
  const { personal, permission, ownPermission, operatorOnly } = operation;
  if (personal && kind !== 'person') return false;
  if (permission === null) return true;
  if (scopes === null || (operatorOnly && !isOperator)) return false;
  return grants(scopes, permission) || (ownPermission !== null && grants(scopes, ownPermission));
}

/** An id of the same kind that nobody has. */
const nobodys = (id: string): string => `${id.slice(0, id.indexOf('_'))}_${'0'.repeat(26)}`;

const isId = (value: string): boolean => value.includes('_');

/** A call that changes nothing: what writes is sent with what is refused once the guard has let it through. */
function harmless(id: OperationId, call: Call): Call {
  const operation: Operation = OPERATIONS[id];
  if (operation.method === 'GET') return call;
  if (operation.body !== null) return { ...call, body: { nonsense: true } };
  return {
    ...call,
    params: Object.fromEntries(Object.entries(call.params ?? {}).map(([k, v]) => [k, isId(v) ? nobodys(v) : v])),
  };
}

/** What a harmless call that the guard lets through is answered. */
function passed({ method, body, params }: Operation): number {
  if (method === 'GET') return 200;
  if (body !== null) return 400;
  return Object.keys((params as unknown as { shape: object }).shape).length === 0 ? 204 : 404;
}

const ask = (id: OperationId, call: Call, credentials: Call['credentials']): Promise<Answer> =>
  api.call(id, { ...call, ...(credentials === undefined ? {} : { credentials }) });

describe.each(guarded)('%s', (id) => {
  const operation: Operation = OPERATIONS[id];

  test('is open to those whom the permission table lets, and closed to all others', async () => {
    const call = harmless(id, sampleCalls(own, operatorWorld)[id]);
    const expected: Record<string, number> = {};
    const answered: Record<string, number> = {};
    for (const [name, caller] of Object.entries(callers)) {
      expected[name] = mayCall(caller, operation) ? passed(operation) : 403;
      answered[name] = (await ask(id, call, caller.credentials)).status;
    }
    expect(answered).toEqual(expected);
  });

  test('does not reach another organization from any role', async () => {
    const call = harmless(id, sampleCalls(other, operatorWorld)[id]);
    const addressed = Object.keys(call.params ?? {}).length > 0 || call.query?.['organizationId'] !== undefined;
    for (const role of ['owner', 'viewer'] as const) {
      const { status, text } = await ask(id, call, people[role].credentials);
      expect(text).not.toContain(other.organizationId);
      if (operation.method !== 'GET' || !addressed) expect(status).not.toBe(500);
      else if (!id.startsWith('readModel')) {
        expect(status).toBe(mayCall(callers[role] ?? never(), operation) ? 404 : 403);
      }
    }
    // nor by naming it in the header
    if (operation.permission === null) return;
    const named = await ask(id, call, people.owner.in(other.organizationId));
    expect(named.status).toBe(404);
    expect(named.text).not.toContain(other.organizationId);
  });
});

function never(): never {
  throw new Error('there is a caller for each role');
}

/** Said a second time, in words: a table that is wrong agrees with itself. */
describe('in words', () => {
  const REFUSED: readonly (readonly [Role, OperationId])[] = [
    ['finance', 'listProviderCredentials'],
    ['finance', 'createApiKey'],
    ['finance', 'openPlayground'],
    ['finance', 'createInvitation'],
    ['finance', 'listManagementTokens'],
    ['finance', 'listAuditLog'],
    ['finance', 'createManualPosting'],
    ['finance', 'listReviewItems'],
    ['owner', 'approveManualPosting'],
    ['admin', 'explainCharge'],
    ['developer', 'createInvitation'],
    ['developer', 'updateMember'],
    ['developer', 'listProviderCredentials'],
    ['developer', 'readBalance'],
    ['developer', 'createManagementToken'],
    ['developer', 'updateProject'],
    ['admin', 'readBalance'],
    ['admin', 'listLedgerTransactions'],
    ['admin', 'createManualPosting'],
    ['admin', 'publishPrices'],
    ['viewer', 'listDeployments'],
    ['viewer', 'readBalance'],
    ['owner', 'createOrganization'],
    ['owner', 'createManualPosting'],
    ['owner', 'readInstallation'],
    ['owner', 'updateInstallation'],
  ];
  const LET_IN: readonly (readonly [Role, OperationId])[] = [
    ['owner', 'createInvitation'],
    ['owner', 'readBalance'],
    ['owner', 'createSsoConnection'],
    ['admin', 'createInvitation'],
    ['admin', 'createApiKey'],
    ['admin', 'createProviderCredential'],
    ['admin', 'listAuditLog'],
    ['developer', 'createApiKey'],
    ['developer', 'openPlayground'],
    ['developer', 'listDeployments'],
    ['finance', 'readBalance'],
    ['finance', 'listLedgerTransactions'],
    ['finance', 'exportUsage'],
    ['viewer', 'listApiKeys'],
    ['viewer', 'readUsage'],
  ];

  test.each(REFUSED)('%s cannot %s', async (role, id) => {
    const call = harmless(id, sampleCalls(own, operatorWorld)[id]);
    expect((await ask(id, call, people[role].credentials)).status).toBe(403);
  });

  test.each(LET_IN)('%s can %s', async (role, id) => {
    const call = harmless(id, sampleCalls(own, operatorWorld)[id]);
    expect((await ask(id, call, people[role].credentials)).status).toBe(passed(OPERATIONS[id]));
  });

  test('viewer and finance write nothing', () => {
    for (const role of ['viewer', 'finance'] as const) {
      expect(ROLE_SCOPES[role].filter((scope) => !scope.endsWith('.read'))).toEqual([]);
    }
  });

  test('who may give which role', () => {
    const given = (role: Role): Role[] => ROLES.filter((each) => mayGiveRole(ROLE_SCOPES[role], each));
    expect(given('owner')).toEqual(['owner', 'admin', 'developer', 'finance', 'viewer']);
    expect(given('admin')).toEqual(['admin', 'developer', 'viewer']);
    expect([given('developer'), given('finance'), given('viewer')]).toEqual([
      ['developer', 'viewer'],
      ['finance', 'viewer'],
      ['viewer'],
    ]);
  });
});
