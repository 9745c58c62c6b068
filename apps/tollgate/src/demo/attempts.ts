import type { AttemptRecord, ErrorCode } from '@tollgate/domain';
import type { CastDeployment } from './demo-world.js';
import type { Incidents } from './incidents.js';
import type { Random } from './random.js';

/** On any day. */
const FAILING_OFTEN = 0.006;
/** While the provider is away, a few requests still pass. */
const FAILING_IN_OUTAGE = 0.88;
const RETRY_PAUSE_MS = 500;
const TIME_OUT_MS = 30_000;

interface Failure {
  readonly status: number;
  readonly errorCode: ErrorCode;
  readonly weight: number;
  readonly medianMs: number;
}

const FAILURES: readonly Failure[] = [
  { status: 503, errorCode: 'provider_overloaded', weight: 5, medianMs: 900 },
  { status: 500, errorCode: 'provider_failed', weight: 2, medianMs: 1500 },
  { status: 429, errorCode: 'provider_rate_limited', weight: 2, medianMs: 120 },
  { status: 0, errorCode: 'provider_timed_out', weight: 1, medianMs: TIME_OUT_MS },
];

export interface Attempts {
  /** Those that failed before anything was answered. */
  readonly failed: readonly AttemptRecord[];
  /** The deployment that answered; null when none did. */
  readonly served: CastDeployment | null;
  /** Milliseconds after the request was parsed at which the one that answered began, or the last one ended. */
  readonly atMs: number;
}

interface Trying {
  readonly candidates: readonly CastDeployment[];
  readonly occurredAt: number;
  readonly dispatchedMs: number;
  readonly incidents: Incidents;
  readonly random: Random;
}

/** Tries the deployments as the gateway does: another one at once, the only one again after a pause. */
export function tryDeployments({ candidates, occurredAt, dispatchedMs, incidents, random }: Trying): Attempts {
  const [first] = candidates;
  if (first === undefined) throw new RangeError('a model without a deployment');
  const order = candidates.length > 1 ? candidates : [first, first];
  const failed: AttemptRecord[] = [];
  let atMs = dispatchedMs;
  for (const [index, deployment] of order.entries()) {
    if (index > 0 && candidates.length === 1) atMs += RETRY_PAUSE_MS;
    if (!random.chance(failingOften(deployment, occurredAt, incidents))) return { failed, served: deployment, atMs };
    const failure = random.choose(FAILURES, ({ weight }) => weight);
    const endedMs = atMs + random.logNormal(failure.medianMs, failure.medianMs === TIME_OUT_MS ? 0 : 0.6);
    const { status, errorCode } = failure;
    failed.push({ ...attemptAt(deployment), status, errorCode, startedMs: rounded(atMs), endedMs: rounded(endedMs) });
    atMs = endedMs;
  }
  return { failed, served: null, atMs };
}

export const isOut = (provider: string, at: number, { outage }: Incidents): boolean =>
  provider === outage.provider && at >= outage.from && at < outage.until;

function failingOften({ provider }: CastDeployment, at: number, incidents: Incidents): number {
  return isOut(provider, at, incidents) ? FAILING_IN_OUTAGE : FAILING_OFTEN;
}

export function attemptAt({ id, provider, upstreamModel }: CastDeployment) {
  return { deploymentId: id, provider, upstreamModel, cost: null };
}

/** To the microsecond, as the gateway writes them. */
export const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
