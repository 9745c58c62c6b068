import { parsePicos } from '@tollgate/domain';
import type { LedgerTransactionKind, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { ofOrganizations, PARTS_BY_PERIOD } from './books-parts.js';

/** What we owe in usage for money that was paid, through a month. What lowers it is below zero; US dollars. */
export interface PrepaidRollForward {
  readonly opening: Picos;
  readonly payments: Picos;
  /** In favour of organizations, and charged to them. */
  readonly adjustments: Picos;
  readonly refunds: Picos;
  readonly used: Picos;
  readonly corrections: Picos;
  readonly fees: Picos;
  /** Earned because nobody used it in time; above zero where usage came late and was paid from it after all. */
  readonly expired: Picos;
  /** Promotions from before credit was kept by grants, and what was moved when that began. */
  readonly carriedOver: Picos;
  readonly closing: Picos;
}

/** Credit that was given away, through a month. What lowers it is below zero. */
export interface PromoRollForward {
  readonly opening: Picos;
  readonly given: Picos;
  /** By usage, corrections and adjustments. */
  readonly used: Picos;
  /** Above zero where usage came late and was paid from it after all. */
  readonly expired: Picos;
  readonly revoked: Picos;
  readonly closing: Picos;
}

export interface RollForward {
  readonly prepaid: PrepaidRollForward;
  readonly promo: PromoRollForward;
  /**
   * Of the closing prepaid balance, what was booked into the month after it had ended (late usage, while it was open):
   * `closing − bookedLater` is the balance as of the end of the month. Of one organization only.
   */
  readonly bookedLater: Picos | null;
}

export interface RollForwardQuery {
  /** `null`: everybody's, simulated organizations apart. */
  readonly organizationId: string | null;
  readonly accountingPeriod: string;
}

const PREPAID = `
  SELECT kind, coalesce(-sum(amount) FILTER (WHERE accounting_period < $2), 0)::text AS before,
         coalesce(-sum(amount) FILTER (WHERE accounting_period = $2), 0)::text AS moved
  FROM (${PARTS_BY_PERIOD}) AS parts WHERE account = 'prepaid' AND accounting_period <= $2 GROUP BY kind`;

/** The end of a month of an organization, also of one in which it did nothing. */
const endOf = (month: string): string => `coalesce(
  (SELECT p.ends_at FROM accounting_period p WHERE p.organization_id = g.organization_id AND p.label = ${month}),
  (to_date(${month}, 'YYYY-MM') + interval '1 month') AT TIME ZONE
    (SELECT o.time_zone FROM organization o WHERE o.id = g.organization_id))`;

const usedUntil = (comparison: '<' | '<='): string => `(
  coalesce((SELECT sum(a.amount) FROM grant_allocation a
            WHERE a.grant_id = g.id AND a.accounting_period ${comparison} $2), 0)
  + coalesce((SELECT sum(c.amount) FROM grant_charge c
              WHERE c.grant_id = g.id AND c.accounting_period ${comparison} $2), 0))`;

/** What had expired of a grant by the end of a month is what had not been used by then; later usage takes it back. */
const PROMO = `
  SELECT coalesce(sum(amount) FILTER (WHERE NOT is_new AND NOT had_expired), 0)::text AS "opening",
         coalesce(sum(amount) FILTER (WHERE is_new), 0)::text AS given,
         coalesce(sum(used_before) FILTER (WHERE NOT had_expired), 0)::text AS "usedBefore",
         coalesce(sum(used_by_end - used_before), 0)::text AS used, coalesce(sum(revoked), 0)::text AS revoked,
         coalesce(sum(amount - used_by_end) FILTER (WHERE has_expired), 0)::text AS "expiredByEnd",
         coalesce(sum(amount - used_before) FILTER (WHERE had_expired), 0)::text AS "expiredBefore"
  FROM (
    SELECT g.amount, g.accounting_period = $2 AS is_new,
           -- what was used of a grant before the month in which it was given is used in that month
           CASE WHEN g.accounting_period < $2 THEN ${usedUntil('<')} ELSE 0 END AS used_before,
           ${usedUntil('<=')} AS used_by_end,
           coalesce((SELECT sum(c.amount) FROM grant_charge c JOIN manual_posting m ON m.id = c.source_id
                     WHERE c.grant_id = g.id AND c.accounting_period = $2), 0) AS revoked,
           coalesce(g.expires_at <= ${endOf('$2')}, false) AS has_expired,
           coalesce(g.accounting_period < $2 AND g.expires_at <= ${endOf('$3')}, false) AS had_expired
    FROM credit_grant g
    WHERE g.account = 'promo' AND g.accounting_period <= $2 AND ${ofOrganizations('g.organization_id')}
  ) AS grants`;

const BOOKED_LATER = `
  SELECT coalesce(-sum(amount), 0)::text AS amount
  FROM (
    SELECT accounting_period, booked_at AS at, amount FROM ledger_entry
    WHERE organization_id = $1 AND account = 'prepaid'
    UNION ALL
    SELECT accounting_period, greatest(booking_minute, effective_at), amount FROM usage_accrual
    WHERE organization_id = $1 AND account = 'prepaid'
  ) AS parts
  JOIN accounting_period p ON p.organization_id = $1 AND p.label = $2
  WHERE accounting_period <= $2 AND at >= p.ends_at`;

/** How credit moved in a month: opening, what happened, closing, in one consistent reading of ledger and accruals. */
export async function readRollForward(
  client: pg.Pool | pg.PoolClient,
  { organizationId, accountingPeriod }: RollForwardQuery,
): Promise<RollForward> {
  const values = [organizationId, accountingPeriod];
  const prepaid = await client.query<KindRow>(PREPAID, values);
  const promo = await client.query<PromoRow>(PROMO, [...values, monthBefore(accountingPeriod)]);
  const later = organizationId === null ? null : await client.query<{ amount: string }>(BOOKED_LATER, values);
  const [promoRow] = promo.rows;
  if (promoRow === undefined) throw new TypeError('an aggregate returned nothing');
  return {
    prepaid: prepaidOf(prepaid.rows),
    promo: promoOf(promoRow),
    bookedLater: later === null ? null : parsePicos(later.rows[0]?.amount ?? '0'),
  };
}

interface KindRow {
  readonly kind: LedgerTransactionKind;
  readonly before: string;
  readonly moved: string;
}

function prepaidOf(rows: readonly KindRow[]): PrepaidRollForward {
  const moved = (...kinds: readonly LedgerTransactionKind[]): Picos =>
    rows.filter(({ kind }) => kinds.includes(kind)).reduce((sum, row) => sum + parsePicos(row.moved), 0n);
  const opening = rows.reduce((sum, { before }) => sum + parsePicos(before), 0n);
  return {
    opening,
    payments: moved('payment'),
    adjustments: moved('adjustment'),
    refunds: moved('refund'),
    used: moved('usage'),
    corrections: moved('correction'),
    fees: moved('platform_fee'),
    expired: moved('expiry'),
    carriedOver: moved('promotion', 'opening'),
    closing: rows.reduce((sum, row) => sum + parsePicos(row.moved), opening),
  };
}

type PromoRow = Record<
  'opening' | 'given' | 'usedBefore' | 'used' | 'revoked' | 'expiredByEnd' | 'expiredBefore',
  string
>;

function promoOf(row: PromoRow): PromoRollForward {
  const opening = parsePicos(row.opening) - parsePicos(row.usedBefore);
  const given = parsePicos(row.given);
  const revoked = -parsePicos(row.revoked);
  const used = -parsePicos(row.used) - revoked;
  const expired = -(parsePicos(row.expiredByEnd) - parsePicos(row.expiredBefore));
  return { opening, given, used, expired, revoked, closing: opening + given + used + expired + revoked };
}

function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2)).toISOString().slice(0, 7);
}
