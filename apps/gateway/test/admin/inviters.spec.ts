import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/domain';
import type { Invitation, Role } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';

let api: AdminApi;
let world: OrganizationWorld;
let owner: ConsolePerson;
let counter = 0;

const freshEmail = (): string => `friend-${++counter}@example.com`;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  owner = await createPerson(api, { memberships: [{ organizationId: world.organizationId, role: 'owner' }] });
}, 60_000);
afterAll(() => api.close());
beforeEach(() => api.database.pool.query('TRUNCATE console_rate_limit'));

const ofWorld = () => ({ params: { organizationId: world.organizationId } });

const invite = (role: Role, credentials = owner.credentials) =>
  api.ok('createInvitation', { credentials, ...ofWorld(), body: { email: freshEmail(), role } });

async function stateOf(id: string): Promise<Invitation['state'] | undefined> {
  const { data } = await api.ok('listInvitations', { ...ofWorld(), query: { limit: '200' } });
  return data.find((invitation) => invitation.id === id)?.state;
}

async function createMember(role: Role): Promise<ConsolePerson & { memberId: string }> {
  const { organizationId } = world;
  const person = await createPerson(api, { memberships: [{ organizationId, role }] });
  const member = await api.database.prisma.member.findFirstOrThrow({ where: { userId: person.userId } });
  return { ...person, memberId: member.id };
}

describe('somebody who has invited others', () => {
  test('and is removed leaves no door open behind them', async () => {
    const admin = await createMember('admin');
    const [theirs, others] = [await invite('admin', admin.credentials), await invite('viewer')];
    await api.ok('removeMember', { credentials: owner.credentials, params: { memberId: admin.memberId } });
    expect([await stateOf(theirs.id), await stateOf(others.id)]).toEqual(['revoked', 'pending']);
    const entries = await api.ok('listAuditLog', { query: { limit: '200', ...ofWorld().params } });
    expect(entries.data).toContainEqual(
      expect.objectContaining({ action: 'invitation.revoked', resourceId: theirs.id, actor: owner.userId }),
    );
  });

  test('and has another role keeps what they may still give', async () => {
    const second = await createMember('owner');
    const [toOwner, toAdmin] = [await invite('owner', second.credentials), await invite('admin', second.credentials)];
    const change = { params: { memberId: second.memberId }, credentials: owner.credentials };
    await api.ok('updateMember', { ...change, ifMatch: 1, body: { role: 'admin' } });
    expect([await stateOf(toOwner.id), await stateOf(toAdmin.id)]).toEqual(['revoked', 'pending']);
    await api.ok('updateMember', { ...change, ifMatch: 2, body: { role: 'viewer' } });
    expect(await stateOf(toAdmin.id)).toBe('revoked');
  });

  test('as a token, which is revoked, likewise', async () => {
    const { organizationId } = world;
    const issued = await api.ok('createManagementToken', { body: { organizationId, name: 'HR', scopes: ['*'] } });
    const { id } = await api.ok('createInvitation', {
      token: issued.secret,
      ...ofWorld(),
      body: { email: freshEmail(), role: 'owner' },
    });
    await api.ok('revokeManagementToken', { params: { managementTokenId: issued.id } });
    expect(await stateOf(id)).toBe('revoked');
  });
});

test('many who send invitations again at once hold up nobody', async () => {
  const { organizationId } = world;
  const ids = Array.from({ length: 24 }, () => newId('invitation'));
  await api.database.prisma.invitation.createMany({
    data: ids.map((id) => ({
      ...{ id, organizationId, email: `${id}@example.com`, role: 'viewer', tokenHash: id, invitedById: 'test' },
      ...{ delivery: 'failed', expiresAt: new Date(Date.now() + 60_000) },
    })),
  });
  const { credentials } = owner;
  const answers = await Promise.all(
    ids.map((invitationId) => api.call('resendInvitation', { credentials, params: { invitationId } })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
});

test('an organization sends no mail without end to strangers; the operator may', async () => {
  const max = 100;
  await api.database.prisma.consoleRateLimit.create({
    data: {
      id: newId('consoleRateLimit'),
      key: `invitations|${world.organizationId}`,
      count: max - 1,
      lastRequest: BigInt(Date.now()),
    },
  });
  const { id: invitationId } = await invite('viewer');
  const { credentials } = owner;
  const refused = await api.call('createInvitation', {
    credentials,
    ...ofWorld(),
    body: { email: freshEmail(), role: 'viewer' },
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await api.refused('resendInvitation', 429, { credentials, params: { invitationId } });
  await api.ok('createInvitation', { ...ofWorld(), body: { email: freshEmail(), role: 'viewer' } });
});
