import type { LedgerTransactionRow } from '../ledger/ledger-rows.js';
import type { BookedMeasure } from './charge-rows.js';

/** What an event added to an account of the transaction of its minute. Credits are negative, as they are in the entry. */
const MEASURES: Partial<Record<BookedMeasure, string>> = {
  amount: 'billed',
  revenue: '-billed',
  prepaid: 'prepaid',
  promo: 'promo',
  receivable: 'billed - prepaid - promo',
  provider_cost: `provider_cost`,
  waste: 'waste',
  provider_payable: '-provider_cost - waste',
};

/** Whether the account is one that the events of a minute add to. */
export const isBookedMeasure = (measure: BookedMeasure): boolean => MEASURES[measure] !== undefined;

/**
 * The events of the booking minute and period of a transaction, with what each added to it: all of a first revision, of a
 * correction the difference to the revision before. `$1` organization, `$2` minute, `$3` period, `$4` whether corrections
 * are meant.
 */
function bookedEvents(measure: BookedMeasure): string {
  const amounts = (e: string): string => `
    ${e}.billed_cost AS billed, ${e}.prepaid_cost AS prepaid, ${e}.promo_cost AS promo,
    CASE WHEN ${e}.charge = 'waste' THEN 0 ELSE ${e}.provider_cost END AS provider_cost,
    CASE WHEN ${e}.charge = 'waste' THEN ${e}.provider_cost ELSE 0 END AS waste`;
  const difference = ['billed', 'prepaid', 'promo', 'provider_cost', 'waste']
    .map((column) => `now.${column} - coalesce(before.${column}, 0) AS ${column}`)
    .join(', ');
  return `
    SELECT d.request_id, d.part, d.revision, d.occurred_at, d.booked_at, d.requested_model, d.outcome,
           (${MEASURES[measure] ?? '0'})::numeric(38, 12) AS amount
    FROM (
      SELECT now.request_id, now.part, now.revision, now.occurred_at, now.booked_at, now.requested_model, now.outcome,
             ${difference}
      FROM (
        SELECT e.request_id, e.part, e.revision, e.occurred_at, e.booked_at, e.requested_model, e.outcome, ${amounts('e')}
        FROM usage_event e
        WHERE e.organization_id = $1 AND e.accounting_period = $3
          AND e.booked_at >= $2::timestamptz AND e.booked_at < $2::timestamptz + interval '1 minute'
          AND (e.revision > 0) = $4
      ) AS now
      LEFT JOIN LATERAL (
        SELECT ${amounts('b')} FROM usage_event b
        WHERE b.request_id = now.request_id AND b.part = now.part AND b.revision = now.revision - 1
      ) AS before ON true
    ) AS d`;
}

/** What cost nobody anything stands in no transaction. */
const COUNTS = 'amount <> 0';

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const valuesOf = (transaction: LedgerTransactionRow): readonly unknown[] => [
  transaction.organization_id,
  transaction.booked_at,
  transaction.accounting_period,
  transaction.kind === 'correction',
];

/** How many events there are, and what they add up to. */
export function totalsOf(transaction: LedgerTransactionRow, measure: BookedMeasure): Statement {
  const text = `SELECT count(*)::integer AS count, coalesce(sum(amount), 0)::numeric(38, 12)::text AS total
    FROM (${bookedEvents(measure)}) AS booked WHERE ${COUNTS}`;
  return { text, values: valuesOf(transaction) };
}

/** One page of them, newest first. `after` is the last one of the page before. */
export function pageOf(
  transaction: LedgerTransactionRow,
  measure: BookedMeasure,
  { after, limit }: { readonly after: readonly [string, number, number] | null; readonly limit: number },
): Statement {
  const beyond = after === null ? '' : 'AND (request_id, part, revision) < ($5::uuid, $6::smallint, $7::smallint)';
  const text = `SELECT * FROM (${bookedEvents(measure)}) AS booked
    WHERE ${COUNTS} ${beyond} ORDER BY request_id DESC, part DESC, revision DESC LIMIT ${limit}`;
  return { text, values: [...valuesOf(transaction), ...(after ?? [])] };
}
