import type { RecordedLine, RequestRecord } from '@tollgate/analytics';
import { settlementOf } from '@tollgate/billing';
import type { Prisma } from '@tollgate/database';
import {
  divideHalfEven,
  formatPicos,
  isOutcome,
  parsePicos,
  publicRequestId,
  type Outcome,
  type Picos,
} from '@tollgate/domain';
import type {
  BookedRequest,
  ChargeBooking,
  ChargeLine,
  ChargePublication,
  ChargeRevision,
  ExplainedRequest,
  MoneyAmount,
} from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';
import { dollars, instantOrNull } from '../http/presentation.js';
import { presentPrice } from '../price-books/present-price.js';
import type { BookedRow, FundingRow, PublicationRow, RevisionRow } from './charge-rows.js';

/** What is known of a request besides its record. */
export interface ChargeFacts {
  readonly organizationId: Tenant;
  readonly revisions: readonly RevisionRow[];
  readonly funding: readonly FundingRow[];
  readonly publication: PublicationRow | null;
  readonly prices: readonly Prisma.PriceModel[];
  /** Of those prices. */
  readonly publications: readonly PublicationRow[];
}

export function presentCharge(record: RequestRecord, facts: ChargeFacts): ExplainedRequest {
  const [newest] = facts.revisions;
  if (newest === undefined) throw new RangeError(`request ${record.requestId} has no revision`);
  const funded = facts.funding.reduce((sum, { amount }) => sum + parsePicos(amount), 0n);
  return {
    ...presentWho(record),
    ...presentHow(record),
    revision: record.revision,
    publication: facts.publication === null ? null : presentPublication(facts.publication, facts.organizationId),
    lines: record.lines.map((line) => presentLine(line, record, facts)),
    listCost: money(record.listCost),
    billedCost: money(record.billedCost),
    hold: presentHold(facts.revisions.at(-1) ?? newest),
    funding: facts.funding.map(presentFunding),
    receivable: money(record.billedCost - funded),
    booking: presentBooking(newest),
    revisions: facts.revisions.map((row, index) => presentRevision(row, facts.revisions[index + 1])),
    ...(facts.organizationId === null ? operatorSide(record) : {}),
  };
}

function presentWho(record: RequestRecord) {
  return {
    id: publicRequestId(record.requestId),
    organizationId: record.organizationId,
    projectId: record.projectId,
    projectName: record.projectName,
    apiKeyId: record.apiKeyId,
    apiKeyName: record.apiKeyName,
    occurredAt: record.occurredAt.toISOString(),
    requestedModel: record.requestedModel,
    servedModel: record.servedModel,
    upstreamModel: record.upstreamModel,
    provider: record.provider,
    serviceTier: record.serviceTier,
    region: record.region,
    credentialOwner: ownerOf(record),
    simulated: record.simulated,
  };
}

const ownerOf = ({ credentialOwner }: RequestRecord): ExplainedRequest['credentialOwner'] =>
  credentialOwner === 'operator' || credentialOwner === 'organization' ? credentialOwner : null;

function presentHow(record: RequestRecord) {
  return {
    outcome: record.outcome,
    settlement: settlementOf(record.outcome),
    charge: record.charge,
    ratingState: record.ratingState,
    usage: record.usage,
    usageSource: record.usageSource,
  };
}

function presentLine(line: RecordedLine, record: RequestRecord, facts: ChargeFacts): ChargeLine {
  const price = facts.prices.find(({ id }) => id === line.priceId);
  const publication = facts.publications.find(
    ({ price_book_id, sequence }) => price_book_id === price?.priceBookId && sequence === price.introducedIn,
  );
  return {
    id: `${publicRequestId(record.requestId)}.${line.part}.${record.revision}.${line.line}`,
    meter: line.meter,
    pricedAs: line.pricedAs,
    isFallback: line.pricedAs !== line.meter,
    quantity: line.quantity,
    unitAmount: money(line.unitAmount),
    per: line.per,
    priceCost: money(priceCostOf(line)),
    listCost: money(line.listCost),
    ...termsOf(line, record),
    billedCost: money(line.billedCost),
    ...(facts.organizationId === null ? { providerCost: money(line.providerCost) } : {}),
    priceId: line.priceId,
    price: price === undefined ? null : presentPrice(price),
    publication: publication === undefined ? null : presentPublication(publication, facts.organizationId),
  };
}

const BASIS_POINTS = 10_000n;

const priceCostOf = ({ quantity, unitAmount, per }: RecordedLine): Picos =>
  divideHalfEven(BigInt(quantity) * unitAmount, BigInt(per));

