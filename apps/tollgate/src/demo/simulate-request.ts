import { holdBound, rate, settle } from '@tollgate/billing';
import {
  ERRORS,
  formatPicos,
  inputTokens,
  lowestUuidAt,
  outputTokens,
  picosToNanosUp,
  type AttemptRecord,
  type Target,
  type UsageEvent,
} from '@tollgate/domain';
import { attemptAt, isOut, rounded, tryDeployments, type Attempts } from './attempts.js';
import type { CastDeployment, CastKey, CastOrganization } from './demo-world.js';
import type { Incidents } from './incidents.js';
import type { Random } from './random.js';
import { drawRequest, drawUsage, type DrawnRequest } from './request-shape.js';

/** One request that is to be told, and what it finds. */
export interface RequestScene {
  readonly organization: CastOrganization;
  readonly key: CastKey;
  /** By priority. */
  readonly candidates: readonly CastDeployment[];
  readonly model: string;
  readonly occurredAt: number;
  readonly incidents: Incidents;
  readonly random: Random;
  /** How much longer prompts are than usual. */
  readonly promptFactor: number;
  /** Whether a hold of so many picounits still fits under every budget of the key. */
  readonly affords: (holdPicos: bigint) => boolean;
}

const GATEWAY_ID = 'gw_simulated';

const CHARACTERS_PER_TOKEN = 4;
const POLICY_OUTPUT_CAP = 16_384;
const REJECTED_OFTEN = 0.003;
const LEAVING_OFTEN = 0.012;
const RATE_LIMITED_OFTEN = 0.004;
/** Answers take longer in the afternoon of Europe, which is the morning of America. */
const BUSIEST_UTC_HOUR = 15.5;
const SLOWER_WHEN_BUSY = 0.45;

type Told = Omit<UsageEvent, 'kind' | 'part' | 'revision' | 'routing'>;
type Common = Pick<
  Told,
  | 'requestId'
  | 'occurredAt'
  | 'gatewayId'
  | 'endpoint'
  | 'surface'
  | 'organizationId'
  | 'projectId'
  | 'apiKeyId'
  | 'memberId'
  | 'endUser'
  | 'tags'
  | 'requestedModel'
  | 'stream'
>;

/** The usage event that a gateway would have written for the request: key order included, by which forwarders read. */
export function simulateRequest(scene: RequestScene): UsageEvent {
  const { key, random, candidates, promptFactor } = scene;
  const drawn = drawRequest(key.cast.workload, random, promptFactor);
  const common = commonOf(scene, drawn);
  const admittedMs = rounded(random.logNormal(0.55, 0.4));
  const bound = drawn.inputTokens * (CHARACTERS_PER_TOKEN + 1);
  const hold = key.budgets.length === 0 ? 0n : holdOf(scene, bound);
  const refusal = refusalOf(scene, hold);
  if (refusal !== null) {
    return event({
      ...common,
      target: null,
      priceSnapshotId: null,
      holdNanos: Number(picosToNanosUp(hold)),
      inputTokensBound: bound,
      ...WITHOUT_USAGE,
      outcome: 'refused',
      errorCode: refusal,
      status: ERRORS[refusal].status,
      attempts: [],
      timings: { admittedMs, dispatchedMs: null, firstTokenMs: null, totalMs: admittedMs },
    });
  }
  const dispatchedMs = rounded(admittedMs + random.logNormal(0.5, 0.5));
  const attempts = tryDeployments({ ...scene, candidates, dispatchedMs });
  const admitted = { common, drawn, bound, hold, timings: { admittedMs, dispatchedMs } };
  return attempts.served === null
    ? failed(scene, admitted, attempts)
    : answered(scene, admitted, { attempts, served: attempts.served });
}

interface Admitted {
  readonly common: Common;
  readonly drawn: DrawnRequest;
  readonly bound: number;
  readonly hold: bigint;
  readonly timings: { readonly admittedMs: number; readonly dispatchedMs: number };
}

const WITHOUT_USAGE = {
  usage: {},
  usageSource: 'none',
  servedModel: null,
  serviceTier: '*',
  deliveredCharacters: 0,
  providerReportedCost: null,
  capturedCost: null,
} as const;

function commonOf({ organization, key, model, occurredAt, random }: RequestScene, drawn: DrawnRequest): Common {
  const surface = key.cast.surface ?? 'openai-chat';
  return {
    requestId: requestIdAt(occurredAt, random),
    occurredAt,
    gatewayId: GATEWAY_ID,
    endpoint: surface === 'openai-chat' ? 'chat-completions' : 'messages',
    surface,
    organizationId: organization.id,
    projectId: key.projectId,
    apiKeyId: key.id,
    memberId: key.ownerId,
    endUser: drawn.endUser,
    tags: key.cast.tags,
    requestedModel: model,
    stream: drawn.stream,
  };
}

function requestIdAt(at: number, random: Random): string {
  const variant = '89ab'.charAt(Math.floor(random.fraction() * 4));
  return `${lowestUuidAt(at).slice(0, 14)}7${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(6)}${random.hex(6)}`;
}

function holdOf({ organization, candidates, occurredAt }: RequestScene, inputTokensBound: number): bigint {
  const bounds = candidates.map(({ provider, upstreamModel }) =>
    holdBound(organization.prices.sheet(provider, upstreamModel), {
      inputTokensBound,
      outputTokensCap: POLICY_OUTPUT_CAP,
      n: 1,
      region: '*',
      serviceTiers: ['*'],
      occurredAt,
      credentialOwner: 'operator',
    }),
  );
  return bounds.reduce((most, { picos }) => (picos > most ? picos : most), 0n);
}

