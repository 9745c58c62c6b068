import type { AdmissionStore } from '@tollgate/admission';
import { readRequestRecord } from '@tollgate/analytics';
import type { TollgateConfig } from '@tollgate/config';
import type { Database } from '@tollgate/database';
import type { Journal } from '@tollgate/journal';
import { Conversations, HealthRegistry } from '@tollgate/routing';
import { UpstreamAuthorizers } from '@tollgate/upstream-authorization';
import type { Logger, Metrics } from '@tollgate/telemetry';

import type { BalanceCheckpoints } from './control-plane/balance-checkpoints.js';
import { ControlPlaneWatch } from './control-plane/control-plane-watch.js';
import type { Deployment } from './control-plane/deployments.js';
import { registerDeploymentMetrics } from './deployment-metrics.js';
import { DeploymentProber } from './deployment-prober.js';
import { CountTokens } from './endpoints/count-tokens.js';
import type { RequestSources } from './endpoints/requests.js';
import { InferenceEndpoints } from './inference-endpoints.js';
import type { InferenceMetrics } from './inference-metrics.js';
import { InferenceAdmissionInspector } from './inference-admission-inspector.js';
import { InferenceRoutingView } from './inference-routing-view.js';
import type { AdmissionInspector } from '../platform/admission-inspector.js';
import type { RoutingView } from '../platform/routing-view.js';
import { Admitter } from './pipeline/admission/admit.js';
import { ClientAddresses } from '../platform/client-address/client-addresses.js';
import { Authenticator } from './pipeline/authentication/authenticate.js';
import { Answerer } from './pipeline/answer.js';
import { InProcessReasoningStore } from './pipeline/crossing/in-process-reasoning-store.js';
import { Translator } from './pipeline/crossing/translator.js';
import { AttemptClock } from './pipeline/dispatch/attempt-clock.js';
import type { DispatchLimits } from './pipeline/dispatch/dispatch.js';
import { FailureLog } from './pipeline/dispatch/failure-log.js';
import { Guard } from './pipeline/guard.js';
import { Fallback } from './pipeline/fallback.js';
import { InferencePipeline } from './pipeline/pipeline.js';
import { Router } from './pipeline/routing/router.js';
import { Shadows } from './pipeline/shadows.js';
import { EventOutbox } from './pipeline/recording/event-outbox.js';
import { JournalRecords } from './pipeline/recording/journal-records.js';
import { RecentRequests } from './pipeline/recording/recent-requests.js';
import { Recorder } from './pipeline/recording/record.js';
import { FormReader } from './multipart/form-reader.js';
import { RequestBodyReader } from './request-body.js';
import { UpstreamPools } from './upstream-pools.js';

/** Vendors take 25 MB of sound and 50 MB of a picture; uploads lie on disk, so that this is no matter of memory. */
const LARGEST_UPLOAD_BYTES = 64 * 1024 * 1024;

export interface InferenceParts {
  readonly config: TollgateConfig;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly logger: Logger;
  readonly masterKey: Buffer;
  readonly metrics: InferenceMetrics;
  readonly registry: Metrics;
  readonly admission: AdmissionStore;
  readonly journal: Journal;
  readonly gatewayId: string;
  readonly sandboxBaseUrl: string;
  readonly checkpoints: BalanceCheckpoints;
  /** Unix milliseconds: every event that was written before is in the inbox or booked. */
  readonly forwardedTo: () => number | null;
}

/** The inference half of a gateway, wired. */
export interface Inference {
  readonly endpoints: InferenceEndpoints;
  readonly controlPlane: ControlPlaneWatch;
  readonly routing: RoutingView;
  readonly admission: AdmissionInspector;
  stop(): Promise<void>;
}

