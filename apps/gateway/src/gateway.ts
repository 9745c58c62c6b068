import path from 'node:path';

import { InProcessAdmissionStore } from '@tollgate/admission';
import type { TollgateConfig } from '@tollgate/config';
import { Database, requireSchema, SchemaMismatchError } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { Journal } from '@tollgate/journal';
import { type Logger, Metrics } from '@tollgate/telemetry';

import { GatewayStartError } from './gateway-error.js';
import { Readiness } from './health/readiness.js';
import { ExpiredHoldReviews } from './expired-hold-reviews.js';
import { BalanceCheckpoints } from './inference/control-plane/balance-checkpoints.js';
import { createInference, type Inference } from './inference/inference.js';
import { InferenceMetrics } from './inference/inference-metrics.js';
import { SandboxServer } from './inference/sandbox-server.js';
import { seedSpend } from './inference/seed-spend.js';
import { ForwarderThread } from './journal-forwarding/forwarder-thread.js';
import { GatewayRegistration } from './platform/gateway-registration.js';
import { SingleGatewayLock } from './platform/single-gateway-lock.js';
import { startServer, type RunningServer } from './server.js';

/** A predecessor that is shutting down needs a moment to let go of the lock. */
const LOCK_PATIENCE_MS = 3_000;

/** Longer than any query that somebody waits for; whoever asks while Postgres is frozen hears that it is away. */
const ANSWER_TIMEOUT_MS = 30_000;

export interface RunningGateway {
  readonly port: number;
  /** Refuses new requests, lets running ones end, forwards the journal, then lets go of everything. */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  readonly config: TollgateConfig;
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  readonly logger: Logger;
  /** Another gateway has taken over the database: this one must stop. */
  onSuperseded(): void;
}

