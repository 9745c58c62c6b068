import type { RecordedLine, RequestRecord } from '@tollgate/analytics';
import { settlementOf } from '@tollgate/billing';
import type { Prisma } from '@tollgate/database';
import { formatPicos, parsePicos, publicRequestId, type Picos } from '@tollgate/domain';
import type { MoneyAmount, RatedLine, RequestDetail, RequestRouting } from '@tollgate/wire';
import { presentPrice } from '../price-books/present-price.js';

interface Presentation {
  /** Rows of price books by their ids. */
  readonly priceOf: (priceId: string) => Prisma.PriceModel | undefined;
  readonly routing: RequestRouting | null;
  readonly isOperator: boolean;
}

/** A request as the console shows it. */
export function presentRequest(record: RequestRecord, presentation: Presentation): RequestDetail {
  return {
    ...presentIdentity(record),
    ...presentExecution(record, presentation),
    ...presentMoney(record),
    ...(presentation.isOperator ? operatorCosts(record) : {}),
    ratedLines: record.lines.map((line) => presentLine(line, presentation)),
  };
}

function presentIdentity(record: RequestRecord) {
  return {
    id: publicRequestId(record.requestId),
    organizationId: record.organizationId,
    projectId: record.projectId,
    projectName: record.projectName,
    apiKeyId: record.apiKeyId,
    apiKeyName: record.apiKeyName,
    memberId: record.memberId,
    endUser: record.endUser,
    tags: [...record.tags],
    occurredAt: record.occurredAt.toISOString(),
    endpoint: record.endpoint,
    surface: record.surface,
    requestedModel: record.requestedModel,
    revision: record.revision,
    parts: 1 + record.wasted.length,
    accountingPeriod: record.accountingPeriod,
    bookedAt: record.bookedAt.toISOString(),
    bookingMinute: record.bookingMinute.toISOString(),
    gatewayId: record.gatewayId,
  };
}

function presentExecution(record: RequestRecord, { routing, isOperator }: Presentation) {
  return {
    servedModel: record.servedModel,
    upstreamModel: record.upstreamModel,
    upstreamDialect: record.upstreamDialect,
    provider: record.provider,
    deploymentId: record.deploymentId,
    region: record.region,
    serviceTier: record.serviceTier,
    credentialOwner: record.credentialOwner,
    simulated: record.simulated,
    stream: record.stream,
    outcome: record.outcome,
    errorCode: record.errorCode,
    status: record.status,
    ...record.timings,
    attempts: record.attempts.map((attempt) => ({
      deploymentId: attempt.deploymentId,
      provider: attempt.provider,
      upstreamModel: attempt.upstreamModel,
      status: attempt.status,
      errorCode: attempt.errorCode,
      startedMs: attempt.startedMs,
      endedMs: attempt.endedMs,
      ...(isOperator ? { cost: attempt.cost === null ? null : dollars(parsePicos(attempt.cost)) } : {}),
    })),
    wasted: record.wasted.map(({ providerCost, ...wasted }) => ({
      ...wasted,
      ...(isOperator ? { providerCost: dollars(providerCost) } : {}),
    })),
    routing,
  };
}

function presentMoney(record: RequestRecord) {
  const { priceSnapshot, capturedCost } = record;
  return {
    usage: record.usage,
    usageSource: record.usageSource,
    inputTokens: record.inputTokens,
    outputTokens: record.outputTokens,
    cacheReadTokens: record.cacheReadTokens,
    ratingState: record.ratingState,
    charge: record.charge,
    settlement: settlementOf(record.outcome),
    priceSnapshotId: priceSnapshot?.id ?? null,
    priceSnapshot:
      priceSnapshot === null ? null : { ...priceSnapshot, publishedAt: priceSnapshot.publishedAt.toISOString() },
    cost: dollars(record.billedCost),
    listCost: dollars(record.listCost),
    hold: dollars(record.hold),
    capturedCost: capturedCost === null ? null : dollars(capturedCost),
  };
}

/** What the operator pays is not told to those who pay the operator. */
function operatorCosts({
  providerCost,
  providerReportedCost,
}: RequestRecord): Pick<RequestDetail, 'providerCost' | 'providerReportedCost'> {
  return {
    providerCost: dollars(providerCost),
    providerReportedCost: providerReportedCost === null ? null : dollars(providerReportedCost),
  };
}

function presentLine(line: RecordedLine, { priceOf, isOperator }: Presentation): RatedLine {
  const price = priceOf(line.priceId);
  return {
    part: line.part,
    meter: line.meter,
    pricedAs: line.pricedAs,
    quantity: line.quantity,
    per: line.per,
    unitAmount: dollars(line.unitAmount),
    ...(isOperator ? { providerCost: dollars(line.providerCost) } : {}),
    listCost: dollars(line.listCost),
    markupBasisPoints: line.markupBasisPoints,
    billedCost: dollars(line.billedCost),
    priceId: line.priceId,
    price: price === undefined ? null : presentPrice(price),
  };
}

const dollars = (picos: Picos): MoneyAmount => ({ amount: formatPicos(picos), currency: 'USD' });
