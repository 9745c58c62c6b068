import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { WITH_DOMAINS, type SsoConnectionRow } from '../../identity/sso/sso-connection-row.js';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';
import { newProof } from './domain-proof.js';

@Injectable()
export class SsoConnectionsRepository {
  constructor(private readonly database: Database) {}

  list(tenant: Tenant, filter: { organizationId?: string }, keyset: Keyset): Promise<SsoConnectionRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.ssoConnection.findMany({
      where: { AND: [filter, ownedBy(tenant), where] },
      include: WITH_DOMAINS,
      orderBy,
      take,
    });
  }

  find(tenant: Tenant, id: string, transaction: Transaction = this.database.prisma): Promise<SsoConnectionRow | null> {
    const where = { AND: [{ id }, ownedBy(tenant)] };
    return transaction.ssoConnection.findFirst({ where, include: WITH_DOMAINS });
  }

  insert(data: Prisma.SsoConnectionUncheckedCreateInput, transaction: Transaction): Promise<SsoConnectionRow> {
    return transaction.ssoConnection.create({ data, include: WITH_DOMAINS });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    { id, version }: { readonly id: string; readonly version: number },
    data: Prisma.SsoConnectionUncheckedUpdateManyInput,
    transaction: Transaction,
  ): Promise<void> {
    const change = { ...data, version: { increment: 1 } };
    requireChanged(await transaction.ssoConnection.updateMany({ where: { id, version }, data: change }));
  }

  /** The connection then has these domains. One that stays keeps its verification. */
  async keepDomains(id: string, domains: readonly string[], transaction: Transaction): Promise<void> {
    await transaction.ssoDomain.deleteMany({ where: { ssoConnectionId: id, domain: { notIn: [...domains] } } });
    const data = domains.map((domain) => ({ ssoConnectionId: id, domain, proof: newProof() }));
    await transaction.ssoDomain.createMany({ data, skipDuplicates: true });
  }

  /** With proofs that nobody has published yet: what was proved was proved of another issuer. */
  async unverifyDomains(id: string, transaction: Transaction): Promise<void> {
    const domains = await transaction.ssoDomain.findMany({ where: { ssoConnectionId: id } });
    for (const { domain } of domains) {
      await transaction.ssoDomain.update({
        where: { ssoConnectionId_domain: { ssoConnectionId: id, domain } },
        data: { proof: newProof(), verifiedAt: null, verifiedBy: null },
      });
    }
  }

  async verifyDomain(
    { id, domain }: { readonly id: string; readonly domain: string },
    verifiedBy: 'dns' | 'operator',
    transaction: Transaction,
  ): Promise<void> {
    await transaction.ssoDomain.updateMany({
      where: { ssoConnectionId: id, domain, verifiedAt: null },
      data: { verifiedAt: new Date(), verifiedBy },
    });
    await transaction.ssoConnection.update({ where: { id }, data: { version: { increment: 1 } } });
  }

  /** Whom the provider of this connection has called by a name is nobody by this name any more. */
  async forgetPeople(id: string, transaction: Transaction): Promise<void> {
    await transaction.consoleAccount.deleteMany({ where: { providerId: id } });
  }

  async delete(id: string, transaction: Transaction): Promise<void> {
    await transaction.ssoConnection.deleteMany({ where: { id } });
  }
}
