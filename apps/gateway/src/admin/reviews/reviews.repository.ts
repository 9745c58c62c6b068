import { Injectable } from '@nestjs/common';
import { Database, inTransaction } from '@tollgate/database';
import type { ReviewKind } from '@tollgate/domain';
import type { ReviewItemListQuery } from '@tollgate/wire';
import { actorName } from '../audit-log/actor-name.js';
import { insertAuditEntry, type AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';

/** A review item as raw SQL answers it: `numeric` is a string. */
export interface ReviewRow {
  readonly id: string;
  readonly kind: ReviewKind;
  readonly subject: string;
  readonly organization_id: string | null;
  readonly organization_name: string | null;
  readonly amount: string | null;
  readonly details: Record<string, unknown>;
  readonly state: 'open' | 'resolved';
  readonly opened_at: Date;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
  readonly resolved_by_name: string | null;
  readonly resolution: string | null;
}

export interface OpenOfKind {
  readonly kind: ReviewKind;
  readonly count: number;
  readonly amount: string;
}

type Filters = Omit<ReviewItemListQuery, 'limit' | 'cursor' | 'sort'>;

const SELECT = `
  SELECT r.id, r.kind, r.subject, r.organization_id, o.name AS organization_name, r.amount, r.details, r.state,
         r.opened_at, r.resolved_at, r.resolved_by, ${actorName('r.resolved_by')} AS resolved_by_name, r.resolution
  FROM review_item r LEFT JOIN organization o ON o.id = r.organization_id`;

const RESOLVE = `
  UPDATE review_item SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = $3
  WHERE id = $1 AND state = 'open' RETURNING id`;

const RESOLVE_KIND = `
  UPDATE review_item SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = $3
  WHERE kind = $1 AND state = 'open' AND opened_at <= $4 AND ($5::text IS NULL OR organization_id = $5) RETURNING id`;

const OPEN_BY_KIND = `
  SELECT kind, count(*)::integer AS count, coalesce(sum(amount), 0)::numeric(38, 12)::text AS amount
  FROM review_item WHERE state = 'open' GROUP BY kind ORDER BY count(*) DESC, kind`;

const WAITING = `
  SELECT (SELECT count(*) FROM usage_quarantine WHERE resolved_at IS NULL)::integer AS quarantined,
         (SELECT count(*) FROM manual_posting WHERE state = 'pending')::integer AS "pendingPostings"`;

interface BulkResolution {
  readonly kind: ReviewKind;
  readonly organizationId: string | null;
  readonly openedBefore: string;
  readonly resolution: string;
}

/** Reviews are the operator's: they speak of every organization. */
@Injectable()
export class ReviewsRepository {
  constructor(private readonly database: Database) {}

  async list(_organizationId: null, filters: Filters, keyset: Keyset): Promise<ReviewRow[]> {
    const beyond = keyset.direction === 'desc' ? '<' : '>';
    const direction = keyset.direction === 'desc' ? 'DESC' : 'ASC';
    const text = `${SELECT}
      WHERE ($1::text IS NULL OR r.state = $1) AND ($2::text IS NULL OR r.kind = $2)
        AND ($3::text IS NULL OR r.organization_id = $3)
        AND ($4::timestamptz IS NULL OR (r.opened_at, r.id) ${beyond} ($4::timestamptz, $5::text))
      ORDER BY r.opened_at ${direction}, r.id ${direction} LIMIT ${keyset.limit + 1}`;
    const [openedAt, id] = keyset.after ?? [];
    const { state, kind, organizationId } = filters;
    const values = [state, kind, organizationId, openedAt, id].map((value) => value ?? null);
    return (await this.database.pool.query<ReviewRow>(text, values)).rows;
  }

  async find(_organizationId: null, id: string): Promise<ReviewRow | null> {
    return (await this.database.pool.query<ReviewRow>(`${SELECT} WHERE r.id = $1`, [id])).rows[0] ?? null;
  }

  async openByKind(): Promise<OpenOfKind[]> {
    return (await this.database.pool.query<OpenOfKind>(OPEN_BY_KIND)).rows;
  }

  async waiting() {
    type Waiting = { readonly quarantined: number; readonly pendingPostings: number };
    return (await this.database.pool.query<Waiting>(WAITING)).rows[0] ?? { quarantined: 0, pendingPostings: 0 };
  }

  /** With its audit entry; false when it was resolved already. */
  resolve(actor: Actor, { id, resolution }: { id: string; resolution: string }, fact: AuditFact): Promise<boolean> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const { rows } = await client.query(RESOLVE, [id, actor.id, resolution]);
      if (rows.length === 0) return false;
      await insertAuditEntry(client, actor, fact);
      return true;
    });
  }

  /** All of a kind that were open at an instant, with one audit entry for each. Answers how many. */
  resolveKind(actor: Actor, { kind, organizationId, openedBefore, resolution }: BulkResolution): Promise<number> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const values = [kind, actor.id, resolution, openedBefore, organizationId];
      const { rows } = await client.query<{ id: string }>(RESOLVE_KIND, values);
      for (const { id } of rows) {
        const after = { kind, state: 'resolved', resolution };
        const fact = { action: 'review-item.resolved', resourceId: id, organizationId: null, before: null, after };
        await insertAuditEntry(client, actor, fact);
      }
      return rows.length;
    });
  }
}
