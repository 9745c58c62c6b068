import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROLES, type Member, type Role } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld } from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';

let api: AdminApi;
let counter = 0;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
});
afterAll(() => api.close());

interface Team {
  readonly organizationId: string;
  readonly people: Readonly<Record<Role, ConsolePerson>>;
  readonly member: (person: ConsolePerson) => Promise<Member>;
}

/** An organization with somebody in each role. */
async function createTeam(): Promise<Team> {
  const slug = `team-${++counter}`;
  const { id: organizationId } = await api.ok('createOrganization', { body: { name: slug, slug } });
  const people: Partial<Record<Role, ConsolePerson>> = {};
  for (const role of ROLES) {
    people[role] = await createPerson(api, { name: `The ${role}`, memberships: [{ organizationId, role }] });
  }
  const member = async ({ userId }: ConsolePerson): Promise<Member> => {
    const { data } = await api.ok('listMembers', { params: { organizationId } });
    const found = data.find(({ user }) => user.id === userId);
    if (found === undefined) throw new Error('no such member');
    return found;
  };
  return { organizationId, people: people as Team['people'], member };
}

const changeTo = (role: Role, { id, version }: Member) => ({
  params: { memberId: id },
  ifMatch: version,
  body: { role },
});

describe('a role', () => {
  test('is given and taken by owners, whichever it is', async () => {
    const { people, member } = await createTeam();
    const { credentials } = people.owner;
    for (const role of ROLES) {
      const changed = await api.ok('updateMember', { credentials, ...changeTo(role, await member(people.viewer)) });
      expect(changed.role).toBe(role);
    }
  });

  test('with more permissions than one’s own is neither given nor taken', async () => {
    const { people, member } = await createTeam();
    const { credentials } = people.admin;
    const viewer = await member(people.viewer);
    for (const role of ['owner', 'finance'] as const) {
      const refusal = await api.refused('updateMember', 403, { credentials, ...changeTo(role, viewer) });
      expect(refusal.errors).toMatchObject([{ pointer: '/body/role', code: 'beyond_own_role' }]);
      const taking = await api.refused('updateMember', 403, {
        credentials,
        ...changeTo('viewer', await member(people[role])),
      });
      expect(taking.detail).toContain(role);
      const { id: memberId } = await member(people[role]);
      await api.refused('removeMember', 403, { credentials, params: { memberId } });
    }
    for (const role of ['admin', 'developer', 'viewer'] as const) {
      await api.ok('updateMember', { credentials, ...changeTo(role, await member(people.developer)) });
    }
  });

  test('of one’s own cannot be raised', async () => {
    const { people, member } = await createTeam();
    const { credentials } = people.admin;
    const own = await member(people.admin);
    for (const role of ['owner', 'finance'] as const) {
      await api.refused('updateMember', 403, { credentials, ...changeTo(role, own) });
    }
    for (const person of [people.developer, people.finance, people.viewer]) {
      const call = { credentials: person.credentials, ...changeTo('admin', await member(person)) };
      await api.refused('updateMember', 403, call);
    }
    expect((await api.ok('updateMember', { credentials, ...changeTo('viewer', own) })).role).toBe('viewer');
    await api.refused('updateMember', 403, { credentials, ...changeTo('admin', await member(people.admin)) });
  });

  test('is not given by a token that has fewer permissions', async () => {
    const { organizationId, people, member } = await createTeam();
    const token = await api.issueToken(organizationId, { scopes: ['members.write', 'members.read'] });
    const viewer = await member(people.viewer);
    for (const role of ROLES) await api.refused('updateMember', 403, { token, ...changeTo(role, viewer) });
  });

  test('that was taken away is gone with the next request', async () => {
    const { organizationId, people, member } = await createTeam();
    const body = { name: 'By an admin' };
    const params = { organizationId };
    const { credentials } = people.admin;
    await api.ok('createProject', { credentials, params, body });
    await api.ok('updateMember', changeTo('viewer', await member(people.admin)));
    await api.refused('createProject', 403, { credentials, params, body: { name: 'By a viewer' } });
    await api.ok('removeMember', { params: { memberId: (await member(people.admin)).id } });
    await api.refused('listProjects', 403, { credentials, params });
  });
});

