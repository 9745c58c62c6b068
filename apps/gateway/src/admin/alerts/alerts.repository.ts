import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type pg from 'pg';
import type { Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';
import type { AlertDeliveryRow, AlertRow, AlertSettingsRow } from './alert-rows.js';

type Client = pg.Pool | pg.PoolClient;

/** What lists of alerts, channels and deliveries are narrowed by. */
export interface AlertFilter {
  readonly organizationId?: string | undefined;
  readonly audience?: 'organization' | 'operator' | undefined;
}

const ALERTS = `
  SELECT a.id, a.organization_id AS "organizationId", o.name AS "organizationName",
         coalesce(o.time_zone, 'UTC') AS "timeZone", a.kind, a.severity, a.subject, a.facts, a.raised_at AS "raisedAt"
  FROM alert a LEFT JOIN organization o ON o.id = a.organization_id`;

const DELIVERIES = `
  SELECT d.id, d.alert_id AS "alertId", a.kind AS "alertKind", d.channel_id AS "channelId", c.name AS "channelName",
         d.organization_id AS "organizationId", d.recipient, d.state, d.next_attempt_at AS "nextAttemptAt",
         d.created_at AS "createdAt", coalesce(tried.attempts, '[]') AS attempts
  FROM alert_delivery d
  JOIN alert_channel c ON c.id = d.channel_id
  LEFT JOIN alert a ON a.id = d.alert_id
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('startedAt', started_at, 'durationMs', duration_ms, 'status', status, 'error', error) ORDER BY id) AS attempts
    FROM (SELECT * FROM alert_delivery_attempt t WHERE t.delivery_id = d.id ORDER BY id DESC LIMIT 20) AS latest
  ) AS tried`;

const SETTINGS = `
  SELECT o.id AS "organizationId",
         CASE WHEN t.organization_id IS NULL THEN 10 ELSE t.low_balance END::numeric(38, 12)::text AS "lowBalance",
         coalesce(t.anomaly_sensitivity, 'normal') AS "anomalySensitivity",
         coalesce(t.anomaly_floor, 1)::numeric(38, 12)::text AS "anomalyFloor", coalesce(t.version, 1) AS version
  FROM organization o LEFT JOIN alert_settings t ON t.organization_id = o.id
  WHERE o.id = $2 AND ($1::text IS NULL OR o.id = $1)`;

const KEEP_SETTINGS = `
  INSERT INTO alert_settings (organization_id, low_balance, anomaly_sensitivity, anomaly_floor, version, updated_at)
  VALUES ($1, $2, $3, $4, $5 + 1, now())
  ON CONFLICT (organization_id) DO UPDATE SET low_balance = excluded.low_balance,
    anomaly_sensitivity = excluded.anomaly_sensitivity, anomaly_floor = excluded.anomaly_floor,
    version = excluded.version, updated_at = excluded.updated_at
  WHERE alert_settings.version = $5`;

@Injectable()
export class AlertsRepository {
  constructor(private readonly database: Database) {}

  /** @param hidden kinds that the caller may not see. */
  async listAlerts(
    tenant: Tenant,
    filter: AlertFilter & {
      readonly kind?: string | undefined;
      readonly severity?: string | undefined;
      readonly hidden: readonly string[];
    },
    keyset: Keyset,
  ): Promise<AlertRow[]> {
    const { where, order, values } = pageOf('a', { tenant, filter, keyset });
    const text = `${ALERTS} WHERE ${where} AND ($5::text IS NULL OR a.kind = $5) AND ($6::text IS NULL OR a.severity = $6)
      AND a.kind <> ALL($7) ${order}`;
    const given = [...values, filter.kind ?? null, filter.severity ?? null, filter.hidden];
    return (await this.database.pool.query<AlertRow>(text, given)).rows;
  }

  async listDeliveries(
    tenant: Tenant,
    filter: AlertFilter & {
      readonly alertChannelId?: string | undefined;
      readonly state?: string | undefined;
      readonly hidden: readonly string[];
    },
    keyset: Keyset,
  ): Promise<AlertDeliveryRow[]> {
    const { where, order, values } = pageOf('d', { tenant, filter, keyset });
    const text = `${DELIVERIES} WHERE ${where} AND ($5::text IS NULL OR d.channel_id = $5)
      AND ($6::text IS NULL OR d.state = $6) AND coalesce(a.kind, '') <> ALL($7) ${order}`;
    const given = [...values, filter.alertChannelId ?? null, filter.state ?? null, filter.hidden];
    return (await this.database.pool.query<AlertDeliveryRow>(text, given)).rows;
  }

  async findDelivery(
    tenant: Tenant,
    id: string,
    client: Client = this.database.pool,
  ): Promise<AlertDeliveryRow | null> {
    const text = `${DELIVERIES} WHERE d.id = $2 AND ($1::text IS NULL OR d.organization_id = $1)`;
    return (await client.query<AlertDeliveryRow>(text, [tenant, id])).rows[0] ?? null;
  }

  async readSettings(
    tenant: Tenant,
    organizationId: string,
    client: Client = this.database.pool,
  ): Promise<AlertSettingsRow | null> {
    return (await client.query<AlertSettingsRow>(SETTINGS, [tenant, organizationId])).rows[0] ?? null;
  }

  /** False when its version is not the one that the settings name. */
  async keepSettings(tenant: Tenant, settings: AlertSettingsRow, client: pg.PoolClient): Promise<boolean> {
    if (tenant !== null && tenant !== settings.organizationId) return false;
    const { organizationId, lowBalance, anomalySensitivity, anomalyFloor, version } = settings;
    const values = [organizationId, lowBalance, anomalySensitivity, anomalyFloor, version];
    return (await client.query(KEEP_SETTINGS, values)).rowCount === 1;
  }
}

interface Paging {
  readonly tenant: Tenant;
  readonly filter: AlertFilter;
  readonly keyset: Keyset;
}

/** The first four parameters, and what a page of rows with ids and organizations is read by. */
export function pageOf(table: string, { tenant, filter, keyset }: Paging) {
  const beyond = keyset.direction === 'desc' ? '<' : '>';
  return {
    where: `($1::text IS NULL OR ${table}.organization_id = $1) AND ($2::text IS NULL OR ${table}.organization_id = $2)
      AND ($3::text IS NULL OR ($3 = 'operator') = (${table}.organization_id IS NULL))
      AND ($4::text IS NULL OR ${table}.id ${beyond} $4)`,
    order: `ORDER BY ${table}.id ${keyset.direction === 'desc' ? 'DESC' : 'ASC'} LIMIT ${keyset.limit + 1}`,
    values: [tenant, filter.organizationId ?? null, filter.audience ?? null, keyset.after?.[0] ?? null],
  };
}