/** By which terms the billed cost came from the price. Lines from before the markup was kept tell it by the two. */
function termsOf(line: RecordedLine, record: RequestRecord): Pick<ChargeLine, 'terms' | 'basisPoints'> {
  const priceCost = priceCostOf(line);
  if (priceCost === 0n || record.charge !== 'customer') return { terms: 'none', basisPoints: null };
  const markup =
    line.markupBasisPoints ?? Number(divideHalfEven((line.billedCost - priceCost) * BASIS_POINTS, priceCost));
  if (record.credentialOwner !== 'organization') return { terms: 'markup', basisPoints: markup };
  return { terms: 'platform-fee', basisPoints: markup + Number(BASIS_POINTS) };
}

/** Who published is told of one's own books; whom the operator has at work is nobody's business. */
function presentPublication(row: PublicationRow, organizationId: Tenant): ChargePublication {
  const isOwn = organizationId === null || row.organization_id === organizationId;
  return {
    priceSnapshotId: row.id,
    priceBookId: row.price_book_id,
    priceBookName: row.price_book_name,
    sequence: row.sequence,
    publishedAt: row.published_at.toISOString(),
    publishedBy: isOwn ? row.published_by : null,
    publisherName: isOwn ? row.publisher_name : null,
  };
}

/** @param first the revision that the gateway captured for: corrections hold and capture nothing */
function presentHold(first: RevisionRow): ExplainedRequest['hold'] {
  const hold = parsePicos(first.hold);
  const capturedCost = first.captured_cost === null ? null : parsePicos(first.captured_cost);
  const captured = capturedCost ?? 0n;
  const difference = capturedCost === null ? null : capturedCost - parsePicos(first.billed_cost);
  return {
    placed: money(hold),
    captured: capturedCost === null ? null : money(capturedCost),
    released: money(hold > captured ? hold - captured : 0n),
    overrun: money(hold > 0n && captured > hold ? captured - hold : 0n),
    captureDifference: difference === null ? null : money(difference),
  };
}

function presentFunding(row: FundingRow): ExplainedRequest['funding'][number] {
  return {
    creditGrantId: row.grant_id,
    account: row.account,
    origin: row.origin,
    reason: row.reason,
    expiresAt: instantOrNull(row.expires_at),
    amount: dollars(row.amount),
  };
}

function presentBooking(row: RevisionRow): ChargeBooking {
  return {
    bookedAt: row.booked_at.toISOString(),
    bookingMinute: row.booking_minute.toISOString(),
    accountingPeriod: row.accounting_period,
    periodState: row.period_state,
    state: row.ledger_transaction_id !== null ? 'sealed' : row.is_accrued ? 'accrued' : 'nothing',
    ledgerTransactionId: row.ledger_transaction_id,
  };
}

function presentRevision(row: RevisionRow, before: RevisionRow | undefined): ChargeRevision {
  return {
    revision: row.revision,
    outcome: outcomeOf(row.outcome),
    usageSource: row.usage_source,
    billedCost: dollars(row.billed_cost),
    difference: money(parsePicos(row.billed_cost) - parsePicos(before?.billed_cost ?? '0')),
    booking: presentBooking(row),
  };
}

/** What the operator pays is not told to those who pay the operator. */
function operatorSide(record: RequestRecord) {
  const { providerCost, providerReportedCost, billedCost } = record;
  return {
    providerCost: money(providerCost),
    providerReportedCost: providerReportedCost === null ? null : money(providerReportedCost),
    margin: money(billedCost - providerCost),
    wasted: record.wasted.map(({ part, outcome, provider, upstreamModel, providerCost: cost }) => ({
      part,
      outcome,
      rule: settlementOf(outcome).rule,
      provider,
      upstreamModel,
      providerCost: money(cost),
    })),
  };
}

export function presentBookedRequest(row: BookedRow): BookedRequest {
  return {
    requestId: publicRequestId(row.request_id),
    part: row.part,
    revision: row.revision,
    occurredAt: row.occurred_at.toISOString(),
    bookedAt: row.booked_at.toISOString(),
    requestedModel: row.requested_model,
    outcome: outcomeOf(row.outcome),
    amount: dollars(row.amount),
  };
}

function outcomeOf(text: string): Outcome {
  if (!isOutcome(text)) throw new RangeError(`unknown outcome ${text}`);
  return text;
}

const money = (picos: Picos): MoneyAmount => ({ amount: formatPicos(picos), currency: 'USD' });
