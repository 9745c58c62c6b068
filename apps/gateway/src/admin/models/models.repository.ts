import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import type { Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';

interface ModelFilter {
  readonly provider?: string;
  readonly search?: string;
  readonly deprecated?: boolean;
  readonly providers?: { readonly oneOf: readonly string[]; readonly excluded: boolean };
}

/** A deployment, as far as it tells which models can be called. */
export interface ServingDeployment {
  readonly model: string;
  readonly upstreamModel: string;
  readonly providerCredential: { readonly provider: string };
}

/** What an organization may use besides its own: what the operator gave to all. `null` asks for the latter only. */
const usableBy = (organizationId: Tenant) => ({ OR: [{ organizationId: null }, { organizationId }] });

const CURRENT_SNAPSHOT = `
  SELECT s.id FROM price_book_snapshot s
  WHERE s.price_book_id = coalesce(
    (SELECT b.id FROM price_book b WHERE b.organization_id = $1 ORDER BY b.created_at DESC, b.id DESC LIMIT 1),
    (SELECT p.price_book_id FROM organization o JOIN plan p ON p.id = o.plan_id WHERE o.id = $1),
    (SELECT default_price_book_id FROM installation)
  )
  ORDER BY s.sequence DESC LIMIT 1`;

@Injectable()
export class ModelsRepository {
  constructor(private readonly database: Database) {}

  /** The catalogue is public: it is the same for every organization. */
  list(_organizationId: Tenant, filter: ModelFilter, keyset: Keyset): Promise<Prisma.ModelModel[]> {
    const [after] = keyset.after ?? [];
    const separator = after?.indexOf(':') ?? -1;
    const provider = after?.slice(0, separator) ?? '';
    const name = after?.slice(separator + 1) ?? '';
    const { oneOf = [], excluded = false } = filter.providers ?? {};
    return this.database.prisma.model.findMany({
      where: {
        AND: [
          filter.provider === undefined ? {} : { provider: filter.provider },
          filter.deprecated === undefined ? {} : { deprecated: filter.deprecated },
          filter.search === undefined ? {} : { name: { contains: filter.search, mode: 'insensitive' } },
          filter.providers === undefined ? {} : { provider: excluded ? { notIn: [...oneOf] } : { in: [...oneOf] } },
          after === undefined ? {} : { OR: [{ provider: { gt: provider } }, { provider, name: { gt: name } }] },
        ],
      },
      orderBy: [{ provider: 'asc' }, { name: 'asc' }],
      take: keyset.limit + 1,
    });
  }

  find(_organizationId: Tenant, provider: string, name: string): Promise<Prisma.ModelModel | null> {
    return this.database.prisma.model.findUnique({ where: { provider_name: { provider, name } } });
  }

  /** Providers for which the organization or the operator holds a credential. */
  async providersWithCredential(organizationId: Tenant): Promise<ReadonlySet<string>> {
    const rows = await this.database.prisma.providerCredential.findMany({
      where: usableBy(organizationId),
      select: { provider: true },
      distinct: ['provider'],
    });
    return new Set(rows.map((row) => row.provider));
  }

  enabledDeployments(organizationId: Tenant): Promise<ServingDeployment[]> {
    return this.database.prisma.deployment.findMany({
      where: { AND: [{ enabled: true }, usableBy(organizationId)] },
      select: { model: true, upstreamModel: true, providerCredential: { select: { provider: true } } },
      orderBy: [{ priority: 'asc' }, { id: 'asc' }],
    });
  }

  /** The published prices that hold for the organization now, or the default ones. */
  async currentSnapshotId(organizationId: Tenant): Promise<string | null> {
    const { rows } = await this.database.pool.query<{ id: string }>(CURRENT_SNAPSHOT, [organizationId]);
    return rows[0]?.id ?? null;
  }
}
