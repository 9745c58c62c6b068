import { mergeHistograms, type Histogram } from '@tollgate/database';
import { isErrorCode, lowestUuidAt, type ErrorCode } from '@tollgate/domain';
import type pg from 'pg';
import { roundedPercentile } from './rounded-percentile.js';

/** How a deployment did in a stretch of time. Requests that another deployment answered in the end count there. */
export interface DeploymentHealth {
  readonly requests: number;
  /** Requests that failed, by whoever's fault. */
  readonly errors: number;
  /** About how many of these the provider is to blame for, going by the newest of them. */
  readonly providerFailures: number;
  /** Percentiles in milliseconds. */
  readonly latencyP50: number | null;
  readonly latencyP95: number | null;
  readonly firstTokenP50: number | null;
  /** The newest failure for which the provider or its credential is to blame. */
  readonly lastFailure: DeploymentFailure | null;
}

interface DeploymentFailure {
  /** A uuid; people see it as `req_…`. */
  readonly requestId: string;
  readonly code: ErrorCode;
  readonly status: number;
  readonly occurredAt: Date;
}

const HOUR_MS = 3_600_000;
/** Enough to tell whose fault failures are. */
const SAMPLE = 100;

const HOURS = `
  SELECT deployment_id AS id, sum(requests)::text AS requests, sum(errors)::text AS errors,
         array_agg(latency::text) AS latency, array_agg(first_token::text) AS first_token
  FROM deployment_hour WHERE deployment_id = ANY($1) AND hour >= $2
  GROUP BY deployment_id HAVING sum(requests) > 0`;

const FAILURES = `
  SELECT asked.id, failed.*
  FROM unnest($1::text[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT e.request_id, e.error_code, e.status, e.occurred_at FROM usage_event e
    WHERE e.deployment_id = asked.id AND e.outcome <> 'success' AND e.occurred_at >= $2 AND e.request_id >= $3
      AND e.error_code IS NOT NULL AND e.part = 0
    ORDER BY e.occurred_at DESC LIMIT ${SAMPLE}
  ) AS failed`;

interface HoursRow {
  readonly id: string;
  readonly requests: string;
  readonly errors: string;
  readonly latency: readonly string[];
  readonly first_token: readonly string[];
}

interface FailureRow {
  readonly id: string;
  readonly request_id: string;
  readonly error_code: string;
  readonly status: number;
  readonly occurred_at: Date;
}

/** What a provider refuses because of what was asked says nothing about the provider. */
const CAUSED_BY_CALLERS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'provider_rejected_request',
  'provider_content_filtered',
  'provider_context_length_exceeded',
  'provider_body_too_large',
]);

/**
 * Reads how deployments have done since an instant, by their ids. Those without requests are not in the answer.
 * @param since Unix milliseconds; figures begin with its hour.
 */
export async function readDeploymentHealth(
  pool: pg.Pool,
  deploymentIds: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, DeploymentHealth>> {
  const from = since - (since % HOUR_MS);
  const instant = new Date(from).toISOString();
  const [hours, failures] = await Promise.all([
    pool.query<HoursRow>(HOURS, [deploymentIds, instant]),
    pool.query<FailureRow>(FAILURES, [deploymentIds, instant, lowestUuidAt(from)]),
  ]);
  const failuresOf = Map.groupBy(failures.rows, ({ id }) => id);
  return new Map(hours.rows.map((row) => [row.id, healthOf(row, failuresOf.get(row.id) ?? [])]));
}

function healthOf(row: HoursRow, failures: readonly FailureRow[]): DeploymentHealth {
  const blamed = failures.flatMap((failure) => blame(failure) ?? []);
  const errors = Number(row.errors);
  const latency = mergeHistograms(row.latency.map(parseHistogram));
  const share = failures.length === 0 ? 0 : blamed.length / failures.length;
  return {
    requests: Number(row.requests),
    errors,
    providerFailures: Math.round(errors * share),
    latencyP50: roundedPercentile(latency, 0.5),
    latencyP95: roundedPercentile(latency, 0.95),
    firstTokenP50: roundedPercentile(mergeHistograms(row.first_token.map(parseHistogram)), 0.5),
    lastFailure: blamed[0] ?? null,
  };
}

function blame({ request_id, error_code, status, occurred_at }: FailureRow): DeploymentFailure | null {
  if (!isErrorCode(error_code) || !error_code.startsWith('provider_') || CAUSED_BY_CALLERS.has(error_code)) return null;
  return { requestId: request_id, code: error_code, status, occurredAt: occurred_at };
}

/** `{1,2,3}`: arrays of different lengths cannot be aggregated as arrays. */
const parseHistogram = (text: string): Histogram => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number));