/**
 * Starts a gateway: lock, journal of predecessors, what has been spent, control plane, and only then the port.
 * @throws GatewayStartError with one line for the operator.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, databaseUrl, logger } = options;
  const database = Database.connect(databaseUrl, {
    applicationName: 'tollgate-gateway',
    asLedgerRole: true,
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
    onConnectionLost: () => logger.warn('an idle connection to postgres broke'),
  });
  const lock = new SingleGatewayLock({
    databaseUrl,
    onLost: () => {
      logger.fatal('another gateway has taken over this database: two would let budgets be spent twice');
      options.onSuperseded();
    },
  });
  try {
    await requireUsable(database, databaseUrl);
    if (!(await lock.acquire(LOCK_PATIENCE_MS))) throw new GatewayStartError(secondGatewayMessage(config));
    return await startLocked(options, database, lock);
  } catch (error) {
    await lock.release();
    await database.close().catch(() => undefined);
    throw error;
  }
}

async function startLocked(
  options: GatewayOptions,
  database: Database,
  lock: SingleGatewayLock,
): Promise<RunningGateway> {
  const { config, databaseUrl, masterKey, logger } = options;
  const gatewayId = newId('gateway');
  const metrics = new Metrics();
  metrics.includeProcess();
  const inferenceMetrics = new InferenceMetrics(metrics);
  const reviews = new ExpiredHoldReviews(database.pool, logger);
  const admission = createAdmission({ inferenceMetrics, reviews, logger });

  const journalRoot = path.join(config.dataDirectory, 'journal');
  const forwarder = await ForwarderThread.start({ journalRoot, databaseUrl, logger });
  const registration = await GatewayRegistration.register(database, gatewayId, () => forwarder.forwardedTo);
  const checkpoints = new BalanceCheckpoints();
  await seedSpend(database, admission, { logger, checkpoints });
  const journal = await Journal.open({
    directory: journalRoot,
    gatewayId,
    onFailure: (error) => logger.error({ err: error }, 'the journal cannot be written: new requests are refused'),
  });
  registerJournalMetrics(metrics, journal, forwarder);
  forwarder.follow(journal.directory);

  const sandbox = new SandboxServer();
  const inference = createInference({
    config,
    databaseUrl,
    database,
    logger,
    masterKey,
    metrics: inferenceMetrics,
    registry: metrics,
    admission,
    journal,
    gatewayId,
    sandboxBaseUrl: await sandbox.start(),
    checkpoints,
    forwardedTo: () => forwarder.forwardedTo,
  });
  await inference.controlPlane.start();
  const readiness = watchReadiness(inference, journal, forwarder);
  const withoutInference = config.gatewayRoles === 'admin';
  const routing = withoutInference ? null : inference.routing;
  const inspector = withoutInference ? null : inference.admission;
  const platform = { config, database, logger, masterKey, metrics, readiness, routing, admission: inspector };
  const server = await startServer({ config, logger, inference, platform });
  return {
    port: server.port,
    stop: () =>
      stopGateway({ server, inference, readiness, journal, forwarder, sandbox, registration, reviews, database, lock }),
  };
}

function createAdmission(parts: {
  readonly inferenceMetrics: InferenceMetrics;
  readonly reviews: ExpiredHoldReviews;
  readonly logger: Logger;
}): InProcessAdmissionStore {
  return new InProcessAdmissionStore({
    onExpired: (hold) => {
      parts.reviews.raise(hold);
      parts.inferenceMetrics.expiredHolds.value++;
      parts.logger.warn({ requestId: hold.requestId, nanos: hold.nanos }, 'a hold expired before it was settled');
    },
  });
}

function registerJournalMetrics(metrics: Metrics, journal: Journal, forwarder: ForwarderThread): void {
  metrics.gauge(
    { name: 'tollgate_journal_failing', help: '1 while usage cannot be recorded and new requests are refused: alarm' },
    () => (journal.failure === null ? 0 : 1),
  );
  metrics.gauge(
    { name: 'tollgate_forwarding_troubled', help: '1 while usage waits in the journal because Postgres is away' },
    () => (forwarder.isForwarding ? 0 : 1),
  );
}

function watchReadiness(inference: Inference, journal: Journal, forwarder: ForwarderThread): Readiness {
  const readiness = new Readiness();
  readiness.register('postgres', () => (inference.controlPlane.isFresh ? 'ok' : 'away: known keys keep working'));
  readiness.register('journal', () => (journal.failure === null ? 'ok' : 'cannot be written: requests are refused'));
  readiness.register('forwarding', () => (forwarder.isForwarding ? 'ok' : 'usage waits in the journal'));
  return readiness;
}

interface RunningParts {
  readonly server: RunningServer;
  readonly inference: Inference;
  readonly readiness: Readiness;
  readonly journal: Journal;
  readonly forwarder: ForwarderThread;
  readonly sandbox: SandboxServer;
  readonly registration: GatewayRegistration;
  readonly reviews: ExpiredHoldReviews;
  readonly database: Database;
  readonly lock: SingleGatewayLock;
}

async function stopGateway(parts: RunningParts): Promise<void> {
  parts.readiness.beginStopping();
  parts.inference.endpoints.beginStopping();
  await parts.server.stop();
  await parts.inference.stop();
  await parts.journal.close();
  const everythingForwarded = await parts.forwarder.drain();
  await parts.sandbox.stop();
  await parts.registration.end(everythingForwarded);
  await parts.reviews.close();
  await parts.lock.release();
  await parts.database.close();
}

async function requireUsable(database: Database, url: string): Promise<void> {
  try {
    await database.pool.query('SELECT 1');
  } catch (error) {
    const { hostname, port } = new URL(url);
    const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer';
    throw new GatewayStartError(`Postgres at ${hostname}:${port || '5432'} cannot be used: ${reason}`);
  }
  try {
    await requireSchema(url);
  } catch (error) {
    throw error instanceof SchemaMismatchError ? new GatewayStartError(error.message) : error;
  }
}

function secondGatewayMessage(config: TollgateConfig): string {
  const why = 'another gateway runs on this database, and limits live in the memory of one process';
  return config.redisUrl === null
    ? `${why}: stop it first. Several gateways need Redis for shared limits (REDIS_URL).`
    : `${why}: this version keeps jobs in Redis, but not limits yet, so one gateway runs per database.`;
}
