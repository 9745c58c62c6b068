import { Injectable } from '@nestjs/common';
import {
  Database,
  decideManualPosting,
  inTransaction,
  requestManualPosting,
  type ManualPostingDraft,
  type ManualPostingResult,
} from '@tollgate/database';
import type { ManualPostingKind } from '@tollgate/domain';
import type { ManualPostingListQuery } from '@tollgate/wire';
import type pg from 'pg';
import { actorName } from '../audit-log/actor-name.js';
import { insertAuditEntry, type AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor, Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';

/** A posting by hand as raw SQL answers it: `numeric` is a string. */
export interface ManualPostingRow {
  readonly id: string;
  readonly organization_id: string;
  readonly organization_name: string;
  readonly kind: ManualPostingKind;
  readonly amount: string;
  readonly reason: string;
  readonly priority: number;
  readonly effective_from: Date | null;
  readonly expires_at: Date | null;
  readonly grant_id: string | null;
  readonly state: ManualPostingResult['state'];
  readonly requested_by: string;
  readonly requested_by_name: string | null;
  readonly requested_at: Date;
  readonly decided_by: string | null;
  readonly decided_by_name: string | null;
  readonly decided_at: Date | null;
  readonly decision_reason: string | null;
  readonly transaction_id: string | null;
  readonly credit_grant_id: string | null;
}

type Filters = Omit<ManualPostingListQuery, 'limit' | 'cursor' | 'sort'>;

const SELECT = `
  SELECT m.id, m.organization_id, o.name AS organization_name, m.kind, m.amount, m.reason, m.priority, m.effective_from,
         m.expires_at, m.grant_id, m.state, m.requested_by, m.requested_at, m.decided_by,
         ${actorName('m.requested_by')} AS requested_by_name, ${actorName('m.decided_by')} AS decided_by_name, m.decided_at, m.decision_reason,
         m.transaction_id, m.credit_grant_id
  FROM manual_posting m JOIN organization o ON o.id = m.organization_id`;

/** What waits, and what was refused, is a matter among the operator's people. */
const VISIBLE = `($1::text IS NULL OR (m.organization_id = $1 AND m.state = 'posted'))`;

/** Whether this very transaction wrote it: whoever comes again with the same key finds what another one did. */
const IS_NEW = 'SELECT xmin = pg_current_xact_id()::xid AS "isNew" FROM manual_posting WHERE id = $1';

export interface Decision {
  readonly id: string;
  readonly approve: boolean;
  readonly reason: string | null;
}

type FactOf = (result: ManualPostingResult) => AuditFact;

@Injectable()
export class ManualPostingsRepository {
  constructor(private readonly database: Database) {}

  async list(organizationId: Tenant, filters: Filters, keyset: Keyset): Promise<ManualPostingRow[]> {
    const beyond = keyset.direction === 'desc' ? '<' : '>';
    const direction = keyset.direction === 'desc' ? 'DESC' : 'ASC';
    const text = `${SELECT}
      WHERE ${VISIBLE} AND ($2::text IS NULL OR m.organization_id = $2) AND ($3::text IS NULL OR m.state = $3)
        AND ($4::text IS NULL OR m.kind = $4)
        AND ($5::timestamptz IS NULL OR (m.requested_at, m.id) ${beyond} ($5::timestamptz, $6::text))
      ORDER BY m.requested_at ${direction}, m.id ${direction} LIMIT ${keyset.limit + 1}`;
    const [requestedAt, id] = keyset.after ?? [];
    const values = [filters.organizationId, filters.state, filters.kind, requestedAt, id];
    const parameters = [organizationId, ...values.map((value) => value ?? null)];
    return (await this.database.pool.query<ManualPostingRow>(text, parameters)).rows;
  }

  async find(organizationId: Tenant, id: string): Promise<ManualPostingRow | null> {
    const text = `${SELECT} WHERE ${VISIBLE} AND m.id = $2`;
    return (await this.database.pool.query<ManualPostingRow>(text, [organizationId, id])).rows[0] ?? null;
  }

  /** Posts, or waits, with its audit entry; null when there is no such organization. */
  request(actor: Actor, draft: ManualPostingDraft, factOf: FactOf): Promise<ManualPostingResult | null> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const result = await requestManualPosting(client, draft);
      if (result !== null && (await isNew(client, result.id))) await insertAuditEntry(client, actor, factOf(result));
      return result;
    });
  }

  /** Likewise; null when there is no such posting. */
  decide(actor: Actor, decision: Decision, factOf: FactOf): Promise<ManualPostingResult | null> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const result = await decideManualPosting(client, { ...decision, decidedBy: actor.id });
      if (result !== null) await insertAuditEntry(client, actor, factOf(result));
      return result;
    });
  }
}

async function isNew(client: pg.PoolClient, id: string): Promise<boolean> {
  const { rows } = await client.query<{ isNew: boolean }>(IS_NEW, [id]);
  return rows[0]?.isNew === true;
}
