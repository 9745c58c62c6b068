import { parsePicos } from '@tollgate/domain';

import type { Database } from '../src/index.js';

/** Everything that ingestion adds up, in picounits and counts. */
export interface UsageTotals {
  readonly events: bigint;
  readonly billed: Readonly<Record<string, bigint>>;
  readonly providerCost: Readonly<Record<string, bigint>>;
  readonly requests: Readonly<Record<string, bigint>>;
  readonly inputTokens: Readonly<Record<string, bigint>>;
  readonly observations: Readonly<Record<string, bigint>>;
  /** Σ of all accruals: zero, or money came from nowhere. */
  readonly accrued: bigint;
  readonly unbalancedMinutes: bigint;
}

/** The latest revision of each piece is what counts. */
const EVENTS = `(
  SELECT * FROM usage_event e WHERE NOT EXISTS (
    SELECT FROM usage_event later
    WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision))`;

/** Sealed into the ledger, or on the way there. */
const BOOKED_USAGE = `(
  SELECT account, amount FROM usage_accrual WHERE kind <> 'expiry'
  UNION ALL SELECT account, amount FROM ledger_entry WHERE kind IN ('usage', 'correction'))`;

const ROLLUPS = [
  ...['usage_day', 'usage_hour', 'deployment_hour', 'installation_hour'],
  ...['deployment_day', 'installation_day', 'organization_day'],
];

/** Reads the same totals from every table that holds them. */
export async function readTotals(database: Database): Promise<UsageTotals> {
  const number = async (sql: string): Promise<bigint> => {
    const { rows } = await database.pool.query<{ n: string | null }>(sql);
    return BigInt(rows[0]?.n ?? 0);
  };
  const money = async (sql: string): Promise<bigint> => {
    const { rows } = await database.pool.query<{ n: string | null }>(sql);
    return parsePicos(rows[0]?.n ?? '0');
  };
  const each = async <T>(
    sources: Readonly<Record<string, string>>,
    read: (sql: string) => Promise<T>,
  ): Promise<Record<string, T>> => {
    const entries = Object.entries(sources).map(async ([name, sql]) => [name, await read(sql)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  const rollups = (column: string): Record<string, string> =>
    Object.fromEntries(ROLLUPS.map((table) => [table, `SELECT sum(${column}) AS n FROM ${table}`]));
  const keys = (column: string): string => `SELECT sum(${column}) AS n FROM usage_key_day`;
  const account = (name: string, sign: '' | '-'): string =>
    `SELECT ${sign}sum(amount) AS n FROM ${BOOKED_USAGE} usage WHERE account IN (${name})`;
  const spent = (scope: string): string => `SELECT sum(spent) AS n FROM budget_spend WHERE scope = '${scope}'`;
  const counted = (column: string): string => `
    SELECT sum(occurrences) AS n FROM usage_day,
      unnest(${column}[cardinality(${column}) / 2 + 1:]) AS occurrences`;
  return {
    events: await number(`SELECT count(*) AS n FROM ${EVENTS} e`),
    billed: await each(
      {
        events: `SELECT sum(billed_cost) AS n FROM ${EVENTS} e`,
        lines: `SELECT sum(l.billed_cost) AS n FROM rated_line l JOIN ${EVENTS} e USING (request_id, part, revision)`,
        ...rollups('billed_cost'),
        keys: keys('billed_cost'),
        revenue: account(`'revenue'`, '-'),
        debtors: account(`'receivable', 'prepaid', 'promo'`, ''),
        apiKeyBudgets: spent('api_key'),
        projectBudgets: spent('project'),
        organizationBudgets: spent('organization'),
      },
      money,
    ),
    providerCost: await each(
      {
        events: `SELECT sum(provider_cost) AS n FROM ${EVENTS} e`,
        ...rollups('provider_cost'),
        keys: keys('provider_cost'),
        payable: account(`'provider_payable'`, '-'),
        cost: account(`'provider_cost', 'waste'`, ''),
      },
      money,
    ),
    requests: await each({ ...rollups('requests'), keys: keys('requests') }, number),
    inputTokens: await each(
      {
        events: `SELECT sum(input_tokens) AS n FROM ${EVENTS} e WHERE part = 0`,
        ...rollups('input_tokens'),
        keys: keys('input_tokens'),
      },
      number,
    ),
    observations: await each({ latency: counted('latency') }, number),
    accrued: await money(`SELECT sum(amount) AS n FROM ${BOOKED_USAGE} usage`),
    unbalancedMinutes: await number(`
      SELECT count(*) AS n FROM (
        SELECT FROM usage_accrual GROUP BY organization_id, booking_minute, accounting_period, kind, effective_at HAVING sum(amount) <> 0
      ) unbalanced`),
  };
}