describe('the last owner', () => {
  test('stays one', async () => {
    const { people, member } = await createTeam();
    const owner = await member(people.owner);
    for (const credentials of [people.owner.credentials, undefined]) {
      const by = credentials === undefined ? {} : { credentials };
      const refusal = await api.refused('updateMember', 409, { ...by, ...changeTo('admin', owner) });
      expect(refusal.detail).toContain('last owner');
      await api.refused('removeMember', 409, { ...by, params: { memberId: owner.id } });
    }
    await api.ok('updateMember', changeTo('owner', await member(people.viewer)));
    await api.ok('removeMember', { credentials: people.owner.credentials, params: { memberId: owner.id } });
  });

  test.each(['updateMember', 'removeMember'] as const)('of two who %s each other at once stays', async (id) => {
    for (let round = 0; round < 5; round++) {
      const { organizationId, people, member } = await createTeam();
      await api.ok('updateMember', changeTo('owner', await member(people.admin)));
      const [first, second] = [await member(people.owner), await member(people.admin)];
      const drop = (credentials: ConsolePerson['credentials'], target: Member) =>
        id === 'updateMember'
          ? api.call(id, { credentials, ...changeTo('viewer', target) })
          : api.call(id, { credentials, params: { memberId: target.id } });
      const answers = await Promise.all([
        drop(people.owner.credentials, second),
        drop(people.admin.credentials, first),
      ]);
      const [won, lost] = answers.map(({ status }) => status).sort();
      expect(won).toBeLessThan(300);
      // who comes second is the last owner's, or has lost the right to do anything
      expect([403, 409]).toContain(lost);
      const owners = await api.database.prisma.member.count({ where: { organizationId, role: 'owner' } });
      expect(owners).toBe(1);
    }
  });
});

describe('members', () => {
  test('are listed with who they are, by role and by a part of their name', async () => {
    const { organizationId, people } = await createTeam();
    const params = { organizationId };
    const { credentials } = people.viewer;
    const { data } = await api.ok('listMembers', { credentials, params });
    expect(data.map(({ role }) => role)).toEqual([...ROLES]);
    expect(data[0]).toMatchObject({ user: { name: 'The owner', email: people.owner.email }, twoFactor: false });
    expect(Date.parse(data[0]?.lastSeenAt ?? '')).toBeGreaterThan(Date.now() - 3_600_000);
    const idsOf = async (query: Record<string, string>) =>
      (await api.ok('listMembers', { credentials, params, query })).data.map(({ user }) => user.id);
    expect(await idsOf({ role: 'finance' })).toEqual([people.finance.userId]);
    expect(await idsOf({ name: 'DEVEL' })).toEqual([people.developer.userId]);
    expect(await idsOf({ name: people.viewer.email })).toEqual([people.viewer.userId]);
    expect(await idsOf({ name: '%' })).toEqual([]);
  });

  test('of another organization are not there', async () => {
    const [team, others] = [await createTeam(), await createTeam()];
    const { credentials } = team.people.owner;
    const theirs = await others.member(others.people.viewer);
    await api.refused('listMembers', 404, { credentials, params: { organizationId: others.organizationId } });
    await api.refused('updateMember', 404, { credentials, ...changeTo('owner', theirs) });
    await api.refused('removeMember', 404, { credentials, params: { memberId: theirs.id } });
  });

  test('leave an entry in the audit log when they change', async () => {
    const { organizationId, people, member } = await createTeam();
    const { credentials, userId } = people.owner;
    const viewer = await member(people.viewer);
    await api.ok('updateMember', { credentials, ...changeTo('developer', viewer) });
    await api.ok('removeMember', { credentials, params: { memberId: viewer.id } });
    const { data } = await api.ok('listAuditLog', { credentials, query: { organizationId, limit: '2' } });
    expect(data.map(({ action, actor, resourceId }) => [action, actor, resourceId])).toEqual([
      ['member.removed', userId, viewer.id],
      ['member.updated', userId, viewer.id],
    ]);
    expect(data[1]?.changes).toMatchObject({ role: { before: 'viewer', after: 'developer' } });
  });
});
