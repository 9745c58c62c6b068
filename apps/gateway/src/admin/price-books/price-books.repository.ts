import { Injectable } from '@nestjs/common';
import {
  Database,
  inTransaction,
  publishPrices,
  type PricePublication,
  type PublishedPrices,
  type Prisma,
} from '@tollgate/database';
import { insertAuditEntry, type AuditFact } from '../audit-log/audit-recorder.js';
import { ownedBy, type Actor, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';

interface PriceFilter {
  readonly provider?: string;
  readonly model?: string;
  readonly meter?: string;
  /** Prices that hold in this publication. */
  readonly sequence: number;
}

const WITH_CURRENT_SNAPSHOT = {
  snapshots: { orderBy: { sequence: 'desc' }, take: 1 },
} as const satisfies Prisma.PriceBookInclude;

export type PriceBookRow = Prisma.PriceBookGetPayload<{ include: typeof WITH_CURRENT_SNAPSHOT }>;

@Injectable()
export class PriceBooksRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: { organizationId?: string }, keyset: Keyset): Promise<PriceBookRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.priceBook.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      include: WITH_CURRENT_SNAPSHOT,
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string): Promise<PriceBookRow | null> {
    return this.database.prisma.priceBook.findFirst({
      where: { AND: [{ id }, ownedBy(organizationId)] },
      include: WITH_CURRENT_SNAPSHOT,
    });
  }

  listPrices(organizationId: Tenant, priceBookId: string, list: { filter: PriceFilter; keyset: Keyset }) {
    const { where, orderBy, take } = keysetClauses(list.keyset);
    const { sequence, ...filter } = list.filter;
    const holding = { introducedIn: { lte: sequence }, OR: [{ retiredIn: null }, { retiredIn: { gt: sequence } }] };
    return this.database.prisma.price.findMany({
      where: { AND: [{ priceBookId, priceBook: ownedBy(organizationId) }, filter, holding, where] },
      orderBy,
      take,
    });
  }

  findPrice(organizationId: Tenant, priceBookId: string, id: string) {
    return this.database.prisma.price.findFirst({ where: { id, priceBookId, priceBook: ownedBy(organizationId) } });
  }

  listPublications(priceBookId: string, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.priceBookSnapshot.findMany({ where: { AND: [{ priceBookId }, where] }, orderBy, take });
  }

  /** Publishes and writes the audit entry in one transaction. Only the operator publishes. */
  async publish(
    _organizationId: null,
    publication: PricePublication,
    audit: { actor: Actor; factOf: (published: PublishedPrices) => AuditFact },
  ): Promise<PublishedPrices> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const published = await publishPrices(client, publication);
      if (published.changed) await insertAuditEntry(client, audit.actor, audit.factOf(published));
      return published;
    });
  }
}
