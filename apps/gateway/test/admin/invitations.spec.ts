import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { ROLES, type OpenInvitation, type SentInvitation } from '@tollgate/wire';
import { hashSecret } from '@tollgate/domain';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  insertInvitation,
  type OrganizationWorld,
} from './admin-world.js';
import { cookieOf, createPerson, PASSWORD, type ConsolePerson } from './console-person.js';
import { mailedToken } from './mailed-link.js';

let api: AdminApi;
let world: OrganizationWorld;
let owner: ConsolePerson;
let admin: ConsolePerson;
let counter = 0;

const freshEmail = (): string => `guest-${++counter}@example.com`;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  const { organizationId } = world;
  owner = await createPerson(api, { name: 'Olga', memberships: [{ organizationId, role: 'owner' }] });
  admin = await createPerson(api, { name: 'Adam', memberships: [{ organizationId, role: 'admin' }] });
}, 60_000);
afterAll(() => api.close());
beforeEach(async () => {
  await setSignUp('invitation');
  await api.database.pool.query('TRUNCATE console_rate_limit');
});

async function setSignUp(signUp: string): Promise<void> {
  await api.database.prisma.installation.update({ where: { id: 1 }, data: { signUp } });
}

function invite(email: string, role = 'viewer', by: ConsolePerson = owner): Promise<SentInvitation> {
  const params = { organizationId: world.organizationId };
  return api.ok('createInvitation', { credentials: by.credentials, params, body: { email, role } });
}

/** As somebody does who has opened the link in a browser. */
const accept = (token: string, given: { name?: string; password?: string } = {}, credentials = {}) =>
  api.call('acceptInvitation', { credentials: { origin: api.url, ...credentials }, body: { token, ...given } });

const check = (token: string) => api.call('checkInvitation', { credentials: {}, body: { token } });
const tokenFor = (email: string): string => mailedToken(api, email, '/invitation');
const NEWCOMER = { name: 'Grace', password: PASSWORD };

