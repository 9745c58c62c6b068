import { openingPostings } from '@tollgate/billing';
import { DEFAULT_GRANT_PRIORITY, formatPicos, parsePicos } from '@tollgate/domain';
import type { GrantAccount, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral, columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { postTransactions } from '../ledger/post-transactions.js';
import type { BookedOrganization, BookingCalendar } from '../usage-ingestion/booking-calendar.js';
import { insertGrants } from './insert-grants.js';
import type { GrantDraft } from './insert-grants.js';

const FIGURES = `
  SELECT o.id, o.created_at AS "createdAt",
         (coalesce((SELECT sum(amount) FROM ledger_balance b WHERE b.organization_id = o.id AND b.account = 'prepaid'), 0)
           + coalesce((SELECT sum(amount) FROM usage_accrual a WHERE a.organization_id = o.id AND a.account = 'prepaid'), 0)
         )::text AS prepaid,
         coalesce((SELECT -sum(amount) FROM ledger_balance b
                   WHERE b.organization_id = o.id AND b.account = 'prepaid' AND b.kind = 'payment'), 0)::text AS paid,
         greatest(coalesce((SELECT sum(spent) FROM budget_spend s
                            WHERE s.organization_id = o.id AND s.scope = 'organization'), 0), 0)::text AS captured
  FROM organization o WHERE o.id = ANY($1) ORDER BY o.id`;

interface FigureRow {
  readonly id: string;
  readonly createdAt: Date;
  /** Debits of the account: below zero there is credit. */
  readonly prepaid: string;
  readonly paid: string;
  readonly captured: string;
}

interface Opening {
  readonly organization: BookedOrganization;
  readonly createdAt: number;
  readonly promo: Picos;
  readonly prepaid: Picos;
  readonly overdrawn: Picos;
  readonly captured: string;
}

const FUNDING_COLUMNS: readonly Column<Opening>[] = [
  { name: 'organization_id', type: 'text', value: ({ organization }) => organization.id },
  { name: 'captured', type: 'numeric', value: ({ captured }) => captured },
  { name: 'opened_with', type: 'numeric', value: ({ captured }) => captured },
  {
    name: 'opened_at',
    type: 'timestamptz',
    value: ({ organization }) => new Date(organization.bookedAt).toISOString(),
  },
];

const INSERT = insertStatement('organization_funding', FUNDING_COLUMNS);

/**
 * Begins to keep the credit of organizations by grants, under their locks. Most have nothing in the ledger yet. For the
 * others: promotions were spent before payments, as they are now; what is left of either becomes a grant without an end,
 * and what usage took beyond is owed.
 */
export async function openFunding(
  client: pg.PoolClient,
  calendar: BookingCalendar,
  organizationIds: readonly string[],
): Promise<void> {
  const { rows } = await client.query<FigureRow>(FIGURES, [arrayLiteral(organizationIds)]);
  const openings = rows.flatMap((row) => {
    const organization = calendar.organizations.get(row.id);
    return organization === undefined ? [] : [openingOf(organization, row)];
  });
  if (openings.length === 0) return;
  await client.query(INSERT, columnValues(FUNDING_COLUMNS, openings));
  for (const opening of openings) await carryOver(client, calendar, opening);
}

function openingOf(organization: BookedOrganization, row: FigureRow): Opening {
  const left = -parsePicos(row.prepaid);
  const paid = parsePicos(row.paid);
  const promo = left > paid ? left - paid : 0n;
  return {
    organization,
    createdAt: row.createdAt.getTime(),
    promo,
    prepaid: left > 0n ? left - promo : 0n,
    overdrawn: left < 0n ? -left : 0n,
    captured: row.captured,
  };
}

const REASON = 'Carried over from before credit was kept by grants';

async function carryOver(client: pg.PoolClient, calendar: BookingCalendar, opening: Opening): Promise<void> {
  const { organization, promo, prepaid, overdrawn } = opening;
  const { id: organizationId, bookedAt } = organization;
  if (promo === 0n && prepaid === 0n && overdrawn === 0n) return;
  const { accountingPeriod } = await calendar.timeOf(organization, bookedAt);
  const postings = openingPostings({ promo, overdrawn });
  if (postings.length > 0) {
    await postTransactions(client, [
      {
        organizationId,
        kind: 'opening',
        accountingPeriod,
        reason: REASON,
        source: 'opening',
        idempotencyKey: 'opening',
        bookedAt,
        postings,
      },
    ]);
  }
  const grant = (account: GrantAccount, picos: Picos): GrantDraft => ({
    organization,
    account,
    origin: 'opening',
    picos,
    priority: DEFAULT_GRANT_PRIORITY[account],
    // usage from before that comes late was meant to be paid from it
    effectiveFrom: Math.min(opening.createdAt, bookedAt),
    expiresAt: null,
    reason: `${REASON}: ${formatPicos(picos)} USD`,
    source: 'opening',
    idempotencyKey: `opening:${account}`,
    transactionId: null,
    accountingPeriod,
  });
  const drafts = [grant('promo', promo), grant('prepaid', prepaid)].filter(({ picos }) => picos > 0n);
  await insertGrants(client, calendar, drafts);
}