function refusalOf({ key, random, affords }: RequestScene, hold: bigint) {
  if (hold > 0n && !affords(hold)) return 'policy_budget_exceeded';
  if (key.cast.requestsPerMinute !== undefined && random.chance(RATE_LIMITED_OFTEN)) return 'policy_rate_limited';
  return null;
}

function failed(scene: RequestScene, admitted: Admitted, { failed: attempts, atMs }: Attempts): UsageEvent {
  const { organization, candidates } = scene;
  const last = candidates.at(-1);
  const errorCode = attempts.at(-1)?.errorCode ?? 'provider_failed';
  if (last === undefined) throw new RangeError('a model without a deployment');
  return captured(scene, {
    ...admitted.common,
    target: targetOf(last),
    ...priced(organization, admitted),
    ...WITHOUT_USAGE,
    outcome: errorCode === 'provider_timed_out' ? 'gateway_timeout' : 'upstream_failed',
    errorCode,
    status: ERRORS[errorCode].status,
    attempts,
    timings: { ...admitted.timings, firstTokenMs: null, totalMs: rounded(atMs) },
  });
}

interface Serving {
  readonly attempts: Attempts;
  readonly served: CastDeployment;
}

function answered(scene: RequestScene, admitted: Admitted, { attempts, served }: Serving): UsageEvent {
  const { organization, key, random, occurredAt, incidents } = scene;
  const { common, drawn } = admitted;
  const base = { ...common, target: targetOf(served), ...priced(organization, admitted) };
  const attempt = { ...attemptAt(served), startedMs: rounded(attempts.atMs) };
  const began = attempts.atMs;
  if (random.chance(REJECTED_OFTEN)) {
    const totalMs = rounded(began + random.logNormal(180, 0.4));
    const errorCode = random.chance(0.5) ? 'provider_context_length_exceeded' : 'provider_rejected_request';
    return captured(scene, {
      ...base,
      ...WITHOUT_USAGE,
      outcome: 'upstream_failed',
      errorCode,
      status: 400,
      attempts: [...attempts.failed, { ...attempt, status: 400, errorCode, endedMs: totalMs }],
      timings: { ...admitted.timings, firstTokenMs: null, totalMs },
    });
  }
  const usage = drawUsage(drawn, { workload: key.cast.workload, served }, random);
  const slowness = slownessAt(occurredAt) * (isOut(served.provider, occurredAt, incidents) ? 2.4 : 1);
  const firstMs = began + random.logNormal(served.firstTokenMs * (1 + inputTokens(usage) / 60_000) * slowness, 0.33);
  const speed = served.tokensPerSecond / (random.logNormal(1, 0.2) * Math.sqrt(slowness));
  const leaves = drawn.stream && random.chance(LEAVING_OFTEN);
  const share = leaves ? random.between(0.1, 0.8) : 1;
  const totalMs = rounded(firstMs + (outputTokens(usage) * share * 1000) / speed);
  const record: AttemptRecord = { ...attempt, status: 200, errorCode: null, endedMs: totalMs };
  return captured(scene, {
    ...base,
    outcome: leaves ? 'client_left_mid_stream' : 'success',
    errorCode: null,
    status: leaves ? 0 : 200,
    usage: leaves ? { ...usage, output: Math.max(1, Math.round((usage.output ?? 0) * share)) } : usage,
    usageSource: leaves ? 'recovered' : 'reported',
    servedModel: served.upstreamModel,
    serviceTier: '*',
    deliveredCharacters: Math.round((usage.output ?? 0) * share * CHARACTERS_PER_TOKEN),
    providerReportedCost: null,
    capturedCost: null,
    attempts: [...attempts.failed, record],
    timings: { ...admitted.timings, firstTokenMs: drawn.stream ? rounded(firstMs) : totalMs, totalMs },
  });
}

function slownessAt(at: number): number {
  const hour = (at % 86_400_000) / 3_600_000;
  return 1 + SLOWER_WHEN_BUSY * Math.exp(-(((hour - BUSIEST_UTC_HOUR) / 4) ** 2));
}

function priced({ prices }: CastOrganization, { hold, bound }: Admitted) {
  return { priceSnapshotId: prices.snapshotId, holdNanos: Number(picosToNanosUp(hold)), inputTokensBound: bound };
}

function targetOf({ id, provider, dialect, upstreamModel }: CastDeployment): Target {
  return {
    deploymentId: id,
    provider,
    dialect,
    upstreamModel,
    pricedModel: upstreamModel,
    region: '*',
    credentialOwner: 'operator',
    simulated: true,
  };
}

/** With the cost that the gateway captures, by the functions that the worker books with. */
function captured({ organization: { prices } }: RequestScene, told: Told): UsageEvent {
  const { target, occurredAt, serviceTier } = told;
  if (target === null) return event(told);
  const { usage, charge } = settle(told);
  if (charge === 'none') return event(told);
  const { region, credentialOwner, provider, pricedModel } = target;
  const request = { usage, serviceTier, region, occurredAt, credentialOwner, simulated: false };
  const { billedCost, unpriced } = rate(prices.sheet(provider, pricedModel), request);
  const cost = charge === 'customer' ? billedCost : 0n;
  return event({ ...told, capturedCost: unpriced.length > 0 ? null : formatPicos(cost) });
}

function event({ timings, ...told }: Told): UsageEvent {
  return { kind: 'event', part: 0, revision: 0, ...told, routing: null, timings };
}
