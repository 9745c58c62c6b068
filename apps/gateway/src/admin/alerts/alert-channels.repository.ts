import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type pg from 'pg';
import type { Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';
import type { AlertChannelRow } from './alert-rows.js';
import { pageOf, type AlertFilter } from './alerts.repository.js';

const CHANNELS = `
  SELECT id, organization_id AS "organizationId", name, kind, to_people AS "toPeople", recipients, url,
         url_by_operator AS "urlByOperator", ciphertext, master_key_id AS "masterKeyId", alert_kinds AS "alertKinds",
         min_severity AS "minSeverity", enabled, disabled_reason AS "disabledReason", version, created_at AS "createdAt",
         updated_at AS "updatedAt"
  FROM alert_channel c`;

const INSERT = `
  INSERT INTO alert_channel (id, organization_id, name, kind, to_people, recipients, url, url_by_operator, ciphertext,
    master_key_id, alert_kinds, min_severity)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

const UPDATE = `
  UPDATE alert_channel SET name = $3, to_people = $4, recipients = $5, alert_kinds = $6, min_severity = $7, enabled = $8,
    disabled_reason = CASE WHEN $8 THEN NULL ELSE disabled_reason END, version = version + 1, updated_at = now()
  WHERE id = $1 AND version = $2`;

/** What waits for a channel that is switched off is not sent later, when nobody expects it. */
const GIVE_UP = `
  UPDATE alert_delivery SET state = 'dead', finished_at = now() WHERE channel_id = $1 AND state = 'pending'`;

export type AlertChannelChange = Pick<
  AlertChannelRow,
  'name' | 'toPeople' | 'recipients' | 'alertKinds' | 'minSeverity' | 'enabled'
>;

@Injectable()
export class AlertChannelsRepository {
  constructor(private readonly database: Database) {}

  async list(tenant: Tenant, filter: AlertFilter, keyset: Keyset): Promise<AlertChannelRow[]> {
    const { where, order, values } = pageOf('c', { tenant, filter, keyset });
    return (await this.database.pool.query<AlertChannelRow>(`${CHANNELS} WHERE ${where} ${order}`, values)).rows;
  }

  async find(
    tenant: Tenant,
    id: string,
    client: pg.Pool | pg.PoolClient = this.database.pool,
  ): Promise<AlertChannelRow | null> {
    const text = `${CHANNELS} WHERE id = $2 AND ($1::text IS NULL OR organization_id = $1)`;
    return (await client.query<AlertChannelRow>(text, [tenant, id])).rows[0] ?? null;
  }

  async insert(
    organizationId: Tenant,
    row: Omit<AlertChannelRow, 'organizationId' | 'enabled' | 'disabledReason' | 'version' | 'createdAt' | 'updatedAt'>,
    client: pg.PoolClient,
  ): Promise<void> {
    const { id, name, kind, toPeople, recipients, url, urlByOperator, ciphertext, masterKeyId } = row;
    const values = [id, organizationId, name, kind, toPeople, recipients, url, urlByOperator, ciphertext, masterKeyId];
    await client.query(INSERT, [...values, row.alertKinds, row.minSeverity]);
  }

  /** False when its version is another one. */
  async update(
    _tenant: Tenant,
    { id, version }: { readonly id: string; readonly version: number },
    write: { readonly change: AlertChannelChange; readonly client: pg.PoolClient },
  ): Promise<boolean> {
    const { name, toPeople, recipients, alertKinds, minSeverity, enabled } = write.change;
    const values = [id, version, name, toPeople, recipients, alertKinds, minSeverity, enabled];
    if ((await write.client.query(UPDATE, values)).rowCount !== 1) return false;
    if (!enabled) await write.client.query(GIVE_UP, [id]);
    return true;
  }

  async delete(_tenant: Tenant, id: string, client: pg.PoolClient): Promise<void> {
    await client.query('DELETE FROM alert_channel WHERE id = $1', [id]);
  }

  /** Addresses of the people of an organization, or of operators. */
  async people(tenant: Tenant): Promise<readonly string[]> {
    const text = `
      SELECT u.email FROM member m JOIN console_user u ON u.id = m.user_id
      WHERE m.organization_id = $1 AND m.role IN ('owner', 'admin', 'finance')
      UNION SELECT u.email FROM console_user u WHERE $1::text IS NULL AND u.operator ORDER BY 1 LIMIT 20`;
    return (await this.database.pool.query<{ email: string }>(text, [tenant])).rows.map(({ email }) => email);
  }
}
