import type { Charge } from '@tollgate/billing';
import { parsePicos } from '@tollgate/domain';
import type { Outcome, Usage } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import type { SnapshotPrices } from '../prices/snapshot-prices.js';
import { premiumAsBooked } from './booked-event.js';
import type { BookedEvent } from './booked-event.js';
import type { PriceSnapshotsCache } from './price-snapshots-cache.js';
import { confined, occurrenceOf } from './usage-contribution.js';
import type { UsageContribution } from './usage-contribution.js';

const PREDECESSORS = `
  SELECT e.request_id AS "requestId", e.part, e.revision, e.project_id AS "projectId", e.api_key_id AS "apiKeyId",
         e.member_id AS "memberId", e.end_user AS "endUser", e.tags, e.requested_model AS "requestedModel", e.provider,
         e.outcome, e.deployment_id AS "deploymentId", e.upstream_model AS "upstreamModel", e.error_code AS "errorCode",
         e.input_tokens AS "inputTokens", e.output_tokens AS "outputTokens", e.cache_read_tokens AS "cacheReadTokens",
         e.usage, e.service_tier AS "serviceTier", e.price_snapshot_id AS "priceSnapshotId",
         e.charge, e.provider_cost AS "providerCost", e.list_cost AS "listCost", e.billed_cost AS "billedCost",
         e.prepaid_cost AS "prepaidCost", e.promo_cost AS "promoCost",
         e.total_ms AS "totalMs", e.first_token_ms AS "firstTokenMs"
  FROM unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[])
    AS correction(request_id, part, revision, organization_id)
  JOIN usage_event e ON e.request_id = correction.request_id AND e.part = correction.part
    AND e.revision = correction.revision - 1 AND e.organization_id = correction.organization_id`;

interface PredecessorRow {
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly memberId: string | null;
  readonly endUser: string | null;
  readonly tags: readonly string[];
  readonly requestedModel: string;
  readonly provider: string | null;
  readonly outcome: string;
  readonly deploymentId: string | null;
  readonly upstreamModel: string | null;
  readonly errorCode: string | null;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly cacheReadTokens: string;
  readonly usage: Usage;
  readonly serviceTier: string;
  readonly priceSnapshotId: string | null;
  readonly charge: Charge;
  readonly providerCost: string;
  readonly listCost: string;
  readonly billedCost: string;
  readonly prepaidCost: string;
  readonly promoCost: string;
  readonly totalMs: number;
  readonly firstTokenMs: number | null;
}

export interface CorrectableEvents {
  readonly ready: readonly BookedEvent[];
  /** Corrections of something that has not been booked, or not for this organization. */
  readonly orphaned: readonly BookedEvent[];
  /** What the ready ones correct. */
  readonly corrected: ReadonlyMap<BookedEvent, CorrectedEvent>;
}

/** The revision before a correction. */
export interface CorrectedEvent {
  readonly outcome: string;
  /** What it added, to be taken back. */
  readonly contribution: UsageContribution;
}

/**
 * Finds what corrections (revisions above 0) correct. A correction states the whole usage anew, so that its predecessor
 * has to be taken out of every sum, in the period that is being booked into: a closed one stays as it was.
 */
export async function findCorrected(
  client: pg.PoolClient,
  corrections: readonly BookedEvent[],
  prices: PriceSnapshotsCache,
): Promise<CorrectableEvents> {
  const { rows } = await client.query<PredecessorRow>(PREDECESSORS, [
    arrayLiteral(corrections.map(({ event }) => event.requestId)),
    arrayLiteral(corrections.map(({ event }) => event.part)),
    arrayLiteral(corrections.map(({ event }) => event.revision)),
    arrayLiteral(corrections.map(({ event }) => event.organizationId)),
  ]);
  const predecessors = new Map(rows.map((row) => [`${row.requestId} ${row.part} ${row.revision + 1}`, row]));
  const corrected = new Map<BookedEvent, CorrectedEvent>();
  for (const booked of corrections) {
    const { requestId, part, revision } = booked.event;
    const predecessor = predecessors.get(`${requestId} ${part} ${revision}`);
    if (predecessor === undefined) continue;
    const { outcome, priceSnapshotId } = predecessor;
    // a correction may be rated by other prices than what it corrects
    const ratedBy = priceSnapshotId === null ? undefined : await prices.get(client, priceSnapshotId);
    corrected.set(booked, { outcome, contribution: taken(predecessor, booked, ratedBy ?? null) });
  }
  return {
    ready: corrections.filter((booked) => corrected.has(booked)),
    orphaned: corrections.filter((booked) => !corrected.has(booked)),
    corrected,
  };
}

function taken(row: PredecessorRow, correction: BookedEvent, prices: SnapshotPrices | null): UsageContribution {
  return confined({
    ...occurrenceOf(correction),
    sign: -1,
    projectId: row.projectId,
    apiKeyId: row.apiKeyId,
    memberId: row.memberId,
    endUser: row.endUser,
    tags: row.tags,
    model: row.provider === null ? '' : row.requestedModel,
    provider: row.provider ?? '',
    outcome: row.outcome,
    deploymentId: row.deploymentId,
    upstreamModel: row.upstreamModel ?? '',
    failed: row.errorCode !== null,
    inputTokens: Number(row.inputTokens),
    outputTokens: Number(row.outputTokens),
    cacheReadTokens: Number(row.cacheReadTokens),
    usage: row.usage,
    charge: row.charge,
    providerCost: parsePicos(row.providerCost),
    listCost: parsePicos(row.listCost),
    billedCost: parsePicos(row.billedCost),
    // of what was charged before grants were kept, neither: it is given back as what is owed
    prepaidCost: parsePicos(row.prepaidCost),
    promoCost: parsePicos(row.promoCost),
    // of an event the outcome is one that was checked when it was read
    promptCachePremium: premiumAsBooked(correction, { ...row, outcome: row.outcome as Outcome, prices }),
    totalMs: row.totalMs,
    firstTokenMs: row.firstTokenMs,
  });
}
