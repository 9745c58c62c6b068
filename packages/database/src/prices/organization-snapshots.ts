import type pg from 'pg';

/**
 * Joins to an organization `o` with its plan `p` the published prices that its requests are rated by from now on, as
 * `snapshot`: of its own book, else its plan's, else the default one.
 */
export const SNAPSHOT_OF_ORGANIZATION = `
  LEFT JOIN LATERAL (
    SELECT own.id FROM price_book own WHERE own.organization_id = o.id ORDER BY own.created_at DESC, own.id DESC LIMIT 1
  ) own ON true
  LEFT JOIN LATERAL (
    SELECT s.id FROM price_book_snapshot s
    WHERE s.price_book_id = coalesce(own.id, p.price_book_id, (SELECT default_price_book_id FROM installation))
    ORDER BY s.sequence DESC LIMIT 1
  ) snapshot ON true`;

const READ = `
  SELECT o.id AS "organizationId", o.simulated, snapshot.id AS "snapshotId"
  FROM organization o LEFT JOIN plan p ON p.id = o.plan_id ${SNAPSHOT_OF_ORGANIZATION}
  WHERE $1::text IS NULL OR o.id = $1 ORDER BY o.id`;

export interface OrganizationSnapshot {
  readonly organizationId: string;
  readonly simulated: boolean;
  /** `null` where no book of it has ever been published. */
  readonly snapshotId: string | null;
}

/** By which published prices each organization, or one, is rated from now on; in the order of their ids. */
export async function readOrganizationSnapshots(
  client: pg.Pool | pg.PoolClient,
  organizationId: string | null = null,
): Promise<OrganizationSnapshot[]> {
  return (await client.query<OrganizationSnapshot>(READ, [organizationId])).rows;
}
