import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { signUpMode, type SignUpMode } from '@tollgate/wire';
import { orNotFound } from '../http/problem-error.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

const THE_ONE = { id: 1 } as const;

export type InstallationRow = Omit<Prisma.InstallationModel, 'signUp'> & { readonly signUp: SignUpMode };

@Injectable()
export class InstallationRepository {
  constructor(private readonly database: Database) {}

  async read(transaction: Transaction = this.database.prisma): Promise<InstallationRow> {
    const row = orNotFound(await transaction.installation.findUnique({ where: THE_ONE }));
    return { ...row, signUp: signUpMode.parse(row.signUp) };
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    version: number,
    { data, transaction }: { data: Prisma.InstallationUpdateManyMutationInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await transaction.installation.updateMany({
        where: { ...THE_ONE, version },
        data: { ...data, version: { increment: 1 } },
      }),
    );
  }

  /** Whether the people of some organization sign in by a provider of its own. */
  async hasSingleSignOn(): Promise<boolean> {
    const where = { verifiedAt: { not: null } };
    return (await this.database.prisma.ssoDomain.findFirst({ where, select: { domain: true } })) !== null;
  }
}
