import { randomInt } from 'node:crypto';

import { insertUsageInbox } from '@tollgate/database';
import {
  newRequestId,
  type DecisionCandidate,
  type ErrorCode,
  type Outcome,
  type RouteDecision,
  type UsageEvent,
} from '@tollgate/domain';
import type pg from 'pg';

const HOUR_MS = 3_600_000;

/** Who sends, and what it is sent to. */
export interface HistoryParties {
  readonly organizationId: string;
  readonly keys: readonly { readonly id: string; readonly projectId: string; readonly weight: number }[];
  readonly deployments: readonly {
    readonly id: string;
    readonly provider: string;
    readonly model: string;
    readonly weight: number;
    /** Of the first token, and of each token after it. */
    readonly firstTokenMs: number;
    readonly tokenMs: number;
  }[];
  readonly priceSnapshotId: string;
}

interface Ending {
  readonly outcome: Outcome;
  readonly errorCode: ErrorCode | null;
  readonly status: number;
}

const SUCCESS: Ending = { outcome: 'success', errorCode: null, status: 200 };

const ENDINGS: readonly (Ending & { readonly weight: number })[] = [
  { outcome: 'success', errorCode: null, status: 200, weight: 970 },
  { outcome: 'client_left_mid_stream', errorCode: null, status: 200, weight: 12 },
  { outcome: 'upstream_failed', errorCode: 'provider_overloaded', status: 503, weight: 8 },
  { outcome: 'upstream_failed', errorCode: 'provider_timed_out', status: 504, weight: 4 },
  { outcome: 'upstream_cut_mid_stream', errorCode: 'provider_stream_cut', status: 200, weight: 3 },
  { outcome: 'gateway_timeout', errorCode: 'provider_timed_out', status: 504, weight: 3 },
];

/**
 * Weeks of traffic as a working organization has it: quiet nights, quiet weekends, a few failures. The events go the way
 * that a gateway's go, through the inbox and the worker, so that every figure adds up.
 */
export async function writeHistory(
  pool: pg.Pool,
  parties: HistoryParties,
  { days, perDay, until = Date.now() }: { days: number; perDay: number; until?: number },
): Promise<number> {
  const events: UsageEvent[] = [];
  for (let hour = days * 24; hour > 0; hour--) {
    const startsAt = until - hour * HOUR_MS;
    const requests = Math.round((perDay / 24) * activity(startsAt) * (0.8 + random() * 0.4));
    for (let i = 0; i < requests; i++) events.push(...eventsAt(Math.floor(startsAt + random() * HOUR_MS), parties));
  }
  for (let i = 0; i < events.length; i += 500) {
    await insertUsageInbox(
      pool,
      events.slice(i, i + 500).map((event) => ({ ...event, payload: Buffer.from(JSON.stringify(event)) })),
    );
  }
  return events.length;
}

/** Share of a day's mean traffic: most in the afternoon, a third of it at weekends. */
function activity(instant: number): number {
  const date = new Date(instant);
  const hour = date.getUTCHours();
  const daily = 0.25 + 1.5 * Math.exp(-((hour - 14) ** 2) / 28);
  return daily * (date.getUTCDay() % 6 === 0 ? 0.35 : 1);
}

/** A request, and now and then what it cost beside. */
function eventsAt(occurredAt: number, parties: HistoryParties): readonly UsageEvent[] {
  const event = eventAt(occurredAt, parties);
  const rival = weighted(parties.deployments);
  if (event.outcome !== 'success' || random() > 0.05) return [event];
  const { timings } = event;
  const slower = routed(rival, { ...SUCCESS, outcome: 'hedge_loser' }, timings.totalMs);
  return [event, { ...event, ...slower, part: 1, outcome: 'hedge_loser', routing: null }];
}

