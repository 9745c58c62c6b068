import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

interface CredentialFilter {
  readonly organizationId?: string;
  readonly provider?: string;
}

@Injectable()
export class ProviderCredentialsRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: CredentialFilter, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.providerCredential.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma) {
    return transaction.providerCredential.findFirst({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }

  insert(
    organizationId: Tenant,
    data: Omit<Prisma.ProviderCredentialUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ) {
    return transaction.providerCredential.create({ data: { ...data, organizationId } });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.ProviderCredentialUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.providerCredential.updateMany({
        where: { AND: [key, ownedBy(organizationId)] },
        data: { ...write.data, version: { increment: 1 } },
      }),
    );
  }

  async delete(organizationId: Tenant, id: string, transaction: Transaction): Promise<void> {
    await transaction.providerCredential.deleteMany({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }
}
