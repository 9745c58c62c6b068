import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId, type IssuedSecret } from '@tollgate/domain';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

interface ApiKeyFilter {
  readonly organizationId?: string;
  readonly projectId?: string;
  readonly name?: string;
  readonly tags?: { readonly has: string };
  readonly ownerId?: string;
}

/** The hash of a secret never leaves the database. */
const WITH_SECRETS = {
  secrets: {
    select: { id: true, displayPrefix: true, expiresAt: true, revokedAt: true, createdAt: true },
    orderBy: { id: 'asc' },
  },
} as const satisfies Prisma.ApiKeyInclude;

/** What is told of a key that is not in its row. */
export interface ApiKeyFacts {
  readonly ownerName: string | null;
  readonly lastUsedAt: Date | null;
}

const NO_FACTS: ApiKeyFacts = { ownerName: null, lastUsedAt: null };

export type ApiKeyRow = Prisma.ApiKeyGetPayload<{ include: typeof WITH_SECRETS }>;

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: ApiKeyFilter, keyset: Keyset): Promise<ApiKeyRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.apiKey.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      include: WITH_SECRETS,
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma): Promise<ApiKeyRow | null> {
    return transaction.apiKey.findFirst({
      where: { AND: [{ id }, ownedBy(organizationId)] },
      include: WITH_SECRETS,
    });
  }

  /**
   * Names of owners, and when each key was last used in a request that has been booked. For each key the newest request
   * is the first of an index: what has been booked besides is not read.
   */
  async readFacts(
    _organizationId: Tenant,
    keys: readonly { readonly id: string; readonly ownerId: string | null }[],
    transaction: Transaction = this.database.prisma,
  ): Promise<(id: string) => ApiKeyFacts> {
    const ids = keys.map(({ id }) => id);
    const owners = keys.map(({ ownerId }) => ownerId);
    const rows = await transaction.$queryRaw<(ApiKeyFacts & { id: string })[]>`
      SELECT key.id, coalesce(person.name, token.name) AS "ownerName", newest.occurred_at AS "lastUsedAt"
      FROM unnest(${ids}::text[], ${owners}::text[]) AS key (id, owner_id)
      LEFT JOIN console_user person ON person.id = key.owner_id
      LEFT JOIN management_token token ON token.id = key.owner_id
      LEFT JOIN LATERAL (
        SELECT occurred_at FROM usage_event WHERE api_key_id = key.id ORDER BY occurred_at DESC LIMIT 1
      ) AS newest ON true`;
    const byId = new Map(rows.map((row) => [row.id, row]));
    return (id) => byId.get(id) ?? NO_FACTS;
  }

  /** A key that is neither revoked nor expired, of one owner in a project, with exactly these tags. */
  findLive(
    organizationId: Tenant,
    of: { readonly projectId: string; readonly ownerId: string; readonly tags: readonly string[] },
    transaction: Transaction,
  ): Promise<{ readonly id: string } | null> {
    const { projectId, ownerId, tags } = of;
    const isOfOwner = { projectId, ownerId, tags: { equals: [...tags] } };
    const isLive = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
    return transaction.apiKey.findFirst({
      where: { AND: [isOfOwner, isLive, ownedBy(organizationId)] },
      orderBy: { id: 'asc' },
      select: { id: true },
    });
  }

  async insert(
    organizationId: string,
    data: Omit<Prisma.ApiKeyUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ): Promise<void> {
    await transaction.apiKey.create({ data: { ...data, organizationId } });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.ApiKeyUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.apiKey.updateMany({
        where: { AND: [key, ownedBy(organizationId)] },
        data: { ...write.data, version: { increment: 1 } },
      }),
    );
  }

  /** Locks the key, so that rotations and revocations of one key come one after the other. */
  async lock(organizationId: Tenant, id: string, transaction: Transaction): Promise<ApiKeyRow | null> {
    await transaction.$queryRaw`SELECT 1 FROM api_key WHERE id = ${id} FOR UPDATE`;
    return this.find(organizationId, id, transaction);
  }

  async insertSecret(
    _organizationId: string,
    apiKeyId: string,
    write: { issued: IssuedSecret; expiresAt?: Date; transaction: Transaction },
  ) {
    const { hash, displayPrefix } = write.issued;
    const expiresAt = write.expiresAt ?? null;
    const data = { id: newId('keySecret'), apiKeyId, hash, displayPrefix, expiresAt };
    await write.transaction.keySecret.create({ data });
  }

  async deleteExpiredSecrets(_organizationId: string, apiKeyId: string, transaction: Transaction) {
    await transaction.keySecret.deleteMany({ where: { apiKeyId, expiresAt: { lt: new Date() } } });
  }

  /** Ends the live secrets of a key at an instant, those that would have ended earlier excepted. */
  async expireSecrets(_organizationId: string, apiKeyId: string, write: { at: Date; transaction: Transaction }) {
    await write.transaction.keySecret.updateMany({
      where: { apiKeyId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: write.at } }] },
      data: { expiresAt: write.at },
    });
  }
}
