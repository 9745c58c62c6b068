import { OPERATIONS, type AuditLogEntry, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { AuditLogService } from './audit-log.service.js';

@AdminController()
export class AuditLogController {
  constructor(private readonly auditLog: AuditLogService) {}

  @Operate(OPERATIONS.listAuditLog)
  list(
    @Caller() actor: Actor,
    @Input() input: OperationInput<typeof OPERATIONS.listAuditLog>,
  ): Promise<Page<AuditLogEntry>> {
    return this.auditLog.list(actor, input.query);
  }
}