function eventAt(occurredAt: number, parties: HistoryParties): UsageEvent {
  const key = weighted(parties.keys);
  const deployment = weighted(parties.deployments);
  const ending = weighted(ENDINGS);
  const isAnswered = ending.status === 200;
  const input = Math.round(200 + 6_000 * random() ** 3);
  const cached = random() < 0.4 ? Math.floor(input * 0.7) : 0;
  const output = isAnswered ? Math.round(30 + 900 * random() ** 2) : 0;
  const firstTokenMs = isAnswered ? deployment.firstTokenMs * (0.6 + 1.2 * random() ** 2) : null;
  const totalMs = (firstTokenMs ?? 1_500 + 20_000 * random()) + output * deployment.tokenMs * (0.8 + 0.4 * random());
  const usage = cached === 0 ? { input, output } : { input: input - cached, input_cache_read: cached, output };
  const timings = { admittedMs: 0.31, dispatchedMs: 0.74, firstTokenMs, totalMs };
  return {
    kind: 'event',
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    organizationId: parties.organizationId,
    projectId: key.projectId,
    apiKeyId: key.id,
    memberId: null,
    endUser: null,
    tags: [],
    gatewayId: 'gw_history',
    endpoint: 'chat-completions',
    surface: 'openai-chat',
    requestedModel: deployment.model,
    stream: random() < 0.7,
    ...routed(deployment, ending, totalMs),
    priceSnapshotId: parties.priceSnapshotId,
    holdNanos: 0,
    inputTokensBound: input,
    outcome: ending.outcome,
    errorCode: ending.errorCode,
    status: ending.status,
    usage: isAnswered ? usage : {},
    usageSource: isAnswered ? 'reported' : 'none',
    servedModel: isAnswered ? deployment.model : null,
    serviceTier: '*',
    deliveredCharacters: output * 4,
    providerReportedCost: null,
    capturedCost: null,
    routing: decisionOf(deployment, parties),
    timings,
  };
}

function routed(
  { id, provider, model }: HistoryParties['deployments'][number],
  { status, errorCode }: Ending,
  endedMs: number,
): Pick<UsageEvent, 'target' | 'attempts'> {
  return {
    target: {
      deploymentId: id,
      provider,
      upstreamModel: model,
      pricedModel: model,
      region: '*',
      credentialOwner: 'operator',
      simulated: false,
    },
    attempts: [
      { deploymentId: id, provider, upstreamModel: model, status, errorCode, startedMs: 0.74, endedMs, cost: '0.0021' },
    ],
  };
}

/** As if every deployment could have served it: the cheapest first, one of them drained. */
function decisionOf(
  { id }: HistoryParties['deployments'][number],
  { deployments }: HistoryParties,
): RouteDecision | null {
  if (deployments.length < 2) return null;
  const candidates = deployments.map((each, index): DecisionCandidate => ({
    deploymentId: each.id,
    provider: each.provider,
    upstreamModel: each.model,
    region: '*',
    score: each.id === id ? 0.4 : 0.9 + index / 10,
    price: 0.0012 * (index + 1),
    uptime: 0.998,
    firstTokenMs: each.firstTokenMs,
    tokensPerSecond: 1_000 / each.tokenMs,
    cacheShare: 0.28,
    inFlight: index,
    excluded: null,
  }));
  const [last] = candidates.filter(({ deploymentId }) => deploymentId !== id).slice(-1);
  const rest = candidates.filter((each) => each !== last).toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0));
  const leftOut = last === undefined ? [] : [{ ...last, score: null, excluded: 'drained' as const }];
  return { routeId: null, strategy: 'balanced', reason: 'best', candidates: [...rest, ...leftOut] };
}

const random = (): number => randomInt(1_000_000) / 1_000_000;

function weighted<T extends { readonly weight: number }>(choices: readonly T[]): T {
  let rest = random() * choices.reduce((sum, { weight }) => sum + weight, 0);
  for (const choice of choices) {
    rest -= choice.weight;
    if (rest <= 0) return choice;
  }
  throw new RangeError('nothing to choose from');
}
