import { isLedgerAccount, parsePicos } from '@tollgate/domain';
import type { GrantAccount, GrantOrigin, LedgerAccount, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { LEDGER_CURRENCY } from '../ledger/post-transactions.js';

export interface AccountBalance {
  readonly account: LedgerAccount;
  /** In the ledger. Positive is a debit. */
  readonly posted: Picos;
  /** Usage that is not sealed yet. */
  readonly accrued: Picos;
}

/** A grant that anything is left of. Instants are Unix milliseconds. */
export interface GrantLeft {
  readonly id: string;
  readonly account: GrantAccount;
  readonly origin: GrantOrigin;
  readonly amount: Picos;
  readonly remaining: Picos;
  readonly priority: number;
  readonly effectiveFrom: number;
  readonly expiresAt: number | null;
  readonly reason: string;
}

/** US dollars, all of them. */
export interface OrganizationBalance {
  /** Unix milliseconds, by the database's clock where none was asked for. */
  readonly asOf: number;
  readonly accounts: readonly AccountBalance[];
  /** Payments, and what was given away. */
  readonly credited: Picos;
  /** What it was charged: usage, fees, adjustments. */
  readonly spent: Picos;
  /** What is left of grants that may be spent, less what is owed; below zero when usage went beyond. */
  readonly available: Picos;
  /** Left of prepaid credit that may be spent. */
  readonly prepaid: Picos;
  /** Left of credit that was given away and may be spent. */
  readonly promo: Picos;
  /** Charged to the receivable and not paid; below zero when a correction gave back what had been paid. */
  readonly owed: Picos;
  /** What the usage costs us, wasted or not. */
  readonly cost: Picos;
  /** Grants with anything left that have not expired, in the order in which they are spent; also those to come. */
  readonly grants: readonly GrantLeft[];
}

/**
 * Entries that count by now: all but expiries that are booked ahead. Whole accounting periods are known by their balances;
 * only of the running one single entries are read, so that a year of them ahead costs nothing.
 */
const POSTED_BY_NOW = `
  SELECT b.account, b.kind, b.amount FROM ledger_balance b
  WHERE b.organization_id = $1 AND b.currency = $2 AND NOT (b.kind = 'expiry' AND EXISTS (
    SELECT FROM accounting_period p
    WHERE p.organization_id = $1 AND p.label = b.accounting_period AND p.starts_at > now()))
  UNION ALL
  SELECT e.account, e.kind, -e.amount FROM ledger_entry e
  JOIN accounting_period p ON p.organization_id = $1 AND p.label = e.accounting_period AND p.starts_at <= now()
  WHERE e.organization_id = $1 AND e.currency = $2 AND e.kind = 'expiry' AND e.booked_at > now()
    AND e.booked_at < (SELECT max(ends_at) FROM accounting_period WHERE organization_id = $1 AND starts_at <= now())`;

const POSTED_BY_THEN = `
  SELECT account, kind, amount FROM ledger_entry
  WHERE organization_id = $1 AND currency = $2 AND booked_at <= $3::timestamptz`;

const USED_BY_THEN = `
  coalesce((SELECT sum(a.amount) FROM grant_allocation a
            WHERE a.grant_id = g.id AND date_trunc('minute', a.booked_at) <= $3::timestamptz), 0)
  + coalesce((SELECT sum(c.amount) FROM grant_charge c WHERE c.grant_id = g.id AND c.booked_at <= $3::timestamptz), 0)`;

/** One statement, because sealing moves money from accruals to the ledger, and booking from grants to either. */
const balanceQuery = (isNow: boolean): string => {
  const at = isNow ? 'now()' : '$3::timestamptz';
  const remaining = isNow ? 'b.remaining' : `g.amount - (${USED_BY_THEN})`;
  return `
  WITH parts AS (
    SELECT account, kind, amount AS posted, 0 AS accrued FROM (${isNow ? POSTED_BY_NOW : POSTED_BY_THEN}) AS entries
    UNION ALL
    SELECT account, kind, 0, amount FROM usage_accrual
    WHERE organization_id = $1 AND effective_at <= ${at} ${isNow ? '' : `AND booking_minute <= ${at}`}
  ), grants AS (
    SELECT g.*, ${remaining} AS remaining FROM credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id
    WHERE g.organization_id = $1 ${isNow ? '' : `AND g.booked_at <= ${at}`}
  )
  SELECT extract(epoch FROM ${at}) * 1000 AS "asOf",
    EXISTS (SELECT FROM organization_funding WHERE organization_id = $1 ${isNow ? '' : `AND opened_at <= ${at}`}) AS opened,
    (SELECT coalesce(json_agg(json_build_object('account', account, 'posted', posted::text, 'accrued', accrued::text)
       ORDER BY account), '[]')
     FROM (SELECT account, sum(posted) AS posted, sum(accrued) AS accrued FROM parts GROUP BY account) AS accounts
    ) AS accounts,
    (coalesce((SELECT sum(posted) FROM parts
               WHERE (kind, account) IN (('payment', 'cash'), ('promotion', 'promo'))), 0)
      + coalesce((SELECT sum(amount) FROM grants WHERE account = 'promo' AND origin <> 'opening'), 0))::text AS credited,
    (SELECT coalesce(json_agg(json_build_object(
       'id', id, 'account', account, 'origin', origin, 'amount', amount::text, 'remaining', remaining::text,
       'priority', priority, 'effectiveFrom', extract(epoch FROM effective_from) * 1000,
       'expiresAt', extract(epoch FROM expires_at) * 1000, 'reason', reason)
       ORDER BY priority, expires_at NULLS LAST, effective_from, id), '[]')
     FROM grants WHERE remaining > 0 AND (expires_at IS NULL OR expires_at > ${at})) AS grants`;
};

const BALANCE_NOW = balanceQuery(true);
const BALANCE_THEN = balanceQuery(false);

interface Row {
  readonly asOf: string;
  readonly opened: boolean;
  readonly accounts: readonly { readonly account: string; readonly posted: string; readonly accrued: string }[];
  readonly credited: string;
  readonly grants: readonly (Omit<GrantLeft, 'amount' | 'remaining'> & { amount: string; remaining: string })[];
}

/**
 * The balance of an organization: its ledger, its open accruals and its grants. As of now it is a sum of few rows however
 * long the ledger is.
 * @param asOf Unix milliseconds, past or future, to the entry: what is booked until then counts. Usage is booked by its
 * minute. Of the future nothing is known but what expires.
 */
export async function readBalance(
  client: pg.Pool | pg.PoolClient,
  organizationId: string,
  asOf?: number,
): Promise<OrganizationBalance> {
  const { rows } =
    asOf === undefined
      ? await client.query<Row>(BALANCE_NOW, [organizationId, LEDGER_CURRENCY])
      : await client.query<Row>(BALANCE_THEN, [organizationId, LEDGER_CURRENCY, new Date(asOf).toISOString()]);
  const [row] = rows;
  if (row === undefined) throw new TypeError('SELECT without FROM returned nothing');
  return balanceOf(row);
}

function balanceOf(row: Row): OrganizationBalance {
  const asOf = Math.round(Number(row.asOf));
  const accounts = row.accounts.flatMap(({ account, posted, accrued }) =>
    isLedgerAccount(account) ? [{ account, posted: parsePicos(posted), accrued: parsePicos(accrued) }] : [],
  );
  const balance = (...names: readonly LedgerAccount[]): Picos =>
    accounts
      .filter(({ account }) => names.includes(account))
      .reduce((sum, { posted, accrued }) => sum + posted + accrued, 0n);
  const grants = row.grants.map((grant) => ({
    ...grant,
    amount: parsePicos(grant.amount),
    remaining: parsePicos(grant.remaining),
  }));
  const left = (account: GrantAccount): Picos =>
    grants
      .filter((grant) => grant.account === account && grant.effectiveFrom <= asOf)
      .reduce((sum, { remaining }) => sum + remaining, 0n);
  // of whose credit is not kept by grants yet, or was not by then, the account says what is left
  const prepaid = row.opened ? left('prepaid') : -balance('prepaid');
  const promo = left('promo');
  const owed = balance('receivable');
  return {
    asOf,
    accounts,
    credited: parsePicos(row.credited),
    spent: -balance('revenue'),
    available: prepaid + promo - owed,
    prepaid,
    promo,
    owed,
    cost: balance('provider_cost', 'waste'),
    grants,
  };
}
