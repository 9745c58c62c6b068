import { Injectable } from '@nestjs/common';
import { Database, inTransaction, usageLane } from '@tollgate/database';
import type { QuarantinedUsageListQuery } from '@tollgate/wire';
import type pg from 'pg';
import { insertAuditEntry, type AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';
import type { EventKey } from './event-key.js';

export interface QuarantineRow {
  /** Its number; outside it is named by its digest. */
  readonly id: string;
  readonly digest: Buffer;
  readonly payload: string;
  readonly reason: string;
  readonly attempts: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
  readonly resolution: string | null;
}

type State = NonNullable<QuarantinedUsageListQuery['state']>;

const SELECT = `
  SELECT id, digest, payload, reason, attempts, first_seen_at, last_seen_at, resolved_at, resolved_by, resolution
  FROM usage_quarantine`;

/** What was dismissed has words; what was sent back has none. */
const STATES: Record<State, string> = {
  quarantined: 'resolved_at IS NULL',
  retried: 'resolved_at IS NOT NULL AND resolution IS NULL',
  dismissed: 'resolved_at IS NOT NULL AND resolution IS NOT NULL',
};

/** The digest is unique, and its index finds it by how it begins. */
const BY_DIGEST = `digest >= $1 AND digest <= $1 || decode(repeat('ff', 16), 'hex')`;

const RESOLVE = `UPDATE usage_quarantine SET resolved_at = now(), resolved_by = $2, resolution = $3
  WHERE id = $1 AND resolved_at IS NULL RETURNING id`;

/** What is waiting there already is the same event, or one that will be found to be there. */
const SEND_BACK = `INSERT INTO usage_inbox (lane, request_id, part, revision, payload) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT DO NOTHING`;

/** The quarantine is the operator's: what is in it may be anybody's. */
@Injectable()
export class QuarantinedUsageRepository {
  constructor(private readonly database: Database) {}

  async list(_organizationId: null, state: State | undefined, keyset: Keyset): Promise<QuarantineRow[]> {
    const beyond = keyset.direction === 'desc' ? '<' : '>';
    const text = `${SELECT}
      WHERE ($1::bigint IS NULL OR id ${beyond} $1) ${state === undefined ? '' : `AND ${STATES[state]}`}
      ORDER BY id ${keyset.direction === 'desc' ? 'DESC' : 'ASC'} LIMIT ${keyset.limit + 1}`;
    return (await this.database.pool.query<QuarantineRow>(text, [keyset.after?.[0] ?? null])).rows;
  }

  /** @param digest how it begins: 16 bytes */
  async find(_organizationId: null, digest: Uint8Array): Promise<QuarantineRow | null> {
    const text = `${SELECT} WHERE ${BY_DIGEST}`;
    return (await this.database.pool.query<QuarantineRow>(text, [Buffer.from(digest)])).rows[0] ?? null;
  }

  /** With its audit entry; false when it was resolved already. */
  dismiss(actor: Actor, { id }: QuarantineRow, { resolution, fact }: { resolution: string; fact: AuditFact }) {
    return this.#resolve(actor, fact, (client) => client.query(RESOLVE, [id, actor.id, resolution]));
  }

  /** Puts it into the worker's inbox again; likewise. */
  retry(actor: Actor, row: QuarantineRow, { key, fact }: { key: EventKey; fact: AuditFact }) {
    return this.#resolve(actor, fact, async (client) => {
      const resolved = await client.query(RESOLVE, [row.id, actor.id, null]);
      if (resolved.rows.length === 0) return resolved;
      const { organizationId, requestUuid, part, revision } = key;
      await client.query(SEND_BACK, [usageLane(organizationId), requestUuid, part, revision, row.payload]);
      return resolved;
    });
  }

  #resolve(
    actor: Actor,
    fact: AuditFact,
    resolve: (client: pg.PoolClient) => Promise<pg.QueryResult>,
  ): Promise<boolean> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const { rows } = await resolve(client);
      if (rows.length === 0) return false;
      await insertAuditEntry(client, actor, fact);
      return true;
    });
  }
}
