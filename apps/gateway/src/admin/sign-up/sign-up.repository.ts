import { Injectable } from '@nestjs/common';
import { Database, inTransaction, requestManualPosting } from '@tollgate/database';
import { newId, parsePicos } from '@tollgate/domain';
import type { ConsoleUser, MoneyAmount } from '@tollgate/wire';
import type pg from 'pg';
import { PASSWORD_PROVIDER } from '../../identity/insert-console-user.js';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { conflict } from '../http/problem-error.js';
import { slugsFor } from './organization-slug.js';

export interface StartedSignUp {
  readonly id: string;
  readonly email: string;
  readonly expiresAt: Date;
}

export interface CompletedSignUp {
  readonly signUpId: string;
  readonly user: ConsoleUser;
  readonly passwordHash: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly starterGrant: MoneyAmount | null;
  readonly actor: Actor;
}

const PROJECT_NAME = 'Default';

@Injectable()
export class SignUpRepository {
  constructor(private readonly database: Database) {}

  /**
   * Replaces earlier ones of the address, and clears away those whose day is over. Of a known address the row is used from
   * the start: writing it takes as long as writing one that works.
   */
  async insert(row: StartedSignUp & { readonly tokenHash: string }, { isKnown }: { isKnown: boolean }): Promise<void> {
    const { prisma } = this.database;
    await prisma.$transaction([
      prisma.signUp.deleteMany({
        where: { OR: [{ email: row.email, usedAt: null }, { expiresAt: { lt: new Date() } }] },
      }),
      prisma.signUp.create({ data: { ...row, usedAt: isKnown ? new Date() : null } }),
    ]);
  }

  findLive(tokenHash: string): Promise<StartedSignUp | null> {
    return this.database.prisma.signUp.findFirst({
      where: { tokenHash, usedAt: null, expiresAt: { gt: new Date() } },
      select: { id: true, email: true, expiresAt: true },
    });
  }

  async hasUser(email: string): Promise<boolean> {
    return (await this.database.prisma.consoleUser.findUnique({ where: { email }, select: { id: true } })) !== null;
  }

  /**
   * User, organization, project, grant and audit entries, or nothing of it: in one transaction with the ledger, which is
   * written in SQL.
   * @returns whether the link was live until now: of two uses at once one waits for the other, and finds it used.
   * @throws ProblemError `conflict` when somebody has the address by now; the link stays as it is.
   */
  async complete(completed: CompletedSignUp): Promise<boolean> {
    const { signUpId, user } = completed;
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const used = await client.query(
        'UPDATE sign_up SET used_at = now() WHERE id = $1 AND used_at IS NULL AND expires_at > now()',
        [signUpId],
      );
      if (used.rowCount === 0) return false;
      const inserted = await client.query(
        `INSERT INTO console_user (id, name, email, email_verified) VALUES ($1, $2, $3, true)
         ON CONFLICT (email) DO NOTHING`,
        [user.id, user.name, user.email],
      );
      // an invitation was accepted in the meantime
      if (inserted.rowCount === 0) throw conflict('There is an account with this address by now. Sign in with it.');
      await insertPassword(client, completed);
      await insertOrganization(client, completed);
      await grant(client, completed);
      return true;
    });
  }
}

async function insertPassword(client: pg.PoolClient, { user, passwordHash, actor }: CompletedSignUp): Promise<void> {
  await client.query(
    'INSERT INTO console_account (id, user_id, account_id, provider_id, password) VALUES ($1, $2, $2, $3, $4)',
    [newId('consoleAccount'), user.id, PASSWORD_PROVIDER, passwordHash],
  );
  const { organizationId } = actor;
  const fact = { action: 'console-user.created', resourceId: user.id, organizationId, before: null, after: user };
  await insertAuditEntry(client, actor, fact);
}

/**
 * It pays beforehand: whoever signs up may be anybody, and can use what they were granted and what they pay, and no more of
 * the operator’s money. Only the operator can change that.
 */
async function insertOrganization(client: pg.PoolClient, completed: CompletedSignUp): Promise<void> {
  const { user, organization, actor } = completed;
  const { id: organizationId, name } = organization;
  const slug = await insertWithSlug(client, organization);
  const [memberId, projectId] = [newId('member'), newId('project')];
  const owner = [memberId, organizationId, user.id];
  await client.query(`INSERT INTO member (id, organization_id, user_id, role) VALUES ($1, $2, $3, 'owner')`, owner);
  const project = [projectId, organizationId, PROJECT_NAME];
  await client.query('INSERT INTO project (id, organization_id, name) VALUES ($1, $2, $3)', project);
  const facts = [
    {
      action: 'organization.created',
      resourceId: organizationId,
      after: { id: organizationId, name, slug, billingMode: 'prepaid' },
    },
    { action: 'member.added', resourceId: memberId, after: { id: memberId, user, role: 'owner' } },
    { action: 'project.created', resourceId: projectId, after: { id: projectId, name: PROJECT_NAME } },
  ];
  for (const fact of facts) await insertAuditEntry(client, actor, { ...fact, organizationId, before: null });
}

async function insertWithSlug(client: pg.PoolClient, { id, name }: CompletedSignUp['organization']): Promise<string> {
  for (const slug of slugsFor(name)) {
    const { rowCount } = await client.query(
      `INSERT INTO organization (id, name, slug, billing_mode) VALUES ($1, $2, $3, 'prepaid')
       ON CONFLICT (slug) DO NOTHING`,
      [id, name, slug],
    );
    if (rowCount === 1) return slug;
  }
  throw new RangeError('there is always another slug');
}

async function grant(client: pg.PoolClient, completed: CompletedSignUp): Promise<void> {
  const { signUpId, organization, starterGrant, actor } = completed;
  if (starterGrant === null) return;
  const reason = 'starter grant';
  const posting = await requestManualPosting(client, {
    organizationId: organization.id,
    kind: 'promotion',
    reason,
    requestedBy: 'sign-up',
    idempotencyKey: signUpId,
    picos: parsePicos(starterGrant.amount),
    // the operator has agreed to it by opening sign-up with this grant
    approved: true,
  });
  if (posting === null) throw new RangeError('the organization was just made');
  await insertAuditEntry(client, actor, {
    action: 'manual-posting.posted',
    resourceId: posting.id,
    organizationId: organization.id,
    before: null,
    after: { kind: 'promotion', ...starterGrant, reason },
  });
}
