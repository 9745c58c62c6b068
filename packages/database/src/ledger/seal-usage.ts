import { parsePicos } from '@tollgate/domain';
import type { AccrualKind, LedgerAccount, Posting } from '@tollgate/domain';
import pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import { raiseReviewItems } from '../reviews/raise-review-items.js';
import { inTransaction } from '../transaction.js';
import { postTransactions } from './post-transactions.js';
import type { LedgerTransactionDraft } from './post-transactions.js';

export interface SealingReport {
  /** Posted to the ledger. */
  readonly transactions: number;
  /** Organizations whose accruals the ledger refused: they stay as they are, and somebody has to look. */
  readonly refused: readonly { readonly organizationId: string; readonly reason: string }[];
}

/** Organizations whose locks are held at once. */
const BATCH_SIZE = 100;

const ORGANIZATIONS_TO_SEAL = `
  SELECT DISTINCT organization_id AS id FROM usage_accrual
  WHERE booking_minute < date_trunc('minute', now()) AND organization_id > $1 ORDER BY 1 LIMIT ${BATCH_SIZE}`;

const LOCK = 'SELECT id FROM organization WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE';

const CLOSE_MINUTES = `
  INSERT INTO usage_sealing AS s (organization_id, sealed_before)
  SELECT id, date_trunc('minute', statement_timestamp()) FROM unnest($1::text[]) AS locked(id)
  ON CONFLICT (organization_id) DO UPDATE SET sealed_before = greatest(s.sealed_before, excluded.sealed_before)`;

const TAKE_ACCRUALS = `
  DELETE FROM usage_accrual a USING usage_sealing s
  WHERE a.organization_id = ANY($1) AND s.organization_id = a.organization_id AND a.booking_minute < s.sealed_before
  RETURNING a.organization_id AS "organizationId", a.booking_minute AS minute, a.accounting_period AS "accountingPeriod",
            a.kind, nullif(a.effective_at, '-infinity') AS "effectiveAt", a.account, a.amount`;

interface AccrualRow {
  readonly organizationId: string;
  readonly minute: Date;
  readonly accountingPeriod: string;
  readonly kind: AccrualKind;
  /** `null` counts from its minute on. */
  readonly effectiveAt: Date | null;
  readonly account: LedgerAccount;
  readonly amount: string;
}

/**
 * Seals closed minutes: the accruals of each organization, booking minute, accounting period, kind and instant from which
 * they count become one transaction of the ledger, and are gone.
 *
 * A minute is closed when nothing can be added to it any more, and that is certain under the organization's lock: usage
 * is booked by a clock that is read under the same lock, so everything booked into an earlier minute has been committed,
 * and everything to come is booked later (`sealed_before` keeps that true when the clock is set back). Sealing again, at
 * once or twice at a time, finds nothing; a crash undoes all of a batch.
 */
export async function sealUsage(pool: pg.Pool): Promise<SealingReport> {
  let report: SealingReport = { transactions: 0, refused: [] };
  let last = '';
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(ORGANIZATIONS_TO_SEAL, [last]);
    const ids = rows.map(({ id }) => id);
    report = sum(report, await sealBatch(pool, ids));
    last = ids.at(-1) ?? last;
    if (ids.length < BATCH_SIZE) return report;
  }
}

