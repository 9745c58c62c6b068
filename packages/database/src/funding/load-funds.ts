import { parsePicos } from '@tollgate/domain';
import type { GrantAccount } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import type { BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import { openFunding } from './open-funding.js';
import { OrganizationFund } from './organization-fund.js';
import type { FundedGrant } from './organization-fund.js';

interface GrantRow {
  readonly organizationId: string;
  readonly id: string;
  readonly account: GrantAccount;
  readonly priority: number;
  readonly effectiveFrom: Date;
  readonly expiresAt: Date | null;
  readonly remaining: string;
}

const GRANT_COLUMNS = `
  g.id, g.account, g.priority, g.effective_from AS "effectiveFrom", g.expires_at AS "expiresAt", b.remaining`;

const LOAD = `
  SELECT f.organization_id AS "organizationId", ${GRANT_COLUMNS}
  FROM organization_funding f
  LEFT JOIN credit_grant_balance b ON b.organization_id = f.organization_id AND b.remaining > 0
  LEFT JOIN credit_grant g ON g.id = b.grant_id AND (g.expires_at IS NULL OR g.expires_at > $2)
  WHERE f.organization_id = ANY($1)`;

const LOAD_KNOWN = `
  SELECT b.organization_id AS "organizationId", ${GRANT_COLUMNS}
  FROM credit_grant_balance b JOIN credit_grant g ON g.id = b.grant_id WHERE b.grant_id = ANY($1)`;

interface FundsWanted {
  readonly organizationIds: readonly string[];
  /** Unix milliseconds: what expired by then pays for nothing. */
  readonly since: number;
}

/**
 * The grants of organizations that the calendar has locked, as far as anything is left of them. Whose credit is not kept
 * by grants yet, it is from now on.
 */
export async function loadFunds(
  client: pg.PoolClient,
  calendar: BookingCalendar,
  { organizationIds, since }: FundsWanted,
): Promise<ReadonlyMap<string, OrganizationFund>> {
  if (organizationIds.length === 0) return new Map();
  const values = [arrayLiteral(organizationIds), new Date(since).toISOString()];
  const load = async (): Promise<Map<string, FundedGrant[]>> => {
    const query = { name: 'load_funds', text: LOAD, values };
    return grantsByOrganization((await client.query<GrantRow>(query)).rows);
  };
  let grants = await load();
  const unopened = organizationIds.filter((id) => !grants.has(id));
  if (unopened.length > 0) {
    await openFunding(client, calendar, unopened);
    grants = await load();
  }
  return new Map([...grants].map(([id, rows]) => [id, new OrganizationFund(id, rows)]));
}

/** Adds grants to the funds by their ids, whatever is left of them, unless they are there. */
export async function learnGrants(
  client: pg.PoolClient,
  funds: ReadonlyMap<string, OrganizationFund>,
  grantIds: Iterable<string>,
): Promise<void> {
  const known = new Set([...funds.values()].flatMap((fund) => fund.grants.map(({ id }) => id)));
  const unknown = [...new Set(grantIds)].filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  const { rows } = await client.query<GrantRow>(LOAD_KNOWN, [arrayLiteral(unknown)]);
  for (const [organizationId, grants] of grantsByOrganization(rows)) funds.get(organizationId)?.learn(grants);
}

function grantsByOrganization(rows: readonly (GrantRow | { organizationId: string; id: null })[]) {
  const grants = new Map<string, FundedGrant[]>();
  for (const row of rows) {
    let own = grants.get(row.organizationId);
    if (own === undefined) grants.set(row.organizationId, (own = []));
    if (row.id !== null) own.push(toGrant(row));
  }
  return grants;
}

function toGrant({ id, account, priority, effectiveFrom, expiresAt, remaining }: GrantRow): FundedGrant {
  return {
    id,
    account,
    priority,
    effectiveFrom: effectiveFrom.getTime(),
    expiresAt: expiresAt?.getTime() ?? null,
    remaining: parsePicos(remaining),
  };
}
