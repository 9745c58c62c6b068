import { parsePicos, type Picos } from '@tollgate/domain';
import type pg from 'pg';

/** A part of what an organization has that is gone at an instant. */
interface FundingExpiry {
  /** Unix milliseconds. */
  readonly at: number;
  readonly picos: Picos;
}

/** What a prepaid organization has, in US dollars, as of one instant. */
export interface OrganizationFunding {
  readonly organizationId: string;
  /** Rest of the grants that hold, less what is owed. Below zero when more is owed than there is. */
  readonly available: Picos;
  /**
   * What first revisions of usage were billed, ever. Whoever counts captures by itself compares: `available + captured`
   * does not change when usage is booked, and changes by as much as a correction, a top-up or an expiry changes what
   * there is.
   */
  readonly captured: Picos;
  /** Of `available`, what expires later; the soonest first. */
  readonly expiries: readonly FundingExpiry[];
}

export interface FundingOfAll {
  readonly fundings: readonly OrganizationFunding[];
  /** Whether nothing that was forwarded waits for being booked. */
  readonly isAllBooked: boolean;
}

/**
 * Grants that hold at the instant, by organization. Of an organization whose grants have not been opened yet, what opening
 * them will find: what it prepaid in the ledger, and what it was charged.
 */
const FUNDING = `
  WITH payer AS (
    SELECT o.id, f.captured FROM organization o LEFT JOIN organization_funding f ON f.organization_id = o.id
    WHERE o.billing_mode = 'prepaid' AND ($2::text[] IS NULL OR o.id = ANY($2))
  ), granted AS (
    SELECT g.organization_id, sum(b.remaining) AS remaining,
           array_agg(b.remaining::text ORDER BY g.expires_at) FILTER (WHERE g.expires_at IS NOT NULL) AS expiring,
           array_agg((extract(epoch FROM g.expires_at) * 1000)::float8 ORDER BY g.expires_at)
             FILTER (WHERE g.expires_at IS NOT NULL) AS expiries
    FROM credit_grant_balance b JOIN credit_grant g ON g.id = b.grant_id
    WHERE b.remaining > 0 AND g.effective_from <= $1 AND (g.expires_at IS NULL OR g.expires_at > $1)
      AND ($2::text[] IS NULL OR b.organization_id = ANY($2))
    GROUP BY 1
  ), owed AS (
    SELECT organization_id, sum(amount) AS amount FROM (
      SELECT organization_id, amount FROM ledger_balance WHERE account = 'receivable'
      UNION ALL SELECT organization_id, amount FROM usage_accrual WHERE account = 'receivable'
    ) AS part WHERE organization_id IN (SELECT id FROM payer) GROUP BY 1
  )
  SELECT payer.id AS "organizationId", payer.captured IS NOT NULL AS "isOpen",
         (coalesce(granted.remaining, 0) - coalesce(owed.amount, 0))::text AS available,
         coalesce(payer.captured, 0)::text AS captured,
         coalesce(granted.expiring, '{}') AS expiring, coalesce(granted.expiries, '{}') AS expiries
  FROM payer LEFT JOIN granted ON granted.organization_id = payer.id LEFT JOIN owed ON owed.organization_id = payer.id`;

const UNOPENED = `
  SELECT o.id,
         (SELECT coalesce(sum(b.amount), 0) FROM ledger_balance b
          WHERE b.organization_id = o.id AND b.account = 'prepaid')
         + (SELECT coalesce(sum(a.amount), 0) FROM usage_accrual a
            WHERE a.organization_id = o.id AND a.account = 'prepaid') AS prepaid,
         (SELECT greatest(coalesce(sum(s.spent), 0), 0) FROM budget_spend s
          WHERE s.organization_id = o.id AND s.scope = 'organization') AS captured
  FROM organization o WHERE o.id = ANY($1)`;

interface Row {
  readonly organizationId: string;
  readonly isOpen: boolean;
  readonly available: string;
  readonly captured: string;
  readonly expiring: readonly string[];
  readonly expiries: readonly number[];
}

export interface FundingQuestion {
  /** Unix milliseconds by the clock of whoever admits requests: which grants hold. */
  readonly at: number;
  /** Only of these. */
  readonly organizationIds?: readonly string[];
}

/**
 * What each organization that pays beforehand has, all of it as of one instant.
 * @param client of a transaction that reads as of one instant.
 */
export async function readFunding(
  client: pg.PoolClient,
  { at, organizationIds }: FundingQuestion,
): Promise<FundingOfAll> {
  const { rows } = await client.query<Row>(FUNDING, [new Date(at), organizationIds ?? null]);
  const unopened = rows.filter(({ isOpen }) => !isOpen).map(({ organizationId }) => organizationId);
  const inbox = await client.query<{ empty: boolean }>('SELECT NOT EXISTS (SELECT FROM usage_inbox) AS empty');
  const opening = await readUnopened(client, unopened);
  const fundings = rows.map(({ organizationId, available, captured, expiring, expiries }): OrganizationFunding => {
    const opens = opening.get(organizationId);
    return {
      organizationId,
      // prepaid is a credit balance: below zero while there is something left
      available: parsePicos(available) - (opens?.prepaid ?? 0n),
      captured: opens?.captured ?? parsePicos(captured),
      expiries: expiring.map((amount, index) => ({ at: expiries[index] ?? 0, picos: parsePicos(amount) })),
    };
  });
  return { fundings, isAllBooked: inbox.rows[0]?.empty === true };
}

async function readUnopened(
  client: pg.PoolClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly prepaid: Picos; readonly captured: Picos }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; prepaid: string; captured: string }>(UNOPENED, [ids]);
  return new Map(
    rows.map(({ id, prepaid, captured }) => [id, { prepaid: parsePicos(prepaid), captured: parsePicos(captured) }]),
  );
}

const CAPTURED = `
  SELECT organization_id AS "organizationId", captured FROM organization_funding
  UNION ALL
  SELECT s.organization_id, greatest(sum(s.spent), 0) FROM budget_spend s
  WHERE s.scope = 'organization'
    AND NOT EXISTS (SELECT FROM organization_funding f WHERE f.organization_id = s.organization_id)
  GROUP BY 1`;

export interface CapturedEver {
  readonly organizationId: string;
  /** Decimal USD, of all months. */
  readonly captured: string;
}

/** What first revisions of usage were billed, ever, by organization: prepaid or not, because that may change. */
export async function readCaptured(client: pg.PoolClient): Promise<CapturedEver[]> {
  return (await client.query<CapturedEver>(CAPTURED)).rows;
}
