import { Injectable } from '@nestjs/common';
import type { AuditLogEntry, OperationInput, OPERATIONS, Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { withoutUndefined } from '../http/presentation.js';
import { AuditLogRepository } from './audit-log.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listAuditLog>['query'];

@Injectable()
export class AuditLogService {
  constructor(private readonly repository: AuditLogRepository) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<AuditLogEntry>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, (row) => ({
      id: row.id,
      organizationId: row.organizationId,
      actor: row.actor,
      action: row.action,
      resourceId: row.resourceId,
      changes: row.changes as AuditLogEntry['changes'],
      remoteAddress: row.remoteAddress,
      requestId: row.requestId,
      createdAt: row.createdAt.toISOString(),
    }));
  }
}