export function createInference(parts: InferenceParts): Inference {
  const { config, logger, admission, metrics, journal } = parts;
  const pools = new UpstreamPools(config.upstreamTimeouts.connectMs);
  const health = new HealthRegistry({ clock: () => performance.now() });
  const controlPlane = createControlPlaneWatch(parts, pools, health);
  const authenticator = new Authenticator(controlPlane.principals, new ClientAddresses(config.trustedProxies));
  const bodies = new RequestBodyReader(config.maxBodyBytes);
  const forms = new FormReader(config.dataDirectory, Math.max(config.maxBodyBytes, LARGEST_UPLOAD_BYTES));
  const admitter = new Admitter(admission);
  const recent = new RecentRequests();
  const onDefect = (error: unknown, requestId?: string): void => logger.error({ err: error, requestId }, 'defect');
  const records = new JournalRecords(parts.gatewayId);
  const outbox = new EventOutbox(journal, () => metrics.eventsNotWritten.value++);
  const recorder = new Recorder({ journal, outbox, admitter, records, recent, metrics, onDefect });
  const guard = new Guard(recorder, onDefect);
  const limits = limitsOf(config);
  const failures = new FailureLog(parts.registry, logger);
  const translator = new Translator(new InProcessReasoningStore(parts.masterKey));
  const router = new Router(new Conversations());
  const fallback = new Fallback(translator, admitter);
  const shadows = new Shadows({ translator, recorder, limits, onDefect });
  const answer = new Answerer({ recorder, guard, router, fallback, shadows, failures, bodies, limits });
  const pipeline = new InferencePipeline({
    authenticator,
    bodies,
    forms,
    router,
    translator,
    admitter,
    recorder,
    answer,
    guard,
    metrics,
  });
  const countTokens = new CountTokens({ bodies, admission, timeoutMs: limits.firstTokenTimeoutMs });
  const { prober, routing } = watchDeployments(parts, { health, router, controlPlane });
  const booked: RequestSources['booked'] = (uuid, organization) =>
    readRequestRecord(parts.database.pool, uuid, organization);
  const requests: RequestSources = { recent, booked };
  const shared = { authenticator, controlPlane, admission, countTokens, requests, onDefect };
  return {
    endpoints: new InferenceEndpoints({ pipeline, ...shared }),
    controlPlane,
    routing,
    admission: new InferenceAdmissionInspector(admission, () => controlPlane.current),
    async stop() {
      prober.stop();
      admitter.stop();
      const lost = await outbox.close();
      if (lost > 0) logger.error({ lost }, 'usage events that the journal could not take are lost with this process');
      await controlPlane.stop();
      await pools.close();
    },
  };
}

interface Watched {
  readonly health: HealthRegistry;
  readonly router: Router;
  readonly controlPlane: ControlPlaneWatch;
}

/** What is known of deployments is measured, shown, and found out where no request does. */
function watchDeployments({ logger, registry, database }: InferenceParts, { health, router, controlPlane }: Watched) {
  const deployments = (): readonly Deployment[] => controlPlane.current.routes.deployments;
  registerDeploymentMetrics(registry, health, deployments);
  const onDefect = (error: unknown): void => logger.error({ err: error }, 'defect');
  const { pool } = database;
  return {
    prober: new DeploymentProber({ health, deployments, onDefect }),
    routing: new InferenceRoutingView({ pool, health, router, controlPlane: () => controlPlane.current }),
  };
}

function limitsOf({ upstreamTimeouts: { firstTokenMs, idleMs, totalMs } }: TollgateConfig): DispatchLimits {
  const clock = new AttemptClock();
  return { firstTokenTimeoutMs: firstTokenMs, idleTimeoutMs: idleMs, totalTimeoutMs: totalMs, clock };
}

function createControlPlaneWatch(
  parts: InferenceParts,
  pools: UpstreamPools,
  health: HealthRegistry,
): ControlPlaneWatch {
  const { databaseUrl, admission, logger, masterKey, sandboxBaseUrl, checkpoints, forwardedTo } = parts;
  return new ControlPlaneWatch({
    databaseUrl,
    admission,
    logger,
    checkpoints,
    forwardedTo,
    upstreams: {
      pools,
      authorizers: new UpstreamAuthorizers(),
      masterKey,
      health,
      sandboxBaseUrl,
      onUnusable: (deploymentId, reason) => logger.warn({ deploymentId, reason }, 'a deployment cannot be used'),
    },
  });
}
