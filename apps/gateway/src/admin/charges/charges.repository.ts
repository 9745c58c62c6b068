import { Injectable } from '@nestjs/common';
import { cancellableQuery, readRequestRecord, type RequestRecord } from '@tollgate/analytics';
import { Database } from '@tollgate/database';
import type { Tenant } from '../http/actor.js';
import type { LedgerTransactionRow } from '../ledger/ledger-rows.js';
import { pageOf, totalsOf } from './booked-events.js';
import type { BookedMeasure, BookedRow, BookedTotals, FundingRow, PublicationRow, RevisionRow } from './charge-rows.js';

const QUERY_TIMEOUT_MS = 10_000;

/** First revisions are sealed as usage, later ones as corrections, each minute in a transaction of its own. */
const REVISIONS = `
  SELECT e.revision, e.outcome, e.usage_source, e.billed_cost, e.hold, e.captured_cost, e.booked_at,
         date_trunc('minute', e.booked_at) AS booking_minute, e.accounting_period, period.state AS period_state,
         sealed.id AS ledger_transaction_id,
         EXISTS (
           SELECT FROM usage_accrual a
           WHERE a.organization_id = e.organization_id AND a.booking_minute = date_trunc('minute', e.booked_at)
             AND a.accounting_period = e.accounting_period
         ) AS is_accrued
  FROM usage_event e
  LEFT JOIN accounting_period period ON period.organization_id = e.organization_id AND period.label = e.accounting_period
  LEFT JOIN LATERAL (
    SELECT t.id FROM ledger_transaction t
    WHERE t.organization_id = e.organization_id AND t.booked_at = date_trunc('minute', e.booked_at)
      AND t.accounting_period = e.accounting_period
      AND t.kind = CASE WHEN e.revision > 0 THEN 'correction' ELSE 'usage' END
    LIMIT 1
  ) AS sealed ON true
  WHERE e.request_id = $1 AND e.part = 0 ORDER BY e.revision DESC`;

/** Corrections give back in lines of their own: what is left of each grant is the sum. */
const FUNDING = `
  SELECT a.grant_id, g.account, g.origin, g.reason, g.expires_at, sum(a.amount)::numeric(38, 12)::text AS amount
  FROM grant_allocation a JOIN credit_grant g ON g.id = a.grant_id
  WHERE a.request_id = $1 AND a.part = 0
  GROUP BY a.grant_id, g.id HAVING sum(a.amount) <> 0 ORDER BY min(a.line)`;

const LINE_EXISTS = `
  SELECT 1 FROM rated_line
  WHERE request_id = $1 AND part = $2 AND revision = $3 AND line = $4 AND ($5::text IS NULL OR organization_id = $5)`;

const PUBLICATION_COLUMNS = `
  s.id, s.price_book_id, b.name AS price_book_name, b.organization_id, s.sequence, s.published_at, s.published_by,
  coalesce((SELECT name FROM console_user WHERE id = s.published_by), (SELECT name FROM management_token WHERE id = s.published_by))
    AS publisher_name`;
const PUBLICATION = `SELECT ${PUBLICATION_COLUMNS} FROM price_book_snapshot s JOIN price_book b ON b.id = s.price_book_id`;

/** Where the money of a transaction came from, where a person posted it or it brought credit. */
const ORIGINS = `
  SELECT (SELECT id FROM manual_posting WHERE transaction_id = $1 LIMIT 1) AS "manualPostingId",
         (SELECT id FROM credit_grant WHERE transaction_id = $1 LIMIT 1) AS "creditGrantId"`;

@Injectable()
export class ChargesRepository {
  constructor(private readonly database: Database) {}

  request(organizationId: Tenant, requestUuid: string): Promise<RequestRecord | null> {
    return readRequestRecord(this.database.pool, requestUuid, organizationId);
  }

  async revisions({ requestId }: RequestRecord): Promise<RevisionRow[]> {
    return (await this.database.pool.query<RevisionRow>(REVISIONS, [requestId])).rows;
  }

  async funding({ requestId }: RequestRecord): Promise<FundingRow[]> {
    return (await this.database.pool.query<FundingRow>(FUNDING, [requestId])).rows;
  }

  /** Whether there is such a line, of whatever revision. */
  async hasLine(organizationId: Tenant, line: readonly [string, number, number, number]): Promise<boolean> {
    return (await this.database.pool.query(LINE_EXISTS, [...line, organizationId])).rows.length > 0;
  }

  /** Price rows that rated lines of the tenant name: prices are told to whom they were charged. */
  prices(_organizationId: Tenant, priceIds: readonly string[]) {
    return this.database.prisma.price.findMany({ where: { id: { in: [...new Set(priceIds)] } } });
  }

  async publication(_organizationId: Tenant, snapshotId: string): Promise<PublicationRow | null> {
    const { rows } = await this.database.pool.query<PublicationRow>(`${PUBLICATION} WHERE s.id = $1`, [snapshotId]);
    return rows[0] ?? null;
  }

  /** The publications that brought these rows: by book and sequence. */
  async publications(
    _organizationId: Tenant,
    rows: readonly { readonly priceBookId: string; readonly introducedIn: number }[],
  ): Promise<PublicationRow[]> {
    const text = `${PUBLICATION} JOIN unnest($1::text[], $2::integer[]) AS wanted(book, sequence)
      ON wanted.book = s.price_book_id AND wanted.sequence = s.sequence`;
    const values = [rows.map(({ priceBookId }) => priceBookId), rows.map(({ introducedIn }) => introducedIn)];
    return (await this.database.pool.query<PublicationRow>(text, values)).rows;
  }

  async originsOf({ id }: LedgerTransactionRow) {
    type Origins = { readonly manualPostingId: string | null; readonly creditGrantId: string | null };
    const { rows } = await this.database.pool.query<Origins>(ORIGINS, [id]);
    return rows[0] ?? { manualPostingId: null, creditGrantId: null };
  }

  async bookedTotals(transaction: LedgerTransactionRow, measure: BookedMeasure): Promise<BookedTotals> {
    const rows = await this.#bounded<BookedTotals>(totalsOf(transaction, measure));
    return rows[0] ?? { count: 0, total: '0' };
  }

  bookedPage(
    transaction: LedgerTransactionRow,
    measure: BookedMeasure,
    place: Parameters<typeof pageOf>[2],
  ): Promise<BookedRow[]> {
    return this.#bounded<BookedRow>(pageOf(transaction, measure, place));
  }

  #bounded<Row extends object>(statement: { text: string; values: readonly unknown[] }): Promise<Row[]> {
    return cancellableQuery<Row>(this.database.pool, { ...statement, timeoutMs: QUERY_TIMEOUT_MS });
  }
}