describe('an invitation', () => {
  test('is mailed, makes a user and a member, and signs them in', async () => {
    const email = freshEmail();
    const sent = await invite(email.toUpperCase(), 'developer');
    expect(sent).toMatchObject({ email, role: 'developer', state: 'pending', invitedBy: 'Olga', delivery: 'logged' });
    const days = (Date.parse(sent.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
    const mail = api.log.findLast((line) => line.includes(email)) ?? '';
    for (const word of ['Olga', 'acme', 'developer', sent.expiresAt.slice(0, 10)]) expect(mail).toContain(word);
    const token = tokenFor(email);
    const opened = (await check(token)).body as OpenInvitation;
    expect(opened).toMatchObject({
      organization: 'acme',
      email,
      role: 'developer',
      invitedBy: 'Olga',
      hasAccount: false,
    });
    const answer = await accept(token, NEWCOMER);
    expect(answer).toMatchObject({ status: 201, body: { name: 'Grace', email } });
    const me = await api.ok('readMe', { credentials: { cookie: cookieOf(answer.headers) } });
    expect(me).toMatchObject({ operator: false, organizations: [{ id: world.organizationId, role: 'developer' }] });
    const user = await api.database.prisma.consoleUser.findUniqueOrThrow({ where: { email } });
    expect(user).toMatchObject({ emailVerified: true, operator: false });
    expect((await check(token)).status).toBe(410);
    expect((await accept(token, NEWCOMER)).status).toBe(410);
  });

  test('keeps its secret to the mail', async () => {
    const email = freshEmail();
    const before = api.answers.length;
    const { id } = await invite(email);
    const token = tokenFor(email);
    const { organizationId } = world;
    await api.ok('listInvitations', { credentials: owner.credentials, params: { organizationId } });
    expect(api.answers.slice(before).filter((answer) => answer.includes('tgi_'))).toEqual([]);
    const { prisma } = api.database;
    const row = await prisma.invitation.findUniqueOrThrow({ where: { id } });
    expect(row.tokenHash).toBe(hashSecret(token));
    expect(JSON.stringify([row, await prisma.auditLogEntry.findMany()])).not.toContain(token);
  });

  test('tells its link to the operator only, where no mail server is set', async () => {
    const params = { organizationId: world.organizationId };
    const sent = await api.ok('createInvitation', { params, body: { email: freshEmail(), role: 'viewer' } });
    expect(sent.link).toMatch(/^http:\/\/localhost:\d+\/invitation#token=tgi_\w+$/);
    for (const by of [owner, admin]) expect((await invite(freshEmail(), 'viewer', by)).link).toBeNull();
    const token = await api.ok('createInvitation', {
      token: world.token,
      params,
      body: { email: freshEmail(), role: 'viewer' },
    });
    expect(token).toMatchObject({ link: null, invitedBy: 'Test' });
  });

  test('leads to us, whatever host a request names', async () => {
    const email = freshEmail();
    await api.ok('createInvitation', {
      credentials: { authorization: `Bearer ${api.operatorToken}`, 'x-forwarded-host': 'evil.example' },
      params: { organizationId: world.organizationId },
      body: { email, role: 'viewer' },
    });
    expect(api.log.findLast((line) => line.includes(email))).not.toContain('evil');
  });

  test('with more permissions than the inviter’s is neither sent, nor sent again, nor revoked', async () => {
    const { credentials } = admin;
    const params = { organizationId: world.organizationId };
    for (const role of ['owner', 'finance']) {
      const body = { email: freshEmail(), role };
      const refusal = await api.refused('createInvitation', 403, { credentials, params, body });
      expect(refusal.errors).toMatchObject([{ pointer: '/body/role', code: 'beyond_own_role' }]);
      const { id: invitationId } = await invite(freshEmail(), role);
      await api.refused('resendInvitation', 403, { credentials, params: { invitationId } });
      await api.refused('revokeInvitation', 403, { credentials, params: { invitationId } });
    }
    for (const role of ['admin', 'developer', 'viewer']) await invite(freshEmail(), role, admin);
  });

  test('is not sent to a member, nor twice to anybody', async () => {
    const { credentials } = owner;
    const params = { organizationId: world.organizationId };
    const member = { credentials, params, body: { email: admin.email, role: 'viewer' } };
    expect((await api.refused('createInvitation', 409, member)).errors).toMatchObject([
      { pointer: '/body/email', message: 'is a member already' },
    ]);
    const email = freshEmail();
    const calls = await Promise.all(
      [1, 2, 3].map(() => api.call('createInvitation', { credentials, params, body: { email, role: 'viewer' } })),
    );
    expect(calls.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test('that has expired works no longer, and makes room for another', async () => {
    const email = freshEmail();
    const { id } = await invite(email);
    const token = tokenFor(email);
    const data = { expiresAt: new Date(Date.now() - 1) };
    await api.database.prisma.invitation.update({ where: { id }, data });
    expect([(await check(token)).status, (await accept(token, NEWCOMER)).status]).toEqual([410, 410]);
    const { organizationId } = world;
    const query = { state: 'expired' };
    const expired = await api.ok('listInvitations', { params: { organizationId }, query });
    expect(expired.data).toMatchObject([{ id, state: 'expired' }]);
    expect((await invite(email)).state).toBe('pending');
    expect((await accept(tokenFor(email), NEWCOMER)).status).toBe(201);
  });

  test('that is sent again has another link', async () => {
    const email = freshEmail();
    const { credentials } = owner;
    const { id: invitationId, expiresAt } = await invite(email);
    const older = tokenFor(email);
    const again = await api.ok('resendInvitation', { credentials, params: { invitationId } });
    const newer = tokenFor(email);
    expect(newer).not.toBe(older);
    expect(Date.parse(again.expiresAt)).toBeGreaterThan(Date.parse(expiresAt));
    expect([(await check(older)).status, (await check(newer)).status]).toEqual([410, 200]);
    expect((await accept(newer, NEWCOMER)).status).toBe(201);
    await api.refused('resendInvitation', 409, { credentials, params: { invitationId } });
    await api.refused('revokeInvitation', 409, { credentials, params: { invitationId } });
  });

  test('that is revoked works no longer, and is not sent again', async () => {
    const email = freshEmail();
    const { credentials } = owner;
    const { id: invitationId } = await invite(email);
    const revoked = await api.ok('revokeInvitation', { credentials, params: { invitationId } });
    expect(revoked.state).toBe('revoked');
    expect(await api.ok('revokeInvitation', { credentials, params: { invitationId } })).toEqual(revoked);
    expect((await accept(tokenFor(email), NEWCOMER)).status).toBe(410);
    await api.refused('resendInvitation', 409, { credentials, params: { invitationId } });
    await invite(email);
  });

  test('that two accept at once makes one member', async () => {
    for (let round = 0; round < 3; round++) {
      const { token } = await insertInvitation(api, world.organizationId, { email: freshEmail() });
      const answers = await Promise.all([accept(token, NEWCOMER), accept(token, { ...NEWCOMER, name: 'Eve' })]);
      const [won, lost] = answers.map(({ status }) => status).sort();
      expect(won).toBe(201);
      expect([409, 410]).toContain(lost);
    }
  });

  test('that is none is refused alike', async () => {
    const email = freshEmail();
    await invite(email);
    const token = tokenFor(email);
    const wrong = [
      `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`,
      token.replace('tgi_', 'tgs_'),
      'x',
      world.invitationId,
    ];
    for (const each of wrong)
      expect([(await check(each)).status, (await accept(each, NEWCOMER)).status]).toEqual([410, 410]);
  });

  test('names everything that is missing', async () => {
    const { token } = await insertInvitation(api, world.organizationId, { email: freshEmail() });
    const { status, body } = await accept(token);
    expect([status, body]).toMatchObject([400, { errors: [{ pointer: '/body/name' }, { pointer: '/body/password' }] }]);
    expect((await accept(token, { ...NEWCOMER, password: 'too short' })).status).toBe(400);
    expect((await accept(token, NEWCOMER)).status).toBe(201);
  });
});

describe('somebody with an account', () => {
  test('accepts signed in with it, and nobody else does', async () => {
    const [person, eve] = [await createPerson(api), await createPerson(api)];
    const { organizationId } = world;
    const { token } = await insertInvitation(api, organizationId, { email: person.email, role: 'finance' });
    expect((await check(token)).body).toMatchObject({ hasAccount: true });
    expect((await accept(token)).status).toBe(401);
    // the link alone takes nobody's account over
    expect((await accept(token, NEWCOMER)).status).toBe(401);
    expect((await accept(token, {}, eve.credentials)).status).toBe(403);
    expect((await accept(token, NEWCOMER, person.credentials)).status).toBe(400);
    const done = await accept(token, {}, person.credentials);
    expect(done).toMatchObject({ status: 201, body: { id: person.userId } });
    expect(done.headers.getSetCookie()).toEqual([]);
    const me = await api.ok('readMe', { credentials: person.credentials });
    expect(me.organizations).toMatchObject([{ id: organizationId, role: 'finance' }]);
  });

  test('is not made to accept by a page of somebody else', async () => {
    const person = await createPerson(api);
    const { token } = await insertInvitation(api, world.organizationId, { email: person.email });
    const evil = { ...person.credentials, origin: 'https://evil.example' };
    expect((await accept(token, {}, evil)).status).toBe(403);
    const { cookie = '' } = person.credentials;
    const answer = await api.call('acceptInvitation', { credentials: { cookie }, body: { token } });
    expect(answer.status).toBe(403);
  });

  test('who has become a member meanwhile is told so, and keeps their role', async () => {
    const person = await createPerson(api, { memberships: [{ organizationId: world.organizationId, role: 'viewer' }] });
    const { token } = await insertInvitation(api, world.organizationId, { email: person.email, role: 'owner' });
    const { status, body } = await accept(token, {}, person.credentials);
    expect([status, body]).toMatchObject([409, { detail: 'You are a member of this organization already.' }]);
    const where = { userId: person.userId };
    expect(await api.database.prisma.member.findFirst({ where })).toMatchObject({ role: 'viewer' });
  });
});

describe('where sign-up is closed', () => {
  test('only those are invited who have an account', async () => {
    await setSignUp('closed');
    const params = { organizationId: world.organizationId };
    const { credentials } = owner;
    const body = { email: freshEmail(), role: 'viewer' };
    const refusal = await api.refused('createInvitation', 400, { credentials, params, body });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/email', code: 'no_account' }]);
    const person = await createPerson(api);
    await invite(person.email);
    expect((await accept(tokenFor(person.email), {}, person.credentials)).status).toBe(201);
  });

  test('an earlier invitation makes no account', async () => {
    const email = freshEmail();
    await invite(email);
    await setSignUp('closed');
    expect((await accept(tokenFor(email), NEWCOMER)).status).toBe(403);
    expect(await api.database.prisma.consoleUser.findUnique({ where: { email } })).toBeNull();
  });
});

test('a mailbox is not filled by invitations', async () => {
  const email = freshEmail();
  const { id: invitationId } = await invite(email);
  const { credentials } = owner;
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) {
    statuses.push((await api.call('resendInvitation', { credentials, params: { invitationId } })).status);
  }
  expect(statuses).toEqual([201, 201, 201, 201, 429, 429]);
  const refusal = await api.call('resendInvitation', { credentials, params: { invitationId } });
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
  // the link of the last mail still works
  expect((await check(tokenFor(email))).status).toBe(200);
});

test('links are not guessed at from one address without end', async () => {
  const key = (id: string) => `open|${id}|127.0.0.1`;
  await api.database.prisma.consoleRateLimit.create({
    data: { id: 'rate_test', key: key('checkInvitation'), count: 300, lastRequest: BigInt(Date.now()) },
  });
  const refusal = await check('x');
  expect(refusal.status).toBe(429);
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(800);
});

test('every step is in the organization’s audit log', async () => {
  const email = freshEmail();
  const { id } = await invite(email);
  await api.ok('resendInvitation', { credentials: owner.credentials, params: { invitationId: id } });
  const { body } = await accept(tokenFor(email), NEWCOMER);
  const { data } = await api.ok('listAuditLog', { credentials: owner.credentials, query: { limit: '4' } });
  const { id: userId } = body as { id: string };
  // those of one millisecond come in any order
  expect(data.map(({ action, actor }) => `${action} by ${actor}`).sort()).toEqual([
    `console-user.created by ${userId}`,
    `invitation.created by ${owner.userId}`,
    `invitation.sent-again by ${owner.userId}`,
    `member.added by ${userId}`,
  ]);
});

describe('with a mail server', () => {
  test('the link goes there and nowhere else, and a mail that fails is told', async () => {
    const received: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) => done(address.startsWith('nobody') ? new Error('no mailbox') : null),
      onData: (stream, _session, done) => {
        stream.on('data', (chunk: Buffer) => received.push(chunk.toString()));
        stream.on('end', () => done());
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    const mail = { smtpUrl: `smtp://127.0.0.1:${address.port}`, from: 'Tollgate <gate@example.com>' };
    const mailing = await startAdminApi(undefined, mail);
    try {
      await createOperatorWorld(mailing);
      const { id: organizationId } = await mailing.ok('createOrganization', { body: { name: 'Acme', slug: 'acme' } });
      const send = (email: string) =>
        mailing.ok('createInvitation', { params: { organizationId }, body: { email, role: ROLES[0] } });
      expect(await send('ada@example.com')).toMatchObject({ delivery: 'mailed', link: null });
      expect(received.join('').replaceAll('=\r\n', '')).toMatch(/\/invitation#token=3?D?tgi_|\/invitation#token=tgi_/);
      expect(await send('nobody@example.com')).toMatchObject({ delivery: 'failed', link: null });
      expect([...mailing.log, ...mailing.answers].filter((line) => line.includes('tgi_'))).toEqual([]);
      expect(await mailing.ok('readEntrance', {})).toMatchObject({ mail: true });
      const test = (to: string) => mailing.ok('sendTestMail', { body: { to } });
      expect(await test('ada@example.com')).toEqual({ delivery: 'mailed', detail: null });
      expect(await test('nobody@example.com')).toMatchObject({
        delivery: 'failed',
        detail: expect.stringContaining('no mailbox'),
      });
    } finally {
      await mailing.close();
      await new Promise<void>((resolve) => server.close(resolve));
    }
  });
});
