import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { grants, PERMISSIONS, roleOf, type ConsoleUser, type Me, type Permission } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { orNotFound } from '../http/problem-error.js';
import { inTransaction } from '../http/transaction.js';

const USER = { id: true, name: true, email: true } as const;
const ORGANIZATION = { select: { id: true, name: true, slug: true } } as const;

@Injectable()
export class MeService {
  constructor(private readonly database: Database) {}

  async read(actor: Actor): Promise<Me> {
    const identity = actor.kind === 'console-user' ? await this.user(actor.id) : await this.token(actor.id);
    return {
      ...identity,
      operator: actor.organizationId === null,
      permissions: (Object.keys(PERMISSIONS) as Permission[]).filter((name) => grants(actor.scopes, name)),
    };
  }

  async rename({ id, ...actor }: Actor, name: string): Promise<ConsoleUser> {
    return inTransaction(this.database, async (transaction) => {
      const before = orNotFound(await transaction.consoleUser.findUnique({ where: { id }, select: USER }));
      const after = await transaction.consoleUser.update({ where: { id }, data: { name }, select: USER });
      const fact = { action: 'console-user.updated', resourceId: id, organizationId: null, before, after };
      await recordAudit(transaction, { id, ...actor }, fact);
      return after;
    });
  }

  private async user(id: string): Promise<Pick<Me, 'user' | 'managementToken' | 'organizations'>> {
    const found = await this.database.prisma.consoleUser.findUnique({
      where: { id },
      select: {
        id: true,
        name: true,
        email: true,
        twoFactorEnabled: true,
        members: { orderBy: { id: 'asc' }, select: { role: true, organization: ORGANIZATION } },
      },
    });
    const { members, twoFactorEnabled, ...user } = orNotFound(found);
    const organizations = members.map(({ role, organization }) => ({ ...organization, role: roleOf(role) }));
    return { user: { ...user, twoFactor: twoFactorEnabled }, managementToken: null, organizations };
  }

  private async token(id: string): Promise<Pick<Me, 'user' | 'managementToken' | 'organizations'>> {
    const found = await this.database.prisma.managementToken.findUnique({
      where: { id },
      select: { id: true, name: true, organization: ORGANIZATION },
    });
    const { organization, ...managementToken } = orNotFound(found);
    return {
      user: null,
      managementToken,
      organizations: organization === null ? [] : [{ ...organization, role: null }],
    };
  }
}
