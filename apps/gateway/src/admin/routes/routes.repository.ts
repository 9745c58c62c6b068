import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';
import type { ServingDeployment } from './served-models.js';

interface RouteFilter {
  readonly organizationId?: string;
  readonly name?: string;
}

@Injectable()
export class RoutesRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: RouteFilter, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.route.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma) {
    return transaction.route.findFirst({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }

  /** The enabled deployments that a route of this owner can lead to. */
  async findServing(organizationId: Tenant, transaction: Transaction): Promise<ServingDeployment[]> {
    const owners = organizationId === null ? [{ organizationId }] : [{ organizationId: null }, { organizationId }];
    const rows = await transaction.deployment.findMany({
      where: { enabled: true, OR: owners },
      select: { organizationId: true, model: true, providerCredential: { select: { provider: true } } },
    });
    return rows.map(({ providerCredential, ...row }) => ({ ...row, ...providerCredential }));
  }

  insert(
    organizationId: Tenant,
    data: Omit<Prisma.RouteUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ) {
    return transaction.route.create({ data: { ...data, organizationId } });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.RouteUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.route.updateMany({
        where: { AND: [key, ownedBy(organizationId)] },
        data: { ...write.data, version: { increment: 1 } },
      }),
    );
  }

  async delete(organizationId: Tenant, id: string, transaction: Transaction): Promise<void> {
    await transaction.route.deleteMany({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }
}
