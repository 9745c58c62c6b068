import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

interface DeploymentFilter {
  readonly organizationId?: string;
  readonly providerCredentialId?: string;
  readonly model?: string;
}

const WITH_PROVIDER = {
  providerCredential: { select: { provider: true } },
} as const satisfies Prisma.DeploymentInclude;

export type DeploymentRow = Prisma.DeploymentGetPayload<{ include: typeof WITH_PROVIDER }>;

@Injectable()
export class DeploymentsRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: DeploymentFilter, keyset: Keyset): Promise<DeploymentRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.deployment.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      include: WITH_PROVIDER,
      orderBy,
      take,
    });
  }

  find(
    organizationId: Tenant,
    id: string,
    transaction: Transaction = this.database.prisma,
  ): Promise<DeploymentRow | null> {
    return transaction.deployment.findFirst({
      where: { AND: [{ id }, ownedBy(organizationId)] },
      include: WITH_PROVIDER,
    });
  }

  insert(
    organizationId: Tenant,
    data: Omit<Prisma.DeploymentUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ): Promise<DeploymentRow> {
    return transaction.deployment.create({ data: { ...data, organizationId }, include: WITH_PROVIDER });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.DeploymentUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.deployment.updateMany({
        where: { AND: [key, ownedBy(organizationId)] },
        data: { ...write.data, version: { increment: 1 } },
      }),
    );
  }

  async delete(organizationId: Tenant, id: string, transaction: Transaction): Promise<void> {
    await transaction.deployment.deleteMany({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }
}
