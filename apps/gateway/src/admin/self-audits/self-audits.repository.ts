import { Injectable } from '@nestjs/common';
import { Database, inTransaction, requestSelfAudit, SELF_AUDIT_COLUMNS, type SelfAuditRow } from '@tollgate/database';
import type { SelfAuditExtent } from '@tollgate/domain';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';

interface SelfAuditFilter {
  readonly extent?: string;
  readonly state?: string;
}

/** Self-audits are the operator's: they speak of every organization. */
@Injectable()
export class SelfAuditsRepository {
  constructor(private readonly database: Database) {}

  async list(_organizationId: null, { extent, state }: SelfAuditFilter, keyset: Keyset): Promise<SelfAuditRow[]> {
    const beyond = keyset.direction === 'desc' ? '<' : '>';
    const text = `
      SELECT ${SELF_AUDIT_COLUMNS} FROM self_audit
      WHERE ($1::text IS NULL OR extent = $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR id ${beyond} $3)
      ORDER BY id ${keyset.direction === 'desc' ? 'DESC' : 'ASC'} LIMIT ${keyset.limit + 1}`;
    const parameters = [extent ?? null, state ?? null, keyset.after?.[0] ?? null];
    return (await this.database.pool.query<SelfAuditRow>(text, parameters)).rows;
  }

  async find(_organizationId: null, id: string): Promise<SelfAuditRow | null> {
    const text = `SELECT ${SELF_AUDIT_COLUMNS} FROM self_audit WHERE id = $1`;
    return (await this.database.pool.query<SelfAuditRow>(text, [id])).rows[0] ?? null;
  }

  request(actor: Actor, extent: SelfAuditExtent): Promise<SelfAuditRow> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const row = await requestSelfAudit(client, { extent, requestedBy: actor.id });
      const fact = { action: 'self-audit.requested', resourceId: row.id, organizationId: null, before: null };
      await insertAuditEntry(client, actor, { ...fact, after: { extent } });
      return row;
    });
  }
}
