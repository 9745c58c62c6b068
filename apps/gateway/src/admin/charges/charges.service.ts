import { Injectable } from '@nestjs/common';
import { parsePicos, publicRequestId, requestUuid } from '@tollgate/domain';
import type {
  ChargeExplanation,
  ExplainedRequest,
  ExplainedTransaction,
  OperationInput,
  OPERATIONS,
} from '@tollgate/wire';
import type { Actor, Tenant } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type ListOrder } from '../http/keyset.js';
import { dollars } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import type { LedgerEntryRow, LedgerTransactionRow } from '../ledger/ledger-rows.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { presentEntry, presentTransaction } from '../ledger/present-ledger.js';
import { isBookedMeasure } from './booked-events.js';
import type { BookedRow } from './charge-rows.js';
import { ChargesRepository } from './charges.repository.js';
import { presentBookedRequest, presentCharge } from './present-charge.js';

type Question = OperationInput<typeof OPERATIONS.explainCharge>;
type Answer = Promise<ChargeExplanation>;

/** Kinds whose transactions are sealed from the events of a minute. */
const SEALED_KINDS: readonly string[] = ['usage', 'correction'];

/** Follows a charge through the books, from wherever somebody begins. */
@Injectable()
export class ChargesService {
  constructor(
    private readonly repository: ChargesRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  explain(actor: Actor, { params, query }: Question): Answer {
    const [id = '', ...numbers] = params.subjectId.split('.');
    const place = numbers.map(Number);
    if (id.startsWith('txn_')) return this.#ofTransaction(actor, { id, line: place[0] ?? null, order: query });
    return this.#ofRequest(actor, { id, line: place.length === 3 ? place : null });
  }

  async #ofRequest(actor: Actor, { id, line }: { id: string; line: readonly number[] | null }): Answer {
    const { organizationId } = actor;
    const uuid = requestUuid(id) ?? '';
    const record = orNotFound(await this.repository.request(organizationId, uuid));
    const [part = 0, revision = 0, number = 0] = line ?? [];
    if (line !== null && !(await this.#hasLine(organizationId, [uuid, part, revision, number]))) orNotFound(null);
    return {
      subject: {
        kind: line === null ? 'request' : 'rated-line',
        id: line === null ? id : `${id}.${line.join('.')}`,
        isCurrent: line === null || (part === 0 && revision === record.revision),
      },
      request: await this.#explainRequest(organizationId, record),
      transaction: null,
    };
  }

  /** What a wasted part cost is the operator's. */
  async #hasLine(organizationId: Tenant, line: readonly [string, number, number, number]): Promise<boolean> {
    if (line[1] > 0 && organizationId !== null) return false;
    return this.repository.hasLine(organizationId, line);
  }

  async #explainRequest(
    organizationId: Tenant,
    record: NonNullable<Awaited<ReturnType<ChargesRepository['request']>>>,
  ): Promise<ExplainedRequest> {
    const { priceSnapshot, lines } = record;
    const [revisions, funding, publication, prices] = await Promise.all([
      this.repository.revisions(record),
      this.repository.funding(record),
      priceSnapshot === null ? null : this.repository.publication(organizationId, priceSnapshot.id),
      this.repository.prices(
        organizationId,
        lines.map(({ priceId }) => priceId),
      ),
    ]);
    const publications = await this.repository.publications(organizationId, prices);
    return presentCharge(record, { organizationId, revisions, funding, publication, prices, publications });
  }

  async #ofTransaction(
    actor: Actor,
    { id, line, order }: { id: string; line: number | null; order: ListOrder },
  ): Answer {
    const { organizationId } = actor;
    const row = orNotFound(await this.ledger.findTransaction(organizationId, id));
    const entries = await this.ledger.entriesOf(organizationId, id);
    const entry = line === null ? null : orNotFound(entries.find((each) => each.line === line));
    return {
      subject: {
        kind: entry === null ? 'ledger-transaction' : 'ledger-entry',
        id: entry === null ? id : `${id}.${entry.line}`,
        isCurrent: true,
      },
      request: null,
      transaction: {
        ...presentTransaction(row),
        entry: entry === null ? null : presentEntry(entry),
        entries: entries.map(presentEntry),
        ...(await this.repository.originsOf(row)),
        requests: SEALED_KINDS.includes(row.kind) ? await this.#requestsOf(row, entry, order) : null,
      },
    };
  }

  async #requestsOf(
    row: LedgerTransactionRow,
    entry: LedgerEntryRow | null,
    order: ListOrder,
  ): Promise<ExplainedTransaction['requests']> {
    const measure = entry?.account ?? 'amount';
    if (!isBookedMeasure(measure)) return null;
    const after = readAfter(order);
    const [totals, rows] = await Promise.all([
      this.repository.bookedTotals(row, measure),
      this.repository.bookedPage(row, measure, { after, limit: order.limit + 1 }),
    ]);
    const page = toKeyedPage(rows, order, { present: presentBookedRequest, key: keyOf });
    const ties = parsePicos(totals.total) === parsePicos(entry?.amount ?? row.amount);
    return { ...page, data: [...page.data], count: totals.count, total: dollars(totals.total), ties };
  }
}

const keyOf = ({ occurred_at, request_id, part, revision }: BookedRow): readonly string[] => [
  occurred_at.toISOString(),
  `${publicRequestId(request_id)}.${part}.${revision}`,
];

/** What is in a cursor goes into casts, which would fail on anything else. */
function readAfter(order: ListOrder): readonly [string, number, number] | null {
  const { after } = readKeyset(order);
  if (after === null) return null;
  const [occurredAt = '', place = ''] = after;
  const [id = '', part = '', revision = '', ...more] = place.split('.');
  const uuid = requestUuid(id);
  const isKnown = [part, revision].every((number) => /^\d{1,4}$/.test(number)) && more.length === 0;
  if (uuid === null || !isKnown || !isWrittenInstant(occurredAt)) throw new ProblemError('invalid-cursor');
  return [uuid, Number(part), Number(revision)];
}
