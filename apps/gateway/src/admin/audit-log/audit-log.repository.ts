import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';

interface AuditLogFilter {
  readonly organizationId?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly resourceId?: string;
}

@Injectable()
export class AuditLogRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: AuditLogFilter, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.auditLogEntry.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      orderBy,
      take,
    });
  }
}
