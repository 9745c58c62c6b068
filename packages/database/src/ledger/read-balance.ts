import { isLedgerAccount, parsePicos } from '@tollgate/domain';
import type { LedgerAccount, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { LEDGER_CURRENCY } from './post-transactions.js';

export interface AccountBalance {
  readonly account: LedgerAccount;
  /** In the ledger. Positive is a debit. */
  readonly posted: Picos;
  /** Usage that is not sealed yet. */
  readonly accrued: Picos;
}

/** US dollars, all of them. */
export interface OrganizationBalance {
  readonly accounts: readonly AccountBalance[];
  /** Payments and promotions. */
  readonly credited: Picos;
  /** Usage billed. */
  readonly spent: Picos;
  /** Prepaid and not used up. */
  readonly available: Picos;
  /** Billed to the receivable and not paid. */
  readonly owed: Picos;
  /** What the usage costs us, wasted or not. */
  readonly cost: Picos;
}

const BALANCES = `
  SELECT account, sum(posted)::text AS posted, sum(accrued)::text AS accrued, sum(credited)::text AS credited
  FROM (
    SELECT account, amount AS posted, 0 AS accrued,
           CASE WHEN account = 'prepaid' AND kind <> 'usage' THEN -amount ELSE 0 END AS credited
    FROM ledger_balance WHERE organization_id = $1 AND currency = $2
    UNION ALL
    SELECT account, 0, amount, 0 FROM usage_accrual WHERE organization_id = $1
  ) AS parts
  GROUP BY account ORDER BY account`;

/**
 * The balance of an organization: its ledger and its open accruals, read in one statement, because sealing moves money
 * from one to the other. It is a sum of few rows however long the ledger is.
 */
export async function readBalance(
  client: pg.Pool | pg.PoolClient,
  organizationId: string,
): Promise<OrganizationBalance> {
  type Row = { account: string; posted: string; accrued: string; credited: string };
  const { rows } = await client.query<Row>(BALANCES, [organizationId, LEDGER_CURRENCY]);
  const accounts = rows.flatMap(({ account, posted, accrued }) =>
    isLedgerAccount(account) ? [{ account, posted: parsePicos(posted), accrued: parsePicos(accrued) }] : [],
  );
  const balance = (...names: readonly LedgerAccount[]): Picos =>
    accounts
      .filter(({ account }) => names.includes(account))
      .reduce((sum, { posted, accrued }) => sum + posted + accrued, 0n);
  return {
    accounts,
    credited: rows.reduce((sum, { credited }) => sum + parsePicos(credited), 0n),
    spent: -balance('revenue'),
    available: -balance('prepaid'),
    owed: balance('receivable'),
    cost: balance('provider_cost', 'waste'),
  };
}