async function sealBatch(pool: pg.Pool, ids: readonly string[]): Promise<SealingReport> {
  if (ids.length === 0) return { transactions: 0, refused: [] };
  const waiting = new Set(ids);
  let report: SealingReport = { transactions: 0, refused: [] };
  try {
    // those that are being booked at the moment are left for later: nobody waits here while others wait for it
    const { sealed, transactions } = await seal(pool, { ids, lock: `${LOCK} SKIP LOCKED` });
    sealed.forEach((id) => waiting.delete(id));
    report = { transactions, refused: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error; // what the ledger refuses of one organization is found by sealing each alone
  }
  for (const organizationId of waiting) report = sum(report, await sealOne(pool, organizationId));
  return report;
}

async function sealOne(pool: pg.Pool, organizationId: string): Promise<SealingReport> {
  try {
    const { transactions } = await seal(pool, { ids: [organizationId], lock: LOCK });
    return { transactions, refused: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await raiseRefusal(pool, organizationId, error.message);
    return { transactions: 0, refused: [{ organizationId, reason: error.message }] };
  }
}

const OLDEST_MINUTE = `
  SELECT to_char(min(booking_minute) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') AS minute,
         min(accounting_period) AS "accountingPeriod"
  FROM usage_accrual WHERE organization_id = $1`;

/** Once for each minute that stays behind, however often it is tried again. */
async function raiseRefusal(pool: pg.Pool, organizationId: string, reason: string): Promise<void> {
  const { rows } = await pool.query<{ minute: string | null; accountingPeriod: string | null }>(OLDEST_MINUTE, [
    organizationId,
  ]);
  const { minute = null, accountingPeriod = null } = rows[0] ?? {};
  const subject = `${organizationId}/${minute ?? ''}`;
  const details = { accountingPeriod, minute, reason };
  await raiseReviewItems(pool, [{ kind: 'ledger_refused', subject, organizationId, picos: null, details }]);
}

interface Sealed {
  readonly sealed: readonly string[];
  readonly transactions: number;
}

function seal(pool: pg.Pool, { ids, lock }: { ids: readonly string[]; lock: string }): Promise<Sealed> {
  return inTransaction(pool, 'READ COMMITTED', async (client) => {
    const locked = await client.query<{ id: string }>(lock, [arrayLiteral(ids)]);
    const sealed = locked.rows.map(({ id }) => id);
    await client.query(CLOSE_MINUTES, [arrayLiteral(sealed)]);
    const { rows } = await client.query<AccrualRow>(TAKE_ACCRUALS, [arrayLiteral(sealed)]);
    const transactions = await postTransactions(client, draftsOf(rows));
    return { sealed, transactions: transactions.length };
  });
}

/** What is billed first, then what it costs, debits before credits. */
const ACCOUNT_ORDER: readonly LedgerAccount[] = [
  'prepaid',
  'promo',
  'receivable',
  'revenue',
  'breakage',
  'provider_cost',
  'waste',
  'provider_payable',
];

function draftsOf(rows: readonly AccrualRow[]): LedgerTransactionDraft[] {
  const groups = Map.groupBy(rows, ({ organizationId, minute, accountingPeriod, kind, effectiveAt }) =>
    [minute.toISOString(), organizationId, accountingPeriod, kind, effectiveAt?.toISOString() ?? ''].join(' '),
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, accruals]) => {
      const [first] = accruals;
      const postings = postingsOf(accruals);
      // corrections may have taken back all there was
      return first === undefined || postings.length === 0 ? [] : [draftOf(first, postings)];
    });
}

function postingsOf(accruals: readonly AccrualRow[]): Posting[] {
  return accruals
    .map(({ account, amount }) => ({ account, picos: parsePicos(amount) }))
    .filter(({ picos }) => picos !== 0n)
    .sort((a, b) => ACCOUNT_ORDER.indexOf(a.account) - ACCOUNT_ORDER.indexOf(b.account));
}

const REASONS: Readonly<Record<AccrualKind, string>> = {
  usage: 'Usage booked at',
  correction: 'Corrections booked at',
  expiry: 'Credit used before its expiry, booked at',
};

function draftOf(
  { organizationId, minute, accountingPeriod, kind, effectiveAt }: AccrualRow,
  postings: readonly Posting[],
): LedgerTransactionDraft {
  const instant = minute.toISOString().slice(0, 16);
  const effective = effectiveAt === null ? '' : `:${effectiveAt.toISOString()}`;
  return {
    organizationId,
    kind,
    accountingPeriod,
    reason: `${REASONS[kind]} ${instant.replace('T', ' ')} UTC`,
    source: 'sealing',
    idempotencyKey: `${kind}:${instant}Z:${accountingPeriod}${effective}`,
    bookedAt: (effectiveAt ?? minute).getTime(),
    postings,
  };
}

/** SQLSTATE class 23 and `check_violation` of triggers: the ledger refuses the data. Anything else passes. */
function isRefusal(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code?.startsWith('23') === true;
}

function sum(a: SealingReport, b: SealingReport): SealingReport {
  return { transactions: a.transactions + b.transactions, refused: [...a.refused, ...b.refused] };
}
