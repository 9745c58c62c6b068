import { lowestUuidAt } from '@tollgate/domain';
import type pg from 'pg';

import { usageLane } from '../usage-tables/usage-lanes.js';

/** What has to be 0 before a period may be closed. */
const CLOSING_CHECKS = {
  'period-has-ended': `SELECT count(*) FROM accounting_period WHERE organization_id = $1 AND label = $2 AND ends_at > now()`,
  'earlier-periods-are-closed': `
    SELECT count(*) FROM accounting_period WHERE organization_id = $1 AND label < $2 AND state = 'open'`,
  // a gateway that was killed may have usage on its disk, until another one adopts it
  'gateways-have-forwarded': `
    SELECT count(*) FROM gateway_registration
    WHERE started_at < $3 AND coalesce(forwarded_to, '-infinity') < least($3, coalesce(stopped_at, 'infinity'))`,
  'usage-is-booked': `SELECT count(*) FROM usage_inbox WHERE lane = $4::smallint AND request_id < $5::uuid`,
  'usage-is-sealed': `
    SELECT count(DISTINCT (booking_minute, kind, effective_at)) FROM usage_accrual
    WHERE organization_id = $1 AND accounting_period = $2 AND effective_at < $3`,
  'usage-is-priced': `
    SELECT count(*) FROM usage_event e
    WHERE e.organization_id = $1 AND e.accounting_period <= $2 AND e.rating_state = 'unpriced' AND NOT EXISTS (
      SELECT FROM usage_event later
      WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision)`,
  // what cannot be read may be anybody's
  'quarantine-is-empty': `
    SELECT count(*) FROM usage_quarantine
    WHERE resolved_at IS NULL
      AND (position($1 IN payload) > 0 OR position('"organizationId"' IN payload) = 0)`,
  'reviews-are-resolved': `
    SELECT count(*) FROM review_item
    WHERE state = 'open' AND organization_id = $1 AND coalesce(details ->> 'accountingPeriod', $2) <= $2`,
} as const;

export interface ClosingCheck {
  readonly check: keyof typeof CLOSING_CHECKS;
  /** How many are in the way. */
  readonly found: number;
}

export interface ClosedPeriod {
  readonly label: string;
  /** Whether it is closed now, by this call or an earlier one. */
  readonly closed: boolean;
  /** Whether this very call closed it. */
  readonly closedNow: boolean;
  readonly checklist: readonly ClosingCheck[];
}

interface Closing {
  readonly organizationId: string;
  readonly label: string;
  /** Id of who closes it. */
  readonly by: string;
}

const LOCK = 'SELECT FROM organization WHERE id = $1 FOR NO KEY UPDATE';

const FIND = `
  SELECT ends_at AS "endsAt", state::text AS state FROM accounting_period WHERE organization_id = $1 AND label = $2`;

const CLOSE = `UPDATE accounting_period SET state = 'closed', closed_at = now() WHERE organization_id = $1 AND label = $2`;

const RECORD = `
  INSERT INTO accounting_period_closing (organization_id, accounting_period, closed_by, closed_at, checklist)
  VALUES ($1, $2, $3, now(), $4)`;

/**
 * Closes an accounting period if nothing is in the way, within the caller's transaction and under the organization's lock:
 * nothing is booked into it from then on. What is in the way is told, and nothing happens.
 * @returns null when the organization has no such period.
 */
export async function closeAccountingPeriod(
  client: pg.PoolClient,
  { organizationId, label, by }: Closing,
): Promise<ClosedPeriod | null> {
  await client.query(LOCK, [organizationId]);
  const period = await findPeriod(client, organizationId, label);
  if (period === undefined) return null;
  if (period.state === 'closed') return { label, closed: true, closedNow: false, checklist: [] };
  const checklist = await readChecklist(client, { organizationId, label, endsAt: period.endsAt });
  if (checklist.some(({ found }) => found > 0)) return { label, closed: false, closedNow: false, checklist };
  await client.query(CLOSE, [organizationId, label]);
  await client.query(RECORD, [organizationId, label, by, JSON.stringify(checklist)]);
  return { label, closed: true, closedNow: true, checklist };
}

/**
 * What is in the way of closing a period, without closing it; nothing where it is closed.
 * @returns null when the organization has no such period.
 */
export async function checkAccountingPeriod(
  client: pg.Pool | pg.PoolClient,
  { organizationId, label }: Pick<Closing, 'organizationId' | 'label'>,
): Promise<readonly ClosingCheck[] | null> {
  const period = await findPeriod(client, organizationId, label);
  if (period === undefined) return null;
  return period.state === 'closed' ? [] : readChecklist(client, { organizationId, label, endsAt: period.endsAt });
}

async function findPeriod(client: pg.Pool | pg.PoolClient, organizationId: string, label: string) {
  const { rows } = await client.query<{ endsAt: Date; state: 'open' | 'closed' }>(FIND, [organizationId, label]);
  return rows[0];
}

interface Checked extends Pick<Closing, 'organizationId' | 'label'> {
  readonly endsAt: Date;
}

async function readChecklist(client: pg.Pool | pg.PoolClient, { organizationId, label, endsAt }: Checked) {
  const columns = Object.entries(CLOSING_CHECKS).map(([check, count]) => `(${count})::int AS "${check}"`);
  // every parameter is named once, so that its type is known whatever the checks use
  const text = `SELECT ${columns.join(', ')} FROM (SELECT $1::text, $2::text, $3::timestamptz, $4::smallint, $5::uuid) AS given`;
  const { rows } = await client.query<Record<ClosingCheck['check'], number>>(text, [
    organizationId,
    label,
    endsAt,
    usageLane(organizationId),
    lowestUuidAt(endsAt.getTime()),
  ]);
  const [found] = rows;
  return (Object.keys(CLOSING_CHECKS) as ClosingCheck['check'][]).map((check) => ({
    check,
    found: found?.[check] ?? 0,
  }));
}
