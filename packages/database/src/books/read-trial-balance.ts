import { isLedgerAccount, LEDGER_ACCOUNTS, parsePicos } from '@tollgate/domain';
import type { LedgerAccount, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { ofOrganizations, PARTS_BY_PERIOD } from './books-parts.js';

/** What an account did. Positive is a debit; US dollars. */
export interface TrialBalanceLine {
  readonly account: LedgerAccount;
  readonly opening: Picos;
  /** Of each kind of transaction, what it moved in all: what one kind posts and takes back is not told apart. */
  readonly debits: Picos;
  /** At or below zero. */
  readonly credits: Picos;
  /** `opening + debits + credits`. */
  readonly closing: Picos;
}

export interface TrialBalance {
  readonly accounts: readonly TrialBalanceLine[];
  /** Of all accounts: opening and closing are zero, and debits are what credits are. */
  readonly totals: Omit<TrialBalanceLine, 'account'>;
}

export interface TrialBalanceQuery {
  /** `null`: everybody's, simulated organizations apart. */
  readonly organizationId: string | null;
  /** What moved in this month, against what stood before it; open accruals included. */
  readonly accountingPeriod?: string | undefined;
  /** Without a month: everything that was booked until then, Unix milliseconds. */
  readonly asOf?: number | undefined;
}

const SUMS = `
  account, sum(opening)::text AS opening, coalesce(sum(moved) FILTER (WHERE moved > 0), 0)::text AS debits,
  coalesce(sum(moved) FILTER (WHERE moved < 0), 0)::text AS credits`;

const OF_PERIOD = `
  SELECT ${SUMS}
  FROM (
    SELECT account, kind, coalesce(sum(amount) FILTER (WHERE accounting_period < $2), 0) AS opening,
           coalesce(sum(amount) FILTER (WHERE accounting_period = $2), 0) AS moved
    FROM (${PARTS_BY_PERIOD}) AS parts WHERE accounting_period <= $2 GROUP BY account, kind
  ) AS kinds GROUP BY account`;

const AS_OF = `
  SELECT ${SUMS}
  FROM (
    SELECT account, kind, 0 AS opening, sum(amount) AS moved
    FROM (
      SELECT organization_id, account, kind, amount FROM ledger_entry
      WHERE currency = 'USD' AND booked_at <= coalesce($2, now())
      UNION ALL
      SELECT organization_id, account, kind, amount FROM usage_accrual
      WHERE greatest(booking_minute, effective_at) <= coalesce($2, now())
    ) AS parts
    WHERE ${ofOrganizations('organization_id')} GROUP BY account, kind
  ) AS kinds GROUP BY account`;

interface Row {
  readonly account: string;
  readonly opening: string;
  readonly debits: string;
  readonly credits: string;
}

/** Every account with what it had, what moved and what it has, in one consistent reading. */
export async function readTrialBalance(
  client: pg.Pool | pg.PoolClient,
  { organizationId, accountingPeriod, asOf }: TrialBalanceQuery,
): Promise<TrialBalance> {
  const { rows } =
    accountingPeriod !== undefined
      ? await client.query<Row>(OF_PERIOD, [organizationId, accountingPeriod])
      : await client.query<Row>(AS_OF, [organizationId, asOf === undefined ? null : new Date(asOf)]);
  const accounts = rows
    .flatMap(({ account, ...sums }) => (isLedgerAccount(account) ? [{ account, ...figures(sums) }] : []))
    .filter((line) => line.opening !== 0n || line.debits !== 0n || line.credits !== 0n)
    .sort((a, b) => LEDGER_ACCOUNTS.indexOf(a.account) - LEDGER_ACCOUNTS.indexOf(b.account));
  const total = (figure: keyof TrialBalance['totals']): Picos => accounts.reduce((sum, line) => sum + line[figure], 0n);
  return {
    accounts,
    totals: {
      opening: total('opening'),
      debits: total('debits'),
      credits: total('credits'),
      closing: total('closing'),
    },
  };
}

function figures(sums: Omit<Row, 'account'>): Omit<TrialBalanceLine, 'account'> {
  const [opening, debits, credits] = [parsePicos(sums.opening), parsePicos(sums.debits), parsePicos(sums.credits)];
  return { opening, debits, credits, closing: opening + debits + credits };
}
