import type pg from 'pg';

/** A calendar month of an organization, half-open; Unix milliseconds. */
export interface AccountingPeriodRow {
  readonly organizationId: string;
  /** Such as `2026-11`. */
  readonly label: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly state: 'open' | 'closed';
  readonly closedAt: number | null;
  readonly closedBy: string | null;
}

const READ = `
  SELECT p.organization_id AS "organizationId", p.label, p.starts_at AS "startsAt", p.ends_at AS "endsAt",
         p.state::text AS state, p.closed_at AS "closedAt", c.closed_by AS "closedBy"
  FROM accounting_period p
  LEFT JOIN accounting_period_closing c ON c.organization_id = p.organization_id AND c.accounting_period = p.label
  WHERE p.organization_id = $1 AND p.starts_at <= now() ORDER BY p.starts_at DESC`;

type Row = Omit<AccountingPeriodRow, 'startsAt' | 'endsAt' | 'closedAt'> & {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly closedAt: Date | null;
};

/** The accounting periods of an organization that have begun, the latest first. */
export async function readAccountingPeriods(
  client: pg.Pool | pg.PoolClient,
  organizationId: string,
): Promise<readonly AccountingPeriodRow[]> {
  const { rows } = await client.query<Row>(READ, [organizationId]);
  return rows.map((row) => ({
    ...row,
    startsAt: row.startsAt.getTime(),
    endsAt: row.endsAt.getTime(),
    closedAt: row.closedAt?.getTime() ?? null,
  }));
}
