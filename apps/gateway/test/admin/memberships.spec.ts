import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ORGANIZATION_HEADER } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';

let api: AdminApi;
let operatorWorld: OperatorWorld;
let first: OrganizationWorld;
let second: OrganizationWorld;
let stranger: OrganizationWorld;
/** An owner in the first organization, who views the second. */
let ada: ConsolePerson;
let nobody: ConsolePerson;
let operator: ConsolePerson;

beforeAll(async () => {
  api = await startAdminApi();
  operatorWorld = await createOperatorWorld(api);
  first = await createOrganizationWorld(api, 'first');
  second = await createOrganizationWorld(api, 'second');
  stranger = await createOrganizationWorld(api, 'stranger');
  ada = await createPerson(api, {
    memberships: [
      { organizationId: first.organizationId, role: 'owner' },
      { organizationId: second.organizationId, role: 'viewer' },
    ],
  });
  nobody = await createPerson(api);
  operator = await createPerson(api, { operator: true });
}, 60_000);
afterAll(() => api.close());

const range = { from: '2026-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };

describe('somebody with two memberships', () => {
  test('has the role of the organization that the request names, and sees that one only', async () => {
    const inSecond = ada.in(second.organizationId);
    const { data } = await api.ok('listOrganizations', { credentials: inSecond });
    expect(data.map(({ id }) => id)).toEqual([second.organizationId]);
    await api.ok('readProject', { credentials: inSecond, params: { projectId: second.projectId } });
    await api.refused('readProject', 404, { credentials: inSecond, params: { projectId: first.projectId } });
    const creation = { params: { organizationId: second.organizationId }, body: { name: 'Mine' } };
    const refusal = await api.refused('createProject', 403, { credentials: inSecond, ...creation });
    expect(refusal.detail).toBe('The role lacks the scope projects.write.');
    // what the path names does not outdo the header
    const inFirst = ada.in(first.organizationId);
    await api.refused('createProject', 404, { credentials: inFirst, ...creation });
  });

  test('is asked about the organization that they joined first where nothing names another', async () => {
    const { credentials } = ada;
    const { data } = await api.ok('listOrganizations', { credentials });
    expect(data.map(({ id }) => id)).toEqual([first.organizationId]);
    await api.refused('readProject', 404, { credentials, params: { projectId: second.projectId } });
  });

  test('downloads from either by a link, which sends no header', async () => {
    const { credentials } = ada;
    for (const { organizationId } of [first, second]) {
      const query = { ...range, organizationId };
      const { text } = await api.call('exportUsage', { credentials, query });
      expect(text).toContain(organizationId);
    }
    await api.refused('exportUsage', 404, {
      credentials,
      query: { ...range, organizationId: stranger.organizationId },
    });
    // the role is that of the organization that the link names
    const params = { organizationId: second.organizationId };
    await api.refused('createProject', 403, { credentials, params, body: { name: 'By path' } });
  });

  test('learns what they may do where', async () => {
    const me = await api.ok('readMe', { credentials: ada.in(second.organizationId) });
    expect(me.organizations.map(({ id, role }) => [id, role])).toEqual([
      [first.organizationId, 'owner'],
      [second.organizationId, 'viewer'],
    ]);
    expect(me.permissions).not.toContain('projects.write');
    const inFirst = await api.ok('readMe', { credentials: ada.in(first.organizationId) });
    expect(inFirst.permissions).toContain('projects.write');
    expect([me.operator, inFirst.operator]).toEqual([false, false]);
  });

  test.each([
    ['an organization of others', () => stranger.organizationId],
    ['one that there is not', () => 'org_00000000000000000000000000'],
    ['nonsense', () => '%'],
    ['nothing', () => ''],
  ])('is told of no such organization: %s', async (_name, id) => {
    const credentials = ada.in(id());
    await api.refused('listProjects', 404, { credentials, params: { organizationId: first.organizationId } });
    // the way out of a membership that has ended stays open
    const me = await api.ok('readMe', { credentials });
    expect(me).toMatchObject({ permissions: [], operator: false });
    expect(me.organizations).toHaveLength(2);
  });

  test('has lost a membership with the next request', async () => {
    const credentials = ada.in(second.organizationId);
    const where = { organizationId: second.organizationId, userId: ada.userId };
    const member = await api.database.prisma.member.findFirstOrThrow({ where });
    await api.database.prisma.member.delete({ where: { id: member.id } });
    await api.refused('listOrganizations', 404, { credentials });
    await api.database.prisma.member.create({ data: member });
    await api.ok('listOrganizations', { credentials });
  });
});

test('somebody who is a member of nothing may ask who they are, and nothing else', async () => {
  const { credentials } = nobody;
  const me = await api.ok('readMe', { credentials });
  expect(me).toMatchObject({ user: { id: nobody.userId }, operator: false, organizations: [], permissions: [] });
  const refusal = await api.refused('listOrganizations', 403, { credentials });
  expect(refusal.detail).toBe('You are not a member of any organization.');
  await api.refused('listModels', 403, { credentials });
  await api.refused('readOrganization', 403, { credentials, params: { organizationId: first.organizationId } });
  await api.refused('listOrganizations', 404, { credentials: nobody.in(first.organizationId) });
});

test('the operator sees all, whatever the header says', async () => {
  for (const credentials of [operator.credentials, operator.in(second.organizationId), operator.in('nonsense')]) {
    const { data } = await api.ok('listOrganizations', { credentials });
    expect(data.map(({ slug }) => slug).sort()).toEqual(['first', 'second', 'stranger']);
    await api.ok('readSelfAudit', { credentials, params: { selfAuditId: operatorWorld.selfAuditId } });
    expect(await api.ok('readMe', { credentials })).toMatchObject({ operator: true });
  }
});

test('a management token is its organization’s, whatever the header says', async () => {
  const authorization = `Bearer ${first.token}`;
  const credentials = { authorization, [ORGANIZATION_HEADER]: second.organizationId };
  const { data } = await api.ok('listOrganizations', { credentials });
  expect(data.map(({ id }) => id)).toEqual([first.organizationId]);
});
