import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

interface ProjectFilter {
  readonly organizationId: string;
  readonly name?: string;
  readonly costCentre?: string;
}

@Injectable()
export class ProjectsRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: ProjectFilter, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.project.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma) {
    return transaction.project.findFirst({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }

  /** Holds back others who lock the project, until the transaction ends; what refers to it can still be written. */
  async lock(_organizationId: string, id: string, transaction: Transaction): Promise<void> {
    await transaction.$queryRaw`SELECT 1 FROM project WHERE id = ${id} FOR NO KEY UPDATE`;
  }

  insert(
    organizationId: string,
    data: Omit<Prisma.ProjectUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ) {
    return transaction.project.create({ data: { ...data, organizationId } });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.ProjectUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.project.updateMany({
        where: { AND: [key, ownedBy(organizationId)] },
        data: { ...write.data, version: { increment: 1 } },
      }),
    );
  }
}
