import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type { GrantAccount, GrantOrigin } from '@tollgate/domain';
import type { CreditGrantListQuery } from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';

/** A credit grant as raw SQL answers it: `numeric` is a string. */
export interface CreditGrantRow {
  readonly id: string;
  readonly organization_id: string;
  readonly account: GrantAccount;
  readonly origin: GrantOrigin;
  readonly amount: string;
  readonly remaining: string;
  readonly priority: number;
  readonly effective_from: Date;
  readonly expires_at: Date | null;
  readonly state: NonNullable<CreditGrantListQuery['state']>;
  readonly reason: string;
  readonly source: string;
  readonly transaction_id: string | null;
  readonly accounting_period: string;
  readonly booked_at: Date;
  readonly last_request_id: string | null;
}

/** What took from a grant. */
export interface GrantUseRow {
  readonly request_id: string | null;
  readonly source_id: string | null;
  readonly revision: number | null;
  readonly amount: string;
  readonly booked_at: Date;
}

type Filters = Omit<CreditGrantListQuery, 'limit' | 'cursor' | 'sort'>;

/** What has expired is no more there to be spent, whatever is left of it: that is breakage. */
const GRANTS = `
  SELECT g.id, g.organization_id, g.account, g.origin, g.amount, b.remaining, g.priority, g.effective_from, g.expires_at,
         CASE WHEN b.remaining = 0 THEN 'spent' WHEN g.expires_at <= now() THEN 'expired'
              WHEN g.effective_from > now() THEN 'upcoming' ELSE 'live' END AS state,
         g.reason, g.source, g.transaction_id, g.accounting_period, g.booked_at, used.request_id AS last_request_id
  FROM credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id
  LEFT JOIN LATERAL (
    SELECT a.request_id FROM grant_allocation a WHERE a.grant_id = g.id ORDER BY a.request_id DESC LIMIT 1
  ) AS used ON true`;

const USES = `
  SELECT * FROM (
    (SELECT a.request_id, NULL::text AS source_id, a.revision, a.amount, a.booked_at
     FROM grant_allocation a WHERE a.grant_id = $1 ORDER BY a.request_id DESC LIMIT $2)
    UNION ALL
    (SELECT NULL, c.source_id, NULL, c.amount, c.booked_at
     FROM grant_charge c WHERE c.grant_id = $1 ORDER BY c.booked_at DESC LIMIT $2)
  ) AS uses ORDER BY booked_at DESC, request_id DESC NULLS LAST LIMIT $2`;

@Injectable()
export class CreditGrantsRepository {
  constructor(private readonly database: Database) {}

  async list(organizationId: Tenant, filters: Filters, keyset: Keyset): Promise<CreditGrantRow[]> {
    const beyond = keyset.direction === 'desc' ? '<' : '>';
    const direction = keyset.direction === 'desc' ? 'DESC' : 'ASC';
    const text = `SELECT * FROM (${GRANTS}
        WHERE ($1::text IS NULL OR g.organization_id = $1) AND ($2::text IS NULL OR g.organization_id = $2)
          AND ($3::text IS NULL OR g.account = $3)
          AND ($4::timestamptz IS NULL OR (g.booked_at, g.id) ${beyond} ($4::timestamptz, $5::text))
      ) AS each WHERE ($6::text IS NULL OR state = $6)
      ORDER BY booked_at ${direction}, id ${direction} LIMIT ${keyset.limit + 1}`;
    const [bookedAt, id] = keyset.after ?? [];
    const values = [filters.organizationId, filters.account, bookedAt, id, filters.state];
    const parameters = [organizationId, ...values.map((value) => value ?? null)];
    return (await this.database.pool.query<CreditGrantRow>(text, parameters)).rows;
  }

  async find(organizationId: Tenant, id: string): Promise<CreditGrantRow | null> {
    const text = `${GRANTS} WHERE g.id = $2 AND ($1::text IS NULL OR g.organization_id = $1)`;
    return (await this.database.pool.query<CreditGrantRow>(text, [organizationId, id])).rows[0] ?? null;
  }

  /** The newest ones of a grant that the caller may see. */
  async uses(_organizationId: Tenant, { id }: CreditGrantRow, limit: number): Promise<GrantUseRow[]> {
    return (await this.database.pool.query<GrantUseRow>(USES, [id, limit])).rows;
  }
}
