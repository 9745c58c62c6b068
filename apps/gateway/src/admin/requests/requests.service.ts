import { Injectable } from '@nestjs/common';
import { readRequestRecord, type RequestRecord } from '@tollgate/analytics';
import { Database, PriceSnapshotsCache } from '@tollgate/database';
import { isOutcome, publicRequestId, requestUuid } from '@tollgate/domain';
import type { Page, RequestDetail, RequestListQuery, RequestRouting, RequestSummary } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { isWrittenInstant, readKeyset, toKeyedPage, type Keyset } from '../http/keyset.js';
import { dollars } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { presentRequest } from './present-request.js';
import { presentRouting } from './present-routing.js';
import type { RequestRow } from './request-row.js';
import { RequestsRepository } from './requests.repository.js';

@Injectable()
export class RequestsService {
  readonly #prices = new PriceSnapshotsCache();

  constructor(
    private readonly database: Database,
    private readonly repository: RequestsRepository,
  ) {}

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
    const { organizationId } = actor;
    const record = orNotFound(await readRequestRecord(this.database.pool, requestUuid(id) ?? '', organizationId));
    const priceIds = record.lines.map(({ priceId }) => priceId);
    const prices = await this.repository.prices(organizationId, priceIds);
    const priceById = new Map(prices.map((price) => [price.id, price]));
    return presentRequest(record, {
      priceOf: (priceId) => priceById.get(priceId),
      routing: await this.#routing(record, organizationId === null),
      isOperator: organizationId === null,
    });
  }

  async #routing(record: RequestRecord, isOperator: boolean): Promise<RequestRouting | null> {
    const { routing, priceSnapshot, organizationId } = record;
    if (routing === null) return null;
    const prices = priceSnapshot === null ? undefined : await this.#prices.get(this.database.pool, priceSnapshot.id);
    const facts = await this.repository.routingFacts(organizationId, routing);
    return presentRouting(record, routing, { ...facts, prices: prices ?? null, isOperator });
  }
}

/** What is in a cursor goes into casts, which would fail on anything else. */
function requireReadableCursor({ after }: Keyset): void {
  if (after === null) return;
  const [occurredAt = '', requestId = ''] = after;
  if (!isWrittenInstant(occurredAt) || requestUuid(requestId) === null) throw new ProblemError('invalid-cursor');
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
