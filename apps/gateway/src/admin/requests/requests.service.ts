import { Injectable } from '@nestjs/common';
import type { Prisma } from '@tollgate/database';
import { isMeter, isOutcome, publicRequestId, requestUuid } from '@tollgate/domain';
import type { Page, RatedLine, RequestDetail, RequestListQuery, RequestSummary } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { presentPrice } from '../price-books/present-price.js';
import type { RatedLineRow, RequestDetailRow, RequestRow } from './request-rows.js';
import { RequestsRepository } from './requests.repository.js';

@Injectable()
export class RequestsService {
  constructor(private readonly repository: RequestsRepository) {}

  async list(actor: Actor, query: RequestListQuery): Promise<Page<RequestSummary>> {
    const { limit, sort, cursor, ...filters } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    requireReadableCursor(keyset);
    const rows = await this.repository.list(actor.organizationId, filters, keyset);
    return toKeyedPage(rows, order, {
      present: presentSummary,
      key: (row) => [row.occurred_at.toISOString(), publicRequestId(row.request_id)],
    });
  }

  async read(actor: Actor, id: string): Promise<RequestDetail> {
    const row = orNotFound(await this.repository.find(actor.organizationId, id));
    const lines = await this.repository.ratedLines(actor.organizationId, id);
    const prices = await this.repository.prices(
      actor.organizationId,
      lines.map((line) => line.price_id),
    );
    const priceById = new Map(prices.map((price) => [price.id, price]));
    const isOperator = actor.organizationId === null;
    return {
      ...presentDetail(row),
      ...(isOperator ? operatorCosts(row) : {}),
      ratedLines: lines.map((line) => presentLine(line, { price: priceById.get(line.price_id), isOperator })),
    };
  }
}

/** What is in a cursor goes into casts, which would fail on anything else. */
function requireReadableCursor({ after }: Keyset): void {
  if (after === null) return;
  const [occurredAt = '', requestId = ''] = after;
  const isInstant = /^2\d{3}-\d\d-\d\dT[\d:.]+Z$/.test(occurredAt) && !Number.isNaN(Date.parse(occurredAt));
  if (!isInstant || requestUuid(requestId) === null) throw new ProblemError('invalid-cursor');
}

function presentSummary(row: RequestRow): RequestSummary {
  if (!isOutcome(row.outcome)) throw new RangeError(`unknown outcome ${row.outcome}`);
  return {
    id: publicRequestId(row.request_id),
    organizationId: row.organization_id,
    projectId: row.project_id,
    apiKeyId: row.api_key_id,
    memberId: row.member_id,
    endUser: row.end_user,
    tags: row.tags,
    occurredAt: row.occurred_at.toISOString(),
    endpoint: row.endpoint,
    surface: row.surface,
    requestedModel: row.requested_model,
    servedModel: row.served_model,
    upstreamModel: row.upstream_model,
    provider: row.provider,
    deploymentId: row.deployment_id,
    stream: row.stream,
    outcome: row.outcome,
    errorCode: row.error_code,
    status: row.status,
    simulated: row.simulated,
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    ratingState: row.rating_state,
    charge: row.charge,
    cost: dollars(row.billed_cost),
    firstTokenMs: row.first_token_ms,
    totalMs: row.total_ms,
  };
}

function presentDetail(row: RequestDetailRow): Omit<RequestDetail, 'ratedLines'> {
  return {
    ...presentSummary(row),
    revision: row.revision,
    parts: Number(row.parts),
    accountingPeriod: row.accounting_period,
    bookedAt: row.booked_at.toISOString(),
    gatewayId: row.gateway_id,
    region: row.region,
    serviceTier: row.service_tier,
    credentialOwner: row.credential_owner,
    usage: row.usage,
    usageSource: row.usage_source,
    priceSnapshotId: row.price_snapshot_id,
    listCost: dollars(row.list_cost),
    hold: dollars(row.hold),
    capturedCost: row.captured_cost === null ? null : dollars(row.captured_cost),
    admittedMs: row.admitted_ms,
    dispatchedMs: row.dispatched_ms,
    attempts: row.attempts.map((attempt) => ({
      deploymentId: attempt.deploymentId,
      provider: attempt.provider,
      upstreamModel: attempt.upstreamModel,
      status: attempt.status,
      errorCode: attempt.errorCode,
      startedMs: attempt.startedMs,
      endedMs: attempt.endedMs,
    })),
  };
}

/** What the operator pays is not told to those who pay the operator. */
function operatorCosts(row: RequestDetailRow): Pick<RequestDetail, 'providerCost' | 'providerReportedCost'> {
  const reported = row.provider_reported_cost;
  return {
    providerCost: dollars(row.provider_cost),
    providerReportedCost: reported === null ? null : dollars(reported),
  };
}

function presentLine(
  row: RatedLineRow,
  { price, isOperator }: { price: Prisma.PriceModel | undefined; isOperator: boolean },
): RatedLine {
  const { meter, priced_as: pricedAs } = row;
  if (!isMeter(meter) || !isMeter(pricedAs)) throw new RangeError(`unknown meter ${meter} or ${pricedAs}`);
  return {
    part: row.part,
    meter,
    pricedAs,
    quantity: Number(row.quantity),
    per: row.per,
    unitAmount: dollars(row.unit_amount),
    ...(isOperator ? { providerCost: dollars(row.provider_cost) } : {}),
    listCost: dollars(row.list_cost),
    billedCost: dollars(row.billed_cost),
    priceId: row.price_id,
    price: price === undefined ? null : presentPrice(price),
  };
}
